import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Emulator, startEmulator } from "../../emulator/index.ts";
import { createAppwriteProvider } from "../../provider/appwrite-provider.ts";
import type { ProviderService } from "../../provider/engine/service.ts";
import { type Diagnostic, printPath } from "../../provider/schema/diagnostics.ts";
import { type TerraformType, typeOfSchema } from "../../provider/schema/terraform-type.ts";
import type { Row, Value } from "../../provider/schema/value.ts";
import { apiOf } from "../support/api.ts";
import { createWorkspace } from "../support/terraform.ts";

/**
 * What is wrong is said once, clearly, at the attribute, with what to do, before anything is written: at validation or in the plan
 * wherever it can be known then.
 */

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator();
  const api = apiOf(emulator);
  await api("POST", "/tablesdb", { databaseId: "shop", name: "Shop" });
  const columns = [
    { key: "title", type: "string", size: 100 },
    { key: "body", type: "string", size: 2000 },
    { key: "price", type: "double" },
    { key: "place", type: "point" },
    { key: "tags", type: "string", size: 20, array: true },
  ];
  await api("POST", "/tablesdb/shop/tables", { tableId: "items", name: "Items", columns });
  await api("POST", "/tablesdb/shop/tables", { tableId: "makers", name: "Makers", columns: columns.slice(0, 1) });
  await api("POST", "/tablesdb/shop/tables/makers/rows", { rowId: "m", data: { title: "M" } });
  await api("POST", "/storage/buckets", { bucketId: "photos", name: "Photos" });
});

afterAll(() => emulator.close());

type Stage = "validate" | "plan" | "apply";
/** What is wrong, the type, what is configured, where and how it is said, and when. */
type Case = readonly [what: string, type: string, config: Row, at: string, said: RegExp, stage?: Stage];

const database = "appwrite_tablesdb";
const table = "appwrite_tablesdb_table";
const column = "appwrite_tablesdb_column";
const index = "appwrite_tablesdb_index";
const row = "appwrite_tablesdb_row";
const bucket = "appwrite_storage_bucket";
const file = "appwrite_storage_file";

const LONG = "i".repeat(37);
const inTable = { database_id: "shop", id: "t", name: "T" };
const ofItems = { database_id: "shop", table_id: "items" };
const col = (more: Row): Row => ({ ...ofItems, key: "k", ...more });
const inline = (columns: Row, indexes: Row | null = null): Row => ({ ...inTable, columns, indexes });
const text = (size: number): Row => ({ type: "varchar", size });
const many = (count: number, make: (at: number) => Row): Row =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`c${at}`, make(at)]));

