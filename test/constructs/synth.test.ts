import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { App, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { LIBRARIES, load } from "../support/constructs.ts";

const BUILT = join(__dirname, "..", "..", "dist", "constructs");

describe.each(LIBRARIES)("constructs with %s", (library) => {
  const { cdk, iac, kit, words } = load(library);
  const {
    AppwriteProvider,
    AppwriteStack,
    Bucket,
    Collection,
    ClassicDatabase,
    Database,
    Environments,
    Gate,
    Permission,
    Role,
    Secret,
    Table,
  } = iac;
  const { c, schema, table } = words;
  expect.extend(kit.matchers);

  const inStack = (fill: (stack: TerraformStack) => void) => (app: App) => {
    const stack = new cdk.TerraformStack(app, "test");
    new AppwriteProvider(stack, "appwrite");
    fill(stack);
    return stack;
  };
  const synth = (fill: (stack: TerraformStack) => void) => kit.synth(inStack(fill));
  const shop = schema({
    books: table({ title: c.varchar(200).required(), author: c.manyToOne("authors", { onDelete: "cascade" }) }),
    authors: table(
      { name: c.text(), books: c.oneToMany("books", { twoWay: "author" }) },
      { byName: { on: ["$createdAt"] } },
    ),
  });

  describe("names and ids", () => {
    test("are those of the constructs", () => {
      const result = synth((stack) => {
        const database = new Database(stack, "main", { schema: shop });
        new Table(stack, "notes", { database });
        new Bucket(stack, "covers");
      });
      expect(
        result
          .resources()
          .map(({ type, name, attributes }) => `${type}.${name} ${attributes["id"]}`)
          .sort(),
      ).toEqual([
        "appwrite_storage_bucket.covers covers",
        "appwrite_tablesdb.main main",
        "appwrite_tablesdb_table.authors authors",
        "appwrite_tablesdb_table.books books",
        "appwrite_tablesdb_table.notes notes",
      ]);
      expect(result).toHaveAppwriteTable("notes", { database_id: "${appwrite_tablesdb.main.id}" });
    });

    test("that are no ids are refused", () => {
      expect(() => synth((stack) => new Bucket(stack, "my bucket"))).toThrow(
        /test\/my bucket: "my bucket" cannot be an id.*Set bucketId/,
      );
    });

    test("that are there twice are refused with both paths", () => {
      const twice = () =>
        synth((stack) => {
          new Bucket(stack, "covers");
          new Bucket(stack, "images", { bucketId: "Covers" });
        });
      expect(twice).toThrow(/test\/covers and test\/images both manage appwrite_storage_bucket "Covers"/);
    });

    test("that terraform counts out are not compared", () => {
      const result = synth((stack) => {
        for (const name of ["a", "b"]) {
          const names = cdk.TerraformIterator.fromList([name]);
          new iac.StorageBucket(stack, name, { forEach: names, id: names.value as string, name });
          const count = cdk.TerraformCount.of(2);
          new iac.AuthTeam(stack, `${name}s`, { count, id: `${name}-${count.index}`, name });
        }
      });
      expect(result.resources().map(({ attributes }) => attributes["id"])).toEqual([
        "a-${count.index}",
        "b-${count.index}",
        "${each.value}",
        "${each.value}",
      ]);
    });

    test("of settings, of which a project has one, may not be said twice", () => {
      const { AuthSettings, ProjectSettings } = iac;
      expect(() =>
        synth((stack) => {
          new AuthSettings(stack, "a", { membershipPrivacy: { userName: true }, passwordHistory: 5 });
          new AuthSettings(stack, "b", { membershipPrivacy: { userName: false }, passwordDictionary: true });
          new ProjectSettings(stack, "c", { labels: ["a"] });
          new ProjectSettings(stack, "d", { labels: ["b"] });
        }),
      ).toThrow(
        /a\/policies and test\/b\/policies both set membership_privacy\.user_name of appwrite_auth_policies[^]*c\/labels and test\/d\/labels both set labels/,
      );
      expect(() =>
        synth((stack) => {
          new AuthSettings(stack, "a", { templates: { verification: { subject: "x", message: "x" } } });
          new AuthSettings(stack, "b", { templates: { verification: { subject: "y", message: "y" } } });
        }),
      ).toThrow(/both manage appwrite_project_email_template "verification\/"/);
      synth((stack) => {
        new AuthSettings(stack, "a", { membershipPrivacy: { userName: true }, passwordHistory: 5 });
        new AuthSettings(stack, "b", { membershipPrivacy: { userEmail: false }, passwordDictionary: true });
        for (const name of ["k", "l"]) new iac.ApiKey(stack, name, { scopes: ["rows.read"] });
      });
    });

    test("of tables in two databases must differ, for which there is a prefix", () => {
      const two = (prefix?: string) =>
        synth((stack) => {
          new Database(stack, "main", { schema: shop });
          new Database(stack, "archive", { schema: shop, prefix });
        });
      expect(() => two()).toThrow(
        /test\/main\/books and test\/archive\/books both have the address appwrite_tablesdb_table.books/,
      );
      expect(
        two("archive_")
          .resources("appwrite_tablesdb_table")
          .map(({ name }) => name)
          .sort(),
      ).toEqual(["archive_authors", "archive_books", "authors", "books"]);
    });
  });

  test("a two-way relationship that both tables declare is managed at the side that names the other", () => {
    const result = synth((stack) => new Database(stack, "main", { schema: shop }));
    expect(result).toHaveAppwriteTable("authors", {
      columns: {
        books: {
          type: "relationship",
          relationship_type: "oneToMany",
          related_table_id: "${appwrite_tablesdb_table.books.id}",
          two_way: true,
          two_way_key: "author",
          on_delete: "cascade",
        },
      },
    });
    expect(
      result.resources("appwrite_tablesdb_table").find(({ name }) => name === "books")?.attributes["columns"],
    ).toEqual({
      title: { type: "varchar", size: 200, required: true },
    });
  });

  test("relationships that close a circle become resources of their own", () => {
    const circle = schema({
      a: table({ b: c.manyToOne("b"), self: c.manyToOne("a") }, { one: { on: ["$id"] } }),
      b: table({ a: c.manyToOne("a") }),
    });
    const result = synth((stack) => new Database(stack, "main", { schema: circle }));
    expect(result.resources("appwrite_tablesdb_table").find(({ name }) => name === "a")?.attributes).not.toHaveProperty(
      "columns",
    );
    expect(result).toHaveAppwriteResource("appwrite_tablesdb_column", {
      key: "b",
      table_id: "${appwrite_tablesdb_table.a.id}",
      related_table_id: "${appwrite_tablesdb_table.b.id}",
    });
    expect(result).toHaveAppwriteResource("appwrite_tablesdb_column", { key: "self", related_table_id: "a" });
    expect(result).toHaveAppwriteTable("b", {
      columns: { a: { related_table_id: "${appwrite_tablesdb_table.a.id}" } },
    });
  });

  test("two sides of a relationship that contradict each other are refused", () => {
    const wrong = schema({
      a: table({ b: c.oneToMany("b", { twoWay: "a" }) }),
      b: table({ a: c.oneToOne("a") }),
    });
    expect(() => synth((stack) => new Database(stack, "main", { schema: wrong }))).toThrow(
      /a\.b and b\.a are two sides of one relationship, but oneToMany does not go with oneToOne/,
    );
  });

  test.each<[string, RegExp, ReturnType<typeof schema>]>([
    [
      "a column of values",
      /a\.b makes the column b\.Title, which points back, but b\.title makes one of that key as well/,
      schema({ a: table({ b: c.oneToMany("b", { twoWay: "Title" }) }), b: table({ title: c.text() }) }),
    ],
    [
      "a relationship with a third table",
      /a\.b makes the column b\.other, which points back, but b\.other makes one/,
      schema({
        a: table({ b: c.oneToMany("b", { twoWay: "other" }) }),
        b: table({ other: c.manyToOne("c") }),
        c: table({ n: c.text() }),
      }),
    ],
    [
      "that of another relationship",
      /a\.later makes the column b\.back, which points back, but a\.first makes one/,
      schema({
        a: table({ first: c.oneToMany("b", { twoWay: "back" }), later: c.oneToMany("b", { twoWay: "back" }) }),
        b: table({ back: c.manyToOne("a") }),
      }),
    ],
  ])("a column that points back is refused where it is also %s", (_, message, tables) => {
    expect(() => synth((stack) => new Database(stack, "main", { schema: tables }))).toThrow(message);
  });

  test("the classic API has collections with attributes", () => {
    const result = synth((stack) => {
      const database = new ClassicDatabase(stack, "old", { schema: shop });
      database.collection("books").grantRead(Role.any());
      new Collection(stack, "notes", { database });
    });
    expect(result).toHaveAppwriteResource("appwrite_collection", {
      id: "authors",
      attributes: { books: { related_collection_id: "${appwrite_collection.books.id}" } },
      indexes: { byName: { attributes: ["$createdAt"] } },
    });
    expect(result).toGrant("books", Permission.read(Role.any()));
  });

  test("the output can be a snapshot", () => {
    expect(synth((stack) => new Bucket(stack, "covers", { name: "Covers" }))).toMatchTerraformSnapshot();
  });

  test("grants accumulate, in any order and without repetition", () => {
    const grants: ((bucket: InstanceType<typeof Bucket>) => void)[] = [
      (bucket) => bucket.grantRead(Role.any(), Role.users("verified")),
      (bucket) => bucket.grantWrite(Role.team({ teamId: "t1" }, "owner")),
      (bucket) => bucket.grantRead(Role.any()).grantUpdate(Role.user("ann")),
      (bucket) => bucket.grantDelete(Role.label("vip")).grantCreate(Role.member("m1")),
    ];
    const granted = (order: readonly number[]) =>
      synth((stack) => {
        const bucket = new Bucket(stack, "b", { permissions: [Permission.read(Role.guests())] });
        for (const index of order) grants[index]?.(bucket);
      }).json;
    expect(granted([3, 1, 0, 2])).toBe(granted([0, 1, 2, 3]));
    expect(JSON.parse(granted([0, 1, 2, 3])).resource.appwrite_storage_bucket.b.permissions).toEqual([
      'create("member:m1")',
      'delete("label:vip")',
      'read("any")',
      'read("guests")',
      'read("users/verified")',
      'update("user:ann")',
      'write("team:t1/owner")',
    ]);
  });

  test("what is granted to nobody says so, since what is not set is left alone", () => {
    const result = synth((stack) => {
      new Bucket(stack, "b");
      const main = new Database(stack, "main", { schema: shop });
      new Collection(stack, "c", { database: new ClassicDatabase(stack, "old") });
      new iac.BucketFile(stack, "logo", { bucket: Bucket.fromBucketId(stack, "other", "other"), path: "logo.svg" });
      main.seed("authors", "ann", {});
    });
    const types = [
      "appwrite_storage_bucket",
      "appwrite_tablesdb_table",
      "appwrite_collection",
      "appwrite_storage_file",
      "appwrite_tablesdb_row",
    ];
    for (const type of types) expect(result).toHaveAppwriteResource(type, { permissions: [] });
  });

  test("what exists is imported, and what is renamed moves and keeps its id", () => {
    const result = synth((stack) => {
      new Bucket(stack, "avatars", { importFrom: "66f1" });
      const database = new Database(stack, "shop", { renamedFrom: "main", databaseId: "kept" });
      new Table(stack, "orders", { database, renamedFrom: "purchases" });
    });
    expect(result.terraform["import"]).toEqual([{ id: "66f1", to: "appwrite_storage_bucket.avatars" }]);
    expect(result).toHaveAppwriteBucket("66f1", { name: "avatars" });
    expect(result.terraform["moved"]).toEqual([
      { from: "appwrite_tablesdb.main", to: "appwrite_tablesdb.shop" },
      { from: "appwrite_tablesdb_table.purchases", to: "appwrite_tablesdb_table.orders" },
    ]);
    expect(result).toHaveAppwriteTable("purchases", { name: "orders" });
    expect(result.hcl).toContain("from = appwrite_tablesdb.main");
  });

  test("a table of a schema is renamed with all that is part of it", () => {
    const circle = (name: string, column: ReturnType<typeof c.text>) =>
      schema({
        [name]: table(
          { b: c.manyToOne("b"), self: c.manyToOne(name), n: column },
          { one: { on: ["n"] } },
          { renamedFrom: "a" },
        ),
        b: table({ a: c.manyToOne(name) }, {}, { id: "66f1" }),
      });
    const result = synth((stack) => {
      const database = new Database(stack, "main", { schema: circle("z", c.text()), prefix: "p-" });
      database.seed("z", "first", {});
    });
    expect(result).toHaveAppwriteResource("appwrite_tablesdb_table", { id: "a", name: "z" });
    expect(result).toHaveAppwriteTable("66f1", { name: "b" });
    const moved = (result.terraform["moved"] as readonly { readonly from: string; readonly to: string }[]).map(
      ({ from, to }) => `${from} ${to.replace(/^.*\./, "")}`,
    );
    expect(moved.sort()).toEqual([
      "appwrite_tablesdb_column.p-a_b p-z_b",
      "appwrite_tablesdb_column.p-a_n p-z_n",
      "appwrite_tablesdb_column.p-a_self p-z_self",
      "appwrite_tablesdb_index.p-a_index_one p-z_index_one",
      "appwrite_tablesdb_row.p-a_first p-z_first",
      "appwrite_tablesdb_table.p-a p-z",
    ]);
    expect(() =>
      synth((stack) => new Database(stack, "main", { schema: circle("z", c.text().renamedFrom("m")) })),
    ).toThrow(/test\/main\/z: table and column n cannot be renamed in one apply/);
  });

  test("the id of what is imported is text, but for what only terraform knows", () => {
    const result = synth((stack) => {
      const name = new cdk.TerraformVariable(stack, "id", { type: "string" });
      new iac.StorageBucket(stack, "a", { name: "a" }).importFrom('a"b\\${c}');
      new iac.StorageBucket(stack, "b", { name: "b" }).importFrom(`"x"/${name.stringValue}`);
    });
    expect(result.terraform["import"]).toEqual([
      { id: 'a"b\\$${c}', to: "appwrite_storage_bucket.a" },
      { id: '"x"/${var.id}', to: "appwrite_storage_bucket.b" },
    ]);
    expect(result.hcl).toContain(String.raw`id = "a\"b\\$${"$"}{c}"`);
    expect(result.hcl).toContain(String.raw`id = "\"x\"/${"$"}{var.id}"`);
  });

  test("a size or a time that is none is refused with its place", () => {
    expect(() => synth((stack) => new Bucket(stack, "b", { maximumFileSize: "5 MB" }))).toThrow(
      /^test\/b: maximumFileSize: "5 MB" is no size/,
    );
    expect(() => synth((stack) => new iac.AuthSettings(stack, "a", { sessionDuration: "3 d" }))).toThrow(
      /^test\/a: sessionDuration: "3 d" is no time/,
    );
  });

  test("what is protected says so to Appwrite's provider and to terraform", () => {
    const result = synth((stack) => new Database(stack, "main", { schema: shop, protect: true }));
    for (const { attributes } of result.resources()) {
      expect(attributes).toMatchObject({ deletion_protection: true, lifecycle: { prevent_destroy: true } });
    }
  });

  test("what is there already is referred to by its id", () => {
    const result = synth((stack) => {
      const database = Database.fromDatabaseId(stack, "legacy", "old_main");
      new Table(stack, "orders", { database });
      expect(Bucket.fromBucketId(stack, "b", "files").bucketId).toBe("files");
      expect(Table.fromTableId(stack, "t", "rows").tableId).toBe("rows");
      expect(iac.FunctionApp.fromFunctionId(stack, "f", "job").functionId).toBe("job");
      expect(iac.Site.fromSiteId(stack, "s", "shop").siteId).toBe("shop");
    });
    expect(result).toHaveAppwriteTable("orders", { database_id: "old_main" });
  });

  describe("the provider's own rules hold at synth", () => {
    test.each<[string, RegExp, (stack: TerraformStack) => void]>([
      [
        "an empty name",
        /\[test\/b\] appwrite_storage_bucket: name must have from 1 to 128 characters/,
        (stack) => new Bucket(stack, "b", { name: "" }),
      ],
      [
        "a permission with an unknown role",
        /the role must be any, guests/,
        (stack) => new Bucket(stack, "b", { permissions: ['read("everyone")'] }),
      ],
      [
        "a varchar that is too long",
        /columns\["t"\]\.size must be from 1 to 16381 for the type varchar/,
        (stack) => new Database(stack, "m", { schema: schema({ x: table({ t: c.varchar(20000) }) }) }),
      ],
      [
        "a default outside of its bounds",
        /must be at most 5/,
        (stack) => new Database(stack, "m", { schema: schema({ x: table({ t: c.integer({ max: 5 }).default(9) }) }) }),
      ],
      [
        "an index on a relationship",
        /is a relationship, which Appwrite cannot index/,
        (stack) =>
          new Database(stack, "m", { schema: schema({ x: table({ y: c.manyToOne("x") }, { i: { on: ["y"] } }) }) }),
      ],
      [
        "a file without its source",
        /Either file_path or content_base64 must be set/,
        (stack) => new iac.StorageFile(stack, "f", { bucketId: "b" }),
      ],
    ])("%s", (_, message, fill) => {
      expect(() => synth(fill)).toThrow(message);
    });

    test("but nothing is said of what only terraform knows", () => {
      const result = synth((stack) => {
        const name = new cdk.TerraformVariable(stack, "bucket_name", { type: "string" });
        new Bucket(stack, "b", { name: name.stringValue, bucketId: iac.Expr.raw("var.bucket_name") });
      });
      expect(result).toHaveAppwriteResource("appwrite_storage_bucket", {
        name: "${var.bucket_name}",
        id: "${var.bucket_name}",
      });
    });
  });

  test("a property that there is not is refused with those that there are", () => {
    const props = { name: "B", maximumFilesize: 5 } as never;
    expect(() => synth((stack) => new iac.StorageBucket(stack, "b", props))).toThrow(
      /appwrite_storage_bucket at test\/b: there is no property maximumFilesize\. Did you mean maximumFileSize\? It has: allowedFileExtensions, /,
    );
    expect(() => synth((stack) => new Bucket(stack, "b", { maximumFilesize: 5 } as never))).toThrow(
      /appwrite_storage_bucket at test\/b: there is no property maximumFilesize/,
    );
    const nested = { databaseId: "d", name: "T", columns: { a: { type: "text", sizes: 4 } } } as never;
    expect(() => synth((stack) => new iac.TablesdbTable(stack, "t", nested))).toThrow(
      /columns\.a\.sizes\. Did you mean size\?/,
    );
  });

  test("a text that was cut in the middle of a character is refused", () => {
    const half = "\u{1F600}".slice(0, 1);
    expect(() => synth((stack) => new iac.StorageBucket(stack, "b", { name: `ab${half}` }))).toThrow(
      /appwrite_storage_bucket at test\/b: name holds half of a character \(\\ud83d at 2\).*Cut by characters/,
    );
    const row = { databaseId: "d", tableId: "t", data: { a: [half] } };
    expect(() => synth((stack) => new iac.TablesdbRow(stack, "r", row))).toThrow(/test\/r: data holds half of a/);
    expect(() => synth((stack) => new Bucket(stack, "b").grantRead(Role.label(half)))).toThrow(
      /test\/b: a permission holds half of a character/,
    );
  });

  test("numbers that stand for what only terraform knows are told in texts", () => {
    const fill = (stack: TerraformStack) => {
      const size = new iac.StorageBucket(stack, "a", { name: "a" }).maximumFileSize;
      new iac.StorageBucket(stack, "b", { name: `up to ${size} {bytes}` });
    };
    const name = "up to ${appwrite_storage_bucket.a.maximum_file_size} {bytes}";
    expect(synth(fill)).toHaveAppwriteResource("appwrite_storage_bucket", { name });
    expect(synth(fill).hcl).toContain(`name = "${name}"`);
  });

  describe("the matchers", () => {
    const covers = (stack: TerraformStack) => {
      new iac.Team(stack, "editors", { teamId: "covers" });
      new Bucket(stack, "covers", { maximumFileSize: 5 }).grantRead(Role.any());
      new Gate(stack, "seeded", { after: [], run: { command: "seed", workingDir: "x" } });
    };

    test("find what grants among objects of the same id", () => {
      expect(synth(covers)).toGrant("covers", Permission.read(Role.any()));
      expect(() => expect(synth(covers)).toGrant("covers", Permission.write(Role.any()))).toThrow(
        /^appwrite_storage_bucket\.covers grants read\("any"\), but not write\("any"\)\.$/,
      );
      expect(() => expect(synth(covers)).not.toGrant("covers", Permission.read(Role.any()))).toThrow(
        /^appwrite_storage_bucket\.covers grants read\("any"\)\.$/,
      );
      expect(() => expect(synth(covers)).toGrant("cover")).toThrow('No resource has the id "cover".');
    });

    test("compare objects in lists whatever the order of their keys", () => {
      const provisioner = [{ "local-exec": { working_dir: "x", command: "seed" } }];
      expect(synth(covers)).toHaveAppwriteResource("terraform_data", { provisioner });
      expect(synth(covers)).not.toHaveAppwriteResource("terraform_data", { provisioner: [] });
    });

    test("take jest's own within them", () => {
      expect(synth(covers)).toHaveAppwriteBucket("covers", { permissions: expect.arrayContaining(['read("any")']) });
      expect(() =>
        expect(synth(covers)).toHaveAppwriteBucket("covers", { name: expect.stringContaining("x") }),
      ).toThrow(/name is "covers", not StringContaining/);
    });

    test("take Terraform's names, and say so of others", () => {
      expect(synth(covers)).toHaveAppwriteBucket("covers", { maximum_file_size: 5n });
      expect(() => expect(synth(covers)).toHaveAppwriteBucket("covers", { maximumFileSize: 5 })).toThrow(
        /maximumFileSize is undefined, not 5; matchers take Terraform's names: maximum_file_size/,
      );
    });
  });

  test("lists of one element are lists, whatever it is", () => {
    const lists = [
      [5],
      [null],
      [true],
      [[1, 2]],
      [{ a: 1 }],
      ["x"],
      ["#{TfToken[TOKEN.999999]}"],
      [-1.8881545897087e289],
    ];
    const result = synth((stack) => {
      for (const [index, a] of lists.entries()) {
        new iac.TablesdbRow(stack, `r${index}`, { databaseId: "d", tableId: "t", data: { a } });
      }
      new iac.TablesdbRow(stack, "big", { databaseId: "d", tableId: "t", data: { a: [9007199254740993n] } });
      new iac.DataTablesdbRows(stack, "found", {
        databaseId: "d",
        tableId: "t",
        queries: [{ method: "equal", attribute: "a", values: [5] }],
      });
    });
    const rows = result.resources("appwrite_tablesdb_row").map(({ name, attributes }) => [name, attributes["data"]]);
    expect(rows).toEqual([
      ["big", '{"a":[9007199254740993]}'],
      ...lists.map((a, index) => [`r${index}`, JSON.stringify({ a }).replace("#{", '${"#"}{')]),
    ]);
    expect(result.json).toContain(String.raw`\"values\":[5]`);
  });

  test("a list of numbers may be known to terraform alone", () => {
    const lengths = cdk.Token.asNumberList("${var.lengths}");
    const result = synth((stack) => {
      new iac.TablesdbTable(stack, "t", {
        databaseId: "d",
        name: "t",
        columns: { a: { type: "text" } },
        indexes: { i: { type: "key", columns: ["a"], lengths } },
      });
      new iac.TablesdbRow(stack, "r", { databaseId: "d", tableId: "t", data: { a: lengths } });
    });
    const indexes = { i: { type: "key", columns: ["a"], lengths: "${var.lengths}" } };
    expect(result).toHaveAppwriteResource("appwrite_tablesdb_table", { indexes });
    expect(result).toHaveAppwriteResource("appwrite_tablesdb_row", { data: '{"a":${jsonencode(var.lengths)}}' });
    expect(result.hcl).toContain('lengths = "${var.lengths}"');
  });

  test.each(["a-", "v1.", "7", "+", "a"])("they are told behind %j as well", (before) => {
    const result = synth((stack) => {
      const { index } = cdk.TerraformCount.of(2);
      new iac.StorageBucket(stack, "b", { name: `${before}${index}5-${index}` });
      new iac.TablesdbRow(stack, "r", { databaseId: "d", tableId: "t", data: { a: `${before}${index}"` } });
    });
    expect(result).toHaveAppwriteResource("appwrite_storage_bucket", {
      name: `${before}\${count.index}5-\${count.index}`,
    });
    expect(result.hcl).toContain(`name = "${before}\${count.index}5-\${count.index}"`);
    expect(result).toHaveAppwriteResource("appwrite_tablesdb_row", { data: expect.stringContaining(before) });
    expect(result.json).not.toContain("e+");
  });

  test("every class makes its type, and refuses what it does not know", () => {
    const all = Object.entries(iac.l1).flatMap(([name, made]) =>
      typeof made === "function" && "tfResourceType" in made && name !== "AppwriteProvider"
        ? [[name, made] as const]
        : [],
    );
    expect(all.length).toBeGreaterThan(100);
    const outdir = mkdtempSync(join(tmpdir(), "appwrite-iac-test-"));
    const stack = new cdk.TerraformStack(new cdk.App({ outdir }), "all");
    for (const [name, made] of all) {
      const Made = made as unknown as new (scope: TerraformStack, id: string, config: object) => object;
      expect(() => new Made(stack, `wrong ${name}`, { nonsense: 1 })).toThrow(/there is no property nonsense/);
      expect(new Made(stack, name, {})).toBeInstanceOf(made);
    }
    rmSync(outdir, { recursive: true });
  });

  test("a stack that cannot be deployed leaves no folder behind", () => {
    const folder = mkdtempSync(join(tmpdir(), "appwrite-iac-test-"));
    const program = `
      const { deploy } = require(${JSON.stringify(join(BUILT, library, "testing"))});
      const server = { endpoint: "http://localhost/v1", projectId: "p", apiKey: "k" };
      deploy(server, () => { throw new Error("no stack"); }).catch(({ message }) => console.log(message));`;
    const { stdout } = spawnSync(process.execPath, ["-e", program], {
      encoding: "utf8",
      env: { ...process.env, TMPDIR: folder },
    });
    expect(stdout.trim()).toBe("no stack");
    expect(readdirSync(folder)).toEqual([]);
    rmSync(folder, { recursive: true });
  });

  describe("environments", () => {
    const environments = Environments.define({
      staging: { endpoint: "https://staging.example.com/v1", project: "stg", size: "1MB" },
      production: { endpoint: "https://example.com/v1", project: "prod", size: "2MB", protect: true },
    });

    test("differ only in what they say", () => {
      const stacks = environments.each((env) =>
        kit.synth((app) => {
          const stack = new AppwriteStack<typeof environments>(app, `shop-${env.name}`, { env });
          new Bucket(stack, "b", {
            maximumFileSize: env.size,
            antivirus: env.pick({ staging: false, production: true }),
          });
          return stack;
        }),
      );
      const [staging, production] = stacks.map((one) => one.resources()[0]?.attributes);
      expect(staging).toEqual({
        id: "b",
        name: "b",
        maximum_file_size: 1_000_000,
        antivirus: false,
        permissions: [],
      });
      expect(production).toEqual({
        id: "b",
        name: "b",
        maximum_file_size: 2_000_000,
        antivirus: true,
        permissions: [],
        deletion_protection: true,
        lifecycle: { prevent_destroy: true },
      });
      expect(stacks.map(({ terraform }) => terraform["provider"])).toEqual([
        { appwrite: [{ endpoint: "https://staging.example.com/v1", project_id: "stg" }] },
        { appwrite: [{ endpoint: "https://example.com/v1", project_id: "prod" }] },
      ]);
      expect(environments.staging.is("staging")).toBe(true);
    });

    test("cannot say what each has by itself", () => {
      const settings = { endpoint: "https://x", project: "p", name: "Shop" };
      expect(() => Environments.define({ staging: settings as never })).toThrow(/staging cannot say name, which every/);
    });

    test("may not refer to one another", () => {
      const outdir = mkdtempSync(join(tmpdir(), "appwrite-iac-test-"));
      const app = new cdk.App({ outdir });
      const one = new AppwriteStack<typeof environments>(app, "one", { env: environments.staging });
      const two = new AppwriteStack<typeof environments>(app, "two", { env: environments.production });
      new Bucket(two, "b", { name: new Bucket(one, "a").bucketId });
      expect(() => app.synth()).toThrow(
        /two \(environment production\) refers to something in one \(environment staging\)/,
      );
      rmSync(outdir, { recursive: true });
    });

    test("tell the application where things are, without a secret", () => {
      const outdir = mkdtempSync(join(tmpdir(), "appwrite-iac-test-"));
      const app = new cdk.App({ outdir });
      const stack = new AppwriteStack<typeof environments>(app, "shop", { env: environments.staging });
      new Database(stack, "main", { schema: shop });
      new Bucket(stack, "covers", { bucketId: "c1" });
      const files = ["appwrite.ts", "app.env"].map((name) => join(outdir, "app", name));
      for (const file of files) stack.exportApp(file);
      app.synth();
      const [typescript, environment] = files.map((file) => readFileSync(file, "utf8"));
      expect(typescript).toMatchSnapshot();
      expect(environment).toBe(
        "APPWRITE_ENDPOINT=https://staging.example.com/v1\nAPPWRITE_PROJECT_ID=stg\nAPPWRITE_BUCKET_COVERS_ID=c1\nAPPWRITE_DATABASE_MAIN_ID=main\nAPPWRITE_DATABASE_MAIN_TABLE_BOOKS_ID=books\nAPPWRITE_DATABASE_MAIN_TABLE_AUTHORS_ID=authors\n",
      );
      const configuration = readFileSync(join(outdir, "stacks", "shop", "cdk.tf.json"), "utf8");
      expect(configuration).not.toContain(outdir);
      expect(configuration).not.toContain(process.cwd());
      expect(existsSync(files[0] as string)).toBe(true);
      rmSync(outdir, { recursive: true });
    });
  });

  test("the application is told of all that a stack has, each under a name of its own", () => {
    const outdir = mkdtempSync(join(tmpdir(), "appwrite-iac-test-"));
    const environments = Environments.define({ staging: { endpoint: "https://x/v1", project: "p" } });
    const app = new cdk.App({ outdir });
    const stack = new AppwriteStack<typeof environments>(app, "shop", { env: environments.staging });
    const legacy = Database.fromDatabaseId(stack, "legacy", "legacy");
    const related = { books: Table.fromTableId(stack, "elsewhere", "books") };
    const columns = { of: c.manyToOne("row"), book: c.manyToOne("books") };
    new Table(stack, "orders", { database: legacy, schema: table(columns), related });
    new Table(stack, "row", { database: legacy, schema: table({ total: c.float().required() }) });
    new Database(stack, "main", {
      schema: schema({ "a-b": table({ n: c.text() }), a_b: table({ m: c.manyToOne("a-b") }) }),
    });
    new Collection(stack, "notes", { database: new ClassicDatabase(stack, "old"), schema: table({ n: c.text() }) });
    for (const part of ["left", "right"]) {
      new Bucket(new Construct(stack, part), "files", { bucketId: `${part}-files` });
    }
    const files = ["appwrite.ts", ".env.staging"].map((name) => join(outdir, name));
    for (const file of files) stack.exportApp(file);
    app.synth();
    const [typescript, environment] = files.map((file) => readFileSync(file, "utf8"));
    expect(typescript).toMatchSnapshot();
    expect(environment).toContain(
      "APPWRITE_BUCKET_LEFT_FILES_ID=left-files\nAPPWRITE_BUCKET_RIGHT_FILES_ID=right-files\n",
    );
    expect(environment).toContain("APPWRITE_TABLE_ORDERS_ID=orders\n");
    rmSync(outdir, { recursive: true });
  });

  test("users, teams and messages refer to one another", () => {
    const result = synth((stack) => {
      const team = new iac.Team(stack, "editors", { protect: true });
      const ann = new iac.User(stack, "ann", { email: "ann@example.com" });
      const member = new iac.Membership(stack, "ann-edits", { team, user: ann, roles: ["owner"] });
      const mail = new iac.MessagingProvider.Resend(stack, "mail", {
        fromEmail: "a@example.com",
        apiKey: Secret.variable("k"),
      });
      const topic = new iac.Topic(stack, "news", {
        subscribe: [Role.team(team), Role.users("verified")],
      }).deliverThrough(mail);
      const target = new iac.Target(stack, "inbox", {
        user: ann,
        providerType: "email",
        identifier: "ann@example.com",
        messagingProvider: mail,
      });
      new iac.Subscriber(stack, "sub", { topic, target });
      new Bucket(stack, "b").grantRead(Role.team(team, "owner"), Role.member(member), Role.user(ann));
    });
    expect(result).toHaveAppwriteResource("appwrite_auth_team", { deletion_protection: true });
    expect(result).toHaveAppwriteResource("appwrite_auth_membership", {
      team_id: "${appwrite_auth_team.editors.id}",
      user_id: "${appwrite_auth_user.ann.id}",
    });
    expect(result).toHaveAppwriteResource("appwrite_messaging_topic", {
      depends_on: ["appwrite_messaging_provider.mail"],
      subscribe: ["team:${appwrite_auth_team.editors.id}", "users/verified"],
    });
    expect(result).toHaveAppwriteResource("appwrite_auth_target", {
      provider_id: "${appwrite_messaging_provider.mail.id}",
    });
    expect(result).toHaveAppwriteResource("appwrite_messaging_subscriber", {
      topic_id: "${appwrite_messaging_topic.news.id}",
      target_id: "${appwrite_auth_target.inbox.id}",
    });
    expect(result).toGrant(
      "b",
      'read("team:${appwrite_auth_team.editors.id}/owner")',
      'read("member:${appwrite_auth_membership.ann-edits.id}")',
      'read("user:${appwrite_auth_user.ann.id}")',
    );
  });

  test("files and rows belong to the configuration", () => {
    const result = synth((stack) => {
      const bucket = new Bucket(stack, "files");
      new iac.BucketFile(stack, "logo", { bucket, path: "logo.svg" });
      const main = new Database(stack, "main", { schema: shop });
      const ann = main.seed("authors", "ann", { name: "Ann ${x}" });
      main.seed("books", "dune", { title: "Dune", author: ann.rowId });
      main.seed("books", "emma", { title: "Emma" });
      const circle = schema({ a: table({ b: c.manyToOne("b") }), b: table({ a: c.manyToOne("a") }) });
      new Database(stack, "ring", { schema: circle }).seed("a", "first", {});
    });
    expect(result).toHaveAppwriteResource("appwrite_storage_file", {
      id: "logo",
      bucket_id: "${appwrite_storage_bucket.files.id}",
      file_path: "../../../logo.svg",
    });
    expect(result).toHaveAppwriteResource("appwrite_tablesdb_row", {
      id: "ann",
      table_id: "${appwrite_tablesdb_table.authors.id}",
      data: '{"name":"Ann $${x}"}',
    });
    // The relationship of the authors makes the column of the books.
    const dependencies = (name: string) =>
      result.resources("appwrite_tablesdb_row").find((row) => row.name === name)?.attributes["depends_on"];
    expect(dependencies("books_dune")).toEqual(["appwrite_tablesdb_table.authors"]);
    expect(dependencies("books_emma")).toBeUndefined();
    expect(result).toHaveAppwriteResource("appwrite_tablesdb_row", {
      id: "first",
      depends_on: ["appwrite_tablesdb_column.a_b"],
    });
  });

  test("rows of different tables and databases may have the same id, and that of a table", () => {
    const result = synth((stack) => {
      const main = new Database(stack, "main", { schema: shop });
      const archive = new Database(stack, "archive", { schema: shop, prefix: "archive_" });
      main.seed("authors", "books", { name: "Ann" });
      main.seed("books", "books", { title: "Dune" });
      archive.seed("authors", "books", { name: "Ann" });
    });
    const rows = result.resources("appwrite_tablesdb_row");
    expect(rows.map(({ name, attributes }) => [name, attributes["id"]])).toEqual([
      ["archive_authors_books", "books"],
      ["authors_books", "books"],
      ["books_books", "books"],
    ]);
  });

  test("functions and sites bring their code and their domains", () => {
    const result = synth((stack) => {
      new iac.FunctionApp(stack, "job", {
        runtime: "node-22",
        execute: [Role.any()],
        code: "functions/job",
        domains: ["job.example.com"],
      });
      new iac.Site(stack, "shop", {
        framework: "other",
        buildRuntime: "node-22",
        code: "site",
        ignore: ["*.log"],
        domains: ["shop.example.com"],
      });
    });
    expect(result).toHaveAppwriteResource("appwrite_function", { id: "job", execute: ["any"] });
    expect(result).toHaveAppwriteResource("appwrite_function_deployment", {
      function_id: "${appwrite_function.job.id}",
      source_type: "code",
      code_path: "../../../functions/job",
      lifecycle: { create_before_destroy: true },
    });
    expect(result).toHaveAppwriteResource("appwrite_site_deployment", {
      site_id: "${appwrite_site.shop.id}",
      ignore: ["*.log"],
    });
    expect(
      result.resources("appwrite_proxy_rule").map(({ name, attributes }) => [name, attributes["resource_id"]]),
    ).toEqual([
      ["job_job_example_com", "${appwrite_function.job.id}"],
      ["shop_shop_example_com", "${appwrite_site.shop.id}"],
    ]);
  });

  test("what belongs to a function or site is reached by its provider", () => {
    const result = synth((stack) => {
      const provider = new AppwriteProvider(stack, "other", { alias: "other" });
      new iac.FunctionApp(stack, "job", { runtime: "node-22", code: "job", domains: ["a.example.com"], provider });
    });
    const types = result.resources().map(({ type, attributes }) => `${type} ${attributes["provider"]}`);
    expect(types.sort()).toEqual([
      "appwrite_function appwrite.other",
      "appwrite_function_deployment appwrite.other",
      "appwrite_proxy_rule appwrite.other",
    ]);
  });

  test("a gate waits, and others wait for it", () => {
    const result = synth((stack) => {
      const bucket = new Bucket(stack, "covers");
      const gate = new Gate(stack, "ready", { after: [bucket], triggers: { "a b": "${x}" }, run: 'echo "${HOME}"' });
      gate.holdBack(new Bucket(stack, "later"));
    });
    expect(result.resources("terraform_data")[0]?.attributes).toEqual({
      depends_on: ["appwrite_storage_bucket.covers"],
      triggers_replace: { "a b": "$${x}" },
      provisioner: [{ "local-exec": { command: 'echo "$${HOME}"' } }],
    });
    expect(result).toHaveAppwriteBucket("later", { depends_on: ["terraform_data.ready"] });
    expect(result.hcl).toContain("depends_on = [appwrite_storage_bucket.covers]");
  });

  test("a gate waits for all that a construct is made of", () => {
    const circle = schema({
      a: table({ b: c.manyToOne("b") }, { one: { on: ["$id"] } }),
      b: table({ a: c.manyToOne("a") }),
    });
    const waiting = (make: (stack: TerraformStack) => ConstructorParameters<typeof Gate>[2]["after"][number]) =>
      synth((stack) => {
        const awaited = make(stack);
        new Gate(stack, "ready", { after: [awaited] });
        new Gate(stack, "before", { after: [] }).holdBack(awaited);
      });
    const after = (result: ReturnType<typeof waiting>) =>
      result.resources("terraform_data").find(({ name }) => name === "ready")?.attributes["depends_on"];
    expect(after(waiting((stack) => new Database(stack, "main", { schema: circle })))).toEqual([
      "appwrite_tablesdb.main",
      "appwrite_tablesdb_table.a",
      "appwrite_tablesdb_column.a_b",
      "appwrite_tablesdb_index.a_index_one",
      "appwrite_tablesdb_table.b",
    ]);
    expect(after(waiting((stack) => new ClassicDatabase(stack, "main", { schema: circle }).collection("a")))).toEqual([
      "appwrite_collection.a",
      "appwrite_collection_attribute.a_b",
      "appwrite_collection_index.a_index_one",
    ]);
    const job = { runtime: "node-22", code: "job", domains: ["a.example.com"] };
    expect(after(waiting((stack) => new iac.FunctionApp(stack, "job", job)))).toEqual([
      "appwrite_function.job",
      "appwrite_proxy_rule.job_a_example_com",
      "appwrite_function_deployment.job",
    ]);
    const settings = waiting((stack) => new iac.AuthSettings(stack, "auth", { passwordHistory: 5 }));
    expect(after(settings)).toEqual(["appwrite_auth_policies.auth"]);
    expect(settings).toHaveAppwriteResource("appwrite_auth_policies", { depends_on: ["terraform_data.before"] });
  });

  test("the texts of a gate stand in HCL as in JSON", () => {
    const environment = { TEXT: 'a\\b "c"\nEOF\n${d}', LATER: "x" };
    const result = synth((stack) => {
      const { bucketId } = new Bucket(stack, "covers");
      new Gate(stack, "ready", {
        after: [],
        run: { command: "sed 's/\\s//'", workingDir: ".", environment: { ...environment, LATER: bucketId } },
      });
    });
    expect(result.hcl).toContain(String.raw`command = "sed 's/\\s//'"`);
    expect(result.hcl).toContain(String.raw`TEXT = "a\\b \"c\"\nEOF\n$${"$"}{d}"`);
    expect(result.hcl).toContain('LATER = "${appwrite_storage_bucket.covers.id}"');
  });

  test("ephemeral values are for one run", () => {
    const make = (stack: TerraformStack) => {
      const jwt = new iac.EphemeralAuthJwt(stack, "jwt", {
        userId: "ann",
        dependsOn: [new iac.Team(stack, "t").resource],
      });
      new iac.User(stack, "bob", { password: Secret.reference(jwt.jwt) });
    };
    // cdktf cannot write them in HCL, and says so.
    const hclOf = () => kit.synth(inStack(make)).hcl;
    const outdir = mkdtempSync(join(tmpdir(), "appwrite-iac-test-"));
    const json = JSON.parse(cdk.Testing.synth(inStack(make)(new cdk.App({ outdir })), true));
    rmSync(outdir, { recursive: true });
    expect(json.ephemeral.appwrite_auth_jwt.jwt).toMatchObject({
      user_id: "ann",
      depends_on: ["appwrite_auth_team.t"],
    });
    expect(json.resource.appwrite_auth_user.bob.password_wo).toBe("${ephemeral.appwrite_auth_jwt.jwt.jwt}");
    if (library === "cdktf") expect(hclOf).toThrow(/test\/jwt: cdktf writes no ephemeral resources in HCL/);
    else expect(hclOf()).toMatch(/ephemeral "appwrite_auth_jwt" "jwt" \{\s+user_id = "ann"/);
  });

  test("a gate of null_resource is for cdktf alone", () => {
    const make = () =>
      synth((stack) => {
        new Gate(stack, "one", { after: [], via: "null_resource", triggers: { a: "b" } });
        new Gate(stack, "two", {
          after: [],
          via: "null_resource",
          triggers: { a: "\\", "${b}": "c" },
          run: "sed s/\\s//",
        });
      });
    if (library === "cdktf") {
      expect(make()).toHaveAppwriteResource("null_resource", { triggers: { a: "b" } });
      expect(make().hcl).toContain(String.raw`a = "\\"`);
      expect(make()).toHaveAppwriteResource("null_resource", { triggers: { a: "\\", "$${b}": "c" } });
      expect(make().hcl).toContain(String.raw`command = "sed s/\\s//"`);
    } else {
      expect(make).toThrow(/test\/one: @cdktf\/provider-null works with cdktf only/);
    }
  });

  describe("secrets", () => {
    test("are taken as secrets only, and never as text", () => {
      expect(() => Secret.variable("s3cr3t value")).toThrow(
        /takes the name of a Terraform variable.*never the secret itself/,
      );
      expect(() => Secret.reference("s3cr3t")).toThrow(/never the secret itself/);
    });

    test("go into write-only attributes by variables that are neither in plan nor in state", () => {
      const result = synth((stack) => {
        new iac.MessagingProvider.Sendgrid(stack, "mail", {
          fromEmail: "no-reply@example.com",
          apiKey: Secret.variable("sendgrid_key", { version: 3, description: 'of "${x}"' }),
        });
      });
      expect(result).toHaveAppwriteResource("appwrite_messaging_provider", {
        id: "mail",
        name: "mail",
        type: "sendgrid",
        api_key_wo: "${var.sendgrid_key}",
        api_key_wo_version: 3,
      });
      expect(result.terraform["variable"]).toEqual({
        sendgrid_key: {
          type: "string",
          description: 'of "${x}"',
          sensitive: true,
          nullable: false,
          ephemeral: true,
        },
      });
      expect(result.hcl).toContain(
        `variable "sendgrid_key" {\ndescription = "of \\"$\${x}\\""\ntype = string\nsensitive = true\nnullable = false\nephemeral = true\n}`,
      );
      expect(result).toContainNoSecret();
    });

    test("need clients that know them, where the project says which it targets", () => {
      const make = (terraform: string) => () =>
        kit.synth(
          inStack((stack) => new iac.User(stack, "ann", { password: Secret.variable("p") })),
          { context: { targetVersions: { terraform } } },
        );
      expect(make(">=1.11.0")).not.toThrow();
      if (library === "cdktn") expect(make(">=1.5.0")).toThrow(/write-only attributes requires terraform >=1.11.0/);
    });

    test("are stored where the client is older, or where there is no write-only attribute", () => {
      const result = synth((stack) => {
        const key = Secret.variable("key", { stored: true });
        new iac.MessagingProvider.Sendgrid(stack, "mail", { fromEmail: "a@example.com", apiKey: key });
        new iac.User(stack, "ann", { password: Secret.variable("shared") });
        new iac.FunctionApp(stack, "job", {
          runtime: "node-22",
          variables: { A: "${x}", B: Secret.variable("shared", { stored: true }) },
        });
      });
      expect(result).toHaveAppwriteResource("appwrite_messaging_provider", { api_key: "${var.key}" });
      expect(result).toHaveAppwriteResource("appwrite_auth_user", { password_wo: "${var.shared}" });
      expect(result).toHaveAppwriteResource("appwrite_function", {
        variables: { A: { value: "$${x}", secret: false }, B: { value: "${var.shared}", secret: true } },
      });
      const kept = { type: "string", sensitive: true, nullable: false };
      expect(result.terraform["variable"]).toEqual({ key: kept, shared: kept });
    });

    test("among variables are write-only, each with its version", () => {
      const result = synth((stack) => {
        const variables = { LEVEL: "${x}", "A.B": Secret.variable("token", { version: 2 }) };
        new iac.FunctionApp(stack, "job", { runtime: "node-22", variables });
        new iac.Site(stack, "shop", { framework: "other", buildRuntime: "node-22", variables });
      });
      const written = {
        LEVEL: { value: "$${x}", secret: false },
        "A.B": { value_wo: "${var.token}", value_wo_version: 2, secret: true },
      };
      expect(result).toHaveAppwriteResource("appwrite_function", { variables: written });
      expect(result).toHaveAppwriteResource("appwrite_site", { variables: written });
      expect(result.terraform["variable"]).toMatchObject({ token: { ephemeral: true } });
    });

    test("the matcher finds them", () => {
      const key = `standard_${"0123456789abcdef".repeat(4)}`;
      const leaky = synth((stack) => new Bucket(stack, "b", { name: key }));
      expect(() => expect(leaky).toContainNoSecret()).toThrow(/an Appwrite API key in name/);
      expect(() => expect(synth((stack) => new Bucket(stack, "b", { name: 'a"b' }))).toContainNoSecret('a"b')).toThrow(
        /value 1 of those/,
      );
      expect(synth((stack) => new Bucket(stack, "b"))).toContainNoSecret("canary");
    });

    test.each(['a${b}"c\\', "a%{b}\n", "a\r${b}", "\ufeffa", "${TfToken[TOKEN.999999]}", "-1.8881545897087e+289"])(
      "the matcher finds %j where a text must be escaped",
      (secret) => {
        const texts: ((stack: TerraformStack) => void)[] = [
          (stack) => new Bucket(stack, "b", { name: `x${secret}` }),
          (stack) => new iac.TablesdbRow(stack, "r", { databaseId: "d", tableId: "t", data: { a: [`x${secret}`] } }),
          (stack) => new Gate(stack, "g", { after: [], run: { command: "x", environment: { [`x${secret}`]: "" } } }),
        ];
        for (const fill of texts) {
          expect(() => expect(synth(fill)).toContainNoSecret(secret)).toThrow(/value 1 of those/);
        }
      },
    );
  });
});
