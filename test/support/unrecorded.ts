import type { Emulator, Fault } from "../../emulator/index.ts";
import type { Json, JsonObject } from "../../emulator/json.ts";
import type { ServerVersion } from "../../emulator/route-table.ts";

/**
 * What the recordings leave out: which key was behind `<masked>`, the content of uploads, and what
 * a run did between its recorded requests.
 */

/** Keys that are not the project's own with every scope: by file and by the beginning of an exchange's name. */
const KEYS: {
  readonly [file: string]: readonly (readonly [string, (emulator: Emulator, project: string) => string])[];
} = {
  "80": [
    ["wrong key (well-formed)", () => `standard_${"0".repeat(256)}`],
    ["wrong key (garbage)", () => "garbage"],
    ["wrong key (jwt-like)", () => "ephemeral_eyJhbGciOiJIUzI1NiJ9.e30.x"],
    ["empty key", () => ""],
    ["no scopes:", (emulator, project) => keyOf80(emulator, project, "none")],
    ["read scope:", (emulator, project) => keyOf80(emulator, project, "dbread")],
    ["columns scope only", (emulator, project) => keyOf80(emulator, project, "colsonly")],
    ["expired key", (emulator, project) => keyOf80(emulator, project, "expired")],
  ],
  "86": [["migrations with key", (emulator) => emulator.addKey("recproj", ["migrations.read"])]],
  "94": [["health/version with nonsense key", () => "nonsense"]],
};

const KEYS_80: readonly (readonly [name: string, scopes: readonly string[], expire?: string])[] = [
  ["none", []],
  ["dbread", ["databases.read"]],
  ["colsonly", ["columns.write", "columns.read"]],
  ["expired", ["databases.read"], "2020-01-01T00:00:00.000+00:00"],
  ["oldexec", ["execution.read"]],
];

const MADE_80 = new WeakMap<Emulator, ReadonlyMap<string, string>>();

/** One of the keys that the run of 80 made at its beginning, all at once. */
function keyOf80(emulator: Emulator, project: string, name: string): string {
  const made =
    MADE_80.get(emulator) ??
    new Map(
      KEYS_80.map(([one, scopes, expire]) => {
        const options = { id: `a-${one}`, name: one, ...(expire === undefined ? {} : { expire }) };
        return [one, emulator.addKey(project, scopes, options)];
      }),
    );
  MADE_80.set(emulator, made);
  return made.get(name) ?? "";
}

/** The special key that stands for a masked one, by the exchange's name; undefined = the project's own. */
export function keyOf(emulator: Emulator, project: string, file: string, name: string): string | undefined {
  const special = (KEYS[file] ?? []).find(([beginning]) => name.startsWith(beginning));
  return special?.[1](emulator, project);
}

/** The first project of a file's server, where it is not the file's own or has another name than its id. */
export const FIRST_PROJECTS: {
  readonly [version: string]: { readonly [file: string]: { readonly id: string; readonly name: string } };
} = {
  "1.9.6": { "80": { id: "tfproj", name: "TF Project" } },
  "1.9.0": { "75": { id: "tfproj", name: "TF Project" } },
};

/** Recordings that go on with the project of earlier ones, by number. */
export const PRECEDING: { readonly [version: string]: { readonly [file: string]: readonly string[] } } = {
  "1.9.6": { "71": ["60", "70"], "72": ["60", "70", "71"], "80": ["60", "70", "71", "72"] },
  "1.9.0": { "75": ["60", "90"] },
};

/** A request: method, path, body; of the main project unless another is named. */
export type Step = readonly [method: string, path: string, body: Json, project?: string];

const databases = (...ids: readonly string[]): Step[] =>
  ids.map((databaseId) => ["POST", "/v1/tablesdb", { databaseId, name: databaseId }]);
const table = (databaseId: string, tableId: string, columns: readonly Json[] = []): Step => [
  "POST",
  `/v1/tablesdb/${databaseId}/tables`,
  { tableId, name: tableId, columns },
];
const column = (databaseId: string, tableId: string, key: string, type: string, more: JsonObject = {}): Step => [
  "POST",
  `/v1/tablesdb/${databaseId}/tables/${tableId}/columns/${type}`,
  { key, required: false, ...more },
];

const pages = Array.from({ length: 27 }, (_, at): Step => {
  const databaseId = `pg${String(at).padStart(2, "0")}`;
  return ["POST", "/v1/tablesdb", { databaseId, name: `pg ${at}` }];
});

