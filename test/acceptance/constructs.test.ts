import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { App, TerraformStack } from "cdktf";
import { buildSync } from "esbuild";
import { type Emulator, startEmulator } from "../../emulator/index.ts";
import { STORIES } from "../support/cdk-examples.ts";
import { createProject, LIBRARIES, load, placeExample } from "../support/constructs.ts";
import { testWhereKnown } from "../support/features.ts";
import { HOSTILE_TEXTS, SHORT_HOSTILE_TEXTS } from "../support/hostile-texts.ts";

/** Constructs with the real terraform against the embedded Appwrite: what is written is what arrives, in JSON and in HCL alike. */

const project = createProject();
let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator();
});

beforeEach(() => emulator.reset());

afterAll(async () => {
  project.close();
  await emulator.close();
});

const FORMATS = ["json", "hcl"] as const;
const all = LIBRARIES.flatMap((library) => FORMATS.map((format) => [library, format] as const));

/** A value that must appear nowhere. */
const CANARY = "SG.canary-5d1f0c77b2";

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

describe.each(all)("the examples with %s in %s", (library, format) => {
  const { kit } = load(library);

  for (const { story, stack, addresses, prepare, needs } of STORIES) {
    testWhereKnown(needs)(
      `${story} applies, and the second plan is empty`,
      async () => {
        await prepare?.(emulator);
        const folder = placeExample(project.folder, story, library, {
          "https://staging.example.com/v1": emulator.endpoint,
          '"shop-staging"': JSON.stringify(emulator.projectId),
        });
        const environment = { ...process.env, ...(format === "hcl" ? { SYNTH_HCL_OUTPUT: "true" } : {}) };
        // Without a CLI, as the guide says.
        const synth = spawnSync(process.execPath, ["main.js"], { cwd: folder, env: environment, encoding: "utf8" });
        expect(synth.stderr).toBe("");
        const deployment = kit.openFolder(join(folder, "cdktf.out", "stacks", stack), folder, emulator, {
          variables: { sendgrid_key: CANARY, github_secret: CANARY },
        });
        await deployment.run("init", "-no-color", "-input=false");
        await deployment.apply();
        expect(await deployment.plan()).toEqual({});
        expect(Object.keys(await deployment.state()).sort()).toEqual(addresses);
        // Neither what synth wrote nor plan and state hold a secret or a path of this machine (the provider mirror and caches aside).
        const written = filesBelow(folder).filter((file) => !/providers|\.terraform|terraformrc$/.test(file));
        expect(written.filter((file) => readFileSync(file, "latin1").includes(CANARY))).toEqual([]);
        const outputs = written.filter((file) => file.includes("cdktf.out") && /cdk\.tf|manifest|metadata/.test(file));
        expect(outputs.length).toBeGreaterThan(1);
        expect(outputs.filter((file) => readFileSync(file, "utf8").includes(project.folder))).toEqual([]);
      },
      120_000,
    );
  }
});

test("a renamed construct moves what it manages, and nothing is destroyed", async () => {
  const { cdk, iac, kit, words } = load("cdktf");
  const table = words.table({ total: words.c.float() });
  const make = (fill: (stack: TerraformStack, database: InstanceType<typeof iac.Database>) => void) => (app: App) => {
    const stack = new cdk.TerraformStack(app, "rename");
    new iac.AppwriteProvider(stack, "appwrite");
    new cdk.LocalBackend(stack, { path: "terraform.tfstate" });
    fill(stack, new iac.Database(stack, "main"));
    return stack;
  };
  const before = await kit.deploy(
    emulator,
    make((stack, database) => new iac.Table(stack, "purchases", { database, schema: table })),
  );
  const after = await kit.deploy(
    emulator,
    make(
      (stack, database) =>
        new iac.Table(stack, "orders", { database, schema: table, name: "purchases", renamedFrom: "purchases" }),
    ),
  );
  try {
    await before.apply();
    cpSync(join(before.folder, "terraform.tfstate"), join(after.folder, "terraform.tfstate"));
    expect(await after.plan()).toEqual({});
    await after.apply();
    expect(Object.keys(await after.state())).toContain("appwrite_tablesdb_table.orders");
  } finally {
    before.close();
    after.close();
  }
}, 120_000);

