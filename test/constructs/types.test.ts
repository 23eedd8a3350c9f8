import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createProject, forLibrary, LIBRARIES, placeExample } from "../support/constructs.ts";

/**
 * What the compiler says to a user: right programs and the examples compile, and each wrong one has an error that names the wrong word.
 * All of them are compiled at once, against the declarations of the built package, for both libraries.
 */

const HEADER = `
import { App, TerraformStack } from "cdktf";
import { AppwriteProvider, AppwriteStack, Bucket, Collection, Database, Environments, Expr, Gate, l1, Permission, Role, Secret, StorageBucket, StorageFile, Table, TablesdbColumn, TablesdbRow, TablesdbTable } from "appwrite-iac";
import { c, schema, table, type NewRow, type Row } from "appwrite-iac/schema";
import { synth } from "appwrite-iac/testing";
declare const stack: TerraformStack;
const shop = schema({
  authors: table({ name: c.varchar(120).required(), books: c.oneToMany("books", { twoWay: "author" }) }),
  books: table({ title: c.varchar(200).required(), state: c.enum("draft", "live"), tags: c.varchar(9).array(), author: c.manyToOne("authors"), at: c.point() }),
  reviews: table({ stars: c.integer().required(), book: c.manyToOne("books", { twoWay: "reviews" }) }),
});
const environments = Environments.define({
  staging: { endpoint: "https://stg", project: "s", size: "1MB" },
  production: { endpoint: "https://prod", project: "p", size: "2MB", protect: true },
});
declare const env: typeof environments.Env;
declare const book: Row<typeof shop, "books">;
export { App, AppwriteProvider, AppwriteStack, Bucket, Collection, Database, Expr, Gate, l1, Permission, Role, Secret, StorageBucket, StorageFile, Table, TablesdbColumn, TablesdbRow, TablesdbTable, synth, stack, env, book };
export type { NewRow };
`;

/** Programs that must compile. */
const RIGHT = [
  `const kind: "draft" | "live" | null = book.state; const tags: string[] = book.tags; const title: string = book.title; export { kind, tags, title };`,
  `const name: string | undefined = book.author?.books[0]?.author?.name; const stars: number | undefined = book.reviews[0]?.stars; export { name, stars };`,
  `export const made: NewRow<typeof shop, "books"> = { title: "Dune", author: "a1", state: null };`,
  `const size: "1MB" | "2MB" = env.size; export const secret: "a" | "b" = env.pick({ staging: "a", production: "b" }); new Bucket(stack, size, { maximumFileSize: env.size, antivirus: env.is("staging") });`,
  `new TablesdbTable(stack, "t", { databaseId: "d", name: "t", columns: { min: { type: "bigint", min: -9223372036854775808n } }, timeouts: { create: "5m" }, dependsOn: [], lifecycle: { preventDestroy: true } });`,
  `new Database(stack, "main", { schema: shop, permissions: { books: [Permission.read(Role.any())] } }).table("authors").grantRead(Role.users("verified")).grantWrite(Role.team("t", "owner"));`,
  `new l1.Database(stack, "classic", { name: Expr.raw("var.name") }); new TablesdbRow(stack, "r", { databaseId: "d", tableId: "t", data: { a: [1, null, { b: true }] } });`,
  `export const result = synth((app) => { const made = new TerraformStack(app, "x"); new Gate(made, "g", { after: [new Bucket(made, "b")] }); return made; }).resources("x").length;`,
];

