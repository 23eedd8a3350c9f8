import {
  type Attribute,
  type Backend,
  type Call,
  type Change,
  camelCase,
  type Diagnostic,
  defineResource,
  error,
  isNumber,
  isOlder,
  isRecord,
  type JsonObject,
  type Path,
  projectId,
  t,
  type Value,
} from "../../schema/index.ts";
import { SETTINGS_QUEUE, SETTINGS_SINCE, type SettingsAccess, switchboardHooks } from "../project/settings.ts";

function flag(doc: string, since?: string): Attribute {
  return t.bool.kept(doc, since === undefined ? {} : { since });
}

const limit = (doc: string) =>
  t.int.kept(`${doc} 0 = no limit.`, {
    range: [0, 5000],
  });

export const authPolicies = defineResource({
  type: "appwrite_auth_policies",
  noun: "set of sign-in policies",
  summary: "The rules of a project for passwords, sessions and members.",
  notes: "Each project has them; the resource takes over those that are set and leaves the others alone.",
  scopes: {
    read: ["policies.read", "project.policies.read"],
    write: ["policies.write", "project.policies.write"],
  },
  since: SETTINGS_SINCE,
  byConsole: true,

  attributes: {
    session_duration: t.int.kept("How long a session lasts, in seconds.", { range: [5, 31_536_000] }),
    session_limit: limit("How many sessions a user may have; the oldest ends when there are more."),
    user_limit: limit("How many users the project may have."),
    password_history: limit("How many former passwords a user may not choose again."),
    password_dictionary: flag("Refuse passwords that are among the 10,000 most common."),
    password_strength: t
      .object({
        min: t.int.kept("Fewest characters.", { range: [8, 256] }),
        uppercase: flag("Ask for an upper-case letter."),
        lowercase: flag("Ask for a lower-case letter."),
        number: flag("Ask for a digit."),
        symbols: flag("Ask for a symbol."),
      })
      .kept("What a new password must have. Parts that are not set are left alone.", { since: SETTINGS_SINCE }),
    password_personal_data: flag("Refuse passwords that hold the user's name, e-mail address, phone number or ID."),
    session_alert: flag("Tell users by e-mail of a new session."),
    session_invalidation: flag("End all sessions of a user whose password changes."),
    membership_privacy: t
      .object({
        user_id: flag("Tell the ID of the user.", SETTINGS_SINCE),
        user_email: flag("Tell the e-mail address of the user."),
        user_phone: flag("Tell the phone number of the user.", SETTINGS_SINCE),
        user_name: flag("Tell the name of the user."),
        user_mfa: t.bool.kept("Tell whether the user has more than one factor.", { wire: "userMFA", read: "userMfa" }),
        user_accessed_at: flag("Tell when the user was last there.", SETTINGS_SINCE),
      })
      .kept("What members of a team are told of each other. Parts that are not set are left alone."),
    project_id: projectId,
  },

  api: { queue: SETTINGS_QUEUE },
  hooks: { ...switchboardHooks({ read, write }), check: rangeFaults },
  importId: ["project_id"],
  cloning: {
    config: "settings.auth.security",
    configNames: {
      session_duration: "duration",
      session_limit: "sessionsLimit",
      user_limit: "limit",
      password_personal_data: "personalDataCheck",
      session_alert: "sessionAlerts",
    },
  },
  lookup: { by: [], plural: null },
  singleton: {
    onDestroy: "The project's policies stay as they are; Terraform no longer manages them.",
    untouched: (version) => ({
      session_duration: 31_536_000,
      session_limit: version !== null && isOlder(version, SETTINGS_SINCE) ? 10 : 0,
      user_limit: 0,
      password_history: 0,
      password_dictionary: false,
      password_strength: { min: 8, uppercase: false, lowercase: false, number: false, symbols: false },
      password_personal_data: false,
      session_alert: false,
      session_invalidation: true,
      membership_privacy: Object.fromEntries(
        ["user_id", "user_email", "user_phone", "user_name", "user_mfa", "user_accessed_at"].map((part) => [
          part,
          false,
        ]),
      ),
    }),
  },
});

/** How each policy is called and written: by the server's id, or by the route and field of 1.9.0. */
interface Policy {
  readonly id: string;
  /** The property that holds the value; the policy is an object without one. */
  readonly value?: string;
  readonly old?: { readonly route: string; readonly field: string; readonly read: string };
}

const POLICIES: { readonly [attribute: string]: Policy } = {
  session_duration: {
    id: "session-duration",
    value: "duration",
    old: { route: "duration", field: "duration", read: "authDuration" },
  },
  session_limit: {
    id: "session-limit",
    value: "total",
    old: { route: "max-sessions", field: "limit", read: "authSessionsLimit" },
  },
  user_limit: { id: "user-limit", value: "total", old: { route: "limit", field: "limit", read: "authLimit" } },
  password_history: {
    id: "password-history",
    value: "total",
    old: { route: "password-history", field: "limit", read: "authPasswordHistory" },
  },
  password_dictionary: {
    id: "password-dictionary",
    value: "enabled",
    old: { route: "password-dictionary", field: "enabled", read: "authPasswordDictionary" },
  },
  password_strength: { id: "password-strength" },
  password_personal_data: {
    id: "password-personal-data",
    value: "enabled",
    old: { route: "personal-data", field: "enabled", read: "authPersonalDataCheck" },
  },
  session_alert: {
    id: "session-alert",
    value: "enabled",
    old: { route: "session-alerts", field: "alerts", read: "authSessionAlerts" },
  },
  session_invalidation: {
    id: "session-invalidation",
    value: "enabled",
    old: { route: "session-invalidation", field: "enabled", read: "authInvalidateSessions" },
  },
  membership_privacy: { id: "membership-privacy" },
};

