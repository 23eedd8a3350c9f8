import { createHash, randomBytes } from "node:crypto";
import { type Context, empty, type Handler, type Handlers, type JobHandlers, json, type Reply } from "../context.ts";
import { amend, claimUnique, releaseUnique } from "../documents.ts";
import { ServerError } from "../errors.ts";
import { identifier, timestamp, uniqueIdentifier } from "../identifiers.ts";
import { isList, isObject, type Json, type JsonObject } from "../json.ts";
import { removeSubscribersOf } from "../messaging/subscribers.ts";
import type { Params } from "../params.ts";
import { type ListView, listItems } from "../queries.ts";
import { isEmail, isPhone } from "../rules.ts";
import { sessionsPlace, signToken } from "../sessions.ts";
import type { Place, Stored } from "../store.ts";
import { emailDetails } from "../users/email-address.ts";
import { factorsOf } from "../users/factors.ts";
import { leaveTeams, membershipsOfUser, showMembership } from "../users/memberships.ts";
import {
  authSetting,
  checkPassword,
  checkPersonalData,
  endsSessions,
  passwordHistory,
} from "../users/password-policy.ts";
import { hashUserPassword, noPassword, type PasswordHash } from "../users/passwords.ts";
import { closeSessions, openServerSession, sessionsOf, showSession } from "../users/sessions.ts";
import {
  amendUser,
  findUser,
  insertTarget,
  insertUser,
  moveUnique,
  removeTarget,
  showTarget,
  showUser,
  targetsOf,
  targetsPlace,
  targetWith,
  uniquePlace,
  usersPlace,
} from "../users/users.ts";

const USER = "/v1/users/:userId";
const TARGET = `${USER}/targets/:targetId`;

