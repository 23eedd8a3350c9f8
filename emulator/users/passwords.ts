import { randomBytes, scryptSync } from "node:crypto";
import type { JsonObject } from "../json.ts";

/** A hash as a user keeps it: the text, the algorithm and its options, in the words of the server's `hash` and `hashOptions`. */
export type PasswordHash = {
  readonly password: string | null;
  readonly hash: string;
  readonly hashOptions: JsonObject;
};

const argon2Options: JsonObject = { type: "argon2", memory_cost: 65_536, time_cost: 4, threads: 3 };

/** No password: the server still names its default algorithm. */
export const noPassword: PasswordHash = { password: null, hash: "argon2", hashOptions: argon2Options };

/**
 * Hashes a plain password. The text has the form that the server's Argon2 gives (`$argon2id$v=19$m=65536,…`), but Node has no
 * Argon2: it is scrypt's, so that such a hash cannot be carried to a real server.
 */
export function hashUserPassword(password: string): PasswordHash {
  const salt = base64(randomBytes(16));
  return { ...noPassword, password: `${argon2Head}${salt}$${digest(password, salt)}` };
}

/** Says whether a password is the one of a hash that `hashUserPassword` made. */
export function isUserPassword(password: string, hash: string): boolean {
  if (!hash.startsWith(argon2Head)) return false;
  const [salt = "", expected = ""] = hash.slice(argon2Head.length).split("$");
  return digest(password, salt) === expected;
}

const argon2Head = "$argon2id$v=19$m=65536,t=4,p=3$";

function digest(password: string, salt: string): string {
  return base64(scryptSync(password, salt, 32, { N: 1024 }));
}

function base64(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}