/** The databases that the run of 18 found, made by the files before it; `dbc` is the first one where `cols` is. */
function earlier(first: string): Step[] {
  const names = [
    ["unique()", " spaced name "],
    ["db2", "Db Two b"],
    ["db1", "Db One"],
    ["dbu", "upd"],
    ["dbi", "idx"],
    ["dbun", "x"],
    ["dbdi", "x"],
    ["dbn", "inline"],
    ["dbrow", "rows"],
    ["dbl", "lim"],
  ];
  names.splice(first === "cols" ? 0 : 3, 0, ["dbc", "cols"]);
  return names.map(([databaseId = "", name = ""]) => ["POST", "/v1/tablesdb", { databaseId, name }]);
}

/** Custom SMTP, written down and switched off. */
const mailSettings: Step = [
  "PATCH",
  "/v1/project/smtp",
  { host: "127.0.0.1", port: 12525, senderName: "S2", senderEmail: "a@b.co", enabled: false },
];

function settingsBefore75(): Step[] {
  const patch = (path: string, body: JsonObject): Step => ["PATCH", `/v1/project/${path}`, body];
  const oauth2 = (provider: string, body: JsonObject): Step => patch(`oauth2/${provider}`, body);
  const both = { clientId: "a", clientSecret: "b" };
  const ids = { amazon: "amazon-0", autodesk: "autodesk-0", figma: "59", bitly: "bitly-2", box: "box-2" };
  const others: { readonly [name: string]: string } = Object.fromEntries(
    ["discord", "kick", "podio", "slack", "spotify"].map((name) => [name, `${name}-2`]),
  );
  return [
    ...["email-password", "magic-url", "email-otp", "anonymous", "invites", "jwt", "phone"].map((method) =>
      patch(`auth-methods/${method}`, { enabled: false }),
    ),
    patch("policies/user-limit", { total: 100 }),
    patch("policies/session-limit", { total: 3 }),
    patch("policies/password-personal-data", { enabled: true }),
    ["POST", "/v1/project/mock-phones", { number: "+12065550155", otp: "123456" }],
    ...Object.entries({ ...ids, ...others }).map(([name, clientId]) => oauth2(name, { clientId, enabled: false })),
    oauth2("apple", { serviceId: "a", keyId: "b", teamId: "c", p8File: "d" }),
    ...["auth0", "authentik", "fusionauth"].map((name) => oauth2(name, { ...both, endpoint: "idp.example.com" })),
    oauth2("keycloak", { ...both, endpoint: "idp.example.com", realmName: "m" }),
    oauth2("facebook", { appId: "a", appSecret: "b" }),
    oauth2("gitlab", { applicationId: "a", secret: "b" }),
    oauth2("google", both),
    oauth2("microsoft", { applicationId: "a", applicationSecret: "b", tenant: "common" }),
    oauth2("okta", { ...both, domain: "d.okta.com" }),
    oauth2("x", { customerKey: "a", secretKey: "b" }),
    mailSettings,
    ["POST", "/v1/project/platforms/web", { platformId: "p-web-2", name: "x", hostname: "app.example.com2" }],
    ["POST", "/v1/project/keys", { keyId: "kn", name: "k", scopes: [] }],
  ];
}

/** What the source of 85 held; of most of it the totals alone are known: 49 tables, 302 columns, 45 indexes. */
function sourceOf85(): Step[] {
  const columns = (count: number) => Array.from({ length: count }, (_, at) => ({ key: `c${at}`, type: "boolean" }));
  const filled = (databaseId: string, tables: number, count: number, indexes: readonly Json[] = []): Step[] =>
    Array.from({ length: tables }, (_, at): Step => {
      const tableId = `t${at}`;
      const body = { tableId, name: tableId, columns: columns(count), indexes };
      return ["POST", `/v1/tablesdb/${databaseId}/tables`, body];
    });
  const index = [{ key: "i", type: "key", attributes: ["c0"] }];
  const rule = { relatedTableId: "t0", type: "oneToOne", key: "r", onDelete: "cascade" };
  const relationship = "/v1/tablesdb/d/tables/r/columns";
  const bucket = (bucketId: string, name: string): Step => ["POST", "/v1/storage/buckets", { bucketId, name }];
  const names = [["d"], ["cc", "c"], ["lat", "l"], ["m"]].map(([id = "", name = id]) => [id, name]);
  const steps: Step[] = [
    ["POST", "/v1/users", { userId: "un" }],
    ...names.map(([databaseId = "", name = ""]): Step => ["POST", "/v1/tablesdb", { databaseId, name }]),
    ...filled("d", 1, 4),
    table("d", "r"),
    ["POST", `${relationship}/relationship`, rule],
    ["PATCH", `${relationship}/r/relationship`, {}],
    ...filled("cc", 25, 9, index),
    ...filled("lat", 20, 3, index),
    ...filled("m", 2, 6),
    bucket("b1", "b"),
    bucket("bn2", "b"),
    ...[1, 0, 2, 3, 4, 5, 6, 7, 8, 9].map((at) => bucket(`pb${at}`, "t")),
    bucket("up", "up"),
  ];
  return steps.map(([method, path, body]) => [method, path, body, "recproj2"]);
}

