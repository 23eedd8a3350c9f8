import { functions } from "../../provider/resources/provider-functions.ts";
import { collection, defineResource, id, standard, t } from "../../provider/schema/index.ts";
import { attributeSentences, typeLabel } from "../../scripts/docs/attribute-words.ts";
import { pluralExample, singularExample } from "../../scripts/docs/data-source-example.ts";
import { evaluateExample } from "../../scripts/docs/function-example.ts";
import { resourcePage } from "../../scripts/docs/pages.ts";

const noPage = () => null;
const sentences = (attribute: Parameters<typeof attributeSentences>[0]) =>
  attributeSentences(attribute, noPage).slice(1).join(" ");

test.each([
  { name: "words", attribute: t.oneOf("a", "b").optional("One."), says: "One of `a` or `b`." },
  { name: "words that the doc explains", attribute: t.oneOf("a", "b").optional("`a` is this, `b` that."), says: "" },
  {
    name: "words of elements",
    attribute: t.list(t.oneOf("a", "b", "c")).optional("Some."),
    says: "Each is one of `a`, `b` or `c`.",
  },
  { name: "a default", attribute: t.string.default("none", "Kind."), says: 'Default: `"none"`.' },
  { name: "a length", attribute: t.string.required("Name.", { length: [1, 128] }), says: "1 to 128 characters." },
  {
    name: "a length from none",
    attribute: t.string.optional("Note.", { length: [0, 64] }),
    says: "At most 64 characters.",
  },
  { name: "a count", attribute: t.set(t.string).optional("Tags.", { length: [0, 1] }), says: "At most 1 element." },
  { name: "a range", attribute: t.int.optional("Port.", { range: [1, 65535] }), says: "1 to 65535." },
  { name: "an open range", attribute: t.int.optional("Size.", { range: [1, 2n ** 63n - 1n] }), says: "At least 1." },
  {
    name: "a pattern",
    attribute: t.string.optional("Key.", { pattern: { expression: /^a/, words: "letters" } }),
    says: "Must be letters.",
  },
  {
    name: "others",
    attribute: t.string.optional("A.", { conflictsWith: ["b"], requires: ["c", "d"] }),
    says: "Conflicts with `b`. Needs `c` and `d`.",
  },
  { name: "a version", attribute: t.bool.optional("A.", { since: "1.9.5" }), says: "Needs Appwrite 1.9.5 or later." },
  {
    name: "a replacement",
    attribute: t.string.required("A.", { replace: true }),
    says: "Changing this replaces the resource.",
  },
  {
    name: "a rename, which replaces nothing",
    attribute: t.string.required("A change renames it.", { replace: true }),
    says: "",
  },
  {
    name: "no limits of what the server alone decides",
    attribute: t.string.computed("A.", { length: [1, 2] }),
    says: "",
  },
])("an attribute's sentences tell $name", ({ attribute, says }) => {
  expect(sentences(attribute)).toBe(says);
});

test("types are called as the registry calls them", () => {
  const types = [
    t.oneOf("a"),
    t.float,
    t.bool,
    t.permissions("update"),
    t.unordered(t.string),
    t.map(t.int),
    t.list(t.object({})),
    t.object({}),
  ];
  expect(types.map(({ type }) => typeLabel(type))).toEqual([
    "String",
    "Number",
    "Boolean",
    "List of String",
    "List of String",
    "Map of Number",
    "Attributes List",
    "Attributes",
  ]);
});

const shelf = defineResource({
  type: "appwrite_shelf",
  noun: "shelf",
  summary: "A shelf of a room.",
  scopes: { read: "shelves.read", write: ["shelves.write", "rooms.write"] },
  attributes: {
    id: id("shelfId", "shelf"),
    room_id: t.string.required("ID of the room.", { replace: true, wire: false }),
    name: t.string.required("Name."),
    note: t.string.optional("A note that stays here.", { wire: false, read: false }),
    boards: t
      .map(t.object({ width: t.int.required("Width."), kind: t.string.computed("Kind.") }))
      .optional("The boards."),
    ...standard,
  },
  api: collection("/rooms/{room_id}/shelves", "shelves"),
  importId: ["room_id", "id"],
  timeouts: { create: 3 },
  lookup: { by: ["name"], plural: "appwrite_shelves" },
});
const example = `resource "appwrite_room" "big" {
  id = "big"
}

resource "appwrite_shelf" "left" {
  room_id = appwrite_room.big.id
  id      = "left"
  name    = "Left"
}
`;

test("a resource's page has the registry's sections, with the example's own ids for the import", () => {
  const page = resourcePage(shelf, example, noPage);

  const headings = [...page.matchAll(/^#+ .+$/gm)].map(([heading]) => heading);
  expect(headings).toEqual([
    "# Made by npm run generate; do not edit.",
    "# appwrite_shelf (Resource)",
    "## Example Usage",
    "## Schema",
    "### Required",
    "### Optional",
    "### Read-Only",
    "### Nested Schema for `boards`",
    "### Nested Schema for `timeouts`",
    "## API Key Scopes",
    "## Import",
  ]);
  expect(page).toContain("- `boards` (Attributes Map) The boards. (see [below for nested schema](#nestedatt--boards))");
  expect(page).toContain("To create, change and delete it: `shelves.write` or `rooms.write`.");
  expect(page).toContain('  to = appwrite_shelf.left\n  id = "big/left"');
  expect(page).toContain('    room_id = "big"\n    id      = "left"');
  expect(page).toContain("The server does not tell `note`:");
});

test("the examples of data sources find what the resource's example makes", () => {
  expect(singularExample(shelf, example)).toBe(`data "appwrite_shelf" "left" {
  room_id = "big"
  name    = "Left"
}

output "left_id" {
  value = data.appwrite_shelf.left.id
}
`);
  expect(pluralExample(shelf, "appwrite_shelves", example)).toBe(`data "appwrite_shelves" "all" {
  room_id = "big"
}

data "appwrite_shelves" "named" {
  room_id = "big"
  queries = [jsonencode({ method = "equal", attribute = "name", values = ["Left"] })]
}

output "shelves" {
  value = data.appwrite_shelves.all.shelves[*].name
}
`);
});

test("what a function's example gives is computed by the function", () => {
  const call = 'provider::appwrite::write(provider::appwrite::role_user("5f2a", "verified"))';
  expect(evaluateExample(functions, call)).toBe('write("user:5f2a/verified")');
});
