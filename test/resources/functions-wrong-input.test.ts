import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Emulator, startEmulator } from "../../emulator/index.ts";
import { createProvider } from "../../provider/engine/provider.ts";
import type { ProviderService } from "../../provider/engine/service.ts";
import { catalogue } from "../../provider/resources/index.ts";
import { printPath } from "../../provider/schema/diagnostics.ts";
import type { Row } from "../../provider/schema/value.ts";
import { client } from "../support/emulator-client.ts";
import { clientOf } from "../support/project.ts";

/**
 * Mistakes of users in functions, sites, domains, tokens and databases of documents: each is refused before anything is made, at the
 * attribute that is wrong, with what to do. Correct configurations that look like mistakes are not refused.
 */

let emulator: Emulator;
let service: ProviderService;
let folder: string;

beforeAll(async () => {
  emulator = await startEmulator();
  service = createProvider(catalogue, () => ({
    connection: { backend: clientOf(emulator), projectId: emulator.projectId, dataLoss: "warn" },
    diagnostics: [],
  }));
  const terraform = { deferralAllowed: false, writeOnlyAttributesAllowed: true };
  await service.configure({ config: {}, terraformVersion: "1.11.4", client: terraform });
  folder = mkdtempSync(join(tmpdir(), "appwrite-iac-code-"));
  for (const name of ["empty", "ignored", "linked"]) mkdirSync(join(folder, name));
  writeFileSync(join(folder, "ignored", "notes.md"), "notes");
  writeFileSync(join(folder, "ignored", ".appwriteignore"), "*.md\n");
  writeFileSync(join(folder, "code.zip"), "PK");
  const call = client(emulator);
  await call("POST", "/vectorsdb", { databaseId: "search", name: "Search" });
  const articles = { collectionId: "articles", name: "Articles", dimension: 3 };
  await call("POST", "/vectorsdb/search/collections", articles);
});

afterAll(async () => {
  rmSync(folder, { recursive: true });
  await emulator.close();
});

/** The errors of validation, or of the plan when there are none: "attribute: text". */
async function errorsOf(type: string, config: Row): Promise<readonly string[]> {
  const terraform = { deferralAllowed: false, writeOnlyAttributesAllowed: true };
  const validated = await service.validateResource(type, config, terraform);
  const planned = validated.some(({ severity }) => severity === "error")
    ? validated
    : (
        await service.plan({
          type,
          prior: null,
          config,
          proposed: config,
          priorPrivate: new Uint8Array(),
          identity: null,
          client: terraform,
        })
      ).diagnostics;
  return planned
    .filter(({ severity }) => severity === "error")
    .map(({ path, detail }) => `${printPath(path ?? [])}: ${detail}`);
}

const FUNCTION = { id: "f", name: "F", runtime: "node-22" };
const SITE = { id: "s", name: "S", framework: "other", build_runtime: "node-22" };
const CODE = { function_id: "f", source_type: "code" };
const TEMPLATE = {
  function_id: "f",
  source_type: "template",
  owner: "o",
  repository: "r",
  type: "tag",
  reference: "1",
};
const INDEX = { database_id: "d", collection_id: "c", key: "k", type: "key", attributes: ["a"] };
const DOCUMENT = { database_id: "search", collection_id: "articles", id: "a" };

