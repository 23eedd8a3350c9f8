import { readDatetime } from "./dates.ts";
import { ServerError } from "./errors.ts";
import { liesAs } from "./geometry.ts";
import { isInteger, isList, isNumber, isObject, type Json, type JsonObject, parseJson } from "./json.ts";

/** What an attribute holds, as far as a query's values are checked against it. */
export type AttributeType =
  | "string"
  | "integer"
  | "integer32"
  | "double"
  | "boolean"
  | "datetime"
  | "relationship"
  | "spatial"
  | "id";

/** One query of a `queries[]` parameter. */
export type Query = {
  readonly method: string;
  readonly attribute: string;
  readonly values: readonly Json[];
  readonly nested: readonly Query[];
};

/** What queries may name: the attributes with their types, lists marked apart; and whether `select` is known. */
export type QuerySchema = {
  readonly schema: Readonly<Record<string, AttributeType>>;
  readonly arrays?: ReadonlySet<string>;
  readonly encrypted?: ReadonlySet<string>;
  /** Relationships whose ids are kept elsewhere. */
  readonly virtual?: ReadonlySet<string>;
  readonly select: boolean;
  /** What may be selected beside what filters may name. */
  readonly selectable?: ReadonlySet<string>;
  /** Any attribute may be named, because none is declared. */
  readonly schemaless?: boolean;
  /** The most values that a filter may have; 500 where nothing is said. */
  readonly mostValues?: number;
  /** The only methods that are known, where not all are. */
  readonly methods?: readonly string[];
};

/** Says what is wrong with a `queries[]` parameter, in the server's words; undefined when it is right. */
export function queriesFault(value: Json, known: QuerySchema): string | undefined {
  if (!isList(value)) return "Queries must be an array";
  for (const text of value) {
    let query: Query;
    try {
      query = parseQuery(text);
    } catch (error) {
      return `Invalid query: ${(error as Error).message}`;
    }
    const fault = queryFault(query, known);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** Parses a checked `queries[]` parameter; throws an Error with the server's words when one is malformed. */
export function parseQueries(value: Json | undefined): Query[] {
  return isList(value) ? value.map(parseQuery) : [];
}

/** What stops the server's reader of queries where it does not check: in a list's rule that is a message, elsewhere a failure. */
export class QueryTypeError extends Error {
  constructor(reader: "parse" | "parseQuery", wanted: string, value: Json, caller: string) {
    super(
      `Utopia\\Database\\Query::${reader}(): Argument #1 ($query) must be of type ${wanted}, ${phpName(value)} given, called in /usr/src/code/vendor/utopia-php/database/src/Database/${caller}`,
    );
  }
}

/** Parses one query text; throws an Error with the server's words when it is malformed. */
export function parseQuery(text: Json): Query {
  if (isObject(text) || isList(text))
    throw new QueryTypeError("parse", "string", text, "Validator/Queries.php on line 67");
  let parsed: Json;
  try {
    parsed = parseJson(String(text));
  } catch {
    throw new Error("Invalid query: Syntax error");
  }
  if (!isObject(parsed) && !isList(parsed)) throw new Error(`Invalid query. Must be an array, got ${phpType(parsed)}`);
  return readQuery(parsed);
}

function readQuery(query: Json): Query {
  if (!isObject(query) && !isList(query))
    throw new QueryTypeError("parseQuery", "array", query, "Query.php on line 396");
  const { method = "", attribute = "", values = [] } = isObject(query) ? nonNull(query) : {};
  if (typeof method !== "string") throw new Error(`Invalid query method. Must be a string, got ${phpType(method)}`);
  if (!methods.has(method)) throw new Error(`Invalid query method: ${method}`);
  if (typeof attribute !== "string")
    throw new Error(`Invalid query attribute. Must be a string, got ${phpType(attribute)}`);
  if (!isList(values) && !isObject(values))
    throw new Error(`Invalid query values. Must be an array, got ${phpType(values)}`);
  const list = isList(values) ? values : Object.values(values);
  return { method, attribute, values: list, nested: logical.has(method) ? list.map(readQuery) : [] };
}

function nonNull(query: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== null));
}