/** Users with their targets, sessions, tokens and factors, as far as an API key reaches them. */
export const userRoutes: Handlers = {
  "POST /v1/users": createWithPlainPassword,
  "POST /v1/users/argon2": createWithHash("argon2", () => noPassword.hashOptions),
  "POST /v1/users/bcrypt": createWithHash("bcrypt", () => ({ type: "bcrypt", cost: 8 })),
  "POST /v1/users/md5": createWithHash("md5", () => ({ type: "md5" })),
  "POST /v1/users/phpass": createWithHash("phpass", phpassOptions),
  "POST /v1/users/scrypt": createWithHash("scrypt", scryptOptions),
  "POST /v1/users/scrypt-modified": createWithHash("scryptMod", scryptModifiedOptions),
  "POST /v1/users/sha": createWithHash("sha", shaOptions),
  "GET /v1/users": (context, params) => {
    const { total, items } = listItems(context.store.list(usersPlace(context)), params.asked(), usersView);
    return json({ total, users: items.map((user) => showUser(context, user)) });
  },
  [`GET ${USER}`]: (context, params) => json(showUser(context, userOf(context, params))),
  [`DELETE ${USER}`]: deleteUser,

  [`PATCH ${USER}/name`]: changeField("name", (params) => params.text("name")),
  [`PATCH ${USER}/status`]: changeField("status", (params) => params.flag("status")),
  [`PATCH ${USER}/mfa`]: changeField("mfa", (params) => params.flag("mfa")),
  [`PATCH ${USER}/impersonator`]: changeField("impersonator", (params) => params.flag("impersonator")),
  [`PATCH ${USER}/verification`]: changeField("emailVerification", (params) => params.flag("emailVerification")),
  [`PATCH ${USER}/verification/phone`]: changeField("phoneVerification", (params) => params.flag("phoneVerification")),
  [`PUT ${USER}/labels`]: changeField("labels", (params) => [...new Set(params.list("labels"))]),
  [`PATCH ${USER}/email`]: changeEmail,
  [`PATCH ${USER}/phone`]: changePhone,
  [`PATCH ${USER}/password`]: changePassword,
  [`GET ${USER}/prefs`]: (context, params) => json(asObject(userOf(context, params).data["prefs"])),
  [`PATCH ${USER}/prefs`]: (context, params) => {
    const prefs = asObject(params.raw("prefs"));
    amendUser(context, userOf(context, params), { prefs });
    return json(prefs);
  },

  [`POST ${USER}/targets`]: createTarget,
  [`GET ${USER}/targets`]: (context, params) => {
    const found = targetsOf(context, userOf(context, params));
    const { total, items } = listItems(found, params.asked(), targetsView);
    return json({ total, targets: items.map(showTarget) });
  },
  [`GET ${TARGET}`]: (context, params) => json(showTarget(targetOf(context, params))),
  [`PATCH ${TARGET}`]: updateTarget,
  [`DELETE ${TARGET}`]: (context, params) => {
    const target = targetOf(context, params);
    removeTarget(context, target);
    context.enqueue("delete-target", { sequence: target.sequence, providerType: target.data["providerType"] ?? "" });
    return empty();
  },

  [`POST ${USER}/sessions`]: (context, params) => json(openServerSession(context, userOf(context, params))),
  [`GET ${USER}/sessions`]: (context, params) => {
    const sessions = sessionsOf(context, userOf(context, params)).map(showSession);
    return json({ total: params.flag("total") ? sessions.length : 0, sessions });
  },
  [`DELETE ${USER}/sessions`]: (context, params) => {
    closeSessions(context, userOf(context, params));
    return empty();
  },
  [`DELETE ${USER}/sessions/:sessionId`]: (context, params) => {
    userOf(context, params);
    // Whose session it is, the server's action does not ask.
    const session = context.store.get(sessionsPlace(context.project.id), params.text("sessionId"));
    if (!session) throw new ServerError("user_session_not_found");
    context.store.remove(sessionsPlace(context.project.id), session.id);
    return empty();
  },
  [`POST ${USER}/tokens`]: createToken,
  [`POST ${USER}/jwts`]: createJwt,

  [`GET ${USER}/memberships`]: (context, params) => {
    const found = membershipsOfUser(context, userOf(context, params));
    const { total, items } = listItems(found, params.asked(), membershipsView);
    return json({
      total: Math.min(total, items.length),
      memberships: items.map((one) => showMembership(context, one, false)),
    });
  },
  // The audit of a key's requests names no user.
  [`GET ${USER}/logs`]: (context, params) => {
    userOf(context, params);
    return json({ total: 0, logs: [] });
  },
  // Identities come from OAuth2 sign-ins, which need a browser.
  "GET /v1/users/identities": (_, params) => {
    const { total, items } = listItems<Stored>([], params.asked(), usersView);
    return json({ total, identities: items.map(({ data }) => data) });
  },
  "DELETE /v1/users/identities/:identityId": () => {
    throw new ServerError("user_identity_not_found");
  },

  [`GET ${USER}/mfa/factors`]: (context, params) => json(factorsOf(userOf(context, params), false)),
  [`GET ${USER}/mfa/recovery-codes`]: (context, params) => json({ recoveryCodes: recoveryCodes(context, params) }),
  [`PATCH ${USER}/mfa/recovery-codes`]: (context, params) => {
    const user = userOf(context, params);
    if (codesOf(user).length > 0) throw new ServerError("user_recovery_codes_already_exists");
    return json(newRecoveryCodes(context, user));
  },
  [`PUT ${USER}/mfa/recovery-codes`]: (context, params) => {
    recoveryCodes(context, params);
    return json(newRecoveryCodes(context, userOf(context, params)));
  },
  [`DELETE ${USER}/mfa/authenticators/:type`]: (context, params) => {
    userOf(context, params);
    throw new ServerError("user_authenticator_not_found");
  },
};

/** What remains to be done when a user or a target is gone. */
export const userJobs: JobHandlers = {
  "delete-target": ({ store, scope, now }, payload) =>
    removeSubscribersOf(
      { store, now, project: { id: scope } },
      Number(payload["sequence"]),
      String(payload["providerType"]),
    ),
  "delete-user": ({ store, scope, now }, payload) =>
    leaveTeams({ store, now, project: { id: scope } }, Number(payload["sequence"])),
};

const usersView: ListView<Stored> = {
  noun: "User",
  refusals: "told",
  value: ({ data }, name) => (name === "passwordUpdate" || name === "accessedAt" ? data[name] || null : data[name]),
  id: ({ id }) => id,
  searchText: ({ id, data }) =>
    [id, data["email"], data["name"], data["phone"], ...labelsOf(data).map((label) => `label:${label}`)]
      .filter((part) => part)
      .join(" "),
};

