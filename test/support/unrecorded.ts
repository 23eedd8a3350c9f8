import type { Emulator } from "../../emulator/index.ts";
import type { Json } from "../../emulator/json.ts";

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
    ["no scopes:", (emulator, project) => emulator.addKey(project, [])],
    ["read scope:", (emulator, project) => emulator.addKey(project, ["databases.read"])],
    ["columns scope only", (emulator, project) => emulator.addKey(project, ["columns.read", "columns.write"])],
    ["expired key", (emulator, project) => emulator.addKey(project, [], { expire: "2020-01-01T00:00:00.000+00:00" })],
  ],
  "94": [["health/version with nonsense key", () => "nonsense"]],
};

/** The special key that stands for a masked one, by the exchange's name; undefined = the project's own. */
export function keyOf(emulator: Emulator, project: string, file: string, name: string): string | undefined {
  const special = (KEYS[file] ?? []).find(([beginning]) => name.startsWith(beginning));
  return special?.[1](emulator, project);
}

/** Recordings that go on with the project of earlier ones, by number. */
export const PRECEDING: { readonly [version: string]: { readonly [file: string]: readonly string[] } } = {
  "1.9.6": { "71": ["60", "70"], "72": ["60", "70", "71"], "80": ["60", "70", "71", "72"] },
  "1.9.0": { "75": ["60", "90"] },
};

/** A request: method, path, body. */
export type Step = readonly [method: string, path: string, body: Json];

/** What a file's run did without recording it, by the name of the exchange before which it did. */
export const UNRECORDED: { readonly [file: string]: { readonly [exchange: string]: readonly Step[] } } = {
  // 13d goes on where 13c ended: MariaDB does not let go of a column of a composite unique index.
  "13d": {
    "stuck column": [
      ["POST", "/v1/tablesdb", { databaseId: "dbdi", name: "dbdi" }],
      ["POST", "/v1/tablesdb/dbdi/tables", { tableId: "C", name: "C" }],
      ["POST", "/v1/tablesdb/dbdi/tables/C/columns/string", { key: "a", size: 20, required: false }],
      ["POST", "/v1/tablesdb/dbdi/tables/C/columns/string", { key: "b", size: 20, required: false }],
      ["POST", "/v1/tablesdb/dbdi/tables/C/indexes", { key: "i1", type: "unique", columns: ["a", "b"] }],
      ["DELETE", "/v1/tablesdb/dbdi/tables/C/columns/a", null],
    ],
  },
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
  "94": { "inline integer with explicit int64 range": [["POST", "/v1/tablesdb", { databaseId: "m", name: "m" }]] },
};

const BOUNDARY = "----b0undary";

/** A form with text fields and one file, as the recorder sent it. */
function form(
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

const hello = ["file", "hello.txt", "hello world"] as const;

/** The uploads, whose content was not recorded: rebuilt so that size and checksum are those of the answers. */
export const MULTIPART: { readonly [file: string]: { readonly [exchange: string]: Buffer } } = {
  "30": {
    "file create": form(
      [
        ["fileId", "f1"],
        ["permissions[]", 'read("any")'],
      ],
      hello,
    ),
    "file dup": form([["fileId", "f1"]], hello),
    "file too large for bucket": form([["fileId", "f2"]], ["file", "a.txt", "x".repeat(600)]),
    "file wrong ext": form([["fileId", "f3"]], ["file", "a.exe", "x"]),
    "file empty": form([["fileId", "fe"]], ["file", "a.txt", ""]),
    "file missing": form([["fileId", "fm"]]),
    "file gzip bucket": form([["fileId", "fg"]], hello),
    "file before bucket delete": form([["fileId", "f9"]], hello),
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
