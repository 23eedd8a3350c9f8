import { isList, isObject, type Json, type JsonObject } from "../../emulator/json.ts";
import type { Exchange } from "./replay.ts";
import { form, type Step } from "./unrecorded.ts";

/**
 * What a run made without recording it, as far as its answers tell: databases, tables, columns and indexes that are there and that no
 * recorded request made. By the index of the exchange before which it must have been.
 */
export function inferredSteps(exchanges: readonly Exchange[]): ReadonlyMap<number, readonly Step[]> {
  const recorded = recordedKeys(exchanges);
  const made = new Set<string>();
  const steps = new Map<number, Step[]>();
  // What an answer tells of a column counts for more than what its rows tell.
  const sightings = [...exchanges.flatMap(bodiesOf), ...exchanges.flatMap(columnsOfRow)];
  const told = (kind: string, id: string) => sightings.find((one) => one.kind === kind && one.id === id)?.body;
  const buckets = bucketSteps(exchanges);
  let now = "";
  for (const [index, exchange] of exchanges.entries()) {
    now = latest(exchange, now);
    // What a table was too full for came after what filled it.
    const isFull = is(
      exchange,
      ...["index", "column", "column_index", "attribute"].map((of) => `${of}_limit_exceeded`),
    );
    const until = isFull ? nextCreation(exchanges, index) : now;
    const bucket = buckets.get(index);
    if (bucket) steps.set(index, [bucket]);
    // What is reached before a recorded request makes it was there before, and is made again.
    const isMade = (key: string) => {
      const since = recorded.get(key);
      return made.has(key) || (since !== undefined && (since <= index || exchange.status >= 300));
    };
    const add = (key: string, found: () => readonly Step[]) => {
      if (isMade(key)) return;
      made.add(key);
      steps.set(index, [...(steps.get(index) ?? []), ...found()]);
    };
    for (const place of placesIn(exchange)) {
      const { root, database, table, part, key } = place;
      if (is(exchange, "database_not_found")) continue;
      add(idOf(database), () => [databaseStep(root, database, told("database", idOf(database)))]);
      if (table === "" || is(exchange, "table_not_found", "collection_not_found")) continue;
      const tableId = idOf(database, table);
      const missing = sightings.filter(
        ({ id, body }, at) =>
          id.startsWith(`${tableId}/`) &&
          !made.has(id) &&
          !recorded.has(id) &&
          String(body["$createdAt"] ?? "") <= until &&
          sightings.findIndex((one) => one.id === id) === at,
      );
      // Numbers without bounds come of columns that were made with their table.
      const isInline = ({ kind, body }: Sighting) => kind === "column" && body["min"] === null;
      add(tableId, () => {
        const inline = missing.filter(isInline);
        for (const { id } of inline) made.add(id);
        return [
          tableStep(
            root,
            database,
            table,
            told("table", tableId),
            inline.map(({ body }) => body),
          ),
        ];
      });
      for (const { id, kind, body } of missing) add(id, () => partStep(root, database, table, kind, body));
      const id = idOf(database, table, part, key);
      const kind = part === "indexes" ? "index" : "column";
      const body = key === "" || exchange.status === 404 ? undefined : told(kind, id);
      if (body) add(id, () => partStep(root, database, table, kind, body));
    }
  }
  return steps;
}

/** The buckets that no recorded request made, before the exchange that first reaches them. */
function bucketSteps(exchanges: readonly Exchange[]): Map<number, Step> {
  const root = "/v1/storage/buckets";
  const known = new Set<string>();
  const steps = new Map<number, Step>();
  for (const [index, exchange] of exchanges.entries()) {
    const { method, path, status, responseBody } = exchange;
    const isCreation = method === "POST" && path === root && status < 300 && isObject(responseBody);
    const id = isCreation ? String(responseBody["$id"]) : (/^\/v1\/storage\/buckets\/([^/]+)/.exec(path)?.[1] ?? "");
    if (id === "" || known.has(id) || is(exchange, "storage_bucket_not_found")) continue;
    known.add(id);
    if (isCreation) continue;
    const told = exchanges
      .map((one) => one.responseBody)
      .find((body) => isObject(body) && body["$id"] === id && "fileSecurity" in body);
    const { $permissions, name = id, ...settings } = isObject(told) ? told : ({} as JsonObject);
    const taken =
      "fileSecurity enabled maximumFileSize allowedFileExtensions compression encryption antivirus transformations".split(
        " ",
      );
    const kept = Object.fromEntries(taken.map((field) => [field, settings[field]]));
    steps.set(index, ["POST", root, { bucketId: id, name, ...given({ permissions: $permissions, ...kept }) }]);
  }
  return steps;
}

