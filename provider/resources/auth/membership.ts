import {
  defineResource,
  ID_PATTERN,
  type JsonObject,
  type Listing,
  parent,
  type Row,
  type Session,
  standard,
  t,
} from "../../schema/index.ts";
import { TEAM_ROLE } from "./team-role.ts";

export const membership = defineResource({
  type: "appwrite_auth_membership",
  noun: "membership",
  summary: "The membership of a user in a team, with roles.",
  notes: "It is confirmed at once: no invitation is sent.",
  scopes: { read: "teams.read", write: "teams.write" },

  attributes: {
    id: t.string.computed("ID of the membership, which the server chooses.", { wire: false, read: "$id" }),
    team_id: parent("appwrite_auth_team", "team"),
    user_id: t.string.required("ID of the user.", {
      replace: true,
      ref: "appwrite_auth_user",
      length: [1, 255],
      pattern: ID_PATTERN,
    }),
    roles: t.unordered(t.string).required("Roles in the team, such as `owner`. May be empty.", {
      length: [0, 100],
      each: { length: [1, 81], pattern: TEAM_ROLE },
    }),
    confirm: t.bool.computed("Whether the user has joined.", { wire: false, read: "confirm", clone: "skip" }),
    ...standard,
  },

  api: {
    create: "POST /teams/{team_id}/memberships",
    read: "GET /teams/{team_id}/memberships/{id}",
    update: "PATCH /teams/{team_id}/memberships/{id}",
    delete: "DELETE /teams/{team_id}/memberships/{id}",
    list: { path: "/teams/{team_id}/memberships", items: "memberships", key: "$id", unbounded: true },
  },
  hooks: { read },
  importId: ["team_id", "id"],
  lookup: { by: ["user_id"], plural: "appwrite_auth_memberships" },
  knownBy: ["user_id"],
  cloning: { data: "users", role: "member" },
});

/** By its id, or by its user where the id is not known: before it is made, and after an answer that was lost. */
async function read({ backend }: Session, state: Row): Promise<JsonObject | null> {
  const listing: Listing = {
    path: `/teams/${state["team_id"]}/memberships`,
    items: "memberships",
    key: "$id",
    unbounded: true,
  };
  if (typeof state["id"] === "string") return backend.find(listing, state["id"]);
  const query = { method: "equal", attribute: "userId", values: [String(state["user_id"])] };
  const [found] = await backend.list(listing, [JSON.stringify(query)]);
  return found ?? null;
}
