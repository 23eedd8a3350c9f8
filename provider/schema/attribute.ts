import type { Value } from "./value.ts";

/**
 * What values an attribute takes. The compiler names every `switch` that must learn a new kind: equality, wire,
 * Terraform type, validation, docs label, L1 type.
 *
 * - `oneOf`: one of these words; with `foldCase` in any case.
 * - `json`: JSON as text, compared as JSON; as `record`, also without nulls, and with instants by what they mean. `datetime`: ISO 8601 as text, compared as instants.
 * - `unordered`: a list in HCL (as the peer has it) that compares without order and repetition.
 * - `permissions`: permission strings, unordered, where `write(…)` is the same as all of `writes`; a list in HCL, or a `set`
 *   where the peer has one.
 */
export type AttributeType =
  | { readonly kind: "string"; readonly foldCase?: boolean }
  | { readonly kind: "int" }
  | { readonly kind: "float" }
  | { readonly kind: "bool" }
  | { readonly kind: "oneOf"; readonly values: readonly string[]; readonly foldCase?: boolean }
  | { readonly kind: "json"; readonly record?: boolean }
  | { readonly kind: "datetime" }
  | { readonly kind: "permissions"; readonly writes: readonly string[]; readonly set?: boolean }
  | { readonly kind: "list" | "set" | "unordered" | "map"; readonly element: AttributeType }
  | { readonly kind: "object"; readonly attributes: Attributes };

/**
 * Who decides the value.
 * - `required`, `optional`: the user; an unset optional one is null.
 * - `default`: the user, or the value that is told in the schema.
 * - `serverDefault`: the user, or the server; unknown until created, then kept.
 * - `kept`: the user; when unset, what is there is left alone, and null stays null until it is set or imported. A new one is `unset`.
 * - `computed`: the server alone.
 */
export type Presence = "required" | "optional" | "default" | "serverDefault" | "kept" | "computed";

/** What else is to be said of an attribute. All of it is data, read by validation, plan, codec, docs, L1 and clone. */
export interface AttributeOptions {
  /** A change replaces the resource; `cleared`: only when a value is taken away, which the server cannot do in place. */
  readonly replace?: boolean | "cleared";
  /** Computed anew by every update (`updated_at`); otherwise a computed value is stable. */
  readonly volatile?: boolean;
  readonly sensitive?: boolean;
  /** Never in plan or state (Terraform 1.11 and later). */
  readonly writeOnly?: boolean;
  /** With `writeOnly`: the attribute that this one stands for on the wire, and whose `…_wo_version` sends it again. */
  readonly twinOf?: string;
  /** The server does not tell it: state keeps what was planned. */
  readonly unreadable?: boolean;
  /**
   * What the server tells counts only where state has a value already, or on import: a secret that is given by its write-only twin,
   * or elsewhere, stays out of state.
   */
  readonly readWhenSet?: boolean;

  /** Name in requests; `false` = never sent. Camel case of the name when absent. */
  readonly wire?: string | false;
  /** Name in answers where it differs from that in requests; `false` = never read. Dots reach into objects. */
  readonly read?: string | false;
  /** Calls that carry it: in `create` alone, or also in a PATCH that does not change it (`always`). */
  readonly send?: "create" | "update" | "always";
  /** Answers that mean "not set": a bound at the 64-bit limit, an empty string. */
  readonly absent?: readonly Value[];
  /**
   * The one of `absent` that a configuration may write as well as leave out. An import tells it, because what was written is not known
   * then: null would differ from it, and it is kept where nothing is written. What is made is planned with it, so that an import makes the
   * same state; a request leaves it out.
   */
  readonly unset?: Value;
  /** What a PATCH sends to clear it; without this a cleared attribute is left out (right for PUT). */
  readonly clear?: null | string | number | boolean | readonly string[];

  /** Characters of a string, elements of a collection. */
  readonly length?: readonly [number, number];
  /** Bounds of a number, inclusive. */
  readonly range?: readonly [number | bigint, number | bigint];
  /** What the text must match, and how that is said to a user. */
  readonly pattern?: Pattern;
  /** Constraint on each element of a collection. */
  readonly each?: { readonly length?: readonly [number, number]; readonly pattern?: Pattern };
  /** Attributes that may not be set together with this one. */
  readonly conflictsWith?: readonly string[];
  /** Attributes that must be set when this one is. */
  readonly requires?: readonly string[];

  /** An id that the provider makes before the request when the user gives none, so that a lost answer can be recognised. */
  readonly generated?: boolean;
  /** When unset, the provider's own setting of this name is planned. */
  readonly fromProvider?: "projectId";

