import { type Context, empty, type Handlers, json } from "../context.ts";
import { ServerError } from "../errors.ts";
import { identifier } from "../identifiers.ts";
import type { JsonObject } from "../json.ts";
import type { Params } from "../params.ts";
import { listItems } from "../queries.ts";
import {
  clearVariables,
  createVariable,
  deleteVariable,
  getVariable,
  listVariables,
  updateVariable,
} from "../variables.ts";
import { frameworks, runtimes, specifications } from "./catalogue.json";
import { clearDeployments } from "./deployments.ts";
import { show } from "./show.ts";
import { type ComputeWords, findResource, ownerOf } from "./words.ts";

/** Functions or sites with their variables, and the lists of what the server builds and runs them with. */
export function resourceRoutes(words: ComputeWords): Handlers {
  const all = `/v1/${words.root}`;
  const one = `${all}/:${words.id}`;
  const variables = `${one}/variables`;
  const variable = `${variables}/:variableId`;
  const owned = (context: Context, params: Params) =>
    ownerOf(words, findResource(context, words, params.text(words.id)));
  return {
    [`POST ${all}`]: (context, params) => create(context, words, params),
    [`GET ${all}`]: (context, params) => list(context, words, params),
    [`GET ${one}`]: (context, params) =>
      json(show(context, words, findResource(context, words, params.text(words.id)))),
    [`PUT ${one}`]: (context, params) => update(context, words, params),
    [`DELETE ${one}`]: (context, params) => remove(context, words, params),
    [`GET ${all}/specifications`]: () => json({ total: specifications.length, specifications }),

    [`GET ${variables}`]: (context, params) => listVariables(context, params, owned(context, params)),
    [`GET ${variable}`]: (context, params) => getVariable(context, params, owned(context, params)),
    [`POST ${variables}`]: (context, params) =>
      changing(context, words, params, () => createVariable(context, params, owned(context, params))),
    [`PUT ${variable}`]: (context, params) =>
      changing(context, words, params, () => updateVariable(context, params, owned(context, params))),
    [`DELETE ${variable}`]: (context, params) =>
      changing(context, words, params, () => deleteVariable(context, params, owned(context, params))),
  };
}

/** The lists that concern one of the two kinds only. */
export const catalogueRoutes: Handlers = {
  "GET /v1/functions/runtimes": () => json({ total: runtimes.length, runtimes }),
  "GET /v1/sites/frameworks": () => json({ total: frameworks.length, frameworks }),
};

function create(context: Context, words: ComputeWords, params: Params) {
  const { store, project, now } = context;
  words.check(params);
  const id = identifier(params.text(words.id));
  const data: JsonObject = {
    ...words.settings(params, null),
    live: true,
    deploymentId: "",
    deploymentCreatedAt: "",
    latestDeploymentId: "",
    latestDeploymentCreatedAt: "",
    latestDeploymentStatus: "",
    createdAt: now,
    updatedAt: now,
  };
  const sequence = store.insert({ scope: project.id, collection: words.root }, id, data);
  if (sequence === undefined) throw new ServerError(words.alreadyExists);
  return json(show(context, words, { sequence, id, data }));
}

function update(context: Context, words: ComputeWords, params: Params) {
  const { store, project, now } = context;
  if (words.kind === "site") words.check(params);
  const found = findResource(context, words, params.text(words.id));
  const settings = words.settings(params, found.data);
  const live = words.livens.every((name) => found.data[name] === settings[name]);
  const data = { ...found.data, ...settings, live, updatedAt: now };
  store.update({ scope: project.id, collection: words.root }, found.id, data);
  return json(show(context, words, { ...found, data }));
}

function list(context: Context, words: ComputeWords, params: Params) {
  const all = context.store
    .list({ scope: context.project.id, collection: words.root })
    .map((stored) => show(context, words, stored));
  const { total, items } = listItems<JsonObject>(
    all,
    { queries: params.queries(), search: params.text("search"), total: params.flag("total") },
    {
      noun: words.noun,
      value: (one, name) => one[name],
      id: (one) => String(one["$id"]),
      searchText: (one) => ["$id", ...words.searched].map((name) => String(one[name])).join(" "),
    },
  );
  return json({ total, [words.root]: items });
}

function remove(context: Context, words: ComputeWords, params: Params) {
  const found = findResource(context, words, params.text(words.id));
  clearVariables(context, ownerOf(words, found));
  clearDeployments(context, words, found);
  context.store.remove({ scope: context.project.id, collection: words.root }, found.id);
  return empty();
}

/** A change of a variable: what runs is not what is configured any more. */
function changing<T>(context: Context, words: ComputeWords, params: Params, change: () => T): T {
  const answer = change();
  const found = findResource(context, words, params.text(words.id));
  const data = { ...found.data, live: false, updatedAt: context.now };
  context.store.update({ scope: context.project.id, collection: words.root }, found.id, data);
  return answer;
}
