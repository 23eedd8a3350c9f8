import type { Context } from "../context.ts";
import type { Json, JsonObject } from "../json.ts";
import type { Project } from "../projects.ts";
import { isOlder } from "../versions.ts";
import { keysOf, showKey } from "./keys.ts";
import { flatProviders } from "./oauth2-providers.ts";
import { platformsOf, showPlatform } from "./platforms.ts";
import {
  columnOf,
  isMethodOpen,
  isSwitchedOn,
  labelsOf,
  methodIds,
  mockPhonesOf,
  oldServiceIds,
  policiesOf,
  protocolIds,
  serviceIds,
  smtpOf,
} from "./settings.ts";
import { showWebhook, webhooksOf } from "./webhooks.ts";

/**
 * A project as the server answers it: since 1.9.5 with its switches as lists; in an older format, and on 1.9.0, flat and
 * with everything that belongs to it, secrets included.
 */
export function showProject(context: Context, project: Project): JsonObject {
  if (isOlder(context.version, "1.9.5")) return showOld(context, project);
  const { format } = context;
  if (format === undefined || !isOlder(format, "1.9.5")) return showNew(project);
  return beforeTheirTime(format, showFlat(context, project, format));
}

function showNew(project: Project): JsonObject {
  const switches = (ids: readonly string[], isOn: (id: string) => boolean): Json =>
    ids.map((id) => ({ $id: id, enabled: isOn(id) }));
  return {
    ...head(project),
    teamId: project.document["teamId"] ?? "",
    region: project.document["region"] ?? "default",
    devKeys: [],
    ...smtpNames(project),
    smtpPort: smtpOf(project).port ?? 0,
    ...smtpRest(project, ""),
    ...counters(project),
    authMethods: switches(methodIds, (id) => isMethodOpen(project, id)),
    services: switches(serviceIds, (id) => isSwitchedOn(project, "services", id)),
    protocols: switches(protocolIds, (id) => isSwitchedOn(project, "apis", id)),
    blocks: [],
    consoleAccessedAt: project.document["$createdAt"] ?? "",
  };
}

/** The flat form of 1.9.5 and later: without protocols in formats before 1.9.1, and in older words for replies before 1.9.2. */
function showFlat(context: Context, project: Project, format: string): JsonObject {
  const isOldest = isOlder(format, "1.9.2");
  const { smtpReplyToName, smtpReplyToEmail, ...names } = smtpNames(project);
  const policies = policiesOf(context, project);
  const privacy = policies.membershipPrivacy;
  return {
    ...head(project),
    teamId: project.document["teamId"] ?? "",
    region: project.document["region"] ?? "default",
    devKeys: [],
    ...names,
    ...(isOldest ? {} : { smtpReplyToName, smtpReplyToEmail }),
    smtpPort: smtpOf(project).port ?? 0,
    ...smtpRest(project, ""),
    ...counters(project),
    blocks: [],
    consoleAccessedAt: project.document["$createdAt"] ?? "",
    ...flatMethods(project),
    ...flatServices(project, serviceIds),
    ...(isOlder(format, "1.9.1")
      ? {}
      : {
          protocolStatusForRest: isSwitchedOn(project, "apis", "rest"),
          protocolStatusForGraphql: isSwitchedOn(project, "apis", "graphql"),
          protocolStatusForWebsocket: isSwitchedOn(project, "apis", "websocket"),
        }),
    authLimit: policies.limit,
    authDuration: policies.duration,
    authSessionsLimit: policies.maxSessions,
    authPasswordHistory: policies.passwordHistory,
    authPasswordDictionary: policies.passwordDictionary,
    authPersonalDataCheck: policies.personalDataCheck,
    authDisposableEmails: false,
    authCanonicalEmails: false,
    authFreeEmails: false,
    authCorporateEmails: false,
    authMockNumbers: flatPhones(project),
    authSessionAlerts: policies.sessionAlerts,
    authMembershipsUserName: privacy["userName"] ?? false,
    authMembershipsUserEmail: privacy["userEmail"] ?? false,
    authMembershipsMfa: privacy["userMFA"] ?? false,
    ...(isOldest
      ? {}
      : {
          authMembershipsUserId: privacy["userId"] ?? false,
          authMembershipsUserPhone: privacy["userPhone"] ?? false,
        }),
    authMembershipsUserAccessedAt: privacy["userAccessedAt"] ?? false,
    authInvalidateSessions: policies.invalidateSessions,
    ...profile(project),
    oAuthProviders: flatProviders(context.version, project),
    platforms: platformsOf(context, project).map((one) => showPlatform(context, one, isOlder(format, "1.9.0"))),
    // Inside a project the format changes no names (recorded).
    webhooks: webhooksOf(context, project).map((one) => showWebhook(context, one, true)),
    keys: keysOf(context, project).map(showKey),
    ...(isOldest ? { smtpReplyTo: smtpReplyToEmail ?? "" } : {}),
  };
}