function phpType(value: Json): string {
  if (value === null) return "NULL";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "double";
  if (typeof value === "bigint") return "integer";
  return isList(value) || isObject(value) ? "array" : typeof value;
}

/** The name of a value's type as PHP 8.3 writes it in what is wrong with an argument. */
function phpName(value: Json): string {
  const type = phpType(value);
  if (typeof value === "boolean") return String(value);
  return { NULL: "null", integer: "int", double: "float" }[type] ?? type;
}

const logical = new Set(["and", "or", "elemMatch"]);
const arrayMethods = new Set([
  "contains",
  "containsAny",
  "containsAll",
  "notContains",
  "isNull",
  "isNotNull",
  "exists",
  "notExists",
]);
const containing = new Set(["contains", "containsAny", "containsAll", "notContains"]);
const spatialMethods = new Set(
  "crosses notCrosses distanceEqual distanceNotEqual distanceGreaterThan distanceLessThan intersects notIntersects overlaps notOverlaps touches notTouches".split(
    " ",
  ),
);
const atLeastOne = new Set(["equal", "contains", "containsAny", "notContains", "containsAll", "exists", "notExists"]);
const exactlyOne = new Set(
  "notEqual lessThan lessThanEqual greaterThan greaterThanEqual search notSearch startsWith notStartsWith endsWith notEndsWith regex".split(
    " ",
  ),
);
const orders = new Set(["orderAsc", "orderDesc", "orderRandom"]);
const cursors = new Set(["cursorAfter", "cursorBefore"]);
const filters = new Set([
  ...atLeastOne,
  ...exactlyOne,
  ...arrayMethods,
  ...spatialMethods,
  ...logical,
  "between",
  "notBetween",
]);
const methods = new Set([
  ...filters,
  ...orders,
  ...cursors,
  "limit",
  "offset",
  "select",
  "vectorDot",
  "vectorCosine",
  "vectorEuclidean",
]);

/** Is a method one that filters? */
export function isFilter(method: string): boolean {
  return filters.has(method);
}

function queryFault(query: Query, known: QuerySchema): string | undefined {
  for (const inner of query.nested) {
    const fault = queryFault(inner, known);
    if (fault !== undefined) return fault;
  }
  const isKnown = known.methods?.includes(query.method) ?? (query.method !== "select" || known.select);
  if (!isKnown) return `Invalid query method: ${query.method}`;
  const fault = methodFault(query, known);
  return fault === undefined ? undefined : `Invalid query: ${fault}`;
}

function methodFault(query: Query, known: QuerySchema): string | undefined {
  const { method, values } = query;
  if (method === "limit") return countFault(values[0] ?? null, 1, "limit");
  if (method === "offset") return countFault(values[0] ?? null, 0, "offset");
  if (cursors.has(method)) return cursorFault([query]);
  if (method === "orderRandom") return undefined;
  if (orders.has(method)) return orderFault(query.attribute, known);
  if (method === "select") return selectFault(values, known);
  return filterFault(query, known);
}

const cursorMessage =
  "UID must contain at most 36 chars. Valid chars are a-z, A-Z, 0-9, and underscore. Can't start with a leading underscore";

/** What is wrong with the cursor among queries, in the server's words; undefined when it is right or there is none. */
export function cursorFault(queries: readonly Query[]): string | undefined {
  const cursor = queries.find(({ method }) => cursors.has(method));
  return cursor && !isCursor(cursor.values[0] ?? null) ? `Invalid cursor: ${cursorMessage}` : undefined;
}

function isCursor(value: Json): boolean {
  return typeof value === "string" && /^[A-Za-z0-9][A-Za-z0-9_.-]{0,35}$/.test(value);
}

function countFault(value: Json, least: number, word: string): string | undefined {
  const numeric = isNumber(value) || (typeof value === "string" && /^\s*[+-]?\d+(\.\d+)?\s*$/.test(value));
  if (!numeric) return "Invalid limit: Value must be a valid number";
  const whole = isInteger(value) || (typeof value === "string" && /^\s*[+-]?\d+\s*$/.test(value));
  if (whole && Number(value) >= least) return undefined;
  return `Invalid ${word}: Value must be a valid range between ${least} and 9,223,372,036,854,775,807`;
}

