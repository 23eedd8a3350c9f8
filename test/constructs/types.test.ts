import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { installPackage } from "../support/cdk-cli.ts";
import { createProject, forLibrary, LIBRARIES, placeExample } from "../support/constructs.ts";
import { IS_LONG } from "../support/runs.ts";

/**
 * What the compiler says to a user: right programs and the examples compile, and each wrong one has an error that names the wrong word.
 * All of them are compiled at once, against the declarations of the built package, for both libraries.
 */

const HEADER = `
import { App, TerraformStack } from "cdktf";
import { ApiKey, AppwriteProvider, AppwriteStack, AuthSettings, Bucket, BucketFile, ClassicDatabase, Collection, Database, Duration, Environments, EphemeralAuthJwt, Expr, FunctionApp, FunctionVariable, Gate, l1, Membership, MessagingProvider, OAuth, Permission, Platform, ProjectSettings, Role, Secret, SeedRow, Site, StorageBucket, StorageFile, Subscriber, Table, TablesdbColumn, TablesdbRow, TablesdbTable, Target, Team, Topic, User, Webhook } from "appwrite-iac";
import { c, schema, table, type NewRow, type Row } from "appwrite-iac/schema";
import { synth } from "appwrite-iac/testing";
declare const stack: TerraformStack;
const secret = Secret.variable("s");
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
export { App, ApiKey, AppwriteProvider, AppwriteStack, AuthSettings, Bucket, BucketFile, ClassicDatabase, Collection, Database, Duration, Environments, EphemeralAuthJwt, Expr, FunctionApp, FunctionVariable, Gate, l1, Membership, MessagingProvider, OAuth, Permission, Platform, ProjectSettings, Role, Secret, SeedRow, Site, StorageBucket, StorageFile, Subscriber, Table, TablesdbColumn, TablesdbRow, TablesdbTable, Target, Team, Topic, User, Webhook, synth, stack, secret, env, book };
export type { NewRow };
`;