const targetsView: ListView<Stored> = { noun: "Target", value: ({ data }, name) => data[name], id: ({ id }) => id };

const membershipsView: ListView<Stored> = {
  noun: "Membership",
  value: ({ data }, name) => data[name],
  id: ({ id }) => id,
  searchText: ({ id, data }) => `${id} ${data["userId"]}`,
};

function userOf(context: Context, params: Params): Stored {
  return findUser(context, params.text("userId"));
}

function createWithPlainPassword(context: Context, params: Params): Reply {
  const plain = params.text("password");
  if (plain !== "") checkPassword(context.project, plain);
  const password = plain === "" ? noPassword : hashUserPassword(plain);
  return created(context, params, password, plain);
}

function createWithHash(hash: string, options: (params: Params) => JsonObject): Handler {
  return (context, params) => {
    const password = { password: params.text("password"), hash, hashOptions: options(params) };
    return created(context, params, password, null);
  };
}

/** `plain` is the password where it is known, for the project's rules on passwords. */
function created(context: Context, params: Params, password: PasswordHash, plain: string | null): Reply {
  const id = identifier(params.text("userId"));
  const email = params.textOrNull("email")?.toLowerCase() ?? null;
  const phone = params.textOrNull("phone");
  const name = params.text("name");
  if (plain) checkPersonalData(context.project, id, { email, phone, name }, plain);
  const remembers = Number(authSetting(context.project, "passwordHistory") ?? 0) > 0 && password.password !== null;
  const user = insertUser(context, {
    id,
    email,
    phone,
    name,
    password,
    passwordUpdate: password.password === null ? "" : context.now,
    ...(remembers ? { passwordHistory: [password.password] } : {}),
  });
  const targets = [
    ...(email ? [defaultTarget(context, user, "email", email)] : []),
    ...(phone ? [defaultTarget(context, user, "sms", phone)] : []),
  ];
  return json(showUser(context, user, targets));
}

/** The target that comes with an address; somebody else's target of the same address is told in its place (as measured). */
function defaultTarget(context: Context, user: Stored, providerType: string, address: string): Stored {
  const target = insertTarget(context, user, { providerType, identifier: address }) ?? targetWith(context, address);
  if (!target) throw new ServerError("user_target_not_found");
  return target;
}

function phpassOptions(): JsonObject {
  const state = `0.${randomBytes(4).readUInt32BE()} ${Math.floor(Date.now() / 1000)}`;
  return { type: "phpass", iteration_count_log2: 8, portable_hashes: false, random_state: state };
}

/** The server's hash refuses costs that scrypt cannot have, which its action does not catch: a 500. */
function scryptOptions(params: Params): JsonObject {
  const [cpu, memory, parallel, length] = ["Cpu", "Memory", "Parallel", "Length"].map((one) =>
    params.whole(`password${one}`),
  );
  const isPower = cpu !== undefined && cpu > 1 && Number.isInteger(Math.log2(cpu));
  const salt = params.text("passwordSalt");
  if (!isPower || Number(memory) < 1 || Number(parallel) < 1 || Number(length) < 16 || salt === "0") throw failure();
  return {
    type: "scrypt",
    costCpu: cpu,
    costMemory: memory ?? 0,
    costParallel: parallel ?? 0,
    length: length ?? 0,
    salt,
  };
}

function scryptModifiedOptions(params: Params): JsonObject {
  const [salt = "", saltSeparator = "", signerKey = ""] = [
    "passwordSalt",
    "passwordSaltSeparator",
    "passwordSignerKey",
  ].map((name) => params.text(name));
  const isBase64 = [salt, saltSeparator, signerKey].every((text) => /^[A-Za-z0-9+/]+={0,2}$/.test(text));
  if (!isBase64 || salt === "0" || signerKey === "0") throw failure();
  return { type: "scryptMod", salt, saltSeparator, signerKey };
}