/** What the project held that 86 copies, as its copy tells it. */
function sourceOf86(): Step[] {
  const columns = [
    { key: "name", type: "string", size: 50, required: true },
    { key: "price", type: "double", min: 0, max: 1000 },
    { key: "kind", type: "string", size: 255, format: "enum", elements: ["a", "b"], default: "a" },
    { key: "n", type: "integer" },
  ];
  const indexes = [{ key: "iname", type: "unique", attributes: ["name"], orders: ["ASC"] }];
  const permissions = ['read("any")', 'write("users")'];
  const cat = {
    key: "cat",
    relatedTableId: "c",
    type: "manyToOne",
    twoWay: true,
    twoWayKey: "prods",
    onDelete: "cascade",
  };
  const img = {
    fileSecurity: true,
    permissions: ['read("any")'],
    maximumFileSize: 1000,
    allowedFileExtensions: ["png"],
  };
  const steps: Step[] = [
    ["POST", "/v1/tablesdb", { databaseId: "shop", name: "Shop" }],
    [
      "POST",
      "/v1/tablesdb/shop/tables",
      { tableId: "p", name: "Products", permissions, rowSecurity: true, columns, indexes },
    ],
    [
      "POST",
      "/v1/tablesdb/shop/tables",
      {
        tableId: "c",
        name: "Cats",
        enabled: false,
        columns: [columns[0] ?? {}].map((one) => ({ ...one, required: false })),
      },
    ],
    column("shop", "p", "v", "varchar", { size: 20, default: "x" }),
    column("shop", "p", "i", "integer", { min: 1, max: 9, default: 2 }),
    column("shop", "p", "d", "datetime", { default: "2024-01-02" }),
    column("shop", "p", "e", "string", { size: 200, encrypt: true }),
    column("shop", "p", "pt", "point"),
    ["POST", "/v1/tablesdb/shop/tables/p/columns/relationship", cat],
    ["POST", "/v1/storage/buckets", { bucketId: "img", name: "Img", compression: "gzip", ...img }],
    ["POST", "/v1/users", { userId: "u", email: "u@example.com", password: "password-1" }],
    ["POST", "/v1/teams", { teamId: "staff", name: "Staff" }],
    ["POST", "/v1/messaging/topics", { topicId: "news", name: "News", subscribe: ["any"] }],
    [
      "POST",
      "/v1/messaging/providers/sendgrid",
      { providerId: "sg", name: "SG", apiKey: "k", fromEmail: "a@b.co", enabled: true },
    ],
    ["POST", "/v1/functions", { functionId: "fn", name: "Fn", runtime: "node-22", timeout: 20 }],
    ["POST", "/v1/project/platforms/web", { platformId: "w", name: "w", hostname: "x.example.com" }],
    [
      "POST",
      "/v1/webhooks",
      { webhookId: "w", name: "w", url: "https://example.com", events: ["users.*.create"], tls: true },
    ],
    ["POST", "/v1/project/keys", { keyId: "ck", name: "ck", scopes: ["users.read"] }],
    ["POST", "/v1/project/variables", { variableId: "k", key: "K", value: "v", secret: false }],
    ["PATCH", "/v1/project/policies/user-limit", { total: 50 }],
    ["PATCH", "/v1/project/auth-methods/anonymous", { enabled: false }],
    ["PATCH", "/v1/project/oauth2/google", { clientId: "id", clientSecret: "secret", enabled: true }],
  ];
  return steps.map(([method, path, body]) => [method, path, body, "clonesrc"]);
}

