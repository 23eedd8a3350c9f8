import { type Attributes, camelCase, defineResource, type JsonObject, projectId, t } from "../../schema/index.ts";
import { SETTINGS_QUEUE, SETTINGS_SINCE, switchboardHooks, switchesOf } from "../project/settings.ts";

/** Each method: its attribute, the server's id, the field of 1.9.0's project document, and what it is called. */
const METHODS = [
  ["email_password", "email-password", "authEmailPassword", "e-mail address and password"],
  ["magic_url", "magic-url", "authUsersAuthMagicURL", "a link sent by e-mail"],
  ["email_otp", "email-otp", "authEmailOtp", "a code sent by e-mail"],
  ["anonymous", "anonymous", "authAnonymous", "an anonymous session"],
  ["invites", "invites", "authInvites", "an invitation to a team"],
  ["jwt", "jwt", "authJWT", "a JSON web token"],
  ["phone", "phone", "authPhone", "a code sent by text message"],
] as const;

const attributes: Attributes = Object.fromEntries(
  METHODS.map(([name, , , words]) => [name, t.bool.kept(`Let users sign in by ${words}.`)]),
);

export const authMethods = defineResource({
  type: "appwrite_auth_methods",
  noun: "set of sign-in methods",
  summary: "The ways by which users of a project may sign in, beside OAuth2 providers.",
  notes: "Each project has them; the resource takes over those that are set and leaves the others alone.",
  scopes: { read: "project.read", write: "project.write" },
  since: SETTINGS_SINCE,
  byConsole: true,
  attributes: { ...attributes, project_id: projectId },
  api: { queue: SETTINGS_QUEUE },
  hooks: switchboardHooks({
    read: async (access): Promise<JsonObject> => {
      const project = await access.project();
      const switches = switchesOf(project, "authMethods");
      return Object.fromEntries(
        METHODS.map(([name, id, field]) => [camelCase(name), (access.isOld ? project[field] : switches[id]) ?? null]),
      );
    },
    write: (access, attribute, value) => {
      const id = METHODS.find(([name]) => name === attribute)?.[1];
      return access.isOld
        ? access.call({ method: "PATCH", path: `/auth/${id}`, body: { status: value === true } })
        : access.call({ method: "PATCH", path: `/project/auth-methods/${id}`, body: { enabled: value === true } });
    },
  }),
  importId: ["project_id"],
  cloning: { config: "settings.auth.methods" },
  lookup: { by: [], plural: null },
  singleton: {
    onDestroy: "The project's sign-in methods stay as they are; Terraform no longer manages them.",
    untouched: () => Object.fromEntries(METHODS.map(([name]) => [name, true])),
  },
});
