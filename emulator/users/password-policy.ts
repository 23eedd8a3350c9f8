import { invalidArgument, ServerError } from "../errors.ts";
import { isList, isObject, type Json, type JsonObject } from "../json.ts";
import type { Project } from "../projects.ts";
import { isUserPassword } from "./passwords.ts";

/** A project's setting for its users (`passwordHistory`, `duration`, …), as its document keeps it under `auths`. */
export function authSetting(project: Project, name: string): Json | undefined {
  const { auths } = project.document;
  return isObject(auths) ? auths[name] : undefined;
}

/** Does a new password end the sessions that were opened with the old one? Every project begins with that. */
export function endsSessions(project: Project): boolean {
  return authSetting(project, "invalidateSessions") !== false;
}

/** Refuses a password that is weaker than the project asks for, or a common one: 400 `general_argument_invalid`. */
export function checkPassword(project: Project, password: string): void {
  checkStrength(project, password);
  if (authSetting(project, "passwordDictionary") !== true || !commonPasswords.has(password)) return;
  throw invalidArgument(
    "Invalid `password` param: Password must be between 8 and 265 characters long, and should not be one of the commonly used password.",
  );
}

// The server has a list of ten thousand; these are the ones that a test of the policy would try.
const commonPasswords: ReadonlySet<string> = new Set(
  "password password1 passw0rd 12345678 123456789 1234567890 11111111 87654321 qwertyui qwertyuiop qwerty123 1q2w3e4r 1qaz2wsx iloveyou sunshine princess football baseball starwars superman trustno1 whatever computer internet letmein1 welcome1 michelle jennifer charlie1 abcd1234".split(
    " ",
  ),
);

function checkStrength(project: Project, password: string): void {
  const policy = authSetting(project, "passwordStrength");
  if (!isObject(policy)) return;
  const least = Number(policy["min"] ?? 8);
  const asked = classes.filter(({ name }) => policy[name] === true);
  if (Buffer.byteLength(password) >= least && asked.every(({ pattern }) => pattern.test(password))) return;
  const words = [`between ${least} and 256 characters long`, ...asked.map((one) => `include ${one.words}`)];
  throw invalidArgument(`Invalid \`password\` param: Password must be ${words.join(", ")}.`);
}

const classes = [
  { name: "uppercase", pattern: /[A-Z]/, words: "an uppercase letter" },
  { name: "lowercase", pattern: /[a-z]/, words: "a lowercase letter" },
  { name: "number", pattern: /\d/, words: "a number" },
  { name: "symbols", pattern: /[^\p{L}\p{N}\s]/u, words: "a symbol" },
] as const;

/** Refuses a password that contains what the user is called, where the project asks for it: 400 `password_personal_data`. */
export function checkPersonalData(project: Project, userId: string, user: JsonObject, password: string): void {
  if (authSetting(project, "personalDataCheck") !== true) return;
  const email = String(user["email"] ?? "");
  const phone = String(user["phone"] ?? "");
  const secret = password.toLowerCase();
  const personal = [userId, email, email.split("@")[0] ?? "", String(user["name"] ?? ""), phone.replace("+", "")];
  if (personal.some((part) => part !== "" && secret.includes(part.toLowerCase()))) {
    throw new ServerError("password_personal_data");
  }
}

/**
 * The password hashes to remember after a change, of as many passwords as the project says; a password among them is
 * 400 `password_recently_used`.
 */
export function passwordHistory(project: Project, user: JsonObject, password: string, hash: string): readonly Json[] {
  const limit = Number(authSetting(project, "passwordHistory") ?? 0);
  const known = isList(user["passwordHistory"]) ? user["passwordHistory"] : [];
  if (limit === 0) return known;
  if (known.some((old) => isUserPassword(password, String(old)))) throw new ServerError("password_recently_used");
  return [...known, hash].slice(-limit);
}