test("a renamed table of a circle moves with its columns, indexes and rows", async () => {
  const { cdk, iac, kit, words } = load("cdktf");
  const { c, schema, table } = words;
  const make = (name: string, options: { readonly renamedFrom?: string }) => (app: App) => {
    const stack = new cdk.TerraformStack(app, "rename");
    new iac.AppwriteProvider(stack, "appwrite");
    new cdk.LocalBackend(stack, { path: "terraform.tfstate" });
    const tables = schema({
      [name]: table(
        { n: c.varchar(20).required(), book: c.manyToOne("books") },
        { byN: { on: ["n"] } },
        { name: "People", ...options },
      ),
      books: table({ author: c.manyToOne(name) }),
    });
    new iac.Database(stack, "main", { schema: tables }).seed(name, "ann", { n: "Ann" });
    return stack;
  };
  const before = await kit.deploy(emulator, make("people", {}));
  const after = await kit.deploy(emulator, make("persons", { renamedFrom: "people" }));
  try {
    await before.apply();
    cpSync(join(before.folder, "terraform.tfstate"), join(after.folder, "terraform.tfstate"));
    expect(await after.plan()).toEqual({});
    await after.apply();
    expect(Object.keys(await after.state())).toEqual(
      expect.arrayContaining(["appwrite_tablesdb_table.persons", "appwrite_tablesdb_row.persons_ann"]),
    );
  } finally {
    before.close();
    after.close();
  }
}, 120_000);

test("a grant that is taken out of the program is taken back", async () => {
  const { cdk, iac, kit } = load("cdktf");
  const make = (grant: (bucket: InstanceType<typeof iac.Bucket>) => void) => (app: App) => {
    const stack = new cdk.TerraformStack(app, "grants");
    new iac.AppwriteProvider(stack, "appwrite");
    new cdk.LocalBackend(stack, { path: "terraform.tfstate" });
    grant(new iac.Bucket(stack, "covers"));
    return stack;
  };
  const before = await kit.deploy(
    emulator,
    make((bucket) => bucket.grantRead(iac.Role.any())),
  );
  const after = await kit.deploy(
    emulator,
    make(() => {}),
  );
  try {
    await before.apply();
    cpSync(join(before.folder, "terraform.tfstate"), join(after.folder, "terraform.tfstate"));
    expect(await after.plan()).toEqual({ "appwrite_storage_bucket.covers": ["update"] });
    await after.apply();
    expect((await after.state())["appwrite_storage_bucket.covers"]?.["permissions"]).toEqual([]);
    expect(await after.plan()).toEqual({});
  } finally {
    before.close();
    after.close();
  }
}, 120_000);

test.each(["terraform_data", "null_resource"] as const)(
  "a gate of %s opens after what it waits for, and again for another trigger",
  async (via) => {
    const { cdk, iac, kit } = load("cdktf");
    const file = join(project.folder, "terraform-provider-null");
    buildSync({
      entryPoints: [join(__dirname, "..", "support", "null-provider.ts")],
      outfile: file,
      bundle: true,
      platform: "node",
      banner: { js: "#!/usr/bin/env node" },
    });
    const log = join(project.folder, `${via}.log`);
    const make = (trigger: string) => (app: App) => {
      const stack = new cdk.TerraformStack(app, "gate");
      new iac.AppwriteProvider(stack, "appwrite");
      new cdk.LocalBackend(stack, { path: "terraform.tfstate" });
      const bucket = new iac.Bucket(stack, "first");
      const run = {
        command: 'echo "opened for $FOR" >> "$LOG"',
        environment: { FOR: `${trigger} ${bucket.bucketId}`, LOG: log },
      };
      const gate = new iac.Gate(stack, "ready", { after: [bucket], triggers: { trigger }, run, via });
      gate.holdBack(new iac.Bucket(stack, "second"));
      return stack;
    };
    const providers = [{ address: "hashicorp/null", version: "3.2.4", file }];
    const first = await kit.deploy(emulator, make("one"), { providers });
    const second = await kit.deploy(emulator, make("two"), { providers });
    try {
      await first.apply();
      expect(await first.plan()).toEqual({});
      expect(readFileSync(log, "utf8")).toBe("opened for one first\n");
      cpSync(join(first.folder, "terraform.tfstate"), join(second.folder, "terraform.tfstate"));
      expect(await second.plan()).toEqual({ [`${via}.ready`]: ["delete", "create"] });
      await second.apply();
      expect(readFileSync(log, "utf8")).toBe("opened for one first\nopened for two first\n");
    } finally {
      first.close();
      second.close();
    }
  },
  120_000,
);

