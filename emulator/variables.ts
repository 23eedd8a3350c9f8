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

/** All variables of a project are one collection, so that their ids are unique over functions, sites and project. */
function place({ project }: Pick<Context, "project">): Place {
  return { scope: project.id, collection: "variables" };
}

function tagOf(owner: VariableOwner): string {
  return `${owner.type}:${owner.sequence}`;
}

/** The variables of an owner, oldest first. */
export function variablesOf(context: Pick<Context, "store" | "project">, owner: VariableOwner): Stored[] {
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
  const { total, items } = listItems(
    all,
    { queries: params.queries(), total: context.version === "1.9.0" || params.flag("total") },
    {
      noun: "Variable",
      value: (one, name) => one[name],
      id: (one) => String(one["$id"]),
      // 1.9.0 knows no pages here.
      ...(context.version === "1.9.0" ? { defaultLimit: Number.MAX_SAFE_INTEGER } : {}),
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
  const { store, now } = context;
  const key = params.text("key");
  const id = identifier(params.textOrNull("variableId") ?? "unique()");
  if (variablesOf(context, owner).some(({ data }) => data["key"] === key))
    throw new ServerError("variable_already_exists");
  const data = {
    key,
    value: params.text("value"),
    secret: params.flag("secret"),
    resourceType: owner.type,
    resourceId: owner.id,
    createdAt: now,
    updatedAt: now,
  };
  const sequence = store.insert(place(context), id, data, tagOf(owner));
  if (sequence === undefined) throw new ServerError("variable_already_exists");
  return json(showVariable({ sequence, id, data }));
}

/** Answers `PUT …/variables/:variableId`: what is left out stays, and a secret stays a secret. */
export function updateVariable(context: Context, params: Params, owner: VariableOwner): Reply {
  const variable = variableOf(context, params, owner);
  const [key, value, secret] = [params.textOrNull("key"), params.textOrNull("value"), params.raw("secret")];
  if (variable.data["secret"] === true && secret === false) throw new ServerError("variable_cannot_unset_secret");
  if (key === null && value === null && secret === null) throw new ServerError("general_argument_invalid");
  if (variablesOf(context, owner).some((one) => one.sequence !== variable.sequence && one.data["key"] === key))
    throw new ServerError("variable_already_exists");
  const data = {
    ...variable.data,
    ...(key === null ? {} : { key }),
    ...(value === null ? {} : { value }),
    ...(secret === null ? {} : { secret }),
    updatedAt: context.now,
  };
  context.store.update(place(context), variable.id, data);
  return json(showVariable({ ...variable, data }));
}

/** Answers `DELETE …/variables/:variableId`. */
export function deleteVariable(context: Context, params: Params, owner: VariableOwner): Reply {
  context.store.remove(place(context), variableOf(context, params, owner).id);
  return empty();
}

/** Removes all variables of an owner that is deleted. */
export function clearVariables(context: Pick<Context, "store" | "project">, owner: VariableOwner): void {
  for (const { id } of variablesOf(context, owner)) context.store.remove(place(context), id);
}

function variableOf(context: Context, params: Params, owner: VariableOwner): Stored {
  const found = context.store.get(place(context), params.text("variableId"));
  const isOwn = found && variablesOf(context, owner).some(({ sequence }) => sequence === found.sequence);
  if (!found || !isOwn) throw new ServerError("variable_not_found");
  return found;
}
