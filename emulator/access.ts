import type { Context } from "./context.ts";
import { ServerError } from "./errors.ts";
import { isList, type Json } from "./json.ts";
import { membershipsOfUser } from "./users/memberships.ts";
import { usersPlace } from "./users/users.ts";

/** What a request may do with rows and files: keys and administrators everything, others what permissions give to their roles. */
export type Access = {
  readonly isTrusted: boolean;
  /** The user's id; empty for a guest or a key. */
  readonly userId: string;
  readonly roles: readonly string[];
};

/** The access of a request's caller. */
export function accessOf(context: Context): Access {
  const { caller } = context;
  if (caller.kind === "key" || caller.kind === "admin") return { isTrusted: true, userId: "", roles: [] };
  if (caller.kind === "guest") return { isTrusted: false, userId: "", roles: ["any", "guests"] };
  return { isTrusted: false, userId: caller.userId, roles: rolesOf(context, caller.userId) };
}

/** The roles of a user, in the server's order. */
function rolesOf(context: Context, userId: string): string[] {
  const user = context.store.get(usersPlace(context), userId);
  const isVerified = user?.data["emailVerification"] === true || user?.data["phoneVerification"] === true;
  const dimension = isVerified ? "verified" : "unverified";
  const memberships = user ? membershipsOfUser(context, user).filter(({ data }) => data["confirm"] === true) : [];
  return [
    "any",
    "users",
    `user:${userId}`,
    `user:${userId}/${dimension}`,
    `users/${dimension}`,
    ...memberships.flatMap(({ id, data }) => {
      const team = `team:${data["teamId"]}`;
      return [team, `member:${id}`, ...texts(data["roles"]).map((role) => `${team}/${role}`)];
    }),
    ...texts(user?.data["labels"]).map((label) => `label:${label}`),
  ];
}

function texts(value: Json | undefined): string[] {
  return isList(value) ? value.map(String) : [];
}

/** What may be done. */
export type Verb = "create" | "read" | "update" | "delete";

/** Says whether one of the lists of permissions lets the caller do something. */
export function permits({ isTrusted, roles }: Access, verb: Verb, ...lists: readonly (Json | undefined)[]): boolean {
  return isTrusted || lists.flatMap((list) => holders(list, verb)).some((role) => roles.includes(role));
}

/** Refuses what no permission allows, in the words of the server's check; without them where the database itself refuses. */
export function refuse(access: Access, verb: Verb, permissions: Json | undefined): ServerError {
  const wanted = holders(permissions, verb);
  const last = wanted.at(-1);
  return new ServerError("user_unauthorized", {
    message:
      last === undefined
        ? `No permissions provided for action '${verb}'`
        : `Missing "${verb}" permission for role "${last}". Only "${JSON.stringify(access.roles)}" scopes are allowed and "${JSON.stringify(wanted)}" was given.`,
  });
}

/** The roles that a list of permissions gives a right to. */
function holders(permissions: Json | undefined, verb: Verb): string[] {
  const prefix = `${verb}("`;
  const roles = texts(permissions).filter((one) => one.startsWith(prefix));
  return roles.map((one) => one.slice(prefix.length, -2));
}

/** The permissions of something new: those given, or all of its owner, who may give them to own roles only. */
export function ownPermissions(access: Access, given: readonly string[] | null): string[] {
  if (given === null) {
    const isOwned = !access.isTrusted && access.userId !== "";
    return isOwned ? ["read", "update", "delete"].map((verb) => `${verb}("user:${access.userId}")`) : [];
  }
  refuseForeign(access, given);
  return [...given];
}

/** Users and guests give permissions only to roles that they have themselves. */
export function refuseForeign({ isTrusted, roles }: Access, given: readonly string[]): void {
  const isForeign = (permission: string) => !roles.includes(permission.replace(/^\w+\("/, "").replace(/"\)$/, ""));
  if (!isTrusted && given.some(isForeign))
    throw new ServerError("user_unauthorized", { message: `Permissions must be one of: (${roles.join(", ")})` });
}