test.each(all)(
  "the command of a gate gets its texts unchanged with %s in %s",
  async (library, format) => {
    const { cdk, iac, kit } = load(library);
    const written = join(project.folder, `${library}-${format}.json`);
    const script = `require("node:fs").writeFileSync(process.env.WRITTEN, JSON.stringify(process.env)) // \${x} %{y} {`;
    const texts = HOSTILE_TEXTS.map((text, index) => [`TEXT_${index}`, text] as const);
    const make = (app: App) => {
      const stack = new cdk.TerraformStack(app, "gate");
      const named = new cdk.TerraformVariable(stack, "named", { default: "ann" });
      const mixed = texts.map(([name, text]) => [`${name}_MIXED`, text + named.stringValue + text] as const);
      new cdk.LocalBackend(stack, { path: "terraform.tfstate" });
      new iac.Gate(stack, "ready", {
        after: [],
        run: {
          command: `"$NODE" -e '${script}' '${named.stringValue}'`,
          environment: { ...Object.fromEntries([...texts, ...mixed]), NODE: process.execPath, WRITTEN: written },
        },
      });
      return stack;
    };
    const deployment = await kit.deploy(emulator, make, { hcl: format === "hcl" });
    try {
      await deployment.apply();
      const got = JSON.parse(readFileSync(written, "utf8")) as { readonly [name: string]: string };
      for (const [name, text] of texts) {
        expect([got[name], got[`${name}_MIXED`]]).toEqual(
          [text, `${text}ann${text}`].map((one) => one.normalize("NFC")),
        );
      }
    } finally {
      deployment.close();
    }
  },
  120_000,
);

test("tables whose relationships close a circle apply", async () => {
  const { cdk, iac, kit, words } = load("cdktf");
  const { c, schema, table } = words;
  const make = (app: App) => {
    const stack = new cdk.TerraformStack(app, "circle");
    new iac.AppwriteProvider(stack, "appwrite");
    new cdk.LocalBackend(stack, { path: "terraform.tfstate" });
    const tables = schema({
      people: table(
        {
          name: c.varchar(60).required(),
          favourite: c.manyToOne("books", { onDelete: "setNull" }),
          boss: c.manyToOne("people"),
        },
        { byName: { on: ["name"] } },
      ),
      books: table({ title: c.varchar(60), author: c.manyToOne("people", { twoWay: "books" }) }),
    });
    new iac.Database(stack, "main", { schema: tables });
    return stack;
  };
  const deployment = await kit.deploy(emulator, make);
  try {
    await deployment.apply();
    expect(await deployment.plan()).toEqual({});
  } finally {
    deployment.close();
  }
}, 120_000);