/** The only options without the algorithm's name. */
function shaOptions(params: Params): JsonObject {
  const version = params.text("passwordVersion") || "sha256";
  // The parameter's list knows two versions that the server's hash does not.
  if (version.startsWith("sha512/")) throw failure();
  return { version };
}

function failure(): ServerError {
  return new ServerError("general_unknown");
}

function deleteUser(context: Context, params: Params): Reply {
  const user = userOf(context, params);
  for (const target of targetsOf(context, user)) {
    removeTarget(context, target);
    removeSubscribersOf(context, target.sequence, String(target.data["providerType"]));
  }
  closeSessions(context, user);
  releaseUnique(context, uniquePlace(context, "users.email"), user.data["email"] ?? null);
  releaseUnique(context, uniquePlace(context, "users.phone"), user.data["phone"] ?? null);
  context.store.remove(usersPlace(context), user.id);
  context.enqueue("delete-user", { sequence: user.sequence });
  return empty();
}

function changeField(name: string, read: (params: Params) => Json): Handler {
  return (context, params) =>
    json(showUser(context, amendUser(context, userOf(context, params), { [name]: read(params) })));
}

/** A new address, or "" for none; the verification is lost. An empty e-mail address is stored as such, and is unique. */
function changeEmail(context: Context, params: Params): Reply {
  const user = userOf(context, params);
  const email = params.text("email").toLowerCase();
  if (email !== "" && targetWith(context, email)) throw new ServerError("user_target_already_exists");
  moveUnique(context, user, "email", email, "user_email_already_exists");
  const changed = amendUser(context, user, { email, emailVerification: false, ...emailDetails(email) });
  return json(showUser(context, changed, moveTarget(context, user, "email", String(user.data["email"] ?? ""), email)));
}

/** A new number, or "" for none, which is stored as null so that any number of users may have none. */
function changePhone(context: Context, params: Params): Reply {
  const user = userOf(context, params);
  const number = params.text("number");
  if (number !== "" && targetWith(context, number)) throw new ServerError("user_target_already_exists");
  const phone = number === "" ? null : number;
  moveUnique(context, user, "phone", phone, "user_phone_already_exists");
  const changed = amendUser(context, user, { phone, phoneVerification: false });
  return json(showUser(context, changed, moveTarget(context, user, "sms", String(user.data["phone"] ?? ""), number)));
}

/**
 * The default target follows the user's address. The answer shows the targets as they were, the moved one with its new
 * identifier alone (recorded); a removed one is gone from the next answer on.
 */
function moveTarget(context: Context, user: Stored, providerType: string, from: string, to: string): Stored[] {
  const targets = targetsOf(context, user);
  const old = targets.find(({ data }) => from !== "" && data["identifier"] === from);
  if (!old) {
    const added = to === "" ? undefined : insertTarget(context, user, { providerType, identifier: to });
    return added ? [...targets, added] : targets;
  }
  if (to === "") {
    removeTarget(context, old);
    return targets;
  }
  const place = uniquePlace(context, "targets.identifier");
  releaseUnique(context, place, from);
  claimUnique(context, place, to, old.id);
  amend(context, targetsPlace(context), old, { identifier: to });
  return targets.map((one) => (one.id === old.id ? { ...one, data: { ...one.data, identifier: to } } : one));
}

function changePassword(context: Context, params: Params): Reply {
  const plain = params.text("password");
  if (plain !== "") checkPassword(context.project, plain);
  const user = userOf(context, params);
  checkPersonalData(context.project, user.id, user.data, plain);
  const password = hashUserPassword(plain);
  const history = passwordHistory(context.project, user.data, plain, String(password.password));
  const changes = { ...password, passwordHistory: history, passwordUpdate: context.now };
  if (endsSessions(context.project)) closeSessions(context, user);
  const changed = amendUser(context, user, changes);
  if (plain !== "") return json(showUser(context, changed));
  // The server answers that there is no password, and goes on to keep the hash of an empty one.
  const { hash = "", hashOptions = {} } = user.data;
  return json(showUser(context, { ...changed, data: { ...changed.data, password: "", hash, hashOptions } }));
}

