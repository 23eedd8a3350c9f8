import { type Attribute, type AttributeOptions, type TypeWords, t } from "./attribute.ts";

/** Custom ids as Appwrite takes them (API chapter A3): 36 characters, 255 on MongoDB, which the server checks. */
export const ID_PATTERN = {
  expression: /^[a-zA-Z0-9][a-zA-Z0-9._-]*$/,
  words: "letters, digits, dots, hyphens and underscores, beginning with a letter or digit",
} as const;

/** The id of an object: chosen by the user, or by the provider before the request. `wire` is its name in the create call. */
export function id(wire: string, noun: string): Attribute {
  return t.string.serverDefault(`ID of the ${noun}. When not set, the provider chooses one.`, {
    replace: true,
    wire,
    read: "$id",
    send: "create",
    generated: true,
    length: [1, 255],
    pattern: ID_PATTERN,
  });
}

/** The id of the parent, part of every path. */
export function parent(type: string, noun: string, options: AttributeOptions = {}): Attribute {
  return t.string.required(`ID of the ${noun}.`, {
    replace: true,
    wire: false,
    ref: type,
    length: [1, 255],
    pattern: ID_PATTERN,
    ...options,
  });
}

/** The project that an object lives in. */
export const projectId: Attribute = t.string.serverDefault("ID of the project. The provider's project when not set.", {
  replace: true,
  wire: false,
  read: false,
  fromProvider: "projectId",
  clone: "skip",
});

/** When the object was made and last changed, as the server tells it. */
export const timestamps = {
  created_at: t.string.computed("When it was created, in ISO 8601.", {
    wire: false,
    read: "$createdAt",
    clone: "skip",
  }),
  updated_at: t.string.computed("When it was last changed, in ISO 8601.", {
    wire: false,
    read: "$updatedAt",
    volatile: true,
    clone: "skip",
  }),
} as const;

/** What every kind has: timestamps and the project. */
export const standard = { ...timestamps, project_id: projectId } as const;

/** Permissions of a container (table, collection, bucket), where `write` is create, update and delete: a list, or a set as `words` says. */
export function containerPermissions(noun: string, words = t.permissions): Attribute {
  return words("create", "update", "delete").serverDefault(
    `Permissions of the ${noun}, such as \`read("any")\` or \`write("team:editors")\`. Their order has no meaning.`,
    {
      read: "$permissions",
      length: [0, 100],
    },
  );
}

/** Permissions of a record (row, document, file), where `write` is update and delete: a list, or a set as `words` says. */
export function recordPermissions(noun: string, words = t.permissions): Attribute {
  return words("update", "delete").serverDefault(
    `Permissions of the ${noun}, such as \`read("any")\`. Their order has no meaning.`,
    {
      read: "$permissions",
      length: [0, 100],
    },
  );
}

/** Protects what holds data from being destroyed or replaced; lives in state only. */
export function deletionProtection(noun: string, holds: string): Attribute {
  return t.bool.default(
    false,
    `Refuse every plan that would destroy or replace the ${noun} and the ${holds} in it. Set it to false and apply before destroying on purpose.`,
    { wire: false, read: false, clone: "skip" },
  );
}

/**
 * A secret in three attributes: `name` (in state, sensitive), `name_wo` (write-only, Terraform 1.11 and later) and
 * `name_wo_version`, whose change sends the write-only value again. A text, unless it is of another `type`.
 */
export function secret(
  name: string,
  doc: string,
  options: AttributeOptions = {},
  type: TypeWords = t.string,
): { readonly [name: string]: Attribute } {
  return {
    [name]: type.optional(doc, {
      sensitive: true,
      clone: "secret",
      conflictsWith: [`${name}_wo`],
      ...options,
    }),
    [`${name}_wo`]: type.optional(
      `${doc} Write-only: it is never stored in plan or state. Needs Terraform 1.11 or later.`,
      {
        sensitive: true,
        writeOnly: true,
        twinOf: name,
        read: false,
        clone: "skip",
        requires: [`${name}_wo_version`],
        ...(options.length ? { length: options.length } : {}),
        ...(options.pattern ? { pattern: options.pattern } : {}),
        ...(options.wire !== undefined ? { wire: options.wire } : {}),
      },
    ),
    [`${name}_wo_version`]: t.int.optional(`Version of \`${name}_wo\`: change it to send the write-only value again.`, {
      wire: false,
      read: false,
      clone: "skip",
      requires: [`${name}_wo`],
    }),
  };
}
