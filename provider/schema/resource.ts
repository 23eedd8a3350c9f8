import type { Attributes } from "./attribute.ts";
import type { Backend, Call, Json, JsonObject, Listing, Method } from "./backend.ts";
import type { Diagnostic } from "./diagnostics.ts";
import type { Row, Value } from "./value.ts";

/** A call with placeholders that attributes fill: `"PATCH /users/{id}/name"`. */
export type CallTemplate = `${Method} /${string}`;

/** Where objects are listed, with placeholders: `/tablesdb/{database_id}/tables`. */
export type ListingTemplate = Listing;

/** One call for each attribute. `field` is how the call names the attribute where that is not its name in other requests. */
export interface AttributeCalls {
  readonly [attribute: string]: CallTemplate | { readonly call: CallTemplate; readonly field: string };
}

/**
 * How a resource is driven when Appwrite treats it regularly. What is irregular is a hook.
 */
export interface Api {
  readonly create?: CallTemplate;
  readonly read?: CallTemplate;
  /**
   * One call for all attributes (PUT sends all, PATCH what changed), or one call for each attribute, in this order; a create then
   * goes on with these calls for what its own call does not carry.
   */
  readonly update?: CallTemplate | AttributeCalls;
  readonly delete?: CallTemplate;
  /** Where all objects of the kind are listed, for shared reads, data sources, `terraform query` and export. */
  readonly list?: ListingTemplate;
  /** `list`: reads go to the list, the only place that tells the truth (F1). */
  readonly readFrom?: "list";
  /** Read again after create or update, because the answer is known to be wrong or incomplete. */
  readonly readAfterWrite?: boolean;
  /** An object that is ready only later: which property says so. */
  readonly ready?: Ready;
  /** A deletion that the server finishes later: wait until the list no longer has it. */
  readonly deletesLater?: boolean;
  /** Name of a queue for writes that the server would lose when made at once; `{attribute}` placeholders allowed. */
  readonly queue?: string;
}

/** How an asynchronous object tells that it is ready. */
export interface Ready {
  readonly property: string;
  readonly done: readonly string[];
  readonly failed: readonly string[];
  /** The property that holds the server's reason. */
  readonly error: string;
}

/** What an operation is given. */
export interface Session {
  readonly backend: Backend;
  /** Tells what was reached, so that it is in state even when a later step fails. */
  reached(state: Row): void;
  /** Tells the user something beside the result. */
  report(diagnostic: Diagnostic): void;
  /** Waits until an object of a list satisfies `until`; polls are shared by all who wait on that list. */
  wait(listing: Listing, id: string, until: Until): Promise<JsonObject | null>;
  /** Milliseconds that this operation may still take by its `timeouts`. */
  remaining(): number;
  /** Makes an id as Appwrite's `unique()` does: 20 hexadecimal characters. */
  uniqueId(): string;
}

/** Judges what a poll saw: done, not yet, or a failure with the server's text. Null = the object is not in the list. */
export type Until = (object: JsonObject | null) => "done" | "wait" | { readonly failed: string };

/** A change as hooks see it. */
export interface Change {
  readonly action: "create" | "update" | "replace" | "delete" | "none";
  readonly prior: Row | null;
  readonly config: Row | null;
  readonly planned: Row | null;
}

/** What `complete` is given: `prior` is null after a create. */
export interface Completion {
  readonly prior: Row | null;
  readonly planned: Row;
  readonly config: Row;
  readonly reached: Row;
}

/** Rows, documents, files or values that a change would destroy. */
export interface DataLoss {
  /** "rows of the table books", with its number: "at least 5000 rows of …" is ours to say. */
  readonly what: string;
  readonly count: number;
  /** How to avoid it, one sentence. */
  readonly remedy: string;
  /** Attribute whose change is the cause. */
  readonly attribute?: string;
}