/** Programs that must compile. */
const RIGHT = [
  `const kind: "draft" | "live" | null = book.state; const tags: string[] = book.tags; const title: string = book.title; export { kind, tags, title };`,
  `const name: string | undefined = book.author?.books[0]?.author?.name; const stars: number | undefined = book.reviews[0]?.stars; export { name, stars };`,
  `export const made: NewRow<typeof shop, "books"> = { title: "Dune", author: "a1", state: null };`,
  `const size: "1MB" | "2MB" = env.size; export const letter: "a" | "b" = env.pick({ staging: "a", production: "b" }); new Bucket(stack, size, { maximumFileSize: env.size, antivirus: env.is("staging") });`,
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
  [`c.varchar(9).required().default("x");`, '"a required column has no default"'],
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
  [`Environments.define({ staging: { endpoint: "https://x", project: "p", pick: "red" } });`, '"pick"'],
  [`new Gate(stack, "g", { after: [], via: "null" });`, '"null"'],
  [`new Gate(stack, "g", { after: ["bucket"] });`, "'string'"],
  [`OAuth.github(stack, { clientId: "a", clientSecret: "b" });`, "'string'"],
  [`OAuth.github(stack, { clientId: "a", clientSecret: secret, keyId: "k" });`, "'keyId'"],
  [`OAuth.apple(stack, { clientId: "a", p8File: secret, keyId: "k" });`, "'teamId'"],
  [`OAuth.gogle(stack, { clientId: "a", clientSecret: secret });`, "'gogle'"],
  [`OAuth.google(stack, { clientID: "a", clientSecret: secret });`, "'clientID'"],
  [`OAuth.keycloak(stack, { clientId: "a", clientSecret: secret, endpoint: "id.example.com" });`, "'realmName'"],
  [`new MessagingProvider.Sendgrid(stack, "m", { fromEmail: "a@b.c", apiKey: "SG.x" });`, "'string'"],
  [`new MessagingProvider.Sendgrid(stack, "m", { fromEmail: "a@b.c", apiKey: secret, domain: "d" });`, "'domain'"],
  [`new MessagingProvider.Mailgun(stack, "m", { apiKey: secret, domain: "d", fromEmail: "a@b.c" });`, "'isEuRegion'"],
  [`new MessagingProvider.Twillio(stack, "m", {});`, "'Twillio'"],
  [`new Topic(stack, "t", { subscribe: ["users"] });`, "'string'"],
  [`new Topic(stack, "t").deliverThrough("mail");`, "'string'"],
  [`new Subscriber(stack, "s", { topic: new Topic(stack, "t") });`, "'target'"],
  [`new Subscriber(stack, "s", { topic: new Bucket(stack, "b"), target: "t" });`, "'Bucket'"],
  [`new User(stack, "u", { email: "a@b.c", password: "hunter2" });`, "'string'"],
  [`new User(stack, "u", { emial: "a@b.c" });`, "'emial'"],
  [`new Membership(stack, "m", { team: "t", user: new Team(stack, "t") });`, "'Team'"],
  [`new FunctionApp(stack, "f", { code: "functions/f" });`, "'runtime'"],
  [`new FunctionApp(stack, "f", { runtime: "node-22", variables: { A: 5 } });`, "'number'"],
  [`new FunctionApp(stack, "f", { runtime: "node-22", execute: ["any"] });`, "'string'"],
  [`new FunctionApp(stack, "f", { runtime: "node-22", deployment: { codePaht: "x" } });`, "'codePaht'"],
  [`new Webhook(stack, "w", { url: "https://x", events: "users.*" });`, "'string'"],
  [`new Webhook(stack, "w", { url: "https://x", events: [], authPassword: "p" });`, "'string'"],
  [`new ApiKey(stack, "k", { scopes: ["rows.reed"] });`, '"rows.reed"'],
  [`Platform.web(stack, "web");`, "Expected 3 arguments"],
  [`new Platform(stack, "p", { type: "windows-phone" });`, '"windows-phone"'],
  [`new AuthSettings(stack, "a", { methods: { emailPasword: true } });`, "'emailPasword'"],
  [`new AuthSettings(stack, "a", { sessionDuration: "30 days" });`, '"30 days"'],
  [`new AuthSettings(stack, "a", { templates: { verifcation: { subject: "s" } } });`, "'verifcation'"],
  [`new AuthSettings(stack, "a", { localizedTemplates: { xx: {} } });`, "'xx'"],
  [`new AuthSettings(stack, "a", { mockPhones: { "+1": "123456" } });`, "'string'"],
  [`new ProjectSettings(stack, "p", { services: { graphl: false } });`, "'graphl'"],
  [`new ProjectSettings(stack, "p", { smtp: { host: "h", senderEmail: "a@b.c", password: "p" } });`, "'string'"],
  [`new BucketFile(stack, "f", { path: "logo.svg" });`, "'bucket'"],
  [`new BucketFile(stack, "f", { bucket: "files", path: "logo.svg" });`, "'string'"],
  [`new Table(stack, "t", { database: "main" });`, "'string'"],
  [`new Table(stack, "t", { database: new Database(stack, "d"), schema: shop });`, "'Schema"],
  [`new Table(stack, "t", { database: new Database(stack, "d"), related: { a: "b" } });`, "'string'"],
  [`new Database(stack, "m", { shema: shop });`, "'shema'"],
  [`new Database(stack, "m", { schema: shop, permissions: { books: [Role.any()] } });`, "'Role'"],
  [`new Database(stack, "m", { schema: shop }).table("books").grantRead(Permission.read(Role.any()));`, "'Permission'"],
  [`new Database(stack, "m").table("books");`, '"books"'],
  [`new ClassicDatabase(stack, "m", { schema: shop }).collection("bookz");`, '"bookz"'],
  [`new Database(stack, "m", { schema: shop }).seed("authors", "a", { name: 5 });`, "'number'"],
  [`new Database(stack, "m", { schema: shop }).seed("authors", "a", {});`, "'name'"],
  [`new Database(stack, "m", { schema: shop }).seed("author", "a", { name: "A" });`, '"author"'],
  [`table({ a: c.varchar() });`, "Expected 1 arguments"],
  [`table({ a: "text" });`, "'string'"],
  [`table({ a: c.boolean().min(1) });`, "'min'"],
  [`table({ a: c.integer({ minimum: 1 }) });`, "'minimum'"],
  [`table({ a: c.text().array().default("x") });`, "a column of lists has no default"],
  [`table({ a: c.datetime().default(5) });`, "'number'"],
  [`table({ a: c.point().default([1]) });`, "'[number]'"],
  [`table({ a: c.text() }, { i: { type: "unique" } });`, "'on'"],
  [`table({ a: c.text() }, { i: { on: ["a"], orders: ["up"] } });`, '"up"'],
  [`table({ a: c.text() }, { i: { on: ["a"], lenghts: [1] } });`, "'lenghts'"],
  [`table({ a: c.text() }, {}, { rowSecurty: true });`, "'rowSecurty'"],
  [`table({ a: c.text() }, {}, { name: 5 });`, "'number'"],
  [`schema({ a: table({ b: c.oneToMany("c", { twoWay: "x" }) }), b: table({ n: c.text() }) });`, '"c"'],
  [`schema({ a: table({ b: c.oneToMany("b", { twoway: "x" }) }), b: table({ n: c.text() }) });`, "'twoway'"],
  [`const s: Row<typeof shop, "books">["state"] = "sold"; export { s };`, '"sold"'],
  [`const t: string = book.tags; export { t };`, "'string[]'"],
  [`book.author.name;`, "'book.author'"],
  [`const r: Row<typeof shop, "reviews"> = { stars: 5 }; export { r };`, "$id"],
  [`const x: NewRow<typeof shop, "authors"> = { name: "A", nmae: "B" }; export { x };`, "'nmae'"],
  [`Secret.variable("k", { versoin: 2 });`, "'versoin'"],
  [`Secret.variable("k", { version: "2" });`, "'string'"],
  [`new Secret("x");`, "private"],
  [`env.pick({ staging: "a", production: 5 }).length;`, "'length'"],
  [`environments.test;`, "'test'"],
  [`new AppwriteStack<typeof environments>(new App(), "s", { env: { name: "x" } });`, "'"],
  [`new AppwriteStack<typeof environments>(new App(), "s");`, "Expected 3 arguments"],
  [`new AppwriteStack<typeof environments>(new App(), "s", { env, provider: { projectID: "x" } });`, "'projectID'"],
  [`new Gate(stack, "g", { after: [], run: { comand: "x" } });`, "'comand'"],
  [`new Gate(stack, "g", { after: [], triggers: { a: 1 } });`, "'number'"],
  [`new Bucket(stack, "b", { renamedFrom: 5 });`, "'number'"],
  [`new Bucket(stack, "b", { protect: "yes" });`, "'string'"],
  [`new Bucket(stack, "b", { lifecycle: { preventDestory: true } });`, "'preventDestory'"],
  [`new Bucket(stack, "b", { maximumFileSize: "5mb" });`, '"5mb"'],
  [`new Bucket(stack, "b").grantRead(Role.team(new Bucket(stack, "c")));`, "'Bucket'"],
  [`Role.user("u", "owner");`, '"owner"'],
  [`Role.admins();`, "'admins'"],
  [`Permission.read("any");`, "'Role'"],
  [`Bucket.fromBucketId(stack, "b", 5);`, "'number'"],
  [`new StorageBucket(stack, "b", { name: "b" }).nmae;`, "'nmae'"],
  [`new l1.DataStorageBucket(stack, "b", { idd: "x" });`, "'idd'"],
  [`new EphemeralAuthJwt(stack, "j", {});`, "'userId'"],
  [`new FunctionVariable(stack, "v", { functionId: "f", key: "K", value: "secret" });`, "'string'"],
  [
    `new FunctionVariable(stack, "v", { functionId: "f", key: "K", valueWo: "secret", valueWoVersion: 1 });`,
    "'string'",
  ],
  [`Duration.weeks(2);`, "'weeks'"],
  [`Duration.days("2");`, "'number'"],
  [`expect(synth((app) => new TerraformStack(app, "s"))).toHaveAppwriteBuckt("b");`, "'toHaveAppwriteBuckt'"],
  [`new Target(stack, "t", { user: "u", providerType: "fax", identifier: "x" });`, '"fax"'],
  [`new SeedRow(stack, "r", { table: "books", data: {} });`, "'string'"],
  [`new Collection(stack, "c", { database: new ClassicDatabase(stack, "d"), rowSecurity: true });`, "'rowSecurity'"],
];