testWhereKnown("write-only arguments").each(all)(
  "the other constructs apply with %s in %s",
  async (library, format) => {
    const { cdk, iac, kit } = load(library);
    const { MessagingProvider, OAuth, Role, Secret } = iac;
    const code = join(project.folder, "job");
    mkdirSync(code, { recursive: true });
    writeFileSync(join(code, "main.js"), "module.exports = async ({ res }) => res.empty();\n");
    const make = (app: App) => {
      const stack = new cdk.TerraformStack(app, "everything");
      new iac.AppwriteProvider(stack, "appwrite");
      new cdk.LocalBackend(stack, { path: "terraform.tfstate" });
      const secret = Secret.variable("secret");
      const team = new iac.Team(stack, "editors", { roles: ["owner"] });
      const ann = new iac.User(stack, "ann", { email: "ann@example.com", password: secret });
      const member = new iac.Membership(stack, "ann-edits", { team, user: ann, roles: ["owner"] });
      const mail = new MessagingProvider.Mailgun(stack, "mail", {
        apiKey: secret,
        domain: "example.com",
        isEuRegion: true,
        fromEmail: "no-reply@example.com",
      });
      const topic = new iac.Topic(stack, "news", { subscribe: [Role.team(team)] }).deliverThrough(mail);
      const target = new iac.Target(stack, "inbox", {
        user: ann,
        providerType: "email",
        identifier: "ann@example.org",
        messagingProvider: mail,
      });
      new iac.Subscriber(stack, "ann-reads", { topic, target });
      new iac.Bucket(stack, "files").grantRead(Role.member(member), Role.user(ann));
      OAuth.github(stack, { clientId: "Iv1.a", clientSecret: secret });
      OAuth.keycloak(stack, { clientId: "shop", clientSecret: secret, endpoint: "id.example.com", realmName: "shop" });
      new iac.AuthSettings(stack, "auth", {
        methods: { emailPassword: true, anonymous: false },
        sessionDuration: iac.Duration.days(30),
        passwordHistory: 5,
        templates: { verification: { subject: "Hello {{user}}", message: '${not} %{an} "expression"\n' } },
        mockPhones: { "+12065550100": Secret.plain("123456") },
      });
      new iac.ProjectSettings(stack, "settings", {
        services: { graphql: false },
        protocols: { websocket: true },
        labels: ["shop"],
        smtp: { host: "smtp.example.com", port: 587, senderEmail: "a@example.com", username: "shop", password: secret },
        variables: { LEVEL: "info", TOKEN: secret },
      });
      const key = new iac.ApiKey(stack, "ci", { scopes: ["rows.read"] });
      new iac.Webhook(stack, "orders", {
        url: "https://example.com/hook",
        events: ["databases.*.tables.*.rows.*.create"],
      });
      iac.Platform.web(stack, "web", "shop.example.com");
      new iac.FunctionApp(stack, "job", {
        runtime: "node-22",
        entrypoint: "main.js",
        execute: [Role.any()],
        variables: { LEVEL: "debug", KEY: key.secret, TOKEN: secret },
        code,
        domains: ["job.example.com"],
      });
      return stack;
    };
    const deployment = await kit.deploy(emulator, make, { hcl: format === "hcl", variables: { secret: CANARY } });
    try {
      await deployment.apply();
      expect(await deployment.plan()).toEqual({});
      const state = await deployment.state();
      expect(state["appwrite_project_email_template.auth_verification"]?.["message"]).toBe(
        '${not} %{an} "expression"\n',
      );
      expect(state["appwrite_auth_policies.auth"]).toMatchObject({ session_duration: 2_592_000, password_history: 5 });
      expect(Object.keys(state).length).toBe(26);
      expect(readFileSync(join(deployment.folder, "terraform.tfstate"), "utf8")).not.toContain(CANARY);
    } finally {
      deployment.close();
    }
  },
  120_000,
);