/** What a file's run did without recording it, by the name of the exchange before which it did. */
const UNRECORDED: { readonly [file: string]: { readonly [exchange: string]: readonly Step[] } } = {
  "10": {
    "create database": [["POST", "/v1/tablesdb", { databaseId: "dbc", name: "cols" }]],
    "list databases default page": pages,
  },
  // 13d goes on where 13c ended: MariaDB does not let go of a column of a composite unique index.
  "13d": {
    "stuck column": [
      ...databases("dbdi"),
      table("dbdi", "C"),
      column("dbdi", "C", "a", "string", { size: 20 }),
      column("dbdi", "C", "b", "string", { size: 20 }),
      ["POST", "/v1/tablesdb/dbdi/tables/C/indexes", { key: "i1", type: "unique", columns: ["a", "b"] }],
      ["DELETE", "/v1/tablesdb/dbdi/tables/C/columns/a", null],
    ],
  },
  "14": {
    "oneToOne one-way default keys": ["p", "q", "s", "x", "y", "z"].map((id) =>
      table("dbr", id, [{ key: "name", type: "string", size: 20 }]),
    ),
  },
  "18": { "create database": earlier("cols") },
  // What the run before this one left.
  "30": {
    "documentsdb collection without backend": [
      ["POST", "/v1/documentsdb", { databaseId: "doc1", name: "d" }],
      ["POST", "/v1/vectorsdb", { databaseId: "vec1", name: "v" }],
    ],
  },
  // 71 follows 50, whose user is still there.
  "71": {
    "rest while off with key": [
      ["POST", "/v1/users", { userId: "su", email: "su@example.com" }],
      ["POST", "/v1/users/su/targets", { targetId: "st", providerType: "email", identifier: "su2@example.com" }],
    ],
  },
  // 75 goes on with a project whose settings were changed before.
  "75": { project: settingsBefore75() },
  "95": {
    "LIST columns": [
      ...databases("lat"),
      table(
        "lat",
        "t",
        Array.from({ length: 20 }, (_, at) => ({ key: `c${at}`, type: "string", size: 10 })),
      ),
      ["PATCH", "/v1/tablesdb/lat/tables/t/columns/string/c1", { required: false, default: "39" }],
      ...Array.from({ length: 29 }, (_, at) => column("lat", "t", `k${at + 11}`, "boolean")),
      ["DELETE", "/v1/tablesdb/lat/tables/t/columns/k11", null],
    ],
  },
  "90": { "null: membership privacy null": [mailSettings] },
  "94": { "inline integer with explicit int64 range": databases("m") },
  "85": { report: sourceOf85() },
  "86": {
    bad: sourceOf86(),
    "again (onDuplicate overwrite)": [
      ["PUT", "/v1/tablesdb/shop", { name: "Shop renamed" }, "clonesrc"],
      ["POST", "/v1/tablesdb/shop/tables/p/columns/boolean", { key: "newcol", required: false }, "clonesrc"],
      ["PUT", "/v1/storage/buckets/img", { name: "Renamed" }, "clonesrc"],
    ],
  },
};

// The scripts ran in another order on 1.9.0.
const ELSEWHERE: typeof UNRECORDED = {
  "75": {},
  "10": { "list databases default page": pages },
  "18": { "create database": earlier(" spaced name ") },
  "90": { db: earlier(" spaced name ") },
};

/** What was wrong with a file's server from the beginning: of 95, the cache. */
export const FAULTS: { readonly [file: string]: Fault } = { "95": { kind: "stale-column" } };

/** Milliseconds that passed before an exchange, where it matters: a migration tells older from newer by the second. */
export const PAUSES: { readonly [file: string]: { readonly [exchange: string]: number } } = {
  "86": { "again (onDuplicate overwrite)": 1000 },
};

/** What was done, unrecorded, before an exchange. */
export function unrecorded(version: ServerVersion, file: string, exchange: string): readonly Step[] {
  const steps = (version === "1.9.0" ? ELSEWHERE[file] : undefined) ?? UNRECORDED[file];
  return steps?.[exchange] ?? [];
}

/** Says whether what a file's run did unrecorded is noted down here; what is not is inferred from its answers. */
export function isNotedDown(file: string): boolean {
  return Object.hasOwn(UNRECORDED, file) || Object.hasOwn(PRECEDING["1.9.6"] ?? {}, file);
}

const BOUNDARY = "----b0undary";

/** A form with text fields and one file, as the recorder sent it. */
export function form(
  fields: readonly (readonly [string, string])[],
  file?: readonly [field: string, name: string, content: string],
): Buffer {
  const parts = fields.map(
    ([name, value]) => `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  if (file) {
    const [field, name, content] = file;
    const head = `Content-Disposition: form-data; name="${field}"; filename="${name}"\r\nContent-Type: application/octet-stream`;
    parts.push(`--${BOUNDARY}\r\n${head}\r\n\r\n${content}\r\n`);
  }
  return Buffer.from(`${parts.join("")}--${BOUNDARY}--\r\n`);
}

/** The uploads of which the answers do not tell enough; of any other, name, size and content follow from its answer. */
export const MULTIPART: { readonly [file: string]: { readonly [exchange: string]: Buffer } } = {
  "30": {
    "file wrong ext": form([["fileId", "f3"]], ["file", "a.exe", "x"]),
  },
  "60": {
    deployment: form(
      [
        ["entrypoint", "main.js"],
        ["activate", "true"],
      ],
      ["code", "code.tar.gz", "x".repeat(129)],
    ),
  },
};