const CASES: readonly Case[] = [
  // ids and names
  ["an id that begins with an underscore", database, { id: "_x", name: "X" }, "id", /beginning with a letter or digit/],
  ["an id that begins with a dot", bucket, { id: ".x", name: "X" }, "id", /beginning with a letter or digit/],
  ["an id with a space", table, { ...inTable, id: "a b" }, "id", /letters, digits, dots, hyphens/],
  ["an id of 256 characters", database, { id: "i".repeat(256), name: "X" }, "id", /from 1 to 255 characters/],
  ["an id too long for the server's database", database, { id: LONG, name: "X" }, "id", /at most 36 chars/, "plan"],
  ["a table id too long for it", table, { ...inTable, id: LONG }, "id", /at most 36 chars/, "plan"],
  ["a bucket id too long for it", bucket, { id: LONG, name: "X" }, "id", /at most 36 chars/, "plan"],
  ["a column key too long for it", column, col({ type: "boolean", key: LONG }), "key", /at most 36 chars/, "plan"],
  ["a row id too long for it", row, { ...ofItems, id: LONG, data: "{}" }, "id", /at most 36 chars/, "plan"],
  ["a malformed parent", table, { ...inTable, database_id: "_shop" }, "database_id", /beginning with a letter/],
  ["a malformed bucket of a file", file, { bucket_id: "a/b", file_path: "x" }, "bucket_id", /letters, digits/],
  ["an empty name", database, { id: "x", name: "" }, "name", /from 1 to 128 characters/],
  ["a name of 129 characters", bucket, { id: "x", name: "n".repeat(129) }, "name", /it has 129/],
  ["a key with a space", column, col({ type: "boolean", key: "a b" }), "key", /letters, digits, dots/],
  ["a key that begins with $", column, col({ type: "boolean", key: "$id" }), "key", /beginning with a letter/],
  ["an inline key that is none", table, inline({ "a b": { type: "boolean" } }), 'columns["a b"]', /letters, digits/],
  [
    "keys that differ in case only",
    table,
    inline({ a: { type: "boolean" }, A: { type: "boolean" } }),
    'columns["A"]',
    /more than letter case/,
  ],

  // permissions
  ["no permission", table, { ...inTable, permissions: ["anyone"] }, "permissions[0]", /read\("any"\)/],
  ["a verb in upper case", table, { ...inTable, permissions: ['READ("any")'] }, "permissions[0]", /in lower case/],
  ["single quotes", bucket, { id: "x", name: "X", permissions: ["read('any')"] }, "permissions[0]", /double quotes/],
  [
    "an unknown role",
    bucket,
    { id: "x", name: "X", permissions: ['read("all")'] },
    "permissions[0]",
    /must be any, guests/,
  ],
  ["a role without its id", table, { ...inTable, permissions: ['read("user:")'] }, "permissions[0]", /needs an id/],
  [
    "any with a dimension",
    table,
    { ...inTable, permissions: ['read("any/verified")'] },
    "permissions[0]",
    /nothing after a slash/,
  ],
  [
    "create on a row",
    row,
    { ...ofItems, data: "{}", permissions: ['create("any")'] },
    "permissions[0]",
    /read, update, delete/,
  ],
  [
    "more than 100 permissions",
    table,
    { ...inTable, permissions: Array(101).fill('read("any")') },
    "permissions",
    /from 0 to 100/,
  ],

  // column types
  ["an unknown type", column, col({ type: "strnig" }), "type", /Did you mean "string"/],
  ["a string without a size", column, col({ type: "string" }), "size", /needs size/],
  ["a varchar that is too long", column, col({ type: "varchar", size: 16_382 }), "size", /from 1 to 16381/],
  ["a size of 0", column, col({ type: "string", size: 0 }), "size", /from 1 to 1073741824/],
  ["a size that is no whole number", column, col({ type: "string", size: 1.5 }), "size", /whole number/],
  ["an encrypted string below 150", column, col({ type: "string", size: 149, encrypt: true }), "size", /at least 150/],
  ["a size on a text", column, col({ type: "text", size: 10 }), "size", /no meaning for the type text/],
  ["a size on a boolean", column, col({ type: "boolean", size: 1 }), "size", /no meaning/],
  ["bounds on a string", column, col({ type: "string", size: 9, min: 1 }), "min", /no meaning/],
  ["min on a float", column, col({ type: "float", min: 1 }), "min", /no meaning.* Use float_min instead/],
  ["float_max on an integer", column, col({ type: "integer", float_max: 1 }), "float_max", /Use max instead/],
  ["elements on a string", column, col({ type: "string", size: 9, elements: ["a"] }), "elements", /no meaning/],
  ["an enum without elements", column, col({ type: "enum" }), "elements", /needs elements/],
  ["an empty element", column, col({ type: "enum", elements: [""] }), "elements[0]", /from 1 to 255 characters/],
  [
    "101 elements",
    column,
    col({ type: "enum", elements: Array.from({ length: 101 }, (_, at) => `e${at}`) }),
    "elements",
    /from 1 to 100/,
  ],
  ["encryption of an integer", column, col({ type: "integer", encrypt: true }), "encrypt", /no meaning/],
  ["a list of points", column, col({ type: "point", array: true }), "array", /no meaning/],
  ["min above max", column, col({ type: "integer", min: 9, max: 1 }), "min", /must not be greater than max/],
  [
    "float_min above float_max",
    column,
    col({ type: "float", float_min: 2.5, float_max: 0.5 }),
    "float_min",
    /must not be greater/,
  ],
  ["an integer beyond 64 bits", column, col({ type: "integer", max: 9_223_372_036_854_775_808n }), "max", /64 bits/],
  [
    "a required spatial column on a table with rows",
    column,
    col({ type: "point", required: true, table_id: "makers" }),
    "required",
    /does not add a required point/,
    "plan",
  ],

  // defaults
  [
    "a default on a required column",
    column,
    col({ type: "string", size: 9, required: true, default: "x" }),
    "default",
    /together with required/,
  ],
  [
    "a default on a list",
    column,
    col({ type: "string", size: 9, array: true, default: "x" }),
    "default",
    /together with array/,
  ],
  [
    "a default longer than size",
    column,
    col({ type: "string", size: 2, default: "abc" }),
    "default",
    /longer than size/,
  ],
  ["a text as default of an integer", column, col({ type: "integer", default: "x" }), "default", /whole number/],
  ["a fraction as default of an integer", column, col({ type: "integer", default: "1.5" }), "default", /whole number/],
  ["a default above max", column, col({ type: "integer", max: 5, default: "9" }), "default", /at most 5/],
  ["a default below float_min", column, col({ type: "float", float_min: 1, default: "0.5" }), "default", /at least 1/],
  ["yes as default of a boolean", column, col({ type: "boolean", default: "yes" }), "default", /"true" or "false"/],
  [
    "a default that is no element",
    column,
    col({ type: "enum", elements: ["a"], default: "b" }),
    "default",
    /one of the elements/,
  ],
  ["a default that is no e-mail address", column, col({ type: "email", default: "a@b" }), "default", /e-mail address/],
  ["a default that is no URL", column, col({ type: "url", default: "example.com" }), "default", /URL with its scheme/],
  ["a default that is no IP address", column, col({ type: "ip", default: "300.1.1.1" }), "default", /IPv4 or IPv6/],
  ["a default that is no date", column, col({ type: "datetime", default: "tomorrow" }), "default", /ISO 8601/],
  ["a line of one point", column, col({ type: "line", default: "[[1,2]]" }), "default", /two points or more/],
  [
    "a polygon that is open",
    column,
    col({ type: "polygon", default: "[[[0,0],[1,0],[1,1],[0,1]]]" }),
    "default",
    /end where/,
  ],
  ["a latitude beyond the pole", column, col({ type: "point", default: "[0,91]" }), "default", /latitudes from -90/],
  [
    "a default that does not fit encrypted",
    column,
    col({ type: "varchar", size: 150, encrypt: true, default: "x".repeat(22) }),
    "default",
    /153 characters in 150/,
  ],
  ["a default that is no point", column, col({ type: "point", default: "[1]" }), "default", /coordinates of a point/],
  [
    "a default of a relationship",
    column,
    col({ type: "relationship", related_table_id: "makers", relationship_type: "oneToOne", default: "x" }),
    "default",
    /Remove it/,
  ],
  [
    "an inline default that does not fit",
    table,
    inline({ n: { type: "integer", default: "x" } }),
    'columns["n"].default',
    /whole number/,
  ],

  // relationships
  [
    "a relationship without a table",
    column,
    col({ type: "relationship", relationship_type: "oneToOne" }),
    "related_table_id",
    /needs related_table_id/,
  ],
  [
    "a relationship without a kind",
    column,
    col({ type: "relationship", related_table_id: "makers" }),
    "relationship_type",
    /needs relationship_type/,
  ],
  [
    "an unknown kind",
    column,
    col({ type: "relationship", related_table_id: "makers", relationship_type: "many" }),
    "relationship_type",
    /must be one of/,
  ],
  ["relationship fields on a string", column, col({ type: "string", size: 9, two_way: true }), "two_way", /no meaning/],
  [
    "a required relationship",
    column,
    col({ type: "relationship", related_table_id: "makers", relationship_type: "oneToOne", required: true }),
    "required",
    /Remove it/,
  ],
  [
    "an unknown on_delete",
    column,
    col({ type: "relationship", related_table_id: "makers", relationship_type: "oneToOne", on_delete: "noAction" }),
    "on_delete",
    /must be one of/,
  ],
  [
    "a two_way_key that the related table has",
    column,
    col({
      type: "relationship",
      related_table_id: "makers",
      relationship_type: "oneToMany",
      two_way: true,
      two_way_key: "title",
    }),
    "two_way_key",
    /already has a column title/,
    "plan",
  ],
  [
    "a related table that is not there",
    column,
    col({ type: "relationship", related_table_id: "nobody", relationship_type: "oneToOne" }),
    "related_table_id",
    /There is no table nobody/,
    "apply",
  ],
  [
    "two relationships with one key on the far side",
    table,
    inline({
      a: { type: "relationship", related_table_id: "makers", relationship_type: "manyToOne" },
      b: { type: "relationship", related_table_id: "makers", relationship_type: "oneToOne" },
    }),
    'columns["b"].two_way_key',
    /two_way_key of its own/,
  ],
  [
    "two manyToMany between two tables",
    table,
    inline({
      a: { type: "relationship", related_table_id: "makers", relationship_type: "manyToMany", two_way_key: "x" },
      b: { type: "relationship", related_table_id: "makers", relationship_type: "manyToMany", two_way_key: "y" },
    }),
    'columns["b"].relationship_type',
    /one manyToMany/,
  ],

  // tables as a whole
  [
    "a row that is too wide",
    table,
    inline({ a: text(9000), b: text(9000) }),
    "columns",
    /72\d\d\d? bytes|row of \d+ bytes/,
  ],
  ["more columns than a table takes", table, inline(many(1011, () => ({ type: "boolean" }))), "columns", /takes 1010/],
  [
    "more indexes than a table takes",
    table,
    inline(
      { a: text(9) },
      many(59, () => ({ type: "key", columns: ["a"] })),
    ),
    "indexes",
    /takes 58/,
  ],

  // indexes
  [
    "an inline index on a missing column",
    table,
    inline({ a: text(9) }, { i: { type: "key", columns: ["b"] } }),
    'indexes["i"].columns[0]',
    /has no column b/,
  ],
  [
    "a column twice in an index",
    index,
    { ...ofItems, key: "i", type: "key", columns: ["title", "Title"] },
    "columns",
    /twice/,
  ],
  ["an index without columns", index, { ...ofItems, key: "i", type: "key", columns: [] }, "columns", /from 1 to 100/],
  [
    "an unknown type of index",
    index,
    { ...ofItems, key: "i", type: "FULLTEXT", columns: ["title"] },
    "type",
    /must be one of/,
  ],
  [
    "an unknown order",
    index,
    { ...ofItems, key: "i", type: "key", columns: ["title"], orders: ["up"] },
    "orders[0]",
    /must be one of/,
  ],
  [
    "more orders than columns",
    index,
    { ...ofItems, key: "i", type: "key", columns: ["title"], orders: ["asc", "asc"] },
    "orders",
    /Remove what is too many/,
  ],
  [
    "a negative length",
    index,
    { ...ofItems, key: "i", type: "key", columns: ["title"], lengths: [-1] },
    "lengths",
    /0 \(all\) or more/,
  ],
  [
    "another system column",
    index,
    { ...ofItems, key: "i", type: "key", columns: ["$permissions"] },
    "columns",
    /can be indexed/,
  ],
  [
    "an inline index that is too long",
    table,
    inline({ a: text(800) }, { i: { type: "key", columns: ["a"] } }),
    'indexes["i"].columns',
    /takes 768/,
  ],
  [
    "a key index on a text",
    table,
    inline({ a: { type: "text" } }, { i: { type: "key", columns: ["a"] } }),
    'indexes["i"].columns',
    /Give lengths/,
  ],
  [
    "a length beyond the column",
    table,
    inline({ a: text(9) }, { i: { type: "key", columns: ["a"], lengths: [10] } }),
    'indexes["i"].columns[0]',
    /more than the 9/,
  ],
  [
    "a length of a number",
    table,
    inline({ a: { type: "integer" } }, { i: { type: "key", columns: ["a"], lengths: [4] } }),
    'indexes["i"].columns[0]',
    /A length is for text/,
  ],
  [
    "an inline index that is too long with the id",
    table,
    inline({ a: text(600) }, { i: { type: "key", columns: ["a", "$id"] } }),
    'indexes["i"].columns',
    /takes 768/,
  ],
  [
    "a key index on a point",
    table,
    inline({ a: { type: "point" } }, { i: { type: "key", columns: ["a"] } }),
    'indexes["i"].columns[0]',
    /only an index of type spatial/,
  ],
  [
    "a spatial index on two columns",
    index,
    { ...ofItems, key: "i", type: "spatial", columns: ["a", "b"] },
    "columns",
    /takes one/,
    "plan",
  ],
  [
    "an inline index on a list",
    table,
    inline({ a: { ...text(9), array: true } }, { i: { type: "key", columns: ["a"] } }),
    'indexes["i"].columns[0]',
    /is a list/,
    "plan",
  ],
  [
    "a fulltext index on numbers",
    table,
    inline({ a: { type: "integer" } }, { i: { type: "fulltext", columns: ["a"] } }),
    'indexes["i"].columns[0]',
    /needs text/,
  ],
  [
    "a spatial index on text",
    table,
    inline({ a: text(9) }, { i: { type: "spatial", columns: ["a"] } }),
    'indexes["i"].columns[0]',
    /needs a point/,
  ],
  [
    "a spatial index on an optional point",
    table,
    inline({ a: { type: "point" } }, { i: { type: "spatial", columns: ["a"] } }),
    'indexes["i"].columns[0]',
    /required = true/,
  ],
  [
    "an index on a column that is a list",
    index,
    { ...ofItems, key: "i", type: "key", columns: ["tags"] },
    "columns[0]",
    /is a list/,
    "plan",
  ],
  [
    "an index longer than 768",
    index,
    { ...ofItems, key: "i", type: "unique", columns: ["body"] },
    "columns",
    // The plan warns; how much an index takes depends on the database behind the server.
    /longer than the maximum: 768/,
    "apply",
  ],
  [
    "a fulltext index on a float",
    index,
    { ...ofItems, key: "i", type: "fulltext", columns: ["price"] },
    "columns[0]",
    /needs text/,
    "plan",
  ],
  [
    "a spatial index on a point that may be null",
    index,
    { ...ofItems, key: "i", type: "spatial", columns: ["place"] },
    "columns[0]",
    /required = true/,
    "plan",
  ],
  [
    "an index on a column that nobody makes",
    index,
    { ...ofItems, key: "i", type: "key", columns: ["nothing"] },
    "columns",
    /has no column nothing/,
    "apply",
  ],

  // rows, buckets and files
  ["data that is no JSON", row, { ...ofItems, data: "{title}" }, "data", /must be JSON/],
  ["data that is no object", row, { ...ofItems, data: "[1]" }, "data", /JSON object/],
  [
    "a value of the wrong type",
    row,
    { ...ofItems, id: "r", data: '{"price":"cheap"}' },
    "data",
    /price.*valid float/,
    "apply",
  ],
  ["an unknown column in data", row, { ...ofItems, id: "r", data: '{"nothing":1}' }, "data", /nothing/, "apply"],
  [
    "an unknown compression",
    bucket,
    { id: "x", name: "X", compression: "GZIP" },
    "compression",
    /must be one of none, gzip or zstd/,
  ],
  ["a size of no byte", bucket, { id: "x", name: "X", maximum_file_size: 0 }, "maximum_file_size", /at least 1/],
  [
    "101 extensions",
    bucket,
    { id: "x", name: "X", allowed_file_extensions: Array.from({ length: 101 }, (_, at) => `e${at}`) },
    "allowed_file_extensions",
    /from 0 to 100/,
  ],
  [
    "an extension of 65 characters",
    bucket,
    { id: "x", name: "X", allowed_file_extensions: ["e".repeat(65)] },
    "allowed_file_extensions[0]",
    /from 1 to 64/,
  ],
  ["a file without content", file, { bucket_id: "photos", id: "f" }, "file_path", /Either file_path or content_base64/],
  [
    "a file with two contents",
    file,
    { bucket_id: "photos", id: "f", name: "n", file_path: "x", content_base64: "eA==" },
    "file_path",
    /cannot both be set/,
  ],
  [
    "content without a name",
    file,
    { bucket_id: "photos", id: "f", content_base64: "eA==" },
    "content_base64",
    /needs name/,
  ],
  [
    "content that is no base64",
    file,
    { bucket_id: "photos", id: "f", name: "n", content_base64: "no base64!" },
    "content_base64",
    /base64/i,
    "plan",
  ],
  [
    "a file that is not there",
    file,
    { bucket_id: "photos", id: "f", file_path: "/nowhere/f.txt" },
    "file_path",
    /\/nowhere\/f.txt/,
    "plan",
  ],
];

