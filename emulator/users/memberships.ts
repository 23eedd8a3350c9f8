import type { Context } from "../context.ts";
import { amend } from "../documents.ts";
import type { JsonObject } from "../json.ts";
import type { Place, Stored } from "../store.ts";
import { usersPlace } from "./users.ts";

type Scoped = Pick<Context, "store" | "now"> & { readonly project: { readonly id: string } };

/** The teams of a project (or of the console). */
export function teamsPlace({ project }: Pick<Scoped, "project">): Place {
  return { scope: project.id, collection: "teams" };
}

/** The memberships of all teams, tagged with the id of their team. */
export function membershipsPlace({ project }: Pick<Scoped, "project">): Place {
  return { scope: project.id, collection: "memberships" };
}

/** The memberships of a user, oldest first. */
export function membershipsOfUser(context: Pick<Context, "store" | "project">, user: Stored): Stored[] {
  return context.store
    .list(membershipsPlace(context))
    .filter(({ data }) => data["userSequence"] === user.sequence && data["userId"] === user.id);
}

/** Adds to a team's count of members; it never goes below nothing. */
export function countMembers(context: Scoped, team: Stored, change: number): void {
  amend(context, teamsPlace(context), team, { total: Math.max(0, Number(team.data["total"] ?? 0) + change) });
}

/** Removes the memberships of a user that is gone, and counts them off. */
export function leaveTeams(context: Scoped, user: number): void {
  for (const membership of context.store.list(membershipsPlace(context))) {
    if (membership.data["userSequence"] !== user) continue;
    context.store.remove(membershipsPlace(context), membership.id);
    const team = context.store.get(teamsPlace(context), String(membership.data["teamId"]));
    if (team && membership.data["confirm"] === true) countMembers(context, team, -1);
  }
}

/**
 * A membership as the server tells it to a key. `isWhole` = with what only GET and LIST look up: the member's phone number and
 * last access, which the answers to POST and PATCH leave empty.
 */
export function showMembership(context: Context, { data }: Stored, isWhole = true): JsonObject {
  const user = context.store.get(usersPlace(context), String(data["userId"]))?.data ?? {};
  const team = context.store.get(teamsPlace(context), String(data["teamId"]))?.data ?? {};
  const isOld = context.version === "1.9.0";
  return {
    $id: data["$id"] ?? "",
    $createdAt: data["$createdAt"] ?? "",
    $updatedAt: data["$updatedAt"] ?? "",
    userId: data["userId"] ?? "",
    userName: user["name"] ?? "",
    userEmail: user["email"] ?? "",
    ...(isOld ? {} : { userPhone: isWhole ? (user["phone"] ?? "") : "" }),
    teamId: data["teamId"] ?? "",
    teamName: team["name"] ?? "",
    invited: data["invited"] ?? "",
    joined: data["joined"] ?? "",
    confirm: data["confirm"] ?? false,
    mfa: isWhole && hasFactor(user),
    ...(isOld ? {} : { userAccessedAt: isWhole ? (user["accessedAt"] ?? "") : "" }),
    roles: data["roles"] ?? [],
  };
}

/** Multi-factor sign-in counts only with a factor to use. */
function hasFactor(user: JsonObject): boolean {
  const has = (name: string) => (user[name] ?? "") !== "" && user[`${name}Verification`] === true;
  return user["mfa"] === true && (has("email") || has("phone"));
}
