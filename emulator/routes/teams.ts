import { randomBytes } from "node:crypto";
import { type Context, empty, type Handlers, json, type Reply } from "../context.ts";
import { addDocument, amend } from "../documents.ts";
import { invalidArgument, ServerError } from "../errors.ts";
import { identifier, uniqueIdentifier } from "../identifiers.ts";
import { isList, isObject, type Json, type JsonObject } from "../json.ts";
import type { Params } from "../params.ts";
import { consoleScope } from "../projects.ts";
import { type ListView, listItems } from "../queries.ts";
import type { Stored } from "../store.ts";
import { countMembers, membershipsPlace, showMembership, teamsPlace } from "../users/memberships.ts";
import { hashUserPassword } from "../users/passwords.ts";
import { insertUser, usersPlace, userWith } from "../users/users.ts";

const TEAM = "/v1/teams/:teamId";
const MEMBERSHIP = `${TEAM}/memberships/:membershipId`;

/** Teams and memberships, as an API key (or a console user, for organizations) has them. */
export const teamRoutes: Handlers = {
  "POST /v1/teams": createTeam,
  "GET /v1/teams": (context, params) => {
    const { total, items } = listItems(visibleTeams(context), params.asked(), teamsView);
    return json({ total, teams: items.map(showTeam) });
  },
  [`GET ${TEAM}`]: (context, params) => json(showTeam(teamOf(context, params))),
  [`PUT ${TEAM}`]: (context, params) =>
    json(showTeam(amend(context, teamsPlace(context), teamOf(context, params), { name: params.text("name") }))),
  [`DELETE ${TEAM}`]: (context, params) => {
    const team = teamOf(context, params);
    for (const membership of membersOf(context, team)) context.store.remove(membershipsPlace(context), membership.id);
    context.store.remove(teamsPlace(context), team.id);
    return empty();
  },
  [`GET ${TEAM}/prefs`]: (context, params) => json(asObject(teamOf(context, params).data["prefs"])),
  [`PUT ${TEAM}/prefs`]: (context, params) => {
    const prefs = asObject(params.raw("prefs"));
    amend(context, teamsPlace(context), teamOf(context, params), { prefs });
    return json(prefs);
  },
  // The audit of requests is not kept.
  [`GET ${TEAM}/logs`]: (context, params) => {
    teamOf(context, params);
    return json({ total: 0, logs: [] });
  },

  [`POST ${TEAM}/memberships`]: createMembership,
  [`GET ${TEAM}/memberships`]: (context, params) => {
    const { total, items } = listItems(membersOf(context, teamOf(context, params)), params.asked(), membersView);
    return json({ total, memberships: items.map((one) => showMembership(context, one)) });
  },
  [`GET ${MEMBERSHIP}`]: (context, params) => json(showMembership(context, membershipOf(context, params))),
  [`PATCH ${MEMBERSHIP}`]: (context, params) => {
    const membership = membershipOf(context, params);
    if (!userOfMembership(context, membership)) throw new ServerError("user_not_found");
    const changed = amend(context, membershipsPlace(context), membership, { roles: params.list("roles") });
    return json(showMembership(context, changed, false));
  },
  [`DELETE ${MEMBERSHIP}`]: deleteMembership,
};

const teamsView: ListView<Stored> = {
  noun: "Team",
  value: ({ data }, name) => data[name],
  id: ({ id }) => id,
  searchText: ({ id, data }) => `${id} ${data["name"]}`,
};

const membersView: ListView<Stored> = {
  noun: "Membership",
  value: ({ data }, name) => data[name],
  id: ({ id }) => id,
  searchText: ({ id, data }) => `${id} ${data["userId"]}`,
};

function teamOf(context: Context, params: Params): Stored {
  const team = context.store.get(teamsPlace(context), params.text("teamId"));
  if (!team || !visibleTeams(context).some(({ id }) => id === team.id)) throw new ServerError("team_not_found");
  return team;
}

/** A key sees every team, a user those that it is a member of. */
function visibleTeams(context: Context): Stored[] {
  const { caller, store, project } = context;
  const all = store.list(teamsPlace(context));
  const isPrivileged = caller.kind === "key" || (caller.kind === "admin" && project.id !== consoleScope);
  if (isPrivileged) return all;
  const userId = "userId" in caller ? caller.userId : "";
  const own = new Set(
    store
      .list(membershipsPlace(context))
      .filter(({ data }) => data["userId"] === userId && data["confirm"] === true)
      .map(({ data }) => data["teamId"]),
  );
  return all.filter(({ id }) => own.has(id));
}

function membersOf(context: Context, team: Stored): Stored[] {
  return context.store.tagged(membershipsPlace(context), team.id);
}