const systemAttributes: Readonly<Record<string, AttributeType>> = {
  $id: "string",
  $sequence: "id",
  $createdAt: "datetime",
  $updatedAt: "datetime",
};

function typeOf(attribute: string, known: QuerySchema): AttributeType | undefined {
  if (Object.hasOwn(known.schema, attribute)) return known.schema[attribute];
  return Object.hasOwn(systemAttributes, attribute) ? systemAttributes[attribute] : undefined;
}

function orderFault(attribute: string, known: QuerySchema): string | undefined {
  if (known.schemaless || typeOf(attribute, known) !== undefined) return undefined;
  const top = attribute.split(".")[0] ?? "";
  if (attribute.includes(".") && typeOf(top, known) !== undefined) return `Cannot order by nested attribute: ${top}`;
  return `Attribute not found in schema: ${top}`;
}

function selectFault(values: readonly Json[], known: QuerySchema): string | undefined {
  if (values.length === 0) return "No attributes selected";
  if (new Set(values).size !== values.length) return "Duplicate attributes selected";
  for (const value of values) {
    const name = String(value);
    const top = typeOf(name, known) === undefined ? (name.split(".")[0] ?? "") : name;
    const internal = [
      "$id",
      "$sequence",
      "$createdAt",
      "$updatedAt",
      "$permissions",
      "$collection",
      "$tenant",
    ].includes(top);
    const isThere = internal || top === "*" || typeOf(top, known) !== undefined || known.selectable?.has(top);
    if (!known.schemaless && !isThere) return `Attribute not found in schema: ${top}`;
  }
  return undefined;
}

function filterFault(query: Query, known: QuerySchema): string | undefined {
  const { method, values, attribute, nested } = query;
  const name = method.charAt(0).toUpperCase() + method.slice(1);
  if (method === "elemMatch") return "elemMatch is not supported by the database";
  if (logical.has(method)) {
    if (nested.some((inner) => !filters.has(inner.method))) return `${name} queries can only contain filter queries`;
    return nested.length < 2 ? `${name} queries require at least two queries` : undefined;
  }
  if (method.startsWith("vector")) return vectorFault(attribute, known);
  const isEmpty = values.length === 0 || (isList(values[0]) && values[0].length === 0);
  if (atLeastOne.has(method) && isEmpty) return `${name} queries require at least one value.`;
  if (exactlyOne.has(method) && values.length !== 1) return `${name} queries require exactly one value.`;
  if (["between", "notBetween"].includes(method) && values.length !== 2)
    return `${name} queries require exactly two values.`;
  if (method.startsWith("distance") && !(values.length === 1 && isList(values[0]) && values[0].length === 3)) {
    return "Distance query requires [[geometry, distance]] parameters";
  }
  if (spatialMethods.has(method) && isEmpty) return `${name} queries require at least one value.`;
  return attributeFault(attribute, values, method, known);
}

/** Only DocumentsDB's sister has vectors, whose searches do not come here. */
function vectorFault(attribute: string, known: QuerySchema): string {
  const isKnown = known.schemaless || typeOf(attribute, known) !== undefined;
  return isKnown
    ? "Vector queries can only be used on vector attributes"
    : `Attribute not found in schema: ${attribute}`;
}

/** The most values of a filter that the database takes. */
const MOST_VALUES = 500;

function attributeFault(
  attribute: string,
  values: readonly Json[],
  method: string,
  known: QuerySchema,
): string | undefined {
  if (known.encrypted?.has(attribute)) return `Cannot query encrypted attribute: ${attribute}`;
  const direct = typeOf(attribute, known);
  const top = direct === undefined && attribute.includes(".") ? (attribute.split(".")[0] ?? "") : attribute;
  const type = typeOf(top, known);
  if (type === undefined) return known.schemaless ? undefined : `Attribute not found in schema: ${top}`;
  if (method === "exists" || method === "notExists") return undefined;
  if (type === "relationship" && top !== attribute) return undefined;
  const most = known.mostValues ?? MOST_VALUES;
  if (values.length > most) return `Query on attribute has greater than ${most} values: ${top}`;
  if (spatialMethods.has(method) && type !== "spatial")
    return `Spatial query "${method}" cannot be applied on non-spatial attribute: ${top}`;
  for (const value of values) {
    if (type === "spatial" && !isList(value)) return "Spatial data must be an array";
    if (!fits(value, type)) return `Query value is invalid for attribute "${top}"`;
  }
  if (known.virtual?.has(top)) return "Cannot query on virtual relationship attribute";
  const array = known.arrays?.has(top) ?? false;
  if (!array && containing.has(method) && !["string", "spatial"].includes(type)) {
    const word = method === "notContains" ? "notContains" : "contains";
    return `Cannot query ${word} on attribute "${top}" because it is not an array, string, or object.`;
  }
  return array && !arrayMethods.has(method)
    ? `Cannot query ${method} on attribute "${top}" because it is an array.`
    : undefined;
}

