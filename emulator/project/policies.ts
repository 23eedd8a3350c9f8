import { type Context, type Handlers, json } from "../context.ts";
import { invalidArgument } from "../errors.ts";
import type { Json, JsonObject } from "../json.ts";
import type { Params } from "../params.ts";
import type { Project } from "../projects.ts";
import { namedProject, type Policies, paged, policiesOf, writeColumn } from "./settings.ts";
import { showProject } from "./show.ts";

/** The server's ids of the policies, and where each is kept. Those of one value name it; the others are objects. */
const policies: readonly { readonly id: string; readonly key: keyof Policies; readonly value?: string }[] = [
  { id: "password-dictionary", key: "passwordDictionary", value: "enabled" },
  { id: "password-history", key: "passwordHistory", value: "total" },
  { id: "password-strength", key: "passwordStrength" },
  { id: "password-personal-data", key: "personalDataCheck", value: "enabled" },
  { id: "session-alert", key: "sessionAlerts", value: "enabled" },
  { id: "session-duration", key: "duration", value: "duration" },
  { id: "session-invalidation", key: "invalidateSessions", value: "enabled" },
  { id: "session-limit", key: "maxSessions", value: "total" },
  { id: "user-limit", key: "limit", value: "total" },
  { id: "membership-privacy", key: "membershipPrivacy" },
];

/** The policies of sign-in: read and changed one by one since 1.9.5, and by the console's routes before. */
export const policyRoutes: Handlers = {
  "GET /v1/project/policies": (context, params) => {
    const { total, items } = paged(policies, params);
    return json({ total, policies: items.map(({ id }) => show(context, context.project, id)) });
  },
  "GET /v1/project/policies/:policyId": (context, params) =>
    json(show(context, context.project, params.text("policyId"))),
  ...Object.fromEntries(
    policies.map(({ id, key, value }) => [
      `PATCH /v1/project/policies/${id}`,
      (context: Context, params: Params) => {
        const changed = value
          ? // "Off" is written as null and kept as 0.
            { [key]: params.raw(value) ?? 0 }
          : { [key]: { ...(policiesOf(context, context.project)[key] as JsonObject), ...partsOf(context, params) } };
        const project = writeColumn(context, context.project, "auths", changed);
        return json(id === "password-strength" ? show(context, project, id) : showProject(context, project));
      },
    ]),
  ),
  ...oldRoute("duration", (params) => ({ duration: params.raw("duration") })),
  ...oldRoute("limit", (params) => ({ limit: params.raw("limit") })),
  ...oldRoute("max-sessions", (params) => ({ maxSessions: params.raw("limit") })),
  ...oldRoute("password-history", (params) => ({ passwordHistory: params.raw("limit") })),
  ...oldRoute("password-dictionary", (params) => ({ passwordDictionary: params.raw("enabled") })),
  ...oldRoute("personal-data", (params) => ({ personalDataCheck: params.raw("enabled") })),
  ...oldRoute("session-alerts", (params) => ({ sessionAlerts: params.raw("alerts") })),
  ...oldRoute("session-invalidation", (params) => ({ invalidateSessions: params.raw("enabled") })),
  ...oldRoute("memberships-privacy", (params) => ({
    membershipPrivacy: {
      userName: params.raw("userName"),
      userEmail: params.raw("userEmail"),
      userMFA: params.raw("mfa"),
    },
  })),
  ...oldRoute("mock-numbers", (params) => ({ mockPhones: mockPhones(params.list("numbers")) })),
};

function show(context: Context, project: Project, id: string): JsonObject {
  const policy = policies.find((one) => one.id === id);
  if (!policy) return {};
  const value = policiesOf(context, project)[policy.key];
  return { $id: id, ...(policy.value ? { [policy.value]: value as Json } : (value as JsonObject)) };
}

/** The parts that a request names; null keeps what is there. */
function partsOf({ route }: Context, params: Params): JsonObject {
  return Object.fromEntries(
    route.params.filter(({ name }) => params.raw(name) !== null).map(({ name }) => [name, params.raw(name)]),
  );
}

function oldRoute(name: string, changes: (params: Params) => JsonObject): Handlers {
  return {
    [`PATCH /v1/projects/:projectId/auth/${name}`]: (context, params) => {
      const project = writeColumn(context, namedProject(context, params), "auths", changes(params));
      return json(showProject(context, project));
    },
  };
}

/** The old route replaces the whole list, and numbers must differ. */
function mockPhones(numbers: readonly Json[]): Json {
  const phones = numbers.map((number) => String((number as JsonObject)["phone"]));
  if (new Set(phones).size < phones.length) throw invalidArgument("Duplicate phone numbers are not allowed.");
  return numbers.map((number) => {
    const { phone = "", otp = "" } = number as JsonObject;
    return { number: phone, otp };
  });
}
