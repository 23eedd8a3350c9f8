import { type Context, empty, type Handlers, json, type Reply } from "../context.ts";
import { ServerError } from "../errors.ts";
import { identifier, uniqueIdentifier } from "../identifiers.ts";
import type { JsonObject } from "../json.ts";
import type { Params } from "../params.ts";
import { listItems } from "../queries.ts";
import type { Place, Stored } from "../store.ts";

const ONE = "/v1/project/variables/:variableId";

/** Variables of a whole project: those of functions and sites read them too. */
export const projectVariableRoutes: Handlers = {
  "GET /v1/project/variables": (context, params) => {
    const all = context.store.list(projectVariablesPlace(context)).map(show);
    const { total, items } = listItems(
      all,
      { queries: params.queries(), total: params.flag("total") },
      { noun: "Variable", value: (one, name) => one[name], id: (one) => String(one["$id"]) },
    );
    return json({ total, variables: items });
  },
  "POST /v1/project/variables": create,
  [`GET ${ONE}`]: (context, params) => json(show(variableOf(context, params))),
  [`PUT ${ONE}`]: update,
  [`DELETE ${ONE}`]: (context, params) => {
    context.store.remove(projectVariablesPlace(context), variableOf(context, params).id);
    return empty();
  },
};

function create(context: Context, params: Params): Reply {
  const id = params.given("variableId") ? identifier(params.text("variableId")) : uniqueIdentifier();
  const key = params.text("key");
  const place = projectVariablesPlace(context);
  const isTaken = context.store.tagged(place, key).length > 0;
  const data = {
    $createdAt: context.now,
    $updatedAt: context.now,
    key,
    value: params.text("value"),
    secret: params.raw("secret") !== false,
  };
  const sequence = isTaken ? undefined : context.store.insert(place, id, data, key);
  if (sequence === undefined) throw new ServerError("variable_already_exists");
  return json(show({ sequence, id, data }));
}

/** Null keeps what is there. A secret stays one. */
function update(context: Context, params: Params): Reply {
  const variable = variableOf(context, params);
  const given = ["key", "value", "secret"].filter((name) => params.raw(name) !== null);
  if (variable.data["secret"] === true && params.raw("secret") === false)
    throw new ServerError("variable_cannot_unset_secret");
  if (given.length === 0) throw new ServerError("general_argument_invalid");
  const changes = Object.fromEntries(given.map((name) => [name, params.raw(name)]));
  const data: JsonObject = { ...variable.data, ...changes, $updatedAt: context.now };
  const place = projectVariablesPlace(context);
  const key = String(data["key"]);
  if (context.store.tagged(place, key).some((one) => one.id !== variable.id))
    throw new ServerError("variable_already_exists");
  context.store.update(place, variable.id, data, key);
  return json(show({ ...variable, data }));
}

function show({ id, data }: Stored): JsonObject {
  const { $createdAt = "", $updatedAt = "", key = "", value = "", secret = true } = data;
  return {
    $id: id,
    $createdAt,
    $updatedAt,
    key,
    value: secret === true ? "" : value,
    secret,
    resourceType: "project",
    resourceId: "",
  };
}

function variableOf(context: Context, params: Params): Stored {
  const variable = context.store.get(projectVariablesPlace(context), params.text("variableId"));
  if (!variable) throw new ServerError("variable_not_found");
  return variable;
}

/** The variables of a whole project, tagged with their keys. */
export function projectVariablesPlace({ project }: { readonly project: { readonly id: string } }): Place {
  return { scope: project.id, collection: "variables:project" };
}
