import { startTwoEnvironments, type TwoEnvironments } from "../support/environments.ts";
import { applyExample, fillProject } from "../support/project.ts";

describe("two projects of one server", () => {
  let two: TwoEnvironments;
  beforeAll(async () => {
    two = await startTwoEnvironments(true);
  });
  afterAll(() => two.close());

  test("get keys, webhooks and platforms of their own, by a map that is kept", async () => {
    await fillProject(two.stagingClient);
    const first = await two.run(["clone", "staging", "prod", "--yes", "--keep-extra"]);
    expect(first.code === 0 ? "" : first.err).toBe("");
    expect(first.out).toContain("Only one project of a server may have the domain");
    const { ids } = JSON.parse(two.read("environments/staging-to-prod.ids.json")) as { readonly ids: object };
    expect(Object.keys(ids).map((address) => address.split(".")[0])).toEqual(
      expect.arrayContaining(["appwrite_project_key", "appwrite_webhook", "appwrite_project_platform"]),
    );
    const again = await two.run(["diff", "staging", "prod", "--keep-extra"]);
    expect(again.code === 0 ? "" : again.out).toBe("");

    // The map is a convenience: without it, the same objects are found again.
    two.write("environments/staging-to-prod.ids.json", '{ "format": "appwrite-iac/id-map/1", "ids": {} }');
    expect((await two.run(["diff", "staging", "prod", "--keep-extra"])).code).toBe(0);
  }, 60_000);
});

describe("relationships", () => {
  let two: TwoEnvironments;
  beforeAll(async () => {
    two = await startTwoEnvironments();
    const table = (id: string, other: string) => `
      resource "appwrite_tablesdb_table" "${id}" {
        database_id = appwrite_tablesdb.shop.id
        id = "${id}"
        name = "${id}"
        columns = { title = { type = "string", size = 100 } }
        depends_on = [${other}]
      }`;
    const column = (key: string, from: string, to: string) => `
      resource "appwrite_tablesdb_column" "${key}" {
        database_id = appwrite_tablesdb.shop.id
        table_id = appwrite_tablesdb_table.${from}.id
        key = "${key}"
        type = "relationship"
        related_table_id = appwrite_tablesdb_table.${to}.id
        relationship_type = "manyToOne"
        two_way = true
        two_way_key = "of_${key}"
        on_delete = "setNull"
      }`;
    const source = `resource "appwrite_tablesdb" "shop" {
        id = "shop"
        name = "Shop"
      }
      ${table("books", "")}${table("authors", "")}
      ${column("author", "books", "authors")}${column("best", "authors", "books")}${column("sequel", "books", "books")}`;
    await applyExample(two.stagingClient, source, two.folder, "");
  });
  afterAll(() => two.close());

  test("of two tables to each other, and of one to itself, are cloned", async () => {
    const { code, err } = await two.run(["clone", "staging", "prod", "--yes"]);
    expect(code === 0 ? "" : err).toBe("");
    const again = await two.run(["diff", "staging", "prod"]);
    expect(again.code === 0 ? "" : again.out).toBe("");
  });

  test("are exported as resources of their own, since Terraform takes no circle", async () => {
    await two.run(["export", "staging", "--out", "circle"]);
    const text = two.read("circle/tablesdb.tf");
    expect(text).toContain("related_table_id  = appwrite_tablesdb_table.authors.id");
    expect(text).toContain("related_table_id  = appwrite_tablesdb_table.books.id");
    expect(text).not.toContain("columns = {");
  });
});
