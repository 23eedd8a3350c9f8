import type { Context, Reply } from "./context.ts";
import { empty, json } from "./context.ts";
import { ServerError } from "./errors.ts";
import { identifier } from "./identifiers.ts";
import type { JsonObject } from "./json.ts";
import type { Params } from "./params.ts";
import { listItems } from "./queries.ts";
import type { Place, Stored } from "./store.ts";

/** Whose variables are meant: those of a function, of a site, or of the whole project (then id and sequence are empty). */
export type VariableOwner = {
  readonly type: "function" | "site" | "project";
  readonly id: string;
  readonly sequence: number;
};

type Owned = Pick<Context, "store"> & { readonly project: { readonly id: string } };

/** The whole project, whose variables functions and sites read too. */
export const wholeProject: VariableOwner = { type: "project", id: "", sequence: 0 };

/** All variables of a project are one collection, so that their ids are unique over functions, sites and project. */
function place({ project }: Pick<Owned, "project">): Place {
  return { scope: project.id, collection: "variables" };
}

function tagOf(owner: VariableOwner): string {
  return `${owner.type}:${owner.sequence}`;
}

/** The variables of an owner, oldest first. */
export function variablesOf(context: Owned, owner: VariableOwner): Stored[] {
  return context.store.tagged(place(context), tagOf(owner));
}

/** A variable as the server tells it: a secret one without its value. */
export function showVariable({ id, data }: Stored): JsonObject {
  const {
    createdAt = "",
    updatedAt = "",
    key = "",
    value = "",
    secret = true,
    resourceType = "",
    resourceId = "",
  } = data;
  return {
    $id: id,
    $createdAt: createdAt,
    $updatedAt: updatedAt,
    key,
    value: secret === true ? "" : value,
    secret,
    resourceType,
    resourceId,
  };
}

/** Answers `GET …/variables`. */
export function listVariables(context: Context, params: Params, owner: VariableOwner): Reply {
  const all = variablesOf(context, owner).map(showVariable);
  const isUnpaged = context.version === "1.9.0" && owner.type !== "project";
  const { total, items } = listItems(
    all,
    { queries: params.queries(), total: isUnpaged || params.flag("total") },
    {
      noun: "Variable",
      value: (one, name) => one[name],
      id: (one) => String(one["$id"]),
      // 1.9.0 knows no pages of the variables of functions and sites.
      ...(isUnpaged ? { defaultLimit: Number.MAX_SAFE_INTEGER } : {}),
    },
  );
  return json({ total, variables: items });
}

/** Answers `GET …/variables/:variableId`. */
export function getVariable(context: Context, params: Params, owner: VariableOwner): Reply {
  return json(showVariable(variableOf(context, params, owner)));
}

/** Answers `POST …/variables`: keys are unique for an owner, ids over the project. 1.9.0 chooses the id itself. */
export function createVariable(context: Context, params: Params, owner: VariableOwner): Reply {
  const added = addVariable(context, owner, identifier(params.textOrNull("variableId") ?? "unique()"), {
    key: params.text("key"),
    value: params.text("value"),
    secret: params.flag("secret"),
    createdAt: context.now,
    updatedAt: context.now,
  });
  if (!added) throw new ServerError("variable_already_exists");
  return json(showVariable(added));
}

/** Stores a variable; undefined where the owner has one of that key, or the project one of that id. */
export function addVariable(context: Owned, owner: VariableOwner, id: string, fields: JsonObject): Stored | undefined {
  if (hasKey(variablesOf(context, owner), String(fields["key"]))) return undefined;
  const data = { ...fields, resourceType: owner.type, resourceId: owner.id };
  const sequence = context.store.insert(place(context), id, data, tagOf(owner));
  return sequence === undefined ? undefined : { sequence, id, data };
}

/** The unique index compares without letter case, as all of MariaDB's do. */
function hasKey(variables: readonly Stored[], key: string): boolean {
  return variables.some(({ data }) => String(data["key"]).toLowerCase() === key.toLowerCase());
}

/** Answers `PUT …/variables/:variableId`: what is left out stays, and a secret stays a secret. */
export function updateVariable(context: Context, params: Params, owner: VariableOwner): Reply {
  const variable = variableOf(context, params, owner);
  const [key, value, secret] = [params.textOrNull("key"), params.textOrNull("value"), params.raw("secret")];
  if (variable.data["secret"] === true && secret === false) throw new ServerError("variable_cannot_unset_secret");
  if (key === null && value === null && secret === null) throw new ServerError("general_argument_invalid");
  const others = variablesOf(context, owner).filter(({ sequence }) => sequence !== variable.sequence);
  if (key !== null && hasKey(others, key)) throw new ServerError("variable_already_exists");
  const changes = Object.entries({ key, value, secret }).filter(
    ([name, to]) => to !== null && to !== variable.data[name],
  );
  if (changes.length === 0) return json(showVariable(variable));
  const data = { ...variable.data, ...Object.fromEntries(changes), updatedAt: context.now };
  context.store.update(place(context), variable.id, data);
  return json(showVariable({ ...variable, data }));
}

/** Answers `DELETE …/variables/:variableId`. */
export function deleteVariable(context: Context, params: Params, owner: VariableOwner): Reply {
  context.store.remove(place(context), variableOf(context, params, owner).id);
  return empty();
}

/** Removes all variables of an owner that is deleted. */
export function clearVariables(context: Owned, owner: VariableOwner): void {
  for (const { id } of variablesOf(context, owner)) context.store.remove(place(context), id);
}

function variableOf(context: Context, params: Params, owner: VariableOwner): Stored {
  const found = context.store.get(place(context), params.text("variableId"));
  const isOwn = found && variablesOf(context, owner).some(({ sequence }) => sequence === found.sequence);
  if (!found || !isOwn) throw new ServerError("variable_not_found");
  return found;
}