const WRONG: readonly (readonly [type: string, what: string, config: Row, message: RegExp])[] = [
  ["function", "a runtime without a version", { ...FUNCTION, runtime: "node" }, /^runtime: .*such as "node-22"/],
  ["function", "a mistyped runtime", { ...FUNCTION, runtime: "nodee-22" }, /^runtime: .*Did you mean "node-22"/],
  ["function", "a version that there is not", { ...FUNCTION, runtime: "python-2.7" }, /^runtime: .*no runtime/],
  ["function", "a name that is too long", { ...FUNCTION, name: "x".repeat(129) }, /^name: .*128/],
  ["function", "an id with a space", { ...FUNCTION, id: "my function" }, /^id: .*letters, digits/],
  ["function", "a schedule of one word", { ...FUNCTION, schedule: "daily" }, /^schedule: .*five fields/],
  [
    "function",
    "a schedule with seconds",
    { ...FUNCTION, schedule: "0 0 3 * * *" },
    /^schedule: .*no field for seconds/,
  ],
  ["function", "minute 60", { ...FUNCTION, schedule: "60 * * * *" }, /^schedule: .*minute "60".*0 to 59/],
  ["function", "a month that there is not", { ...FUNCTION, schedule: "0 0 1 13 *" }, /^schedule: .*month "13"/],
  ["function", "a range that goes back", { ...FUNCTION, schedule: "0 9-5 * * *" }, /^schedule: .*hour "9-5"/],
  ["function", "a step of 0", { ...FUNCTION, schedule: "*/0 * * * *" }, /^schedule: .*minute/],
  ["function", "a timeout of 0", { ...FUNCTION, timeout: 0 }, /^timeout: .*from 1/],
  ["function", "a timeout of days", { ...FUNCTION, timeout: 100_000 }, /^timeout: .*86400/],
  [
    "function",
    "an inline variable without its value, as -generate-config-out writes it",
    { ...FUNCTION, variables: { TOKEN: { value: null } } },
    /^variables\["TOKEN"\]\.value: Either value or value_wo must be set/,
  ],
  ["function", "half a second", { ...FUNCTION, timeout: 0.5 }, /^timeout: .*whole number/],
  ["function", "an unknown event", { ...FUNCTION, events: ["user.*.create"] }, /^events\[0\]: .*Did you mean "users"/],
  [
    "function",
    "an event without an action that there is",
    { ...FUNCTION, events: ["users.*.creat"] },
    /^events\[0\]: .*Did you mean "create"/,
  ],
  [
    "function",
    "an event that is a word",
    { ...FUNCTION, events: ["create"] },
    /^events\[0\]: .*such as "users.\*.create"/,
  ],
  [
    "function",
    "an event with too much",
    { ...FUNCTION, events: ["users.*.create.now"] },
    /^events\[0\]: .*nothing may follow/,
  ],
  ["function", "its own events", { ...FUNCTION, events: ["functions.*.create"] }, /^events\[0\]: .*for ever/],
  [
    "function",
    "an unknown scope",
    { ...FUNCTION, scopes: ["users.read", "user.read"] },
    /^scopes\[1\]: .*Did you mean "users.read"/,
  ],
  [
    "function",
    "a permission for a role",
    { ...FUNCTION, execute: ['read("any")'] },
    /^execute\[0\]: .*write the role alone/,
  ],
  ["function", "an unknown role", { ...FUNCTION, execute: ["everyone"] }, /^execute\[0\]: .*must be any, guests/],
  ["function", "a role without its id", { ...FUNCTION, execute: ["team"] }, /^execute\[0\]: .*needs an id/],
  [
    "function",
    "an entrypoint from the machine's root",
    { ...FUNCTION, entrypoint: "/main.js" },
    /^entrypoint: .*root of the code/,
  ],
  ["function", "an entrypoint outside", { ...FUNCTION, entrypoint: "../main.js" }, /^entrypoint: .*root of the code/],
  [
    "function",
    "an unknown specification",
    { ...FUNCTION, runtime_specification: "s-1vcpu-1g" },
    /^runtime_specification: .*Did you mean "s-1vcpu-1gb"/,
  ],
  [
    "function",
    "a repository without an installation",
    { ...FUNCTION, provider_repository_id: "1" },
    /^provider_repository_id: .*installation_id/,
  ],
  ["function", "days below 0", { ...FUNCTION, deployment_retention: -1 }, /^deployment_retention: .*from 0 to 36500/],
  [
    "function",
    "two variables of one name but for letter case",
    { ...FUNCTION, variables: { TOKEN: { value: "x", secret: null }, token: { value: "y", secret: null } } },
    /^variables\["token"\]: .*TOKEN and token are one/,
  ],
  [
    "function",
    "a variable with a name that is too long",
    { ...FUNCTION, variables: { ["a".repeat(256)]: { value: "x", secret: null } } },
    /^variables\["a+"\]: .*from 1 to 255 characters/,
  ],
  [
    "function",
    "a variable that is too long",
    { ...FUNCTION, variables: { A: { value: "x".repeat(8193), secret: null } } },
    /^variables\["A"\]\.value: .*8192/,
  ],

  [
    "function_variable",
    "a key that is too long",
    { function_id: "f", key: "K".repeat(256), value: "x" },
    /^key: .*from 1 to 255 characters/,
  ],
  ["function_variable", "no value", { function_id: "f", key: "K" }, /^value: .*value_wo must be set/],
  [
    "function_variable",
    "two values",
    { function_id: "f", key: "K", value: "x", value_wo: "y", value_wo_version: 1 },
    /^value: .*cannot both be set/,
  ],
  [
    "function_variable",
    "a write-only value without a version",
    { function_id: "f", key: "K", value_wo: "y" },
    /^value_wo: .*value_wo_version/,
  ],
  ["site_variable", "an empty key", { site_id: "s", key: "", value: "x" }, /^key: /],

  ["function_deployment", "an unknown source", { ...CODE, source_type: "folder" }, /^source_type: .*code or template/],
  ["function_deployment", "no path", CODE, /^code_path: .*must be set/],
  [
    "function_deployment",
    "a path that is not there",
    { ...CODE, code_path: "./nowhere" },
    /^code_path: .*no such file or folder.*path\.module/,
  ],
  [
    "function_deployment",
    "a template without a reference",
    { ...TEMPLATE, reference: null },
    /^reference: .*must be set/,
  ],
  ["function_deployment", "a template with a path", { ...TEMPLATE, code_path: "." }, /^code_path: .*Remove it/],
  [
    "function_deployment",
    "code with a repository",
    { ...CODE, code_path: ".", repository: "r" },
    /^repository: .*Remove it/,
  ],
  [
    "function_deployment",
    "a reference of another kind",
    { ...TEMPLATE, type: "release" },
    /^type: .*branch, tag or commit/,
  ],
  ["function_deployment", "an entrypoint outside", { ...CODE, code_path: ".", entrypoint: "../a.js" }, /^entrypoint: /],

  ["site", "an unknown framework", { ...SITE, framework: "next.js" }, /^framework: .*Did you mean "nextjs"/],
  [
    "site",
    "an adapter that the framework has not",
    { ...SITE, framework: "react", adapter: "ssr" },
    /^adapter: .*no adapter ssr; it has static/,
  ],
  ["site", "an unknown adapter", { ...SITE, adapter: "spa" }, /^adapter: .*static or ssr/],
  ["site", "an unknown runtime", { ...SITE, build_runtime: "node-99" }, /^build_runtime: .*no runtime/],
  ["site", "a timeout of 0", { ...SITE, timeout: 0 }, /^timeout: /],
  [
    "site",
    "an unknown specification",
    { ...SITE, build_specification: "large" },
    /^build_specification: .*It knows: s-/,
  ],

  ["proxy_rule", "a URL for a domain", { domain: "https://example.com", type: "api" }, /^domain: .*without scheme/],
  ["proxy_rule", "a port", { domain: "example.com:8080", type: "api" }, /^domain: .*port/],
  ["proxy_rule", "a wildcard", { domain: "*.example.com", type: "api" }, /^domain: .*wildcard/],
  ["proxy_rule", "one label", { domain: "localhost", type: "api" }, /^domain: /],
  ["proxy_rule", "an unknown type", { domain: "a.example.com", type: "sites" }, /^type: .*Did you mean "site"/],
  ["proxy_rule", "a site without its id", { domain: "a.example.com", type: "site" }, /^resource_id: .*must be set/],
  [
    "proxy_rule",
    "the API with an id",
    { domain: "a.example.com", type: "api", resource_id: "s" },
    /^resource_id: .*Remove it/,
  ],
  [
    "proxy_rule",
    "a redirect to nowhere",
    { domain: "a.example.com", type: "redirect", resource_id: "s", resource_type: "site", redirect_status_code: 301 },
    /^redirect_url: .*must be set/,
  ],
  [
    "proxy_rule",
    "a redirect to a word",
    {
      domain: "a.example.com",
      type: "redirect",
      resource_id: "s",
      resource_type: "site",
      redirect_status_code: 301,
      redirect_url: "example",
    },
    /^redirect_url: .*URL/,
  ],
  [
    "proxy_rule",
    "a redirect with a status of another kind",
    {
      domain: "a.example.com",
      type: "redirect",
      resource_id: "s",
      resource_type: "site",
      redirect_status_code: 200,
      redirect_url: "https://b.example.com",
    },
    /^redirect_status_code: .*301, 302/,
  ],
  [
    "proxy_rule",
    "a site with a redirect's status",
    { domain: "a.example.com", type: "site", resource_id: "s", redirect_status_code: 301 },
    /^redirect_status_code: .*Remove it/,
  ],

  [
    "storage_file_token",
    "a date that is none",
    { bucket_id: "b", file_id: "f", expire: "tomorrow" },
    /^expire: .*ISO 8601/,
  ],
  [
    "storage_file_token",
    "a date that is past",
    { bucket_id: "b", file_id: "f", expire: "2020-01-01T00:00:00Z" },
    /^expire: .*future/,
  ],

  ["documentsdb", "an empty name", { id: "d", name: "" }, /^name: /],
  [
    "documentsdb",
    "an unknown way to follow",
    { id: "d", name: "D", sync_mode: "slow" },
    /^sync_mode: .*async, sync or quorum/,
  ],
  [
    "documentsdb_collection",
    "a permission without quotes",
    { database_id: "d", id: "c", name: "C", permissions: ["read(any)"] },
    /^permissions\[0\]: .*double quotes/,
  ],
  [
    "documentsdb_collection",
    "attributes that are no JSON",
    { database_id: "d", id: "c", name: "C", attributes: "slug" },
    /^attributes: .*JSON/,
  ],
  [
    "documentsdb_index",
    "a type of the other product",
    { ...INDEX, type: "hnsw_cosine" },
    /^type: .*key, fulltext or unique/,
  ],
  ["documentsdb_index", "no attributes", { ...INDEX, attributes: [] }, /^attributes: .*at least|^attributes: .*from 1/],
  ["documentsdb_index", "an attribute twice", { ...INDEX, attributes: ["a", "a"] }, /^attributes: .*twice/],
  ["documentsdb_index", "an order too many", { ...INDEX, orders: ["asc", "desc"] }, /^orders: .*too many/],
  ["documentsdb_index", "an unknown order", { ...INDEX, orders: ["up"] }, /^orders\[0\]: .*asc or desc/],
  [
    "documentsdb_index",
    "an attribute of the server's that cannot be indexed",
    { ...INDEX, attributes: ["$permissions"] },
    /^attributes\[0\]: .*\$createdAt/,
  ],
  [
    "documentsdb_document",
    "a list for an object",
    { database_id: "d", collection_id: "c", id: "a", data: "[1]" },
    /^data: .*JSON object/,
  ],
  [
    "documentsdb_document",
    "data that is no JSON",
    { database_id: "d", collection_id: "c", id: "a", data: "{a}" },
    /^data: .*jsonencode/,
  ],

  [
    "vectorsdb_collection",
    "a dimension of 0",
    { database_id: "d", id: "c", name: "C", dimension: 0 },
    /^dimension: .*from 1 to 16000/,
  ],
  [
    "vectorsdb_collection",
    "a dimension that is too large",
    { database_id: "d", id: "c", name: "C", dimension: 20_000 },
    /^dimension: .*16000/,
  ],
  [
    "vectorsdb_index",
    "a type of the other product",
    { ...INDEX, type: "fulltext", attributes: ["metadata"] },
    /^type: .*hnsw_cosine/,
  ],
  [
    "vectorsdb_document",
    "no embeddings",
    { ...DOCUMENT, data: '{"metadata":{}}' },
    /^data: .*embeddings must be a list/,
  ],
  [
    "vectorsdb_document",
    "words for numbers",
    { ...DOCUMENT, data: '{"embeddings":["a"]}' },
    /^data: .*list of numbers/,
  ],
  [
    "vectorsdb_document",
    "an attribute of its own",
    { ...DOCUMENT, data: '{"embeddings":[1,2,3],"title":"x"}' },
    /^data: .*no attribute title.*metadata/,
  ],
  [
    "vectorsdb_document",
    "another length than the collection's",
    { ...DOCUMENT, data: '{"embeddings":[1,2]}' },
    /^data: .*2 numbers; the collection articles takes 3/,
  ],
];