/** A key makes an empty team; a user becomes the first member of its own, as an owner among other roles. */
function createTeam(context: Context, params: Params): Reply {
  const { caller, store } = context;
  const isUser = "userId" in caller && (caller.kind === "user" || context.project.id === consoleScope);
  const id = identifier(params.text("teamId"));
  const fields = { name: params.text("name"), total: isUser ? 1 : 0, prefs: {} };
  const team = addDocument(context, teamsPlace(context), id, fields);
  if (!team) throw new ServerError("team_already_exists");
  const user = isUser ? store.get(usersPlace(context), caller.userId) : undefined;
  if (user) {
    const roles = params.list("roles");
    insertMembership(context, team, user, roles.includes("owner") ? roles : [...roles, "owner"]);
  }
  return json(showTeam(team));
}

function insertMembership(context: Context, team: Stored, user: Stored, roles: readonly Json[]): Stored {
  const id = uniqueIdentifier();
  const fields = {
    userId: user.id,
    userSequence: user.sequence,
    teamId: team.id,
    invited: context.now,
    joined: context.now,
    confirm: true,
    roles,
  };
  const added = addDocument(context, membershipsPlace(context), id, fields, team.id);
  if (!added) throw new ServerError("membership_already_confirmed");
  return added;
}

/** A membership made by a key is confirmed at once; an address that no user has makes a user. */
function createMembership(context: Context, params: Params): Reply {
  const userId = params.text("userId");
  const email = params.text("email").toLowerCase();
  const phone = params.text("phone");
  if (userId === "" && email === "" && phone === "")
    throw invalidArgument("At least one of userId, email, or phone is required");
  const team = teamOf(context, params);
  const user = invitee(context, { userId, email, phone }) ?? newMember(context, email, phone, params.text("name"));
  const isMember = membersOf(context, team).some(({ data }) => data["userId"] === user.id);
  if (isMember) throw new ServerError("membership_already_confirmed");
  const membership = insertMembership(context, team, user, params.list("roles"));
  countMembers(context, team, 1);
  return json(showMembership(context, membership, false));
}

type Address = { readonly userId: string; readonly email: string; readonly phone: string };

function invitee(context: Context, { userId, email, phone }: Address): Stored | undefined {
  const mismatch = (one: string, other: string) =>
    new ServerError("user_already_exists", { message: `Given ${one} and ${other} doesn't match` });
  if (userId !== "") {
    const user = context.store.get(usersPlace(context), userId);
    if (!user) throw new ServerError("user_not_found", { message: "User with given userId doesn't exist." });
    if (email !== "" && user.data["email"] !== email) throw mismatch("userId", "email");
    if (phone !== "" && user.data["phone"] !== phone) throw mismatch("userId", "phone");
    return user;
  }
  if (email === "") return userWith(context, "phone", phone);
  const user = userWith(context, "email", email);
  if (user && phone !== "" && user.data["phone"] !== phone) throw mismatch("email", "phone");
  return user;
}

/** A user who is made by an invitation: a random password, no targets, named by the address where no name is given. */
function newMember(context: Context, email: string, phone: string, name: string): Stored {
  return insertUser(context, {
    id: uniqueIdentifier(),
    email: email === "" ? null : email,
    phone: phone === "" ? null : phone,
    name: name === "" ? email : name,
    password: hashUserPassword(randomBytes(64).toString("hex")),
    passwordUpdate: "",
  });
}

function membershipOf(context: Context, params: Params): Stored {
  const team = teamOf(context, params);
  const membership = context.store.get(membershipsPlace(context), params.text("membershipId"));
  if (!membership) throw new ServerError("membership_not_found");
  if (membership.data["teamId"] !== team.id) throw new ServerError("team_membership_mismatch");
  return membership;
}

/** The membership comes first here: what is missing of it is told in other words than by GET (source: the server's action). */
function deleteMembership(context: Context, params: Params): Reply {
  const membership = context.store.get(membershipsPlace(context), params.text("membershipId"));
  if (!membership) throw new ServerError("team_invite_not_found");
  if (!userOfMembership(context, membership)) throw new ServerError("user_not_found");
  const team = teamOf(context, params);
  if (membership.data["teamId"] !== team.id) throw new ServerError("team_membership_mismatch");
  refuseLastOwner(context, team, membership);
  context.store.remove(membershipsPlace(context), membership.id);
  if (membership.data["confirm"] === true) countMembers(context, team, -1);
  return empty();
}

/** The only owner of an organization may not leave it. */
function refuseLastOwner(context: Context, team: Stored, membership: Stored): void {
  if (context.project.id !== consoleScope) return;
  const owners = membersOf(context, team).filter(
    ({ data }) => isList(data["roles"]) && data["roles"].includes("owner"),
  );
  const isOwn = "userId" in context.caller && membership.data["userId"] === context.caller.userId;
  if (owners.length !== 1 || owners[0]?.id !== membership.id || !isOwn) return;
  const message = "There must be at least one owner in the organization.";
  throw new ServerError("membership_deletion_prohibited", { message });
}

function userOfMembership(context: Context, membership: Stored): Stored | undefined {
  return context.store.get(usersPlace(context), String(membership.data["userId"]));
}

function showTeam({ data }: Stored): JsonObject {
  return data;
}

function asObject(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}