/** An upload whose content was not recorded, as far as its answer and the fields that it had tell of it. */
export function inferredUpload(
  { requestBody, requestHeaders, responseBody }: Exchange,
  lastId: string,
): Buffer | undefined {
  if (typeof requestBody !== "string" || !requestBody.startsWith("<multipart")) return undefined;
  const names = [...requestBody.matchAll(/'([^']+)'/g)].map(([, name = ""]) => name);
  const {
    $id = lastId,
    name = "a.txt",
    sizeOriginal = 0,
    $permissions = [],
  } = isObject(responseBody) ? responseBody : ({} as JsonObject);
  const range = Object.entries(requestHeaders).find(([header]) => header.toLowerCase() === "content-range")?.[1];
  const [, from = "", to = ""] = /(\d+)-(\d+)\//.exec(String(range)) ?? [];
  const size = to === "" ? Number(sizeOriginal) : Number(to) - Number(from) + 1;
  const permissions = isList($permissions) ? $permissions.map(String) : [];
  const fields = names.flatMap((field): [string, string][] => {
    if (field === "fileId") return [[field, String($id)]];
    return field.startsWith("permissions") ? permissions.map((one) => ["permissions[]", one]) : [];
  });
  const file = names.find((field) => field === "file" || field === "code");
  // What the recorder sent where nothing else mattered.
  const content = size === 11 ? "hello world" : "x".repeat(size);
  return form(fields, file === undefined ? undefined : [file, String(name), content]);
}

type Place = {
  readonly root: string;
  readonly database: string;
  readonly table: string;
  readonly part: string;
  readonly key: string;
};

/** An object that an answer tells, with the place where it is. */
type Sighting = {
  readonly kind: "database" | "table" | "column" | "index";
  readonly id: string;
  readonly body: JsonObject;
};

const PATH =
  /^\/v1\/(tablesdb|databases)\/([^/]+)(?:\/(?:tables|collections)\/([^/]+)(?:\/(columns|attributes|indexes)(?:\/(.+))?)?)?(?:\/|$)/;

function placeOf(path: string): Place | undefined {
  const [, root = "", database = "", table = "", part = "", rest = ""] = PATH.exec(path) ?? [];
  if (root === "" || database === "transactions") return undefined;
  return { root, database, table, part: part === "attributes" ? "columns" : part, key: rest.split("/")[0] ?? "" };
}

/** The places that a request names: that of its path, the columns in its body, and related tables. */
function placesIn({ path, requestBody, status }: Exchange): Place[] {
  const place = placeOf(path);
  if (!place) return [];
  const body = isObject(requestBody) ? requestBody : {};
  const data = isObject(body["data"]) ? Object.keys(body["data"]) : [];
  const named = [body["columns"], body["attributes"]].flatMap((list) => (isList(list) ? list : []));
  const columns = [...named, ...data].filter((key) => typeof key === "string");
  const related = [body["relatedTableId"], body["relatedCollectionId"]].filter((id) => typeof id === "string");
  return [
    place,
    ...columns.map((key) => ({ ...place, part: "columns", key })),
    ...(status === 404 ? [] : related.map((table) => ({ ...place, table, part: "", key: "" }))),
  ];
}

