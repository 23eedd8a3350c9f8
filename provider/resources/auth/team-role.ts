import type { Pattern } from "../../schema/index.ts";

/** A role of a member within a team. */
export const TEAM_ROLE: Pattern = {
  expression: /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
  words: "a role of letters, digits, dots, hyphens and underscores that begins with a letter or digit, such as owner",
};