/** Programs that must not, and the word that the error names. */
const WRONG: readonly (readonly [program: string, word: string])[] = [
  [`new StorageBucket(stack, "b", { name: "B", compression: "zip" });`, '"zip"'],
  [`new StorageBucket(stack, "b", { name: "B", maximumFilesize: 5 });`, "maximumFilesize"],
  [`new StorageBucket(stack, "b", { antivirus: true });`, "'name'"],
  [`new StorageBucket(stack, "b", { name: 5 });`, "'number'"],
  [`new StorageBucket(stack, "b", { name: "B", totalSize: 5 });`, "totalSize"],
  [`new StorageBucket(stack, "b", { name: "B", permissions: [Role.any()] });`, "'Role'"],
  [`new StorageFile(stack, "f", { filePath: "a.png" });`, "'bucketId'"],
  [`new TablesdbColumn(stack, "c", { databaseId: "d", tableId: "t", type: "char" });`, '"char"'],
  [
    `new TablesdbTable(stack, "t", { databaseId: "d", name: "t", columns: { a: { type: "text", sizes: 3 } } });`,
    "'sizes'",
  ],
  [`new TablesdbTable(stack, "t", { databaseId: "d", name: "t", indexes: { i: { type: "fulltext" } } });`, "'columns'"],
  [`new TablesdbTable(stack, "t", { databaseId: "d", name: "t", timeouts: { creat: "5m" } });`, "'creat'"],
  [`new AppwriteProvider(stack, "appwrite", { apiKey: "standard_x" });`, "'apiKey'"],
  [`new AppwriteProvider(stack, "appwrite", { consolePassword: "x" });`, "'consolePassword'"],
  [`new AppwriteProvider(stack, "appwrite", { dataLoss: "ask" });`, '"ask"'],
  [`new Bucket(stack, "b", { maximumFileSize: "5 megabytes" });`, '"5 megabytes"'],
  [`new Bucket(stack, "b").grantRead("any");`, "'Role'"],
  [`new Bucket(stack, "b").grantEverything(Role.any());`, "'grantEverything'"],
  [`new Bucket(stack, "b", { via: "x" });`, "'via'"],
  [`Role.users("confirmed");`, '"confirmed"'],
  [`Role.team({ id: "x" });`, "'id'"],
  [`Permission.admin(Role.any());`, "'admin'"],
  [`new Database(stack, "m", { schema: shop }).table("bookz");`, '"bookz"'],
  [`new Database(stack, "m", { schema: shop, permissions: { bookz: [] } });`, "'bookz'"],
  [`new Table(stack, "t", { schema: table({ a: c.text() }) });`, "'database'"],
  [`table({ a: c.text() }, { i: { on: ["zz"] } });`, '"zz"'],
  [`table({ a: c.text() }, { i: { on: ["a"], type: "hash" } });`, '"hash"'],
  [`schema({ books: table({ author: c.manyToOne("autors") }) });`, '"autors"'],
  [`c.varchar("long");`, "'string'"],
  [`c.varchar(9).required().default("x");`, '"required"'],
  [`c.enum("a", "b").default("z");`, '"z"'],
  [`c.integer().default("5");`, "'string'"],
  [`c.email().encrypted();`, '"email"'],
  [`c.manyToOne("x", { onDelete: "drop" });`, '"drop"'],
  [`book.titel;`, "'titel'"],
  [`const x: number = book.title; export { x };`, "'number'"],
  [`const x: NewRow<typeof shop, "books"> = { state: "live" }; export { x };`, "'title'"],
  [`const x: NewRow<typeof shop, "books"> = { title: "t", state: "sold" }; export { x };`, '"sold"'],
  [`const x: Row<typeof shop, "bookz"> | null = null; export { x };`, '"bookz"'],
  [`new Database(stack, "m", { schema: shop }).seed("books", "dune", { titel: "Dune" });`, "'titel'"],
  [`env.pick({ staging: 1 });`, "'production'"],
  [`env.pick({ staging: 1, production: 2, test: 3 });`, '"test"'],
  [`env.is("prod");`, '"prod"'],
  [`env.colour;`, "'colour'"],
  [`Environments.define({ staging: { endpoint: "https://x" } });`, "'project'"],
  [`new Gate(stack, "g", { after: [], via: "null" });`, '"null"'],
  [`new Gate(stack, "g", { after: ["bucket"] });`, "'string'"],
];

describe.each(LIBRARIES)("programs with %s", (library) => {
  const project = createProject();
  let errors: ReadonlyMap<string, string>;

  beforeAll(() => {
    const programs = [
      ...RIGHT.map((program, index) => [`right-${index}`, program] as const),
      ...WRONG.map(([program], index) => [`wrong-${index}`, program] as const),
    ];
    for (const [name, program] of programs) {
      writeFileSync(join(project.folder, `${name}.ts`), forLibrary(`${HEADER}\n${program}\n`, library));
    }
    for (const story of ["quickstart", "shop", "adopt"]) placeExample(project.folder, story, library);
    for (const [index, program] of guidePrograms().entries()) {
      writeFileSync(join(project.folder, `guide-${index}.ts`), forLibrary(program, library));
    }
    errors = compile(project.folder);
  });

  afterAll(() => project.close());

  test("right ones, the examples and those of the guide compile", () => {
    expect([...errors].filter(([file]) => !file.startsWith("wrong-"))).toEqual([]);
  });

  test.each(WRONG.map(([program, word], index) => ({ program, word, file: `wrong-${index}.ts` })))(
    "$program: the error names $word",
    ({ file, word }) => {
      expect(errors.get(file) ?? "no error").toContain(word);
    },
  );
});

/** The programs that the guide shows. */
function guidePrograms(): readonly string[] {
  const guide = readFileSync(join(__dirname, "..", "..", "docs", "guides", "constructs.md"), "utf8");
  return [...guide.matchAll(/^```ts\n(.*?)^```/gms)].map(([, program = ""]) => program);
}

/** Compiles all programs of a folder; gives the errors by file. */
function compile(folder: string): ReadonlyMap<string, string> {
  mkdirSync(join(folder, "types"), { recursive: true });
  const options = {
    target: "es2022",
    module: "nodenext",
    types: ["node", "jest"],
    strict: true,
    noEmit: true,
    skipLibCheck: false,
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: options, include: ["**/*.ts"] }));
  const compiler = join(__dirname, "..", "..", "node_modules", "typescript", "bin", "tsc");
  const { stdout } = spawnSync(process.execPath, [compiler, "-p", folder, "--pretty", "false"], { encoding: "utf8" });
  const found = new Map<string, string>();
  let current = "";
  for (const line of stdout.split("\n").filter(Boolean)) {
    current = /^(?! )(.*?)\(\d+,\d+\): error/.exec(line)?.[1] ?? (line.startsWith(" ") ? current : "other");
    const file = current.replace(/^.*[\\/](?=(?:right|wrong)-)/, "");
    found.set(file, `${found.get(file) ?? ""}${line}\n`);
  }
  return found;
}
