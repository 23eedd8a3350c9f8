/**
 * What is wrong with a permission string such as `read("team:editors")`, in a sentence with its remedy; null when
 * nothing is. `verbs` are those that the object takes. Grammar: API chapter A3, real-server F34.
 */
export function permissionError(permission: string, verbs: readonly string[]): string | null {
  const parts = /^([A-Za-z]+)\((.*)\)$/s.exec(permission);
  const [, verb = "", quoted = ""] = parts ?? [];
  if (parts === null) {
    return `${JSON.stringify(permission)} is no permission. Write a verb and a role in quotes, such as read("any"), or use provider::appwrite::read("any").`;
  }
  if (!verbs.includes(verb)) {
    return `${JSON.stringify(permission)}: the verb must be one of ${verbs.join(", ")} (in lower case), not ${JSON.stringify(verb)}.`;
  }
  const role = /^"([^"]*)"$/.exec(quoted)?.[1];
  if (role === undefined) {
    return `${JSON.stringify(permission)}: the role must stand in double quotes, such as ${verb}("any").`;
  }
  const fault = roleError(role);
  return fault === null ? null : `${JSON.stringify(permission)}: ${fault}`;
}

/** What is wrong with a role such as `team:editors/owner`; null when nothing is. */
export function roleError(role: string): string | null {
  const [, name = "", identifier, dimension] = /^([^:/]*)(?::([^/]*))?(?:\/(.*))?$/s.exec(role) ?? [];
  const grammar = ROLES[name];
  if (grammar === undefined) {
    return `the role must be any, guests, users, user:ID, team:ID, member:ID or label:NAME, not ${JSON.stringify(role)}.`;
  }
  if (grammar.identifier === "none" && identifier !== undefined)
    return `the role ${name} takes no id, as in ${JSON.stringify(role)}.`;
  if (grammar.identifier !== "none" && !identifier)
    return `the role ${name} needs ${grammar.identifier}, such as ${grammar.example}.`;
  if (identifier !== undefined && grammar.pattern && !grammar.pattern.test(identifier)) {
    return `${JSON.stringify(identifier)} is no ${grammar.identifier.replace(/^an? /, "")}: ${grammar.words}.`;
  }
  if (dimension === undefined) return null;
  if (grammar.dimension === "none")
    return `the role ${name} takes nothing after a slash, as in ${JSON.stringify(role)}.`;
  if (grammar.dimension === "status" && dimension !== "verified" && dimension !== "unverified") {
    return `after the slash the role ${name} takes verified or unverified, not ${JSON.stringify(dimension)}.`;
  }
  return /^[a-zA-Z0-9._-]{1,81}$/.test(dimension) ? null : `${JSON.stringify(dimension)} is no role of a team.`;
}

interface Grammar {
  readonly identifier: "none" | "an id" | "a name";
  readonly dimension: "none" | "status" | "role";
  readonly pattern?: RegExp;
  readonly words?: string;
  readonly example?: string;
}

const ID = {
  pattern: /^[a-zA-Z0-9][a-zA-Z0-9._-]{0,254}$/,
  words: "it may hold letters, digits, dots, hyphens and underscores, and begins with a letter or digit",
} as const;

const ROLES: { readonly [name: string]: Grammar } = {
  any: { identifier: "none", dimension: "none" },
  guests: { identifier: "none", dimension: "none" },
  users: { identifier: "none", dimension: "status" },
  user: { identifier: "an id", dimension: "status", example: "user:ID", ...ID },
  team: { identifier: "an id", dimension: "role", example: "team:ID", ...ID },
  member: { identifier: "an id", dimension: "none", example: "member:ID", ...ID },
  label: {
    identifier: "a name",
    dimension: "none",
    example: "label:vip",
    pattern: /^[a-zA-Z0-9]{1,36}$/,
    words: "it may hold letters and digits only",
  },
};