function fits(value: Json, type: AttributeType): boolean {
  switch (type) {
    case "string":
    case "relationship":
      return typeof value === "string";
    case "integer":
      return isInteger(value);
    case "integer32":
      return isInteger(value) && Number(value) >= -(2 ** 31) && Number(value) < 2 ** 31;
    case "double":
      return isNumber(value);
    case "boolean":
      return typeof value === "boolean";
    case "datetime":
      return readDatetime(value) !== undefined;
    case "id":
      return isInteger(value) || (typeof value === "string" && /^\d+$/.test(value));
    case "spatial":
      return true;
  }
}

/** What a list is asked for: its parsed queries, an optional full-text search, and whether the total is wanted. */
export type ListRequest = { readonly queries: readonly Query[]; readonly search?: string; readonly total?: boolean };

/** How a list's items are seen by queries: their attributes, their cursor id, and the words for an unknown cursor. */
export type ListView<T> = {
  readonly value: (item: T, attribute: string) => Json | undefined;
  readonly id: (item: T) => string;
  readonly noun: string;
  /** The words for an attribute and the items in what is said of an order that a cursor cannot follow. */
  readonly orderWords?: readonly [attribute: string, items: string];
  readonly defaultLimit?: number;
  readonly searchText?: (item: T) => string;
  readonly types?: Readonly<Record<string, AttributeType>>;
  /** Is a query that the database refuses told, or does the server fail on it? Some lists are checked before. */
  readonly refusals?: "told" | "checked before";
};

/**
 * Filters, orders and pages items that are given in creation order, as the server's lists do: 25 a page, creation order,
 * a total of at most 5000 that ignores the page; a cursor that names nothing is 400 `general_cursor_not_found`.
 */
export function listItems<T>(
  items: readonly T[],
  request: ListRequest,
  view: ListView<T>,
): { total: number; items: T[] } {
  const asked = request.queries;
  if (view.refusals !== "checked before") refuseUnkept(asked, view.refusals === "told");
  const matching = items.filter((item) => matches(item, asked, view) && found(item, request.search ?? "", view));
  const order = orderOf(asked, view, items);
  const sorted = order ? [...matching].sort(order) : matching;
  const window = afterCursor(sorted, items, asked, view, order);
  const offset = Number(last(asked, "offset")?.values[0] ?? 0);
  const limit = Number(last(asked, "limit")?.values[0] ?? view.defaultLimit ?? 25);
  const page = window.before
    ? window.items.slice(Math.max(0, window.items.length - offset - limit), window.items.length - offset)
    : window.items.slice(offset, offset + limit);
  return { total: request.total === false ? 0 : Math.min(matching.length, 5000), items: page };
}

/** Items of a list with what is selected of them alone; what the server keeps of everything stays. */
export function selectedOf(items: readonly JsonObject[], asked: readonly Query[]): readonly JsonObject[] {
  const selects = asked.filter(({ method }) => method === "select");
  const names = new Set(selects.flatMap(({ values }) => values.map(String)));
  if (selects.length === 0 || names.has("*")) return items;
  const isSelected = ([name]: readonly [string, Json]) => name.startsWith("$") || names.has(name);
  return items.map((item) => Object.fromEntries(Object.entries(item).filter(isSelected)));
}

/**
 * What a list's rule takes and its database does not: no attribute that a list filters by has an index for words, more values than it
 * takes, and methods that MariaDB does not know.
 */