function createTarget(context: Context, params: Params): Reply {
  const id = identifier(params.text("targetId"));
  const providerType = params.text("providerType");
  const address = params.text("identifier");
  checkAddress(providerType, address);
  const user = userOf(context, params);
  const provider = context.store.get(providersPlace(context), params.text("providerId"));
  const target = { id, providerType, identifier: address, providerId: provider?.id ?? null, name: params.text("name") };
  const added = insertTarget(context, user, target);
  if (!added) throw new ServerError("user_target_already_exists");
  return json(showTarget(added));
}

function updateTarget(context: Context, params: Params): Reply {
  const target = targetOf(context, params);
  const address = params.text("identifier");
  const changes: Record<string, Json> = {};
  if (address !== "") {
    checkAddress(String(target.data["providerType"]), address);
    const place = uniquePlace(context, "targets.identifier");
    releaseUnique(context, place, target.data["identifier"] ?? null);
    // The server's action does not catch that the identifier is taken.
    if (!claimUnique(context, place, address, target.id)) throw failure();
    Object.assign(changes, { identifier: address, expired: false });
  }
  if (params.text("providerId") !== "") {
    const provider = context.store.get(providersPlace(context), params.text("providerId"));
    if (!provider) throw new ServerError("provider_not_found");
    if (provider.data["type"] !== target.data["providerType"]) throw new ServerError("provider_incorrect_type");
    changes["providerId"] = provider.id;
  }
  if (params.text("name") !== "") changes["name"] = params.text("name");
  return json(showTarget(amend(context, targetsPlace(context), target, changes)));
}

function checkAddress(providerType: string, address: string): void {
  if (providerType === "email" && !isEmail(address)) throw new ServerError("general_invalid_email");
  if (providerType === "sms" && !isPhone(address)) throw new ServerError("general_invalid_phone");
}

function targetOf(context: Context, params: Params): Stored {
  const user = userOf(context, params);
  const target = context.store.get(targetsPlace(context), params.text("targetId"));
  if (target?.data["userId"] !== user.id) throw new ServerError("user_target_not_found");
  return target;
}

function providersPlace({ project }: Context): Place {
  return { scope: project.id, collection: "providers" };
}

/** The token itself is told once; what is kept is its hash. */
function createToken(context: Context, params: Params): Reply {
  const user = userOf(context, params);
  const length = params.whole("length");
  const secret = randomBytes(Math.ceil(length / 2))
    .toString("hex")
    .slice(0, length);
  const id = uniqueIdentifier();
  const expire = timestamp(new Date(Date.parse(context.now) + params.whole("expire") * 1000));
  const token = { $id: id, $createdAt: context.now, userId: user.id, expire, phrase: "" };
  const hash = createHash("sha256").update(secret).digest("hex");
  context.store.insert({ scope: context.project.id, collection: "tokens" }, id, { ...token, secret: hash }, user.id);
  return json({ ...token, secret });
}

function createJwt(context: Context, params: Params): Reply {
  const user = userOf(context, params);
  // A token that never held is refused by the server's library for them, which its action does not catch.
  if (params.whole("duration") === 0) throw failure();
  const sessions = sessionsOf(context, user);
  const wanted = params.text("sessionId");
  const session = wanted === "recent" ? sessions.at(-1) : sessions.find(({ id }) => id === wanted);
  const payload = { userId: user.id, sessionId: session?.id ?? "" };
  return json({ jwt: signToken(context.settings.secret, payload, params.whole("duration")) });
}

function recoveryCodes(context: Context, params: Params): readonly Json[] {
  const codes = codesOf(userOf(context, params));
  if (codes.length === 0) throw new ServerError("user_recovery_codes_not_found");
  return codes;
}

function newRecoveryCodes(context: Context, user: Stored): JsonObject {
  const codes = Array.from({ length: 6 }, () => randomBytes(5).toString("hex"));
  amendUser(context, user, { mfaRecoveryCodes: codes });
  return { recoveryCodes: codes };
}

function codesOf({ data }: Stored): readonly Json[] {
  return isList(data["mfaRecoveryCodes"]) ? data["mfaRecoveryCodes"] : [];
}

function labelsOf(data: JsonObject): readonly Json[] {
  return isList(data["labels"]) ? data["labels"] : [];
}

/** Preferences as the server tells them: what is empty is an object. */
function asObject(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}