for (const [what, type, partial, at, said, stage = "validate"] of CASES) {
  test(what, async () => {
    const provider = await configured();
    const found = await firstErrors(provider, type, configOf(provider, type, partial));
    expect({
      stage: found.stage,
      at: found.errors.map(placeOf),
      said: found.errors.map(({ detail }) => detail),
    }).toEqual({ stage, at: [at], said: [expect.stringMatching(said)] });
  });
}

test("95 of 100 of these are refused before anything is written", () => {
  const late = CASES.filter(([, , , , , stage]) => stage === "apply");
  expect((CASES.length - late.length) / CASES.length).toBeGreaterThanOrEqual(0.95);
});

describe("a server that cannot be used is told in the plan", () => {
  let page: Server;
  let down: string;

  beforeAll(async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
    down = endpointOf(closed);
    await new Promise((resolve) => closed.close(resolve));
    page = createServer((_request, response) => {
      response.writeHead(200, { "content-type": "text/html" }).end("<html><h1>Welcome</h1></html>");
    });
    await new Promise<void>((resolve) => page.listen(0, "127.0.0.1", resolve));
  });

  afterAll(() => new Promise((resolve) => page.close(resolve)));

  test.each<[string, () => Record<string, string>, RegExp]>([
    [
      "a wrong key",
      () => ({ APPWRITE_API_KEY: "standard_wrong" }),
      /The API key is wrong, or belongs to another project/,
    ],
    ["an unknown project", () => ({ APPWRITE_PROJECT_ID: "nobody" }), /no such project|belongs to another project/],
    [
      "a key that lacks the scope",
      () => ({ APPWRITE_API_KEY: emulator.addKey(emulator.projectId, ["users.read"]) }),
      /no scope databases.read/,
    ],
    ["an expired key", () => ({ APPWRITE_API_KEY: expiredKey() }), /has expired/],
    ["a server that is down", () => ({ APPWRITE_ENDPOINT: down }), /Nothing listens/],
    ["a web page instead of the API", () => ({ APPWRITE_ENDPOINT: endpointOf(page) }), /web page/],
    [
      "an endpoint without /v1",
      () => ({ APPWRITE_ENDPOINT: emulator.endpoint.replace("/v1", "/api/v1") }),
      /web page|\/v1/,
    ],
  ])("%s", async (_what, environment, said) => {
    const provider = await configured({ ...environment(), APPWRITE_MAX_RETRIES: "0" });
    const found = await firstErrors(provider, database, configOf(provider, database, { id: "x", name: "X" }));
    expect(found.stage).toBe("plan");
    expect(found.errors.map(({ detail }) => detail)).toEqual([expect.stringMatching(said)]);
  });

  test.each<[string, Record<string, string>, RegExp]>([
    ["no endpoint", { APPWRITE_ENDPOINT: "" }, /Set endpoint in the provider block/],
    ["an endpoint that is no URL", { APPWRITE_ENDPOINT: "appwrite.example.com" }, /http/],
    ["no key", { APPWRITE_API_KEY: "" }, /Set api_key in the provider block/],
  ])("%s is told before that", async (_what, environment, said) => {
    const found = await configure(createAppwriteProvider({ ...surroundings(), ...environment }, quiet));
    expect(found.map(({ detail }) => detail)).toEqual([expect.stringMatching(said)]);
  });
});