test.each(all)(
  "Terraform's own arguments, blocks and look-ups apply with %s in %s",
  async (library, format) => {
    const { cdk, iac, kit } = load(library);
    const make = (app: App) => {
      const stack = new cdk.TerraformStack(app, "arguments");
      new cdk.LocalBackend(stack, { path: "terraform.tfstate" });
      new iac.AppwriteProvider(stack, "appwrite", { httpTimeoutSeconds: 30, dataLoss: "warn" });
      const provider = new iac.AppwriteProvider(stack, "second", { alias: "second", maxRetries: 2 });
      const database = new iac.Tablesdb(stack, "main", { id: "main", name: "Main", provider });
      const table = new iac.TablesdbTable(stack, "t", {
        id: "t",
        name: "Things",
        databaseId: database.id,
        columns: { "a-b": { type: "varchar", size: 5 }, n: { type: "bigint", min: -9223372036854775807n, max: 5n } },
        timeouts: { create: "5m" },
        lifecycle: { ignoreChanges: ["name"], createBeforeDestroy: false },
        dependsOn: [database],
        provider,
      });
      const found = new iac.DataTablesdbTable(stack, "found", {
        databaseId: database.id,
        id: table.id,
        dependsOn: [table],
      });
      new iac.DataStorageBuckets(stack, "all", {
        queries: [{ method: "equal", attribute: "name", values: ['x"${y}'] }],
      });
      new cdk.TerraformOutput(stack, "columns", { value: found.columns });
      new iac.StorageBucket(stack, "b", { name: `n ${found.name} \${x}`, count: 2 }).addOverride("antivirus", false);
      const names = cdk.TerraformIterator.fromList(["x", "y"]);
      new iac.AuthTeam(stack, "teams", { forEach: names, name: names.value as string });
      return stack;
    };
    const deployment = await kit.deploy(emulator, make, { hcl: format === "hcl" });
    try {
      await deployment.apply();
      expect(await deployment.plan()).toEqual({});
      const state = await deployment.state();
      expect(state["appwrite_storage_bucket.b[1]"]).toMatchObject({ name: "n Things ${x}", antivirus: false });
      expect(state['appwrite_auth_team.teams["y"]']).toMatchObject({ name: "y" });
    } finally {
      deployment.close();
    }
  },
  120_000,
);

describe.each(LIBRARIES)("texts with %s", (library) => {
  const { cdk, iac, kit } = load(library);

  test.each(FORMATS)(
    "arrive unchanged in %s",
    async (format) => {
      const texts = SHORT_HOSTILE_TEXTS.slice(0, 200);
      const make = (app: InstanceType<typeof cdk.App>): TerraformStack => {
        const stack = new cdk.TerraformStack(app, "texts");
        new iac.AppwriteProvider(stack, "appwrite");
        new cdk.LocalBackend(stack, { path: "terraform.tfstate" });
        const database = new iac.Tablesdb(stack, "main", { id: "main", name: "main" });
        const columns = Object.fromEntries(texts.map((_, index) => [`c${index}`, { type: "text" as const }]));
        const table = new iac.TablesdbTable(stack, "t", { id: "t", name: "t", databaseId: database.id, columns });
        const elements = texts.filter((text) => text !== "" && [...text].length <= 255);
        new iac.TablesdbTable(stack, "e", {
          id: "e",
          name: "e",
          databaseId: database.id,
          columns: {
            e: { type: "enum", elements: elements.slice(0, 100) },
            f: { type: "enum", elements: elements.slice(100, 200) },
          },
        });
        const data = Object.fromEntries(texts.map((text, index) => [`c${index}`, text]));
        new iac.TablesdbRow(stack, "object", { id: "object", databaseId: database.id, tableId: table.id, data });
        new iac.TablesdbRow(stack, "text", {
          id: "text",
          databaseId: database.id,
          tableId: table.id,
          data: JSON.stringify(data),
        });
        // Beside what only terraform knows, in one text and in JSON.
        new iac.TablesdbRow(stack, "mixed", {
          id: "mixed",
          databaseId: database.id,
          tableId: table.id,
          data: Object.fromEntries(texts.map((text, index) => [`c${index}`, `${text}${database.id}${text}`])),
        });
        for (const [index, text] of texts.slice(0, 20).entries()) {
          new iac.StorageBucket(stack, `b${index}`, { id: `b${index}`, name: `${text}${database.id}`.slice(0, 128) });
        }
        return stack;
      };
      const deployment = await kit.deploy(emulator, make, { hcl: format === "hcl" });
      try {
        await deployment.apply();
        expect(await deployment.plan()).toEqual({});
        const state = await deployment.state();
        const dataOf = (name: string): unknown => JSON.parse(String(state[`appwrite_tablesdb_row.${name}`]?.["data"]));
        const wanted = (change: (text: string) => string) =>
          Object.fromEntries(texts.map((text, index) => [`c${index}`, change(text)]));
        expect(dataOf("object")).toEqual(wanted((text) => text));
        expect(dataOf("text")).toEqual(wanted((text) => text));
        expect(dataOf("mixed")).toEqual(wanted((text) => `${text}main${text}`));
      } finally {
        deployment.close();
      }
    },
    180_000,
  );
});