function refuseUnkept(asked: readonly Query[], isTold: boolean): void {
  for (const { method, attribute, values, nested } of asked) {
    if (method === "exists" || method === "notExists") throw new ServerError("general_unknown");
    refuseUnkept(nested, isTold);
    const message =
      method === "search" || method === "notSearch"
        ? `Searching by attribute "${attribute}" requires a fulltext index.`
        : values.length > MOST_VALUES && filters.has(method)
          ? `Invalid query: Query on attribute has greater than ${MOST_VALUES} values: ${attribute}`
          : undefined;
    if (message !== undefined)
      throw isTold ? new ServerError("general_query_invalid", { message }) : new ServerError("general_unknown");
  }
}

function last(asked: readonly Query[], method: string): Query | undefined {
  return asked.find((query) => query.method === method);
}

/** Says whether an item passes the filters among the queries. */
export function matches<T>(item: T, asked: readonly Query[], view: Pick<ListView<T>, "value" | "types">): boolean {
  return asked.filter((query) => filters.has(query.method)).every((query) => matchesOne(item, query, view));
}

function matchesOne<T>(item: T, query: Query, view: Pick<ListView<T>, "value" | "types">): boolean {
  if (query.method === "and") return query.nested.every((inner) => matchesOne(item, inner, view));
  if (query.method === "or") return query.nested.some((inner) => matchesOne(item, inner, view));
  const value = view.value(item, query.attribute) ?? null;
  if (view.types?.[query.attribute] === "spatial") return liesAs(query.method, value, query.values);
  const dated = ["$createdAt", "$updatedAt"].includes(query.attribute) || view.types?.[query.attribute] === "datetime";
  const compare = dated ? compareDates : compareValues;
  return test(query.method, value, query.values, compare);
}

type Compare = (one: Json, other: Json) => number;

function test(method: string, value: Json, values: readonly Json[], compare: Compare): boolean {
  const [first = null, second = null] = values;
  if (method === "isNull" || method === "notExists") return value === null;
  if (method === "isNotNull" || method === "exists") return value !== null;
  // Nothing is told of what is not there, but that no search finds it.
  if (value === null) return method === "notSearch";
  switch (method) {
    case "equal":
      return values.some((wanted) => compare(value, wanted) === 0);
    case "notEqual":
      return compare(value, first) !== 0;
    case "lessThan":
      return compare(value, first) < 0;
    case "lessThanEqual":
      return compare(value, first) <= 0;
    case "greaterThan":
      return compare(value, first) > 0;
    case "greaterThanEqual":
      return compare(value, first) >= 0;
    case "between":
      return compare(value, first) >= 0 && compare(value, second) <= 0;
    case "notBetween":
      return compare(value, first) < 0 || compare(value, second) > 0;
    case "startsWith":
      return fold(value).startsWith(fold(first));
    case "notStartsWith":
      return !fold(value).startsWith(fold(first));
    case "endsWith":
      return fold(value).endsWith(fold(first));
    case "notEndsWith":
      return !fold(value).endsWith(fold(first));
    case "contains":
    case "containsAny":
      return values.some((wanted) => containsValue(value, wanted));
    case "notContains":
      return !values.some((wanted) => containsValue(value, wanted));
    case "containsAll":
      return values.every((wanted) => containsValue(value, wanted));
    case "search":
      return searchMatches(String(value), String(first));
    case "notSearch":
      return !searchMatches(String(value), String(first));
    case "regex":
      return expression(String(first)).test(String(value));
    default:
      return true;
  }
}

/** A regular expression; the database fails on one that is none. */
function expression(text: string): RegExp {
  try {
    return new RegExp(text, "i");
  } catch {
    throw new ServerError("general_unknown");
  }
}