/** What recorded requests made, or named anew, with the index of the first that did. */
function recordedKeys(exchanges: readonly Exchange[]): Map<string, number> {
  const made = new Map<string, number>();
  for (const [index, { method, path, requestBody, responseBody, status }] of exchanges.entries()) {
    const add = (key: string) => made.set(key, made.get(key) ?? index);
    if (status >= 300 || !isObject(requestBody) || !isObject(responseBody)) continue;
    const place = placeOf(path);
    if (method === "POST" && /^\/v1\/(tablesdb|databases)$/.test(path)) add(idOf(String(responseBody["$id"])));
    if (!place) continue;
    const { database, table, part } = place;
    if (typeof requestBody["newKey"] === "string") add(idOf(database, table, part, requestBody["newKey"]));
    if (method !== "POST") continue;
    if (/\/(tables|collections)$/.test(path)) {
      const id = String(responseBody["$id"]);
      add(idOf(database, id));
      for (const [list, inside] of Object.entries({ columns: "columns", attributes: "columns", indexes: "indexes" }))
        for (const one of itemsIn(requestBody, list)) add(idOf(database, id, inside, String(one["key"])));
    }
    if (part === "") continue;
    add(idOf(database, table, part, String(responseBody["key"])));
    const far = responseBody["relatedTable"] ?? responseBody["relatedCollection"];
    if (typeof far === "string") add(idOf(database, far, part, String(responseBody["twoWayKey"])));
  }
  return made;
}

/** What an answer tells of databases, tables, columns and indexes. */
function bodiesOf({ path, responseBody }: Exchange): Sighting[] {
  const place = placeOf(path);
  if (!place || !isObject(responseBody)) return [];
  const { database, table, part } = place;
  const inside = (kind: "column" | "index", tableId: string, bodies: readonly JsonObject[]): Sighting[] =>
    bodies.map((body) => ({
      kind,
      id: idOf(database, tableId, kind === "index" ? "indexes" : "columns", String(body["key"])),
      body,
    }));
  if (part !== "") {
    const kind = part === "indexes" ? "index" : "column";
    const list = [
      ...itemsIn(responseBody, "columns"),
      ...itemsIn(responseBody, "attributes"),
      ...itemsIn(responseBody, "indexes"),
    ];
    const isOne = typeof responseBody["status"] === "string";
    return inside(kind, table, isOne ? [responseBody] : list);
  }
  const tables =
    "databaseId" in responseBody
      ? [responseBody]
      : [...itemsIn(responseBody, "tables"), ...itemsIn(responseBody, "collections")];
  if (table === "" && "$id" in responseBody) return [{ kind: "database", id: idOf(database), body: responseBody }];
  return tables.flatMap((body) => {
    const id = String(body["$id"]);
    const columns = [...itemsIn(body, "columns"), ...itemsIn(body, "attributes")];
    return [
      { kind: "table" as const, id: idOf(database, id), body },
      ...inside("column", id, columns),
      ...inside("index", id, itemsIn(body, "indexes")),
    ];
  });
}

/** The columns that a row needs, where nothing else tells of them. */
function columnsOfRow({ method, path, status, responseBody }: Exchange): Sighting[] {
  const [, table = ""] = /^(.*)\/(?:rows|documents)(?:\/[^/]+)?$/.exec(path) ?? [];
  const place = placeOf(table);
  if (!place || method === "GET" || status >= 300 || !isObject(responseBody)) return [];
  return Object.entries(responseBody).flatMap(([key, value]): Sighting[] => {
    const array = isList(value);
    const one = array ? value[0] : value;
    if (key.startsWith("$") || isObject(one) || isList(one) || one === undefined || key === "total") return [];
    const number = typeof one === "bigint" || Number.isInteger(one) ? "integer" : "double";
    const type = typeof one === "boolean" ? "boolean" : typeof one === "string" || one === null ? "string" : number;
    const body = { key, type, array, ...(type === "string" ? { size: 255 } : {}) };
    return [{ kind: "column", id: idOf(place.database, place.table, "columns", key), body }];
  });
}

function itemsIn(body: JsonObject, list: string): JsonObject[] {
  const items = body[list];
  return isList(items) ? items.filter(isObject) : [];
}

