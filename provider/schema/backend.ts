/** JSON as Appwrite answers it. Integers beyond 2^53 come as bigint, so that no digit is lost. */
export type Json = null | boolean | string | number | bigint | readonly Json[] | { readonly [key: string]: Json };

/** A JSON object. */
export type JsonObject = { readonly [key: string]: Json };

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** One call to Appwrite. `path` is below `/v1` and begins with a slash; ids in it need no escaping. */
export interface Call {
  readonly method: Method;
  readonly path: string;
  readonly body?: JsonObject;
  /** Query parameters other than `queries`, such as `total=0`. */
  readonly query?: { readonly [name: string]: string };
  /** `queries[]`: JSON texts as Appwrite's query language has them. */
  readonly queries?: readonly string[];
  /** The answer is content, not JSON. */
  readonly isBinary?: boolean;
  /** A property that the answer must have. One without it is no answer of Appwrite's, and must not count as an object without values. */
  readonly tells?: string;
  /** The property of the answer that must be a list of objects, as `tells`: nothing else may count as an empty list. */
  readonly items?: string;
  /** Headers beside those that the client sets (organization, console mode). */
  readonly headers?: { readonly [name: string]: string };
  /** Not sent again once it may have been done: it makes an object whose id the server chooses, and would make another. */
  readonly once?: boolean;
}

/** A file to send: as bytes held, or as a stream of a known size that can be opened again for a retry. */
export interface UploadSource {
  readonly name: string;
  readonly size: number;
  readonly mimeType?: string;
  /** Reads `length` bytes from `start`. Called again when a part is sent again. */
  read(start: number, length: number): Promise<Uint8Array>;
}

/** A multipart upload, cut into parts of 5 MiB where it is larger (API chapter A7). */
export interface Upload {
  readonly method: "POST" | "PUT";
  readonly path: string;
  /** The name of the form field that carries the file: `file` or `code`. */
  readonly field: string;
  readonly source: UploadSource;
  readonly fields: { readonly [name: string]: string | readonly string[] | boolean };
  /** As `once` of a call, for the part that makes the object. */
  readonly once?: boolean;
}

/** Where the objects of one kind are listed: `GET /tablesdb` answers `{ total, databases: […] }`. */
export interface Listing {
  readonly path: string;
  /** The property of the answer that holds the objects. */
  readonly items: string;
  /** What identifies an object in the list: `$id`, or `key` for columns and indexes. */
  readonly key: string;
  /** False where the server refuses `queries` on this list (project settings held in memory). */
  readonly queries?: boolean;
  /** True where a list may hold very many objects (rows, files, users), so that it is never read whole for a few. */
  readonly unbounded?: boolean;
}

/** How Appwrite is reached, for one project. The engine knows nothing else of HTTP. */
export interface Backend {
  /** The project that calls go to; null when the provider has none. */
  readonly projectId: string | null;

  /** Aborted when Terraform asks to stop; calls and waits then reject with its reason. */
  readonly signal: AbortSignal;

  /**
   * One call. Answers the parsed body, an object; null for a 204 of what is no GET. Retries by its own table. Throws `ApiError` when the
   * server answered with an error and `ConnectionError` when no (whole) answer came, or one that Appwrite would not give. Any other method
   * than GET drops what shared reads hold of the path's scope.
   */
  call(call: Call): Promise<Json>;

  /** A part of a file's content, from its download route. */
  download(path: string, start: number, length: number, size: number): Promise<Uint8Array>;

  /** An upload in parts; answers the finished object. Throws as `call` does. */
  upload(upload: Upload): Promise<Json>;

  /**
   * One object out of a list, shared: many reads of one list within a refresh cost one request. Null when it is not there.
   * True even where the single GET is stale (real-server F1).
   */
  find(listing: Listing, id: string): Promise<JsonObject | null>;

  /**
   * One object out of a list, read back after a write of it: never older than that write, and in one request with all others that are
   * written at the same time.
   */
  findWritten(listing: Listing, id: string): Promise<JsonObject | null>;

  /** All objects of a list, all pages, never from a cache. `queries` narrow it. */
  list(listing: Listing, queries?: readonly string[]): Promise<readonly JsonObject[]>;

  /** The number of objects that a list has, counted by the server (at most 5000 is told). */
  count(listing: Listing, queries?: readonly string[]): Promise<number>;

  /** Runs `work` alone among all that ask for the same name: for writes that the server would lose when made at once. */
  exclusive<T>(name: string, work: () => Promise<T>): Promise<T>;

  /** Waits, unless stopped before. For polls. */
  sleep(milliseconds: number): Promise<void>;

  /** Milliseconds on a clock that never goes back. */
  now(): number;

  /** The server's version, such as `1.9.6`; null when it cannot be told. Asked once. */
  version(): Promise<string | null>;