test("through the real terraform: the fault is shown at its line, and state stays as it was", async () => {
  const workspace = createWorkspace({
    ...emulator,
    files: {
      "main.tf": `resource "appwrite_tablesdb" "main" {
  id   = "cases"
  name = "Cases"
}

resource "appwrite_tablesdb" "twin" {
  id         = "CASES"
  name       = "Twin"
  depends_on = [appwrite_tablesdb.main]
}
`,
    },
  });
  try {
    const twin = await workspace.run("apply", "-auto-approve", "-no-color");
    expect(twin.code).toBe(1);
    expect(twin.output).toMatch(/with appwrite_tablesdb.twin,/);
    expect(twin.output).toMatch(/There is already a database cases/);
    const { values } = await workspace.state();
    expect(values?.root_module.resources?.map(({ address }) => address)).toEqual(["appwrite_tablesdb.main"]);

    workspace.write(
      "main.tf",
      `resource "appwrite_tablesdb" "main" {\n  id          = "cases"\n  name        = "Cases"\n}\n
resource "appwrite_tablesdb_table" "wide" {
  database_id = appwrite_tablesdb.main.id
  name        = "Wide"
  columns = {
    price = { type = "integer", min = 5, max = 1 }
  }
}
`,
    );
    const invalid = await workspace.run("plan", "-no-color");
    expect(invalid.code).toBe(1);
    expect(invalid.output).toMatch(/on main.tf line \d+, in resource "appwrite_tablesdb_table" "wide":/);
    expect(invalid.output).toMatch(/columns\["price"\].min must not be greater than max/);
    expect(invalid.output.match(/Error: /g)).toHaveLength(1);
  } finally {
    workspace.close();
  }
}, 60_000);