/** When something was made after an exchange. */
function nextCreation(exchanges: readonly Exchange[], index: number): string {
  const next = exchanges.slice(index).find(({ method, status }) => method === "POST" && status < 300);
  const made = next && isObject(next.responseBody) ? next.responseBody["$createdAt"] : undefined;
  return typeof made === "string" ? made : "9";
}

/** The latest time that was told so far. */
function latest({ responseBody }: Exchange, before: string): string {
  const times = JSON.stringify(responseBody, (_, value: unknown) => (typeof value === "bigint" ? 0 : value)) ?? "";
  return [before, ...(times.match(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00/g) ?? [])].sort().at(-1) ?? "";
}

function is({ responseBody }: Exchange, ...types: readonly string[]): boolean {
  return isObject(responseBody) && types.includes(String(responseBody["type"]));
}

/** Ids are the same in any letter case. */
function idOf(...parts: readonly string[]): string {
  return parts
    .filter((part) => part !== "")
    .join("/")
    .toLowerCase();
}

function databaseStep(root: string, databaseId: string, told: JsonObject | undefined): Step {
  return ["POST", `/v1/${root}`, { databaseId, name: told?.["name"] ?? databaseId }];
}

function tableStep(
  root: string,
  database: string,
  table: string,
  told: JsonObject = {},
  inline: readonly JsonObject[] = [],
): Step {
  const [things, id] = root === "tablesdb" ? ["tables", "tableId"] : ["collections", "collectionId"];
  const { name = table, $permissions = [], enabled = true, rowSecurity, documentSecurity } = told;
  const security = rowSecurity === undefined ? { documentSecurity } : { rowSecurity };
  const columns = inline.map(({ key = "", type = "", required, array, default: fallback }) => {
    return { key, type, ...given({ required, array, default: fallback }) };
  });
  const settings = {
    name,
    permissions: $permissions,
    enabled,
    ...given(security),
    [root === "tablesdb" ? "columns" : "attributes"]: columns,
  };
  return ["POST", `/v1/${root}/${database}/${things}`, { [id ?? ""]: table, ...settings }];
}

const ROUTES: { readonly [type: string]: string } = { double: "float", linestring: "line" };

function partStep(root: string, database: string, table: string, kind: string, told: JsonObject): Step[] {
  const things = root === "tablesdb" ? `tables/${table}/columns` : `collections/${table}/attributes`;
  const { key = "", type = "", format, required, array, size, min, max, elements, encrypt, orders } = told;
  if (kind === "index") {
    const columns = root === "tablesdb" ? "columns" : "attributes";
    const lengths =
      isList(told["lengths"]) && told["lengths"].some((length) => length !== 0) ? told["lengths"] : undefined;
    const body = { key, type, [columns]: told[columns] ?? [], ...given({ orders, lengths }) };
    return [["POST", `/v1/${root}/${database}/${things.replace(/[^/]+$/, "indexes")}`, body]];
  }
  const path = `/v1/${root}/${database}/${things}`;
  if (type === "relationship") {
    if (told["side"] === "child") return [];
    const { relatedTable, relatedCollection, relationType = "", twoWay, twoWayKey, onDelete } = told;
    const related = { relatedTableId: relatedTable, relatedCollectionId: relatedCollection };
    const body = { key, type: relationType, ...given({ ...related, twoWay, twoWayKey, onDelete }) };
    return [["POST", `${path}/relationship`, body]];
  }
  const route = format ? String(format) : (ROUTES[String(type)] ?? String(type));
  const fallback = required === true || array === true ? undefined : told["default"];
  const bounds = { min, max: max === 2n ** 63n - 1n ? undefined : max };
  const body = {
    key,
    required: required ?? false,
    ...given({ array, size, elements, encrypt, ...bounds, default: fallback }),
  };
  return [["POST", `${path}/${route}`, body]];
}

/** Without what no answer tells. */
function given(values: { readonly [name: string]: Json | undefined }): JsonObject {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, Json] => (entry[1] ?? null) !== null),
  );
}
