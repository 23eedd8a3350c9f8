import { accessOf } from "../access.ts";
import type { Context, Handlers } from "../context.ts";
import { json } from "../context.ts";
import { readDatetime } from "../dates.ts";
import { ServerError } from "../errors.ts";
import type { Params } from "../params.ts";
import { type ListRequest, listItems } from "../queries.ts";
import type { Stored } from "../store.ts";
import { servedDeployment } from "./deployments.ts";
import { findResource, functionWords } from "./words.ts";

const EXECUTIONS = "/v1/functions/:functionId/executions";

/** Executions of functions. Nothing runs here: what the server refuses before it runs anything is refused, and the list is empty. */
export const executionRoutes: Handlers = {
  [`POST ${EXECUTIONS}`]: (context, params) => {
    refuseSchedule(params);
    const resource = openFunction(context, params);
    const deployment = servedDeployment(context, functionWords, resource);
    if (!deployment) {
      throw new ServerError("deployment_not_found", {
        message: "Deployment not found. Create a deployment before trying to execute a function",
      });
    }
    if (deployment.data["status"] !== "ready") throw new ServerError("build_not_ready");
    throw new ServerError("general_not_implemented", { message: "The emulator runs no functions.", code: 501 });
  },
  [`GET ${EXECUTIONS}`]: (context, params) => {
    openFunction(context, params);
    // A cursor can name nothing.
    const asked: ListRequest = { queries: params.queries(), total: params.flag("total") };
    const { total, items } = listItems<Stored>([], asked, {
      noun: "Execution",
      value: ({ data }, name) => data[name],
      id: ({ id }) => id,
    });
    return json({ total, executions: items.map(({ data }) => data) });
  },
  [`GET ${EXECUTIONS}/:executionId`]: noExecution,
  [`DELETE ${EXECUTIONS}/:executionId`]: noExecution,
};

/** A time to run at is at least a minute away, and nobody waits for it. */
function refuseSchedule(params: Params): void {
  const time = params.textOrNull("scheduledAt");
  if (time === null) return;
  const refuse = (message: string) => new ServerError("general_bad_request", { message });
  if (params.raw("async") !== true) {
    throw refuse(
      "Scheduled executions must run asynchronously. Set scheduledAt to a future date, or set async to true.",
    );
  }
  const date = readDatetime(time);
  if (!date || date.getTime() < Date.now() + 60_000 || date.getTime() % 60_000 !== 0)
    throw refuse("Execution schedule must be a valid date, and at least 1 minute from now");
}

function noExecution(context: Context, params: Params): never {
  openFunction(context, params);
  throw new ServerError("execution_not_found");
}

/** A function that is switched off is there for keys and administrators only. */
function openFunction(context: Context, params: Params): Stored {
  const resource = findResource(context, functionWords, params.text("functionId"));
  if (resource.data["enabled"] === false && !accessOf(context).isTrusted) throw new ServerError("function_not_found");
  return resource;
}