async function read(access: SettingsAccess): Promise<JsonObject> {
  if (access.isOld) {
    const project = await access.project();
    const flat = Object.entries(POLICIES).map(([name, { old }]) => [
      camelCase(name),
      old === undefined ? null : (project[old.read] ?? null),
    ]);
    return { ...Object.fromEntries(flat), membershipPrivacy: oldPrivacy(project) };
  }
  const { policies } = (await access.call({ method: "GET", path: "/project/policies", items: "policies" })) as {
    readonly policies: readonly JsonObject[];
  };
  return Object.fromEntries(
    Object.entries(POLICIES).map(([name, { id, value }]) => {
      const { $id: _, ...policy } = policies.find(({ $id }) => $id === id) ?? {};
      const { userMFA, ...parts } = policy;
      const whole = userMFA === undefined ? parts : { ...parts, userMfa: userMFA };
      return [camelCase(name), value === undefined ? whole : (policy[value] ?? null)];
    }),
  );
}

function oldPrivacy(project: JsonObject): JsonObject {
  return {
    userName: project["authMembershipsUserName"] ?? null,
    userEmail: project["authMembershipsUserEmail"] ?? null,
    userMfa: project["authMembershipsMfa"] ?? null,
  };
}

async function write(access: SettingsAccess, attribute: string, value: Value): Promise<unknown> {
  const policy = POLICIES[attribute];
  if (!policy) throw new Error(`There is no policy ${attribute}.`);
  if (access.isOld) return access.call(await oldCall(access, policy, value));
  const path = `/project/policies/${policy.id}`;
  if (policy.value === undefined) return access.call({ method: "PATCH", path, body: partsOf(value) });
  // "No limit" is null when it is written, and 0 when it is read.
  const sent = policy.value === "total" && value === 0 ? null : (value as number | boolean);
  return access.call({ method: "PATCH", path, body: { [policy.value]: sent } });
}

/** 1.9.0 takes the three parts of the privacy together. */
async function oldCall(access: SettingsAccess, { old }: Policy, value: Value): Promise<Call> {
  if (old) return { method: "PATCH", path: `/auth/${old.route}`, body: { [old.field]: value as number | boolean } };
  const before = oldPrivacy(await access.project());
  const parts = partsOf(value);
  const body = {
    userName: parts["userName"] ?? before["userName"] ?? false,
    userEmail: parts["userEmail"] ?? before["userEmail"] ?? false,
    mfa: parts["userMFA"] ?? before["userMfa"] ?? false,
  };
  return { method: "PATCH", path: "/auth/memberships-privacy", body };
}

/** The parts of an object that are set, in the server's names. */
function partsOf(value: Value): JsonObject {
  const parts = isRecord(value) ? Object.entries(value).filter(([, part]) => part !== null) : [];
  return Object.fromEntries(
    parts.map(([name, part]) => [name === "user_mfa" ? "userMFA" : camelCase(name), part as number | boolean]),
  );
}

/** Bounds that not all versions share: `below` is for servers before a version, `from` for those since one. */
const BOUNDS: readonly {
  readonly attribute: string;
  readonly below?: string;
  readonly from?: string;
  readonly range: readonly [number, number];
}[] = [
  { attribute: "session_limit", below: "1.9.5", range: [1, 100] },
  { attribute: "password_history", below: "1.9.5", range: [0, 20] },
  { attribute: "session_limit", from: "2.0.0", range: [1, 100] },
  { attribute: "password_history", from: "2.0.0", range: [0, 20] },
  { attribute: "session_duration", from: "2.0.0", range: [60, 31_536_000] },
];

/** What the server at hand takes less of than others. */
async function rangeFaults(backend: Backend, { config }: Change): Promise<readonly Diagnostic[]> {
  const version = await backend.version();
  if (config === null || version === null) return [];
  const narrowed = BOUNDS.flatMap(({ attribute, below, from, range: [least, most] }) => {
    const applies = below === undefined ? !isOlder(version, from ?? "0") : isOlder(version, below);
    const value = config[attribute] ?? null;
    if (!applies || !isNumber(value) || (Number(value) >= least && Number(value) <= most)) return [];
    const text = `${attribute} must be from ${least} to ${most} on Appwrite ${version}, not ${String(value)}.`;
    return [error("Invalid value", text, attribute)];
  });
  return [
    ...narrowed,
    ...(isOlder(version, SETTINGS_SINCE) ? privacyFaults(config["membership_privacy"], version) : []),
  ];
}

function privacyFaults(privacy: Value | undefined, version: string): readonly Diagnostic[] {
  if (!isRecord(privacy)) return [];
  return ["user_id", "user_phone", "user_accessed_at"]
    .filter((name) => (privacy[name] ?? null) !== null)
    .map((name) => {
      const path: Path = [
        { kind: "attribute", name: "membership_privacy" },
        { kind: "attribute", name },
      ];
      const text = `${name} needs Appwrite ${SETTINGS_SINCE} or later; this server is ${version}. Leave it out.`;
      return error("Server too old", text, path);
    });
}