test.each(WRONG)("appwrite_%s refuses %s", async (type, _what, config, message) => {
  const errors = await errorsOf(`appwrite_${type}`, config);
  expect(errors.some((error) => message.test(error)) ? [] : errors).toEqual(errors.length === 0 ? "an error" : []);
});

test.each([
  ["a folder without files", "empty", /no files to deploy/],
  ["a folder of which all is left out", "ignored", /left out by ignore or \.appwriteignore/],
  ["an archive of another kind", "code.zip", /neither a folder nor an archive/],
])("a deployment refuses %s", async (_what, name, message) => {
  const config = { ...CODE, code_path: join(folder, name) };
  expect(await errorsOf("appwrite_function_deployment", config)).toEqual([expect.stringMatching(message)]);
});

test.each<readonly [string, string, Row]>([
  ["function", "a schedule with names and steps", { ...FUNCTION, schedule: "*/15 8-18/2 1,15 jan-jun MON-fri" }],
  ["function", "a schedule by its name", { ...FUNCTION, schedule: "@daily" }],
  [
    "function",
    "events of every depth",
    {
      ...FUNCTION,
      events: [
        "users.*.update.email",
        "databases.*.tables.*.rows.*.update",
        "teams.a.memberships.*.update.status",
        "buckets.b",
      ],
    },
  ],
  [
    "function",
    "roles of every kind",
    { ...FUNCTION, execute: ["any", "users/verified", "team:a/owner", "label:vip", "member:m"] },
  ],
  ["function", "variables", { ...FUNCTION, variables: { _A1: { value: "", secret: false } } }],
  ["site", "an adapter of its framework", { ...SITE, framework: "nuxt", adapter: "static" }],
  ["proxy_rule", "a domain in another script", { domain: "xn--bcher-kva.example.com", type: "api" }],
  ["function_variable", "an empty value", { function_id: "f", key: "K", value: "" }],
  ["vectorsdb_document", "an embedding of the right length", { ...DOCUMENT, data: '{"embeddings":[1,2.5,-3]}' }],
  ["documentsdb_index", "a time of the server's", { ...INDEX, attributes: ["$createdAt"] }],
])("appwrite_%s takes %s", async (type, _what, config) => {
  expect(await errorsOf(`appwrite_${type}`, config)).toEqual([]);
});
