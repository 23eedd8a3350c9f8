import { createHash, createHmac, randomBytes, scryptSync, timingSafeEqual } from "node:crypto";
import { timestamp, uniqueIdentifier } from "./identifiers.ts";
import { isObject, type Json, type JsonObject, parseJson } from "./json.ts";
import type { Place, Store } from "./store.ts";

/** Where a project's (or the console's) sessions are kept, tagged with the user's id. */
export function sessionsPlace(scope: string): Place {
  return { scope, collection: "sessions" };
}

/** How long a session is valid where the project says nothing. */
export const yearOfSeconds = 365 * 86_400;

/** A new session: its id, and the token that a client sends as cookie value or in `X-Appwrite-Session`. */
export type NewSession = { readonly id: string; readonly token: string; readonly expire: string };

/**
 * Opens a session for a user that is valid for so many seconds; `fields` are stored with it (provider, device, …). The secret
 * itself is not stored.
 */
export function openSession(
  store: Store,
  scope: string,
  userId: string,
  fields: JsonObject = {},
  seconds = yearOfSeconds,
): NewSession {
  const id = uniqueIdentifier();
  const secret = randomBytes(64).toString("hex");
  const now = new Date();
  const expire = timestamp(new Date(now.getTime() + seconds * 1000));
  const created = timestamp(now);
  store.insert(
    sessionsPlace(scope),
    id,
    { $id: id, $createdAt: created, $updatedAt: created, userId, expire, secretHash: digest(secret), ...fields },
    userId,
  );
  return { id, token: Buffer.from(JSON.stringify({ id: userId, secret })).toString("base64"), expire };
}

/** Finds the session and user that a token stands for; undefined when it is none of this scope's. */
export function readSession(
  store: Store,
  scope: string,
  token: string,
): { userId: string; sessionId: string } | undefined {
  const content = decoded(Buffer.from(token, "base64").toString("utf8"));
  const { id, secret } = isObject(content) ? content : {};
  if (typeof id !== "string" || typeof secret !== "string") return undefined;
  const session = store
    .tagged(sessionsPlace(scope), id)
    .find((candidate) => candidate.data["secretHash"] === digest(secret));
  return session && { userId: id, sessionId: session.id };
}

/** Signs a JSON web token (HS256) that is valid for so many seconds. */
export function signToken(key: string, payload: JsonObject, seconds: number): string {
  const now = Math.floor(Date.now() / 1000);
  const parts = [
    { typ: "JWT", alg: "HS256" },
    { ...payload, iat: now, exp: now + seconds },
  ];
  const body = parts.map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  return `${body}.${createHmac("sha256", key).update(body).digest("base64url")}`;
}

/** Reads a token that was signed with the same key; undefined when it is not one, or its time is over. */
export function readToken(key: string, token: string): JsonObject | undefined {
  const [head = "", body = "", signature = ""] = token.split(".");
  const expected = createHmac("sha256", key).update(`${head}.${body}`).digest("base64url");
  if (signature.length !== expected.length || !timingSafeEqual(Buffer.from(signature), Buffer.from(expected)))
    return undefined;
  const payload = decoded(Buffer.from(body, "base64url").toString("utf8"));
  if (!isObject(payload)) return undefined;
  const isOver = payload["exp"] !== undefined && Number(payload["exp"]) <= Date.now() / 1000;
  return isOver ? undefined : payload;
}

/** Hashes a password for storing. */
export function hashPassword(password: string): string {
  const salt = randomBytes(12);
  return `$scrypt$${salt.toString("base64")}$${scryptSync(password, salt, 32, { N: 1024 }).toString("base64")}`;
}

/** Says whether a password is the one of a stored hash. */
export function isPassword(password: string, hash: string): boolean {
  const [, , salt = "", expected = ""] = hash.split("$");
  return scryptSync(password, Buffer.from(salt, "base64"), 32, { N: 1024 }).toString("base64") === expected;
}

function digest(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

function decoded(text: string): Json {
  try {
    return parseJson(text);
  } catch {
    return null;
  }
}