  /** The same server for another project: as the console user, where there is one, because an API key opens its own project only. */
  forProject(projectId: string): Backend;

  /**
   * Console routes (header project `console`, session of a console user): needed for project creation on self-hosted
   * servers and for project settings on 1.9.0. Null when the provider has no console credentials.
   */
  console(): Promise<ConsoleBackend | null>;

  /** Organization routes (header `X-Appwrite-Organization`, organization key or the API key), project `console`. */
  organization(organizationId: string | null): Backend;
}

/** Calls as a console user. */
export interface ConsoleBackend {
  /** A route of project `console`, such as `/projects`. */
  call(call: Call): Promise<Json>;
  /** A route of a project as its admin (`X-Appwrite-Mode: admin`). */
  callProject(projectId: string, call: Call): Promise<Json>;
}

/** What the server said when it refused, and what we know about it. */
export interface ApiErrorDetails {
  readonly method: Method;
  readonly path: string;
  readonly status: number;
  /** Appwrite's error type, such as `column_already_exists`; `html` when the answer was not JSON. */
  readonly type: string;
  readonly message: string;
  /** What the user can do about it, in a sentence or two; empty when we know nothing. */
  readonly hint: string;
  /** Scopes that the key lacks, where the server named them. */
  readonly missingScopes: readonly string[];
  /**
   * True when an earlier attempt of this same call was sent and its answer lost, so that the error (409, 404) may be the
   * echo of our own success.
   */
  readonly afterLostAnswer: boolean;
}

/** The server answered, and its answer was an error. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly details: ApiErrorDetails;

  constructor(details: ApiErrorDetails, options?: ErrorOptions) {
    super(`${details.method} ${details.path}: ${details.status} ${details.type}: ${details.message}`, options);
    this.details = details;
  }
}

/** No whole answer came: refused, reset, timed out, cut, or a name that does not resolve. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
  /** True when the request may have reached the server, so that a write may have happened. */
  readonly maybeSent: boolean;
  readonly hint: string;

  constructor(
    message: string,
    details: { readonly maybeSent: boolean; readonly hint: string },
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.maybeSent = details.maybeSent;
    this.hint = details.hint;
  }
}

/** Terraform asked to stop. The name is that of what a signal is aborted with. */
export class StoppedError extends Error {
  override readonly name = "AbortError";
  /** True when a write was under way, so that it may have happened. */
  readonly maybeSent: boolean;

  constructor(maybeSent = false) {
    super("Stopped.");
    this.maybeSent = maybeSent;
  }
}

/**
 * Is it the server's 404 of the object itself, or of what it is in? A missing project, route or organization is not "gone", nor is what only a
 * proxy does not find. With `types`: is it one of these 404s?
 */
export function isNotFound(error: unknown, ...types: readonly string[]): error is ApiError {
  if (!(error instanceof ApiError) || error.details.status !== 404) return false;
  return types.length === 0 ? isOfPath(error.details) : types.includes(error.details.type);
}

/** May a call that failed have been done all the same? */
export function mayBeDone(error: unknown): boolean {
  if (error instanceof ConnectionError) return error.maybeSent;
  // A page with a good status may stand before a server that was never asked, or in place of its answer.
  if (error instanceof ApiError) return error.details.status >= 500 || error.details.status < 300;
  return error instanceof StoppedError && error.maybeSent;
}

/** Is it a 409 that says that the object is already there? */
export function isConflict(error: unknown): error is ApiError {
  return error instanceof ApiError && error.details.status === 409;
}

/** Is it a 409 that may be the echo of our own first try, whose answer was lost? */
export function isEcho(error: unknown): error is ApiError {
  return isConflict(error) && error.details.afterLostAnswer;
}

/** Does an error's type name something that its path names? `rule_not_found`, for one, is also said of a host that the server does not know. */
function isOfPath({ type, path }: ApiErrorDetails): boolean {
  const kind = /^(?:\w+_)?([a-z]+)_not_found$/.exec(type)?.[1];
  if (kind === undefined || kind === "project" || kind === "route") return false;
  return path.split("/").some((part) => (PLACES[kind] ?? [`${kind}s`]).includes(part));
}

const TABLES = ["tables", "collections"];
const COLUMNS = ["columns", "attributes"];
const ROWS = ["rows", "documents"];

/** Where objects of a kind are, by the last word of its error types, where that is not its plural. */
const PLACES: { readonly [kind: string]: readonly string[] } = {
  database: ["tablesdb", "databases", "documentsdb", "vectorsdb"],
  table: TABLES,
  collection: TABLES,
  column: COLUMNS,
  attribute: COLUMNS,
  row: ROWS,
  document: ROWS,
  index: ["indexes"],
  number: ["mock-phones"],
  invite: ["memberships"],
};
