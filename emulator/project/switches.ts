import { type Context, empty, type Handlers, json, type Reply } from "../context.ts";
import { ServerError } from "../errors.ts";
import type { Json, JsonObject } from "../json.ts";
import type { Params } from "../params.ts";
import { type Project, updateProject } from "../projects.ts";
import { mockPhonesOf, namedProject, oldServiceIds, paged, writeColumn } from "./settings.ts";
import { showProject } from "./show.ts";
import { plain } from "./times.ts";

/** Sign-in methods, services, protocols, labels and test phone numbers. */
export const switchRoutes: Handlers = {
  "PATCH /v1/project/auth-methods/:methodId": (context, params) =>
    written(context, context.project, "auths", { [`method:${params.text("methodId")}`]: params.raw("enabled") }),
  "PATCH /v1/projects/:projectId/auth/:method": (context, params) =>
    written(context, namedProject(context, params), "auths", {
      [`method:${params.text("method")}`]: params.raw("status"),
    }),

  "PATCH /v1/project/services/:serviceId": (context, params) =>
    written(context, context.project, "services", { [params.text("serviceId")]: params.raw("enabled") }),
  "PATCH /v1/projects/:projectId/service": (context, params) =>
    written(context, namedProject(context, params), "services", { [params.text("service")]: params.raw("status") }),
  "PATCH /v1/projects/:projectId/service/all": (context, params) =>
    written(
      context,
      namedProject(context, params),
      "services",
      Object.fromEntries(oldServiceIds.map((id) => [id, params.raw("status")])),
    ),

  "PATCH /v1/project/protocols/:protocolId": (context, params) =>
    written(context, context.project, "apis", { [params.text("protocolId")]: params.raw("enabled") }),
  "PATCH /v1/projects/:projectId/api": (context, params) =>
    written(context, namedProject(context, params), "apis", { [protocolOf(params.text("api"))]: params.raw("status") }),
  "PATCH /v1/projects/:projectId/api/all": (context, params) =>
    written(context, namedProject(context, params), "apis", {
      rest: params.raw("status"),
      graphql: params.raw("status"),
      websocket: params.raw("status"),
    }),

  "PUT /v1/project/labels": (context, params) => labelled(context, context.project, params),
  "PUT /v1/projects/:projectId/labels": (context, params) => labelled(context, namedProject(context, params), params),

  "GET /v1/project/mock-phones": ({ project }, params) => {
    const { total, items } = paged(mockPhonesOf(project), params);
    return json({ total, mockNumbers: items });
  },
  "POST /v1/project/mock-phones": createPhone,
  "GET /v1/project/mock-phones/:number": ({ project }, params) => json(phoneOf(project, params)),
  "PUT /v1/project/mock-phones/:number": (context, params) => {
    const changed: JsonObject = {
      ...phoneOf(context.project, params),
      otp: params.text("otp"),
      $updatedAt: plain(context.now),
    };
    const phones = mockPhonesOf(context.project).map((one) => (one["number"] === changed["number"] ? changed : one));
    writeColumn(context, context.project, "auths", { mockPhones: phones });
    return json(changed);
  },
  "DELETE /v1/project/mock-phones/:number": (context, params) => {
    const gone = phoneOf(context.project, params)["number"];
    const phones = mockPhonesOf(context.project).filter((one) => one["number"] !== gone);
    writeColumn(context, context.project, "auths", { mockPhones: phones });
    return empty();
  },
};

/** What the console called the websocket protocol. */
export function protocolOf(api: string): string {
  return api === "realtime" ? "websocket" : api;
}

function written(
  context: Context,
  project: Project,
  column: "auths" | "services" | "apis",
  changes: JsonObject,
): Reply {
  return json(showProject(context, writeColumn(context, project, column, changes)));
}

function labelled(context: Context, project: Project, params: Params): Reply {
  const labels: Json[] = [...new Set(params.list("labels"))];
  return json(showProject(context, updateProject(context.store, project.id, { labels }, context.now)));
}

const mostPhones = 5000;

function createPhone(context: Context, params: Params): Reply {
  const phones = mockPhonesOf(context.project);
  const number = params.text("number");
  if (phones.length >= mostPhones) throw new ServerError("mock_number_limit_exceeded");
  if (phones.some((one) => one["number"] === number)) throw new ServerError("mock_number_already_exists");
  const now = plain(context.now);
  const phone = { number, otp: params.text("otp"), $createdAt: now, $updatedAt: now };
  writeColumn(context, context.project, "auths", { mockPhones: [...phones, phone] });
  return json(phone);
}

function phoneOf(project: Project, params: Params): JsonObject {
  const phone = mockPhonesOf(project).find((one) => one["number"] === params.text("number"));
  if (!phone) throw new ServerError("mock_number_not_found");
  return phone;
}