const quiet = () => {};
const client = { deferralAllowed: false, writeOnlyAttributesAllowed: true };

function surroundings(): Record<string, string> {
  return {
    APPWRITE_ENDPOINT: emulator.endpoint,
    APPWRITE_PROJECT_ID: emulator.projectId,
    APPWRITE_API_KEY: emulator.apiKey,
  };
}

function configure(provider: ProviderService): Promise<readonly Diagnostic[]> {
  const config = complete(typeOfSchema(provider.schemas.provider), { max_retries: 0 }) as Row;
  return provider.configure({ config, terraformVersion: "1.13.0", client });
}

async function configured(environment: Record<string, string> = {}): Promise<ProviderService> {
  const provider = createAppwriteProvider({ ...surroundings(), ...environment }, quiet);
  expect(await configure(provider)).toEqual([]);
  return provider;
}

/** Goes the way of terraform until something is wrong, and says where that was. */
async function firstErrors(
  provider: ProviderService,
  type: string,
  config: Row,
): Promise<{ readonly stage: Stage | "never"; readonly errors: readonly Diagnostic[] }> {
  const wrong = (found: readonly Diagnostic[]) => found.filter(({ severity }) => severity === "error");
  const invalid = wrong(await provider.validateResource(type, config, client));
  if (invalid.length > 0) return { stage: "validate", errors: invalid };
  const common = { type, prior: null, config, identity: null, client };
  const plan = await provider.plan({ ...common, proposed: config, priorPrivate: new Uint8Array() });
  if (wrong(plan.diagnostics).length > 0) return { stage: "plan", errors: wrong(plan.diagnostics) };
  const end = await provider.apply({ ...common, planned: plan.planned, plannedPrivate: plan.plannedPrivate });
  const failed = wrong(end.diagnostics);
  return { stage: failed.length > 0 ? "apply" : "never", errors: failed };
}

function configOf({ schemas }: ProviderService, type: string, partial: Row): Row {
  const schema = schemas.resources[type];
  if (schema === undefined) throw new Error(`The provider has no ${type}.`);
  return complete(typeOfSchema(schema), partial) as Row;
}

function placeOf({ path }: Diagnostic): string {
  return path === undefined ? "" : printPath(path);
}

/** A value with null for every attribute that it leaves out, as terraform sends it. */
function complete(type: TerraformType, value: Value | undefined): Value {
  if (value === undefined || value === null) return null;
  if (type.kind === "object") {
    const given = value as Row;
    const names = Object.keys(type.attributes);
    return Object.fromEntries(
      names.map((name) => [name, complete(type.attributes[name] as TerraformType, given[name])]),
    ) as Value;
  }
  if (type.kind === "map") {
    const entries = Object.entries(value as Row).map(([key, item]) => [key, complete(type.element, item)]);
    return Object.fromEntries(entries) as Value;
  }
  return value;
}

function expiredKey(): string {
  return emulator.addKey(emulator.projectId, ["databases.read"], { expire: "2020-01-01T00:00:00.000+00:00" });
}

function endpointOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}
