import type { Context } from "../context.ts";
import { ServerError } from "../errors.ts";
import { isList, isObject, type Json, type JsonObject } from "../json.ts";
import type { Params } from "../params.ts";
import { type Project, updateProject } from "../projects.ts";
import { isOlder } from "../versions.ts";

/** A part of the project's document that holds settings; each is read, changed and written back as a whole (real-server.md, F4). */
type Column = "auths" | "smtp" | "oAuthProviders" | "templates" | "services" | "apis" | "profile";

/** The sign-in methods, by the names that the server gives them. */
export const methodIds = ["email-password", "magic-url", "email-otp", "anonymous", "invites", "jwt", "phone"] as const;

/** The services that can be switched off, in the order in which the server lists them. */
export const serviceIds =
  "account avatars databases tablesdb locale health project storage teams users vcs sites functions proxy graphql migrations messaging advisor".split(
    " ",
  );

/** The services that 1.9.0 could switch off. */
export const oldServiceIds = serviceIds.filter(
  (id) => !["project", "vcs", "proxy", "migrations", "advisor"].includes(id),
);

/** The protocols that can be switched off. */
export const protocolIds = ["rest", "graphql", "websocket"] as const;

/** What the policies of a project are, with a new project's values where nothing was written. */
export type Policies = {
  readonly passwordDictionary: boolean;
  readonly passwordHistory: number;
  readonly passwordStrength: JsonObject;
  readonly personalDataCheck: boolean;
  readonly sessionAlerts: boolean;
  readonly duration: number;
  readonly invalidateSessions: boolean;
  readonly maxSessions: number;
  readonly limit: number;
  readonly membershipPrivacy: JsonObject;
};

/** Custom SMTP as it is stored. */
export type Smtp = {
  readonly enabled: boolean;
  readonly host: string;
  readonly port: number | null;
  readonly username: string;
  readonly password: string;
  readonly secure: string;
  readonly senderName: string;
  readonly senderEmail: string;
  readonly replyToName: string;
  readonly replyToEmail: string;
};

/** Reads one column of a project's settings. */
export function columnOf(project: Project, column: Column): JsonObject {
  const value = project.document[column];
  return isObject(value) ? value : {};
}

/** Changes entries of one column, on top of what the request read of it. */
export function writeColumn(context: Context, project: Project, column: Column, changes: JsonObject): Project {
  const value = { ...columnOf(project, column), ...changes };
  return updateProject(context.store, project.id, { [column]: value }, context.now);
}

/** The project that a console route names in its path; 404 `project_not_found` when there is none. */
export function namedProject(context: Context, params: Params): Project {
  const project = context.projectOf(params.text("projectId"));
  if (!project) throw new ServerError("project_not_found");
  return project;
}

/** Is the sign-in method open? All are in a new project. */
export function isMethodOpen(project: Project, id: string): boolean {
  return columnOf(project, "auths")[`method:${id}`] !== false;
}

/** Is the service or protocol switched on? All are in a new project. */
export function isSwitchedOn(project: Project, column: "services" | "apis", id: string): boolean {
  return columnOf(project, column)[id] !== false;
}

/** The policies of a project; 1.9.0 begins with at most ten sessions of a user. */
export function policiesOf(context: Pick<Context, "version">, project: Project): Policies {
  const defaults: Policies = {
    passwordDictionary: false,
    passwordHistory: 0,
    passwordStrength: {},
    personalDataCheck: false,
    sessionAlerts: false,
    duration: 31_536_000,
    invalidateSessions: true,
    maxSessions: isOlder(context.version, "1.9.5") ? 10 : 0,
    limit: 0,
    membershipPrivacy: {},
  };
  const stored = { ...defaults, ...(columnOf(project, "auths") as Partial<Policies>) };
  const { passwordStrength, membershipPrivacy } = stored;
  return {
    ...stored,
    passwordStrength: {
      min: 8,
      uppercase: false,
      lowercase: false,
      number: false,
      symbols: false,
      ...passwordStrength,
    },
    membershipPrivacy: {
      userId: false,
      userEmail: false,
      userPhone: false,
      userName: false,
      userMFA: false,
      userAccessedAt: false,
      ...membershipPrivacy,
    },
  };
}

/** The test phone numbers of a project. */
export function mockPhonesOf(project: Project): readonly JsonObject[] {
  const phones = columnOf(project, "auths")["mockPhones"];
  return isList(phones) ? phones.filter(isObject) : [];
}

/** SMTP of a project where nothing was written. */
export const emptySmtp: Smtp = {
  enabled: false,
  host: "",
  port: null,
  username: "",
  password: "",
  secure: "",
  senderName: "",
  senderEmail: "",
  replyToName: "",
  replyToEmail: "",
};

/** Custom SMTP of a project. */
export function smtpOf(project: Project): Smtp {
  return { ...emptySmtp, ...(columnOf(project, "smtp") as Partial<Smtp>) };
}

/** The labels of a project. */
export function labelsOf(project: Project): readonly Json[] {
  const labels = project.document["labels"];
  return isList(labels) ? labels : [];
}

/** What a list in memory is asked for: these lists know `limit` and `offset` alone, and are whole without a limit. */
export function paged<T>(items: readonly T[], params: Params): { total: number; items: readonly T[] } {
  const queries = params.queries();
  const first = (method: string) => queries.find((query) => query.method === method)?.values[0];
  const offset = Number(first("offset") ?? 0);
  const limit = Number(first("limit") ?? items.length);
  return { total: params.flag("total") ? items.length : 0, items: items.slice(offset, offset + limit) };
}
