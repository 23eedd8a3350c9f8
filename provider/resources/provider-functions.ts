import { createHash } from "node:crypto";
import { ArgumentError, type FunctionDefinition } from "../schema/other-definitions.ts";
import { roleError } from "../schema/permission.ts";
import type { FunctionParameter } from "../schema/terraform-type.ts";
import type { Value } from "../schema/value.ts";

const STRING = { kind: "string" } as const;
const ROLE: FunctionParameter = {
  name: "role",
  type: STRING,
  description:
    'Who: a role such as "any", "users", "team:editors" or "user:ID/verified", best made by a role_… function.',
};
const ID: FunctionParameter = { name: "id", type: STRING, description: "ID of the object that the role names." };

/** The functions of the provider: permission strings, roles, and stable ids. Malformed roles are errors when the plan is made. */
export const functions: readonly FunctionDefinition[] = [
  permission("read", "reads it"),
  permission("create", "creates rows, documents or files in it"),
  permission("update", "changes it"),
  permission("delete", "deletes it"),
  permission("write", "creates, changes and deletes"),

  role({
    name: "role_any",
    means: "everybody, signed in or not",
    parameters: [],
    gives: () => "any",
    example: "role_any()",
  }),
  role({
    name: "role_guests",
    means: "everybody who is not signed in",
    parameters: [],
    gives: () => "guests",
    example: "role_guests()",
  }),
  role({
    name: "role_users",
    means: "everybody who is signed in, or with a word those who are `verified` or `unverified`",
    parameters: [],
    variadic: { name: "status", description: "`verified` or `unverified`; none for both." },
    gives: (_, more) => join("users", more),
    example: 'role_users("verified")',
  }),
  role({
    name: "role_user",
    means: "one user, or with a word that user while `verified` or `unverified`",
    parameters: [ID],
    variadic: { name: "status", description: "`verified` or `unverified`; none for both." },
    gives: ([id], more) => join(`user:${id}`, more),
    example: 'role_user("5f2a", "verified")',
  }),
  role({
    name: "role_team",
    means: "the members of a team, or with a word those of one role in it",
    parameters: [ID],
    variadic: { name: "role", description: "A role in the team, such as `owner`; none for all members." },
    gives: ([id], more) => join(`team:${id}`, more),
    example: 'role_team("editors", "owner")',
  }),
  role({
    name: "role_member",
    means: "one membership of a team",
    parameters: [ID],
    gives: ([id]) => `member:${id}`,
    example: 'role_member("6a1b")',
  }),
  role({
    name: "role_label",
    means: "the users who have a label",
    parameters: [{ name: "label", type: STRING, description: "The label: letters and digits." }],
    gives: ([label]) => `label:${label}`,
    example: 'role_label("vip")',
  }),

  {
    name: "id",
    signature: {
      summary: "A stable id from a seed",
      description:
        "Gives an id of 20 characters that Appwrite accepts: always the same for the same seed, different for different ones. For objects whose id shall be equal in every environment.",
      parameters: [{ name: "seed", type: STRING, description: "Any text, such as a name." }],
      returns: STRING,
    },
    example: 'provider::appwrite::id("shop/books")',
    call: ([seed]) => createHash("sha256").update(String(seed)).digest("hex").slice(0, 20),
  },
];

function permission(verb: string, means: string): FunctionDefinition {
  return {
    name: verb,
    signature: {
      summary: `The permission to ${verb}`,
      description: `Gives the permission string \`${verb}("<role>")\`: whoever has the role ${means}. A malformed role is an error.`,
      parameters: [ROLE],
      returns: STRING,
    },
    example: `provider::appwrite::${verb}(provider::appwrite::role_team("editors"))`,
    call: ([given]) => {
      const fault = roleError(String(given));
      if (fault !== null) throw new ArgumentError(0, sentence(fault));
      return `${verb}("${given}")`;
    },
  };
}

interface RoleWords {
  readonly name: string;
  readonly means: string;
  readonly parameters: readonly FunctionParameter[];
  readonly variadic?: { readonly name: string; readonly description: string };
  readonly gives: (parameters: readonly string[], more: readonly string[]) => string;
  readonly example: string;
}

function role({ name, means, parameters, variadic, gives, example }: RoleWords): FunctionDefinition {
  return {
    name,
    signature: {
      summary: `The role of ${means.replace(/, or.*$/, "")}`,
      description: `Gives the role of ${means}, for permissions, topics and functions. Malformed parts are errors.`,
      parameters,
      ...(variadic ? { variadic: { ...variadic, type: STRING } } : {}),
      returns: STRING,
    },
    example: `provider::appwrite::${example}`,
    call: (given) => {
      const fixed = given.slice(0, parameters.length).map(String);
      const more = words(given.slice(parameters.length));
      if (more.length > 1)
        throw new ArgumentError(parameters.length + 1, `At most one ${variadic?.name ?? "word"} may be given.`);
      const made = gives(fixed, more);
      const fault = roleError(made);
      if (fault !== null) throw new ArgumentError(more.length > 0 && parameters.length > 0 ? 1 : 0, sentence(fault));
      return made;
    },
  };
}

/** Core sends each variadic argument by itself. */
function words(values: readonly Value[]): readonly string[] {
  return values.map(String);
}

function join(role: string, more: readonly string[]): string {
  return [role, ...more].join("/");
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
