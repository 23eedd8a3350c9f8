import { readdirSync, readFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { basename, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Emulator, startEmulator } from "../../emulator/index.ts";
import { isList, isObject, type Json, type JsonObject, parseJson, writeJson } from "../../emulator/json.ts";
import { projectScopes } from "../../emulator/projects.ts";
import type { ServerVersion } from "../../emulator/route-table.ts";
import { compareBodies, type Difference, type Identities } from "./compare.ts";
import { inferredSteps, inferredUpload } from "./infer.ts";
import { MAIL_PORT, startMailServer } from "./mail-server.ts";
import {
  FAULTS,
  FIRST_PROJECTS,
  isNotedDown,
  keyOf,
  MULTIPART,
  PAUSES,
  PRECEDING,
  type Step,
  unrecorded,
} from "./unrecorded.ts";

/**
 * Replays what a real Appwrite was asked against a fresh emulator, and tells where the answers differ.
 *
 *   npm run replay                         every recording: agreement of each file
 *   npm run replay -- 13                   the files whose name begins with 13, with every difference in detail
 *   npm run replay -- 13 --version 1.9.0   the same of the recordings of 1.9.0
 *
 * A recording is a file of JSON lines, one request with its answer each, that begins on a fresh project (or on what
 * `unrecorded` adds; where nothing is noted there, on what the answers tell: `infer`). Compared are the status, the kind of content and
 * the body: names, values and order. What the server makes up is
 * compared by its form and must be consistent: generated ids, times near the request's, secrets, internal sequence numbers.
 * The worker is stopped between requests and steps on as the recorded answers show it did.
 */

/** Where the recordings of a version are. */
export function recordingsFolder(version: ServerVersion): string {
  const folder = version === "1.9.0" ? "recordings-1.9.0" : "recordings";
  return join(__dirname, "..", "emulator", folder);
}

/** The recordings of a version whose names begin with a text, in order. */
export function recordings(version: ServerVersion, prefix = ""): string[] {
  return readdirSync(recordingsFolder(version))
    .filter((name) => name.endsWith(".jsonl") && name.startsWith(prefix))
    .sort();
}

/** One recorded request with its answer. */
export interface Exchange {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly query: JsonObject;
  readonly requestHeaders: JsonObject;
  readonly requestBody: Json;
  /** The body's text as it was recorded, where it is JSON: `1.0` is not `1` for the server. */
  readonly requestText: string;
  readonly status: number;
  readonly responseHeaders: JsonObject;
  readonly responseBody: Json;
}

/** How one exchange went: no differences is agreement. */
export interface Outcome {
  readonly index: number;
  readonly exchange: Exchange;
  readonly status: number;
  readonly body: Json;
  readonly differences: readonly Difference[];
}

/** Reads a recording, integers exact. */
export function readRecording(version: ServerVersion, name: string): Exchange[] {
  const lines = readFileSync(join(recordingsFolder(version), name), "utf8").split("\n");
  return lines
    .filter((line) => line !== "")
    .map((line) => {
      const requestText = /"requestBody": (.*), "status": \d+, "responseHeaders": /.exec(line)?.[1] ?? "null";
      return { ...(parseJson(line) as unknown as Exchange), requestText };
    });
}

/** Replays one recording against an emulator of its version. */
export async function replay(version: ServerVersion, name: string): Promise<Outcome[]> {
  const exchanges = readRecording(version, name);
  const main = mainProject(exchanges);
  const signsUp = exchanges.some(({ method, path }) => method === "POST" && path === "/v1/account");
  const emulator = await startEmulator({
    version,
    projectId: signsUp ? "emulator" : (FIRST_PROJECTS[version]?.[numberOf(name)]?.id ?? main),
    organizationId: signsUp ? "emulator" : "tforg",
    consoleEmail: signsUp ? "first@example.com" : USER.email,
    consolePassword: USER.password,
    jobDelay: 0,
    // The recorded servers had none.
    documentBackends: false,
    // The recorded servers had no way to the internet.
    offline: true,
  });
  emulator.worker.pause();
  const sendsMail = exchanges.some(({ requestBody }) => isObject(requestBody) && requestBody["port"] === MAIL_PORT);
  const mail = sendsMail ? await startMailServer(MAIL_PORT) : undefined;
  const fault = FAULTS[numberOf(name)];
  if (fault) emulator.faults.add(fault);
  try {
    const player = new Player(emulator, version, name, main);
    await player.prepare(exchanges, signsUp);
    for (const earlier of precedingOf(version, name)) {
      for (const [index, exchange] of readRecording(version, earlier).entries()) await player.play(exchange, index);
    }
    const outcomes: Outcome[] = [];
    for (const [index, exchange] of exchanges.entries()) outcomes.push(await player.play(exchange, index));
    return outcomes;
  } finally {
    mail?.close();
    await emulator.close();
  }
}

/** The recordings whose project a recording goes on with: they are played first, and not compared. */
function precedingOf(version: ServerVersion, name: string): readonly string[] {
  return (PRECEDING[version]?.[numberOf(name)] ?? []).flatMap((number) => recordings(version, `${number}-`));
}

/** The share of exchanges that agree, in per cent. */
export function agreement(outcomes: readonly Outcome[]): number {
  return (100 * outcomes.filter(({ differences }) => differences.length === 0).length) / outcomes.length;
}

/** A name for an exchange that stays when a recording is extended. */
export function labelOf({ index, exchange }: Outcome): string {
  return `${index} ${plain(exchange.name)}`;
}

/** An exchange's name without what the recorder noted about its polling. */
function plain(name: string): string {
  return name.replace(/ ?\(after polling;.*/, "");
}

/** The file's number: `13b` of `13b-unique-index.jsonl`. */
export function numberOf(file: string): string {
  return basename(file).split("-")[0] ?? "";
}

const USER = { email: "admin@example.com", password: "Console-Passw0rd!" };

function projectOf(exchange: Exchange): string {
  return String(exchange.requestHeaders["X-Appwrite-Project"] ?? "");
}

/** The project that most requests are for; a file for the console only names its project in the path. */
function mainProject(exchanges: readonly Exchange[]): string {
  const named = exchanges.map(projectOf).filter((project) => project !== "" && project !== "console");
  const inPaths = exchanges.flatMap(({ path }) => /^\/v1\/projects\/([a-z0-9-]+)/.exec(path)?.[1] ?? []);
  const counts = new Map<string, number>();
  for (const project of named.length > 0 ? named : inPaths) counts.set(project, (counts.get(project) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one)[0]?.[0] ?? "emulator";
}

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Json;
  readonly headers: { readonly [name: string]: string | string[] | undefined };
}

class Player {
  private readonly identities: Identities = new Map();
  private cookie = "";
  private clock = 0;

  private ownKey: string;
  /** The projects that come to be when they are first asked for. */
  private readonly awaited = new Set<string>();
  /** The keys of projects that came to be. */
  private readonly otherKeys = new Map<string, string>();
  /** The keys of the projects that migrations read. */
  private readonly sourceKeys = new Map<string, string>();

  /** What was done unrecorded, as the answers tell, where it is not noted down. */
  private inferred: ReadonlyMap<number, readonly Step[]> = new Map();

  /** The last file that was uploaded. */
  private lastFile: Json = "unknown";
  /** The writes that came while the worker still had something to do. */
  private early: ReadonlySet<number> = new Set();

  private readonly emulator: Emulator;
  private readonly version: ServerVersion;
  private readonly file: string;
  private readonly main: string;

  constructor(emulator: Emulator, version: ServerVersion, file: string, main: string) {
    this.emulator = emulator;
    this.version = version;
    this.file = file;
    this.main = main;
    this.ownKey = emulator.apiKey;
  }

  /** Makes what exists at the beginning: the other projects, the console's session, the prelude of the file. */
  async prepare(exchanges: readonly Exchange[], signsUp: boolean): Promise<void> {
    this.clock = Math.min(...exchanges.flatMap(({ responseBody }) => timesIn(responseBody)));
    if (!isNotedDown(numberOf(this.file))) this.inferred = inferredSteps(exchanges);
    this.early = earlyWrites(exchanges);
    if (signsUp) return;
    const first = FIRST_PROJECTS[this.version]?.[numberOf(this.file)];
    if (first) await this.nameFirst(first);
    await this.renameKey(exchanges);
    const known = exchanges.filter(
      ({ responseBody }) => !(isObject(responseBody) && responseBody["type"] === "project_not_found"),
    );
    const created = new Set(
      exchanges
        .filter(({ method, path, status }) => method === "POST" && path.endsWith("/projects") && status === 201)
        .map(({ requestBody }) => (isObject(requestBody) ? String(requestBody["projectId"]) : "")),
    );
    const others = new Set(known.map(projectOf).filter((id) => /^[a-z]/.test(id) && id !== "console"));
    for (const id of others) if (id !== this.main && id !== first?.id && !created.has(id)) this.awaited.add(id);
    for (const id of sourcesOf(exchanges)) await this.addSource(id);
    if (exchanges.some(({ requestHeaders }) => needsSession(requestHeaders))) await this.signIn();
  }

  /** The project's own key had an id and a name of its own, which lists of keys tell. */
  private async renameKey(exchanges: readonly Exchange[]): Promise<void> {
    const keys = exchanges.flatMap(({ responseBody }) =>
      isObject(responseBody) && isList(responseBody["keys"]) ? responseBody["keys"] : [],
    );
    const own = keys.find((key) => isObject(key) && String(key["name"]).startsWith("all"));
    if (!isObject(own)) return;
    const scopes = isList(own["scopes"]) ? own["scopes"].map(String) : [];
    this.ownKey = this.emulator.addKey(this.main, scopes, { id: String(own["$id"]), name: String(own["name"]) });
    await this.removeSeededKey(this.main);
  }

  /** The project that was there before the file's own. */
  private async nameFirst({ id, name }: { readonly id: string; readonly name: string }): Promise<void> {
    await this.signIn();
    await this.send("PATCH", `/v1/projects/${id}`, this.consoleHeaders(), { name });
    if (id !== this.main) this.ownKey = this.emulator.addProject({ id: this.main }).apiKey;
  }

  /** The emulator gives a project a key, of which the recorded server knew nothing. */
  private async removeSeededKey(id: string): Promise<void> {
    await this.signIn();
    const keysPath = `/v1/projects/${id}/keys`;
    const { body } = await this.send("GET", keysPath, this.consoleHeaders(), null);
    const keys = isObject(body) && isList(body["keys"]) ? body["keys"].filter(isObject) : [];
    const seeded = keys.find(({ name }) => name === "emulator");
    await this.send("DELETE", `${keysPath}/${seeded?.["$id"]}`, this.consoleHeaders(), null);
  }

  private consoleHeaders(): Record<string, string> {
    return {
      "x-appwrite-project": "console",
      "content-type": "application/json",
      cookie: `a_session_console=${encodeURIComponent(this.cookie)}`,
    };
  }

  /** A project that migrations read; its key is called as that of any recorded project. */
  private async addSource(id: string): Promise<void> {
    this.emulator.addProject({ id });
    const key = this.emulator.addKey(id, projectScopes, { id: `k-${id}`, name: "all" });
    await this.removeSeededKey(id);
    this.sourceKeys.set(id, key);
  }

  /** Does what the recorded run did without recording it. */
  private async catchUp(name: string, index: number): Promise<void> {
    for (const [method, path, body] of this.inferred.get(index) ?? []) {
      while (this.emulator.worker.step());
      await this.send(method, String(this.translate(path)), this.ordinaryHeaders(), this.translate(body));
    }
    const wait = PAUSES[numberOf(this.file)]?.[plain(name)];
    if (wait !== undefined) await pause(wait);
    for (const [method, path, body, project] of unrecorded(this.version, numberOf(this.file), plain(name))) {
      while (this.emulator.worker.step());
      const translated = String(this.translate(path));
      const answer = await this.send(method, translated, this.ordinaryHeaders(project), this.translate(body));
      if (answer.status >= 300)
        throw new Error(`Before "${name}" of ${this.file}, ${method} ${path} fails: ${writeJson(answer.body)}`);
    }
  }

  async play(exchange: Exchange, index: number): Promise<Outcome> {
    await this.catchUp(exchange.name, index);
    const project = projectOf(exchange);
    if (this.awaited.delete(project)) this.otherKeys.set(project, this.emulator.addProject({ id: project }).apiKey);
    // A write that was accepted came when the worker had nothing left to do, unless later answers show that it had; a refusal may be
    // because it had.
    const isWrite = exchange.method !== "GET" && exchange.status < 400;
    if (isWrite && !this.early.has(index)) while (this.emulator.worker.step());
    let outcome = await this.attempt(exchange, index);
    const mayRepeat = () => outcome.differences.length > 0 && (!isWrite || outcome.status >= 400);
    while (mayRepeat() && this.emulator.worker.step()) outcome = await this.attempt(exchange, index);
    const times = timesIn(exchange.responseBody);
    if (times.length > 0) this.clock = Math.max(this.clock, ...times);
    return outcome;
  }

  private async attempt(exchange: Exchange, index: number): Promise<Outcome> {
    const headers = await this.headersOf(exchange);
    const key = this.sourceKeys.get(String(exchange.query["projectID"])) ?? this.ownKey;
    const query = queryText(this.translate(this.unmasked(exchange.query, key)) as JsonObject);
    const path = `${this.translate(exchange.path)}${query}`;
    const upload =
      MULTIPART[numberOf(this.file)]?.[plain(exchange.name)] ?? inferredUpload(exchange, String(this.lastFile));
    const told = isObject(exchange.responseBody) ? exchange.responseBody : {};
    if (upload && told["$id"]) this.lastFile = told["$id"];
    const answer = await this.send(exchange.method, path, headers, upload ?? this.bodyOf(exchange));
    if (exchange.path === "/v1/account/sessions/email") this.keepSession(answer);
    const differences = this.compare(exchange, answer);
    return { index, exchange, status: answer.status, body: answer.body, differences };
  }

  private bodyOf({ requestBody, requestText }: Exchange): Buffer {
    if (requestBody === null) return Buffer.alloc(0);
    // A text was sent as it is, whatever it pretends to be.
    const text = typeof requestBody === "string" ? requestBody : requestText;
    const source = isObject(requestBody) ? this.sourceKeys.get(String(requestBody["projectId"])) : undefined;
    const unmasked = text.replace(/"(standard_)?<masked>"/g, JSON.stringify(source ?? this.ownKey));
    return Buffer.from(String(this.translate(unmasked)));
  }

  private compare(exchange: Exchange, answer: Answer): Difference[] {
    const differences: Difference[] = [];
    if (answer.status !== exchange.status) {
      const bodies = { path: "body", recorded: exchange.responseBody, got: answer.body };
      return [{ path: "status", recorded: exchange.status, got: answer.status }, bodies];
    }
    const recordedType = String(exchange.responseHeaders["content-type"] ?? "").split(";")[0] ?? "";
    if (recordedType !== answer.contentType && exchange.status !== 204) {
      differences.push({ path: "content-type", recorded: recordedType, got: answer.contentType });
    }
    if (recordedType === "text/html" && answer.contentType === "text/html") return differences;
    const now = { recorded: this.clock, got: Date.now() };
    return [...differences, ...compareBodies(exchange.responseBody, answer.body, this.identities, now)];
  }

  private ordinaryHeaders(project = this.main): Record<string, string> {
    return {
      "x-appwrite-project": project,
      "x-appwrite-key": this.sourceKeys.get(project) ?? this.ownKey,
      "content-type": "application/json",
    };
  }

  private async headersOf(exchange: Exchange): Promise<Record<string, string>> {
    const { name, requestHeaders, status } = exchange;
    const headers: Record<string, string> = {};
    for (const [header, value] of Object.entries(requestHeaders)) headers[header.toLowerCase()] = String(value);
    // The runs on 1.9.0 used that name, under which alone that version serves its API.
    if (this.version === "1.9.0") headers["host"] = "localhost";
    if (headers["x-appwrite-key"] !== undefined) {
      // What another project's key opened is opened with it; where the answer is a refusal, that may be why.
      const others = status === 401 ? undefined : this.otherKeys.get(projectOf(exchange));
      headers["x-appwrite-key"] = keyOf(this.emulator, this.main, numberOf(this.file), name) ?? others ?? this.ownKey;
    }
    if (headers["cookie"] !== undefined) headers["cookie"] = `a_session_console=${encodeURIComponent(this.cookie)}`;
    if (headers["x-appwrite-session"] !== undefined) headers["x-appwrite-session"] = this.cookie;
    if (headers["x-fallback-cookies"] !== undefined)
      headers["x-fallback-cookies"] = JSON.stringify({ a_session_console: this.cookie });
    if (headers["x-appwrite-jwt"] !== undefined) headers["x-appwrite-jwt"] = await this.token();
    return headers;
  }

  /** Masked secrets in a query stand for a project's key. */
  private unmasked(value: Json, secret: string): Json {
    if (typeof value === "string") return /^(standard_)?<masked>$/.test(value) ? secret : value;
    if (isList(value)) return value.map((item) => this.unmasked(item, secret));
    if (isObject(value))
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.unmasked(item, secret)]));
    return value;
  }

  /** Puts this server, and the ids that it made, in the place of the recorded server and those that it made. */
  private translate(value: Json): Json {
    if (typeof value === "string") {
      const here = value.replaceAll(RECORDED_ENDPOINT, this.emulator.endpoint.replace("127.0.0.1", "localhost"));
      return here.replace(/[0-9a-f]{20}/g, (id) => this.identities.get(id) ?? id);
    }
    if (isList(value)) return value.map((item) => this.translate(item));
    if (isObject(value))
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.translate(item)]));
    return value;
  }

  private async signIn(): Promise<void> {
    const headers = { "x-appwrite-project": "console", "content-type": "application/json" };
    this.keepSession(await this.send("POST", "/v1/account/sessions/email", headers, USER));
  }

  private keepSession(answer: Answer): void {
    const cookies = [answer.headers["set-cookie"] ?? []].flat();
    const value = cookies
      .map((cookie) => /^a_session_console=([^;]*)/.exec(cookie)?.[1])
      .find((one) => one !== undefined);
    if (value !== undefined) this.cookie = decodeURIComponent(value);
  }

  private async token(): Promise<string> {
    const cookie = `a_session_console=${encodeURIComponent(this.cookie)}`;
    const headers = { "x-appwrite-project": "console", "content-type": "application/json", cookie };
    const { body } = await this.send("POST", "/v1/account/jwts", headers, {});
    return isObject(body) ? String(body["jwt"]) : "";
  }

  /** Sends exactly the path that was recorded: no normalising, no escaping. */
  private send(method: string, path: string, headers: Record<string, string>, body: Json | Buffer): Promise<Answer> {
    const content = Buffer.isBuffer(body) ? body : Buffer.from(body === null ? "" : writeJson(body));
    const { port } = new URL(this.emulator.endpoint);
    const options = {
      host: "127.0.0.1",
      port,
      method,
      path,
      headers: { ...headers, "content-length": content.length },
    };
    return new Promise((resolve, reject) => {
      const sent = httpRequest(options, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("error", reject);
        incoming.on("end", () => {
          const contentType = (incoming.headers["content-type"] ?? "").split(";")[0] ?? "";
          const text = Buffer.concat(chunks).toString("utf8");
          const isJson = contentType === "application/json" && text !== "";
          resolve({
            status: incoming.statusCode ?? 0,
            contentType,
            body: isJson ? parseJson(text) : text === "" ? null : text,
            headers: incoming.headers,
          });
        });
      });
      sent.on("error", reject);
      sent.end(content);
    });
  }
}

