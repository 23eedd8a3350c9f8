import type { Context, InnerAnswer } from "../context.ts";
import { isList, isObject, type Json, type JsonObject, parseJson } from "../json.ts";
import { findProject, type Project } from "../projects.ts";
import { parseForm } from "../request.ts";
import { MigrationError, phpJson } from "./resources.ts";

/** What a source needs of a request or a job. */
export type Asking = Pick<Context, "store" | "settings" | "outside" | "within">;

/** Where a migration reads: a project of an Appwrite server, and a key for it. */
export type Credentials = { readonly endpoint: string; readonly projectId: string; readonly apiKey: string };

/** A project that is read over its server's API, which may be this server. */
export type Source = {
  readonly projectId: string;
  /** The project, when it is one of this server: its databases are then read directly. */
  readonly local: Project | undefined;
  /** Reads JSON as Appwrite's SDK does. */
  readonly get: (path: string, queries?: readonly JsonObject[], more?: JsonObject) => JsonObject;
  /** Reads as the server's library does where it does without the SDK. */
  readonly call: (path: string, headers?: Readonly<Record<string, string>>) => InnerAnswer;
};

/** The names under which this server knows itself. */
const OWN_NAMES = ["localhost", "127.0.0.1"];

/** Opens the source of a migration. */
export function sourceOf(context: Asking, credentials: Credentials): Source {
  const endpoint = new URL(credentials.endpoint);
  const isOwn = isOwnEndpoint(context, endpoint);
  const ask = isOwn ? askWithin(context, endpoint) : askOutside(context, endpoint);
  const own = { "x-appwrite-project": credentials.projectId, "x-appwrite-key": credentials.apiKey };
  return {
    projectId: credentials.projectId,
    local: isOwn ? findProject(context.store, credentials.projectId) : undefined,
    get(path, queries = [], more = {}) {
      const answer = ask(`${path}${queryText(queries, more)}`, { ...own, "content-type": "application/json" });
      const body = bodyOf(answer);
      if (answer.status >= 400) {
        throw new MigrationError(
          isObject(body) ? String(body["message"]) : answer.body.toString("utf8"),
          answer.status,
        );
      }
      return isObject(body) ? body : {};
    },
    call(path, headers = {}) {
      const answer = ask(path, { ...own, ...headers });
      if (answer.status < 400) return answer;
      const body = bodyOf(answer);
      const text = isObject(body) ? phpJson(body) : `${answer.status}: ${answer.body.toString("utf8")}`;
      throw new MigrationError(text, answer.status);
    },
  };
}

/** A query as the API takes it. */
export function query(method: string, ...values: Json[]): JsonObject {
  return { method, values };
}

/** Reads a list page by page. The cursor is the id of the last one. */
export function pages(source: Source, path: string, items: string, size = 100): JsonObject[][] {
  const read: JsonObject[][] = [];
  for (let last: JsonObject | undefined; ; ) {
    const queries = [query("limit", size), ...(last ? [query("cursorAfter", String(last["$id"]))] : [])];
    const page = itemsOf(source.get(path, queries), items);
    if (page.length > 0) read.push(page);
    last = page.at(-1);
    if (page.length < size || !last) return read;
  }
}

/** The objects of a list's answer. */
export function itemsOf(answer: JsonObject, items: string): JsonObject[] {
  const list = answer[items];
  return isList(list) ? list.filter(isObject) : [];
}

type Ask = (path: string, headers: Readonly<Record<string, string>>) => InnerAnswer;

function askWithin({ within }: Asking, { pathname }: URL): Ask {
  return (path, headers) => {
    const [bare = "", search = ""] = path.split("?");
    const at = `${pathname}${bare}`.replace(/\/{2,}/g, "/");
    return within({ method: "GET", path: at, headers, query: parseForm(search) });
  };
}

/** An answer from outside is kept as text while the job begins anew with it. */
function askOutside({ outside }: Asking, endpoint: URL): Ask {
  return (path, headers) => {
    const url = `${endpoint.href.replace(/\/$/, "")}${path}`;
    const text = outside(JSON.stringify([url, headers]), async () => {
      try {
        const response = await fetch(url, { headers });
        const body = Buffer.from(await response.arrayBuffer()).toString("base64");
        const told = Object.fromEntries(response.headers);
        return JSON.stringify({ status: response.status, headers: told, body });
      } catch (error) {
        return JSON.stringify({ status: 0, headers: {}, body: "", fault: String(error) });
      }
    });
    const answer = JSON.parse(text) as {
      status: number;
      headers: Record<string, string>;
      body: string;
      fault?: string;
    };
    if (answer.fault !== undefined) throw new MigrationError(answer.fault);
    return { ...answer, body: Buffer.from(answer.body, "base64") };
  };
}

/**
 * An endpoint is this server's by its host name, whatever the port: it may be seen behind a proxy or a mapped port. Two emulators
 * share a name, so a port where another server answers is not.
 */
function isOwnEndpoint({ settings, outside }: Asking, endpoint: URL): boolean {
  if (!OWN_NAMES.includes(endpoint.hostname)) return false;
  if (endpoint.port === new URL(settings.endpoint).port) return true;
  const answers = outside(`${endpoint.origin} answers`, async () => {
    try {
      await fetch(endpoint.origin, { method: "HEAD" });
      return "yes";
    } catch {
      return "no";
    }
  });
  return answers === "no";
}

function bodyOf({ headers, body }: InnerAnswer): Json {
  if (!(headers["content-type"] ?? "").startsWith("application/json")) return null;
  try {
    return parseJson(body.toString("utf8"));
  } catch {
    return null;
  }
}

function queryText(queries: readonly JsonObject[], more: JsonObject): string {
  const pairs = [
    ...queries.map((one, at) => [`queries[${at}]`, JSON.stringify(one)] as const),
    ...Object.entries(more).map(([name, value]) => [name, String(value)] as const),
  ];
  if (pairs.length === 0) return "";
  return `?${pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join("&")}`;
}