/** The compilers that users have: the project's own, and the last one before it, which npm installs for the long suite. */
const COMPILERS = IS_LONG ? (["7", "5.9"] as const) : (["7"] as const);

describe.each(LIBRARIES.flatMap((library) => COMPILERS.map((compiler) => ({ library, compiler }))))(
  "programs with $library and TypeScript $compiler",
  ({ library, compiler }) => {
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
      errors = compile(project.folder, compilerOf(compiler));
    }, 300_000);

    afterAll(() => project.close());

    test("right ones, the examples and those of guide and README compile", () => {
      expect([...errors].filter(([file]) => !file.startsWith("wrong-"))).toEqual([]);
    });

    test.each(WRONG.map(([program, word], index) => ({ program, word, file: `wrong-${index}.ts` })))(
      "$program: the error names $word",
      ({ file, word }) => {
        expect(errors.get(file) ?? "no error").toContain(word);
      },
    );
  },
);

/** The programs that the guide and the README show. */
function guidePrograms(): readonly string[] {
  const pages = ["docs/guides/constructs.md", "README.md"].map((page) =>
    readFileSync(join(__dirname, "..", "..", page), "utf8"),
  );
  return pages.flatMap((page) => [...page.matchAll(/^```ts\n(.*?)^```/gms)].map(([, program = ""]) => program));
}

function compilerOf(version: string): string {
  const own = join(__dirname, "..", "..", "node_modules", "typescript", "bin", "tsc");
  return version === "7"
    ? own
    : join(installPackage("typescript", version), "node_modules", "typescript", "bin", "tsc");
}

/** Compiles all programs of a folder; gives the errors by file. */
function compile(folder: string, compiler: string): ReadonlyMap<string, string> {
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