/** Without what came later than a format of before 1.7, and by the names of its time. */
function beforeTheirTime(format: string, flat: JsonObject): JsonObject {
  const { devKeys, authMockNumbers, authSessionAlerts, oAuthProviders, ...rest } = flat;
  return {
    ...rest,
    ...(isOlder(format, "1.7.0") ? {} : { devKeys }),
    ...(isOlder(format, "1.6.0") ? {} : { authMockNumbers, authSessionAlerts }),
    ...(isOlder(format, "1.5.0") ? { providers: oAuthProviders } : { oAuthProviders }),
    ...(isOlder(format, "1.4.0") ? { domains: [] } : {}),
  } as JsonObject;
}

function showOld(context: Context, project: Project): JsonObject {
  const policies = policiesOf(context, project);
  const privacy = policies.membershipPrivacy;
  const { description, ...legal } = profile(project);
  return {
    ...head(project),
    description: description ?? "",
    teamId: project.document["teamId"] ?? "",
    ...legal,
    authDuration: policies.duration,
    authLimit: policies.limit,
    authSessionsLimit: policies.maxSessions,
    authPasswordHistory: policies.passwordHistory,
    authPasswordDictionary: policies.passwordDictionary,
    authPersonalDataCheck: policies.personalDataCheck,
    authMockNumbers: flatPhones(project),
    authSessionAlerts: policies.sessionAlerts,
    authMembershipsUserName: privacy["userName"] ?? false,
    authMembershipsUserEmail: privacy["userEmail"] ?? false,
    authMembershipsMfa: privacy["userMFA"] ?? false,
    authInvalidateSessions: policies.invalidateSessions,
    oAuthProviders: flatProviders(context.version, project),
    platforms: platformsOf(context, project).map((one) => showPlatform(context, one)),
    webhooks: webhooksOf(context, project).map((one) => showWebhook(context, one, true)),
    keys: keysOf(context, project).map(showKey),
    devKeys: [],
    smtpEnabled: smtpOf(project).enabled,
    smtpSenderName: smtpOf(project).senderName,
    smtpSenderEmail: smtpOf(project).senderEmail,
    smtpReplyTo: smtpOf(project).replyToEmail,
    smtpHost: smtpOf(project).host,
    smtpPort: smtpOf(project).port ?? "",
    ...smtpRest(project, smtpOf(project).password),
    ...counters(project),
    ...flatMethods(project),
    ...flatServices(project, oldServiceIds),
  };
}

function head(project: Project): JsonObject {
  const { $createdAt = "", $updatedAt = "", name = "" } = project.document;
  return { $id: project.id, $createdAt, $updatedAt, name };
}

function smtpNames(project: Project): JsonObject {
  const { enabled, senderName, senderEmail, replyToName, replyToEmail, host } = smtpOf(project);
  return {
    smtpEnabled: enabled,
    smtpSenderName: senderName,
    smtpSenderEmail: senderEmail,
    smtpReplyToName: replyToName,
    smtpReplyToEmail: replyToEmail,
    smtpHost: host,
  };
}

function smtpRest(project: Project, password: string): JsonObject {
  const { username, secure } = smtpOf(project);
  return { smtpUsername: username, smtpPassword: password, smtpSecure: secure };
}

function counters(project: Project): JsonObject {
  return { pingCount: 0, pingedAt: "", labels: labelsOf(project), status: "active" };
}

function flatMethods(project: Project): JsonObject {
  const [password, magic, otp, anonymous, invites, jwt, phone] = methodIds.map((id) => isMethodOpen(project, id));
  return {
    authEmailPassword: password ?? true,
    authUsersAuthMagicURL: magic ?? true,
    authEmailOtp: otp ?? true,
    authAnonymous: anonymous ?? true,
    authInvites: invites ?? true,
    authJWT: jwt ?? true,
    authPhone: phone ?? true,
  };
}

function flatServices(project: Project, ids: readonly string[]): JsonObject {
  return Object.fromEntries(
    ids.map((id) => [
      `serviceStatusFor${id.charAt(0).toUpperCase()}${id.slice(1)}`,
      isSwitchedOn(project, "services", id),
    ]),
  );
}

function flatPhones(project: Project): Json {
  return mockPhonesOf(project).map(({ number = "", ...rest }) => ({ phone: number, ...rest }));
}

/** What a console user may write about a project beside its name. */
export const profileFields = [
  "description",
  "logo",
  "url",
  "legalName",
  "legalCountry",
  "legalState",
  "legalCity",
  "legalAddress",
  "legalTaxId",
] as const;

/** What the console once kept of a project beside its settings. */
function profile(project: Project): JsonObject {
  const kept = columnOf(project, "profile");
  return Object.fromEntries(profileFields.map((field) => [field, kept[field] ?? ""]));
}
