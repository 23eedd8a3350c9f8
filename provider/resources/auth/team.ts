import { collection, defineResource, deletionProtection, id, standard, t } from "../../schema/index.ts";
import { TEAM_ROLE } from "./team-role.ts";

export const team = defineResource({
  type: "appwrite_auth_team",
  noun: "team",
  summary: "A team: a group of users that permissions name, such as `team:editors/owner`.",
  scopes: { read: "teams.read", write: "teams.write" },

  attributes: {
    id: id("teamId", "team"),
    name: t.string.required("Name shown in the console.", { length: [1, 128] }),
    roles: t
      .unordered(t.string)
      .optional(
        "Roles of the first member. They count only where the team is made by a user; an API key makes a team without members.",
        {
          send: "create",
          read: false,
          clone: "skip",
          length: [0, 100],
          each: { length: [1, 36], pattern: TEAM_ROLE },
        },
      ),
    deletion_protection: deletionProtection("team", "memberships"),
    ...standard,
  },

  api: collection("/teams", "teams"),
  importId: ["id"],
  lookup: { by: ["name"], plural: "appwrite_auth_teams" },
  holds: "memberships",
  cloning: { role: "team", config: "teams" },
});