  /** Type of the resource that the value is the id of. */
  readonly ref?: string;
  /** The same where an attribute beside this one says by a word which type it is: the first of `attributes` that has a word in `types`. */
  readonly refBy?: { readonly attributes: readonly string[]; readonly types: { readonly [word: string]: string } };
  /** For clone: what the server makes of it when a request does not say it, where that is not the default. */
  readonly unsaid?: Value;
  /** For clone: `skip` = not carried, `secret` = cannot be read and must be given. */
  readonly clone?: "skip" | "secret";
  /** For clone: a boolean attribute beside this one; while it is false, the value is no secret and is told. */
  readonly secretIf?: string;
  /** Text that may hold ids of other objects (a variable's value, a URL): clone and export look for them in it. */
  readonly mayHoldIds?: boolean;
  /** Usually another value in each environment (a hostname): export makes a variable of it. */
  readonly perEnvironment?: boolean;
  /** First server version that has it. */
  readonly since?: string;
  readonly deprecated?: string;
}

/** A rule on a text, with its words for the error message ("must be …"). */
export interface Pattern {
  readonly expression: RegExp;
  readonly words: string;
}

/** One attribute of a resource. `default` is set when presence is `default`. */
export interface Attribute {
  readonly type: AttributeType;
  readonly presence: Presence;
  readonly doc: string;
  readonly default?: Value;
  readonly options: AttributeOptions;
}

/** Attributes by name, in the order in which docs and requests tell them. */
export type Attributes = { readonly [name: string]: Attribute };

/** The words in which attributes are written: `t.<type>.<presence>(…)`. */
export const t = {
  string: words({ kind: "string" }),
  /** A string that the server folds to lower case, such as an e-mail address. */
  folded: words({ kind: "string", foldCase: true }),
  int: words({ kind: "int" }),
  float: words({ kind: "float" }),
  bool: words({ kind: "bool" }),
  json: words({ kind: "json" }),
  /** The values of a row as a JSON object: null is the same as absent, and the server spells datetimes its own way. */
  record: words({ kind: "json", record: true }),
  datetime: words({ kind: "datetime" }),
  oneOf: <const V extends readonly string[]>(...values: V) => words({ kind: "oneOf", values }),
  /** Like `oneOf`, in upper or lower case alike. */
  oneOfAnyCase: <const V extends readonly string[]>(...values: V) => words({ kind: "oneOf", values, foldCase: true }),
  list: (element: TypeWords | AttributeType) => words({ kind: "list", element: typeOf(element) }),
  set: (element: TypeWords | AttributeType) => words({ kind: "set", element: typeOf(element) }),
  unordered: (element: TypeWords | AttributeType) => words({ kind: "unordered", element: typeOf(element) }),
  map: (element: TypeWords | AttributeType) => words({ kind: "map", element: typeOf(element) }),
  object: (attributes: Attributes) => words({ kind: "object", attributes }),
  permissions: (...writes: readonly string[]) => words({ kind: "permissions", writes }),
  permissionSet: (...writes: readonly string[]) => words({ kind: "permissions", writes, set: true }),
} as const;

/** A type that waits for its presence. */
export interface TypeWords {
  readonly type: AttributeType;
  required(doc: string, options?: AttributeOptions): Attribute;
  optional(doc: string, options?: AttributeOptions): Attribute;
  default(value: Value, doc: string, options?: AttributeOptions): Attribute;
  serverDefault(doc: string, options?: AttributeOptions): Attribute;
  kept(doc: string, options?: AttributeOptions): Attribute;
  computed(doc: string, options?: AttributeOptions): Attribute;
}

/** Type of the resource that an attribute's value is the id of, as the values beside it say; undefined where it is no such id. */
export function referredType(
  { ref, refBy }: AttributeOptions,
  beside: { readonly [name: string]: Value },
): string | undefined {
  if (ref !== undefined || refBy === undefined) return ref;
  const words = refBy.attributes.map((name) => beside[name]);
  const word = words.find((one): one is string => typeof one === "string" && Object.hasOwn(refBy.types, one));
  return word === undefined ? undefined : refBy.types[word];
}

/** Camel case of a snake-case name: how Appwrite spells an attribute unless told otherwise. */
export function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function words(type: AttributeType): TypeWords {
  const as =
    (presence: Presence) =>
    (doc: string, options: AttributeOptions = {}): Attribute => ({ type, presence, doc, options });
  return {
    type,
    required: as("required"),
    optional: as("optional"),
    default: (value, doc, options = {}) => ({ type, presence: "default", doc, default: value, options }),
    serverDefault: as("serverDefault"),
    kept: as("kept"),
    computed: as("computed"),
  };
}

function typeOf(element: TypeWords | AttributeType): AttributeType {
  return "kind" in element ? element : element.type;
}