/** What is known before a plan is made. */
export interface Foreseen {
  readonly known: Row;
  /** Attributes that the server has already as they are written, although state does not tell. */
  readonly there?: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Rare logic, beside the data. Each replaces or adds to what the engine does by itself. */
export interface Hooks {
  /** Further checks of a configuration. Any value may be unknown. */
  validate?(config: Row): readonly Diagnostic[];
  /** What a plan stands on beside state and configuration, asked before: computed values that are known (the hash of a local file). */
  foresee?(config: Row, prior: Row | null, backend: Backend | null): Promise<Foreseen>;
  /**
   * The configuration in the words of state, where both mean the same for a reason that the attribute alone does not tell: the type of a
   * default stands beside it. So an import, which knows the server's words only, is no change. Pure.
   */
  reword?(prior: Row, config: Row): Row;
  /** Adjusts a plan. Pure. Attributes in `replacedBy` are added to those that replace; names in `inPlace` taken away. */
  plan?(change: Change): PlanAdjustment;
  /** What data a destroying change would lose, asked of the server at plan time. */
  atRisk?(backend: Backend, change: Change): Promise<readonly DataLoss[]>;
  /** Checks against the server at plan time, such as an engine or version that lacks something. */
  check?(backend: Backend, change: Change): Promise<readonly Diagnostic[]>;

  /** Creates. Gives the object as the server tells it (or a row by `row()`); the id is already chosen in `planned`. */
  create?(session: Session, planned: Row, config: Row): Promise<JsonObject | Row>;
  /** Reads one object as the server tells it; null = gone. */
  read?(session: Session, state: Row): Promise<JsonObject | null>;
  update?(session: Session, prior: Row, planned: Row, config: Row): Promise<JsonObject>;
  delete?(session: Session, state: Row): Promise<void>;
  /**
   * Ends what a create or update began: parts that have routes of their own, a build to wait for. The object is in state
   * already (`reached`), so that a failure here leaves it there. Gives the object as it is then; null = it did not change.
   */
  complete?(session: Session, step: Completion): Promise<JsonObject | null>;
  /** Lists all objects of the kind below one parent. */
  list?(backend: Backend, parent: Row): Promise<readonly JsonObject[]>;

