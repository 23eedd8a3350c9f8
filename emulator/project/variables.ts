import type { Context, Handlers } from "../context.ts";
import {
  createVariable,
  deleteVariable,
  getVariable,
  listVariables,
  updateVariable,
  wholeProject,
} from "../variables.ts";

const ALL = "/v1/project/variables";
const ONE = `${ALL}/:variableId`;

/** Variables of a whole project: those of functions and sites read them too, and what runs is then not what is configured any more. */
export const projectVariableRoutes: Handlers = {
  [`GET ${ALL}`]: (context, params) => listVariables(context, params, wholeProject),
  [`POST ${ALL}`]: (context, params) => changing(context, () => createVariable(context, params, wholeProject)),
  [`GET ${ONE}`]: (context, params) => getVariable(context, params, wholeProject),
  [`PUT ${ONE}`]: (context, params) => changing(context, () => updateVariable(context, params, wholeProject)),
  [`DELETE ${ONE}`]: (context, params) => changing(context, () => deleteVariable(context, params, wholeProject)),
};

function changing<T>({ store, project, now }: Context, change: () => T): T {
  const answer = change();
  for (const collection of ["functions", "sites"]) {
    const place = { scope: project.id, collection };
    for (const { id, data } of store.list(place)) store.update(place, id, { ...data, live: false, updatedAt: now });
  }
  return answer;
}