function fold(value: Json): string {
  return String(value).normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

function containsValue(value: Json, wanted: Json): boolean {
  return isList(value) ? value.some((item) => compareValues(item, wanted) === 0) : fold(value).includes(fold(wanted));
}

const collator = new Intl.Collator("en", { sensitivity: "base" });

/** Orders two values as MariaDB's default collation does: texts without letter case or accents, numbers by size. */
export function compareValues(one: Json, other: Json): number {
  if (one === null || other === null) return one === other ? 0 : one === null ? -1 : 1;
  if (typeof one === "string" && typeof other === "string") return collator.compare(one, other);
  if (typeof one === "boolean" || typeof other === "boolean") return Number(one) - Number(other);
  if (isNumber(one) && isNumber(other)) return one < other ? -1 : one > other ? 1 : 0;
  return collator.compare(String(one), String(other));
}

function compareDates(one: Json, other: Json): number {
  if (one === null || other === null) return compareValues(one, other);
  return (readDatetime(one)?.getTime() ?? 0) - (readDatetime(other)?.getTime() ?? 0);
}

function orderOf<T>(
  asked: readonly Query[],
  view: ListView<T>,
  items: readonly T[],
): ((one: T, other: T) => number) | undefined {
  const wanted = asked.filter((query) => orders.has(query.method));
  if (wanted.length === 0) return undefined;
  const position = new Map(items.map((item, index) => [item, index]));
  return (one, other) => {
    for (const query of wanted) {
      if (query.method === "orderRandom") return Math.random() - 0.5;
      const attribute = query.attribute;
      const result = ["", "$sequence"].includes(attribute)
        ? (position.get(one) ?? 0) - (position.get(other) ?? 0)
        : compareValues(view.value(one, attribute) ?? null, view.value(other, attribute) ?? null);
      if (result !== 0) return query.method === "orderDesc" ? -result : result;
    }
    return (position.get(one) ?? 0) - (position.get(other) ?? 0);
  };
}

function afterCursor<T>(
  sorted: readonly T[],
  items: readonly T[],
  asked: readonly Query[],
  view: ListView<T>,
  order: ((one: T, other: T) => number) | undefined,
): { items: readonly T[]; before: boolean } {
  const query = asked.find((candidate) => cursors.has(candidate.method));
  if (!query) return { items: sorted, before: false };
  const id = String(query.values[0]);
  const cursor = items.find((item) => view.id(item).toLowerCase() === id.toLowerCase());
  if (cursor === undefined) {
    throw new ServerError("general_cursor_not_found", {
      message: `${view.noun} '${id}' for the 'cursor' value not found.`,
    });
  }
  for (const { method, attribute } of asked) {
    if (method === "orderRandom" || !orders.has(method) || ["", "$sequence"].includes(attribute)) continue;
    if ((view.value(cursor, attribute) ?? null) === null) throw nullOrder(attribute, view);
  }
  const position = new Map(items.map((item, index) => [item, index]));
  const compare = order ?? ((one: T, other: T) => (position.get(one) ?? 0) - (position.get(other) ?? 0));
  const before = query.method === "cursorBefore";
  return { items: sorted.filter((item) => (before ? compare(item, cursor) < 0 : compare(item, cursor) > 0)), before };
}

/** A cursor cannot go on from an item that has no value of what the list is ordered by. */
function nullOrder<T>(
  name: string,
  { orderWords: [attribute, items] = ["attribute", "documents"] }: ListView<T>,
): ServerError {
  return new ServerError("database_query_order_null", {
    message: `The order ${attribute} '${name}' had a null value. Cursor pagination requires all ${items} order ${attribute} values are non-null.`,
  });
}

function found<T>(item: T, search: string, view: ListView<T>): boolean {
  return search === "" || (view.searchText !== undefined && searchMatches(view.searchText(item), search));
}

/**
 * Says whether a full-text search finds a text, as MariaDB's boolean mode does with the server's terms: words of at least
 * three letters, the last one as a prefix, any word suffices; in double quotes, the exact phrase.
 */
export function searchMatches(text: string, search: string): boolean {
  const words = wordsOf(text);
  if (/^".*"$/.test(search.trim())) {
    const phrase = wordsOf(search).join(" ");
    return phrase !== "" && ` ${words.join(" ")} `.includes(` ${phrase} `);
  }
  const wanted = wordsOf(search);
  return wanted.some((word, index) =>
    words.some(
      (candidate) =>
        candidate.length >= 3 && (index === wanted.length - 1 ? candidate.startsWith(word) : candidate === word),
    ),
  );
}

function wordsOf(text: string): string[] {
  return fold(text)
    .split(/[^\p{L}\p{N}_]+/u)
    .filter((word) => word !== "");
}