  /** Changes a request before it is sent. */
  toWire?(body: JsonObject, row: Row, phase: "create" | "update"): JsonObject;
  /** Changes an answer before it is decoded: returns an object in the wire names of the attributes. */
  fromWire?(answer: JsonObject, previous: Row | null): JsonObject;
  /** Further decoding, attribute by attribute, after the regular one. */
  decode?(row: Row, answer: JsonObject, previous: Row | null): Row;
}

/** What a plan hook changes. */
export interface PlanAdjustment {
  readonly planned?: Row;
  readonly replacedBy?: readonly string[];
  readonly inPlace?: readonly string[];
  readonly diagnostics?: readonly Diagnostic[];
}

/** How a resource is looked up as a data source. */
export interface Lookup {
  /** Attributes by which one object is found, besides the import id's: `["name"]`. */
  readonly by: readonly string[];
  /** Type of the plural data source; null = none. */
  readonly plural: string | null;
}

/** How export, diff and clone treat a kind, where it is not regular. */
export interface Cloning {
  /** Content rather than configuration: carried only when asked for (`--with-rows`, `--with-files`, `--with-users`). */
  readonly data?: "rows" | "files" | "users";
  /** The attribute of the parent that tells the objects of this kind: columns are carried with their table. */
  readonly inlineIn?: string;
  /** The kind is not carried: why, and what to do instead. Two sentences. */
  readonly skip?: { readonly reason: string; readonly remedy: string };
  /** Ids are unique over the whole server (real-server F10): a clone within one server chooses new ones. */
  readonly ids?: "server";
  /** An attribute whose value only one project of a server may have, such as a domain: a clone within one server cannot carry it. */
  readonly onePerServer?: string;
  /** Types whose objects must be there first, although nothing refers to them: templates need SMTP. */
  readonly after?: readonly string[];
  /** The property of the parent's answer that holds all objects of this kind, so that they need no request of their own. */
  readonly toldBy?: string;
  /** Does a listed object belong to this kind? `GET /tablesdb` tells classic databases too (real-server F31). */
  owns?(object: JsonObject): boolean;
  /** The word by which roles name objects of this kind: `team:ID`. */
  readonly role?: string;
  /** A value that the server refuses while a secret is missing (an enabled sign-in provider): carried only with that secret. */
  readonly needsSecret?: { readonly [attribute: string]: readonly string[] };
  /** Carries content in bulk. May be repeated, and goes on where it ended. */
  copy?(copying: Copying): Promise<Copied>;
  /** Makes an object from what the source's server said of it, where its create call could not carry all: a user with a password's hash. */
  recreate?(backend: Backend, planned: Row, answer: JsonObject): Promise<JsonObject>;
  /** Where Appwrite's own `appwrite.config.json` holds the objects of this kind: a property, with dots for those inside. */
  readonly config?: string;
  /** Attributes whose name in that file is another one than here. */
  readonly configNames?: { readonly [attribute: string]: string };
}

/** Content that is carried from below one object to below its pair in another project. */
export interface Copying {
  readonly from: Backend;
  readonly to: Backend;
  /** The parent (the table, the bucket) in the source and in the target. */
  readonly source: Row;
  readonly target: Row;
  /** What stands alone comes first, for all parents; then what relates to other content. */
  readonly pass: "content" | "relations";
}

/** How much was carried: read in the source, written now, and there in the target afterwards. */
export interface Copied {
  readonly read: number;
  readonly written: number;
  readonly total: number;
}

/** A resource: one file of data. */
export interface ResourceDefinition<A extends Attributes = Attributes> {
  readonly type: string;
  /** One sentence. */
  readonly summary: string;
  /** More for the docs page, in Markdown. */
  readonly notes?: string;
  /** Scopes of the API key; any one of a list suffices. */
  readonly scopes: { readonly read: string | readonly string[]; readonly write: string | readonly string[] };
  /** First server version whose API keys can manage it. */
  readonly since?: string;
  /** Older servers do it too, by routes for console users: the hooks speak that dialect where there are console credentials. */
  readonly byConsole?: boolean;
  /** How the kind is called in sentences: "bucket". */
  readonly noun: string;
  readonly attributes: A;
  readonly api: Api;
  readonly hooks?: Hooks;
  /** Attributes that make the import id, joined by slashes. */
  readonly importId: readonly string[];
  /** Other accepted forms of the import id. */
  readonly importIdAlso?: readonly (readonly string[])[];
  /** Default minutes of operations that wait; gives the resource its `timeouts` block. */
  readonly timeouts?: { readonly create?: number; readonly update?: number; readonly delete?: number };
  /**
   * One per project: it is there already and only changed. `onDestroy` says what destroying does, as a warning; `untouched` what it is in a new
   * project of a server's version (null = not known), so that an export need not tell it.
   */
  readonly singleton?: { readonly onDestroy: string; readonly untouched: (version: string | null) => Row };
  readonly lookup?: Lookup;
  /** By what an object is known where its id differs, because the server takes it once below one parent: a variable by its key, a rule by its domain. */
  readonly knownBy?: readonly string[];
  readonly cloning?: Cloning;
  /** Version of the state schema, with a function for each older version. */
  readonly upgrades?: readonly ((state: Row) => Row)[];
  /** The attribute that an error of the server is about, by its type, where its text names none: `{ row_invalid_structure: "data" }`. */
  readonly blames?: { readonly [errorType: string]: string };
  /** What deleting the object destroys with it ("rows"), for `deletion_protection` texts. */
  readonly holds?: string;
}

/** Declares a resource. Only attributes that exist may make the import id. */
export function defineResource<const A extends Attributes>(
  definition: ResourceDefinition<A> & { readonly importId: readonly (keyof A & string)[] },
): ResourceDefinition<A> {
  return definition;
}

/**
 * The calls of a regular collection: POST, GET, PUT, DELETE and LIST at one path. `items` is the property of the list's
 * answer that holds the objects.
 */
export function collection(
  path: `/${string}`,
  items: string,
  options: Partial<Api> & { unbounded?: boolean } = {},
): Api {
  const { unbounded, ...api } = options;
  return {
    create: `POST ${path}`,
    read: `GET ${path}/{id}`,
    update: `PUT ${path}/{id}`,
    delete: `DELETE ${path}/{id}`,
    list: { path, items, key: "$id", ...(unbounded ? { unbounded } : {}) },
    ...api,
  };
}

export type { Call, Json, JsonObject, Value };