/** Under this address the recorded servers reached themselves. */
const RECORDED_ENDPOINT = "http://localhost:17080/v1";

/** The accepted writes after which a column or an index that was made, or deleted, before them was told to be so still. */
function earlyWrites(exchanges: readonly Exchange[]): Set<number> {
  const early = new Set<number>();
  const made = new Map<string, number>();
  const deleted = new Map<string, number>();
  for (const [index, { method, path, status, responseBody }] of exchanges.entries()) {
    const body = isObject(responseBody) ? responseBody : {};
    const [, list = ""] = /^(.*\/(?:columns|attributes|indexes))(?:\/|$)/.exec(path) ?? [];
    if (list === "" || status >= 300) continue;
    if (method === "POST") {
      const place = `${list}/${body["key"]}`;
      made.set(place, index);
      deleted.delete(place);
    }
    if (method === "DELETE" && !deleted.has(path)) deleted.set(path, index);
    const state = method === "GET" ? body["status"] : undefined;
    const since = state === "processing" ? made.get(path) : state === "deleting" ? deleted.get(path) : undefined;
    for (let at = (since ?? index) + 1; at < index; at += 1) early.add(at);
  }
  return early;
}

/** The projects that migrations read. */
function sourcesOf(exchanges: readonly Exchange[]): ReadonlySet<string> {
  const named = exchanges
    .filter(({ path }) => path.startsWith("/v1/migrations/appwrite"))
    .map(({ query, requestBody }) => query["projectID"] ?? (isObject(requestBody) ? requestBody["projectId"] : null));
  return new Set(named.filter((id) => typeof id === "string"));
}

function needsSession(headers: JsonObject): boolean {
  return ["Cookie", "X-Appwrite-Session", "X-Appwrite-JWT", "X-Fallback-Cookies"].some(
    (name) => headers[name] !== undefined,
  );
}

function queryText(query: JsonObject): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    isList(value)
      ? value.map((item, index) => `${name}[${index}]=${encodeURIComponent(String(item))}`)
      : [`${name}=${encodeURIComponent(String(value))}`],
  );
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

/** The server's own times in a body, as milliseconds. */
function timesIn(value: Json): number[] {
  if (isList(value)) return value.flatMap(timesIn);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    (key === "$createdAt" || key === "$updatedAt") && typeof item === "string" && item !== ""
      ? [Date.parse(item)]
      : timesIn(item),
  );
}
