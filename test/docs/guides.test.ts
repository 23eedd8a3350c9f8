import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { knowsAllOf } from "../support/features.ts";
import { createWorkspace, type Workspace } from "../support/terraform.ts";

/**
 * What is written by hand stays true: every configuration in a guide or the README is valid for the real terraform and the built
 * provider (as far as this terraform knows all of its words), and every link leads somewhere.
 */

const root = join(__dirname, "..", "..");
const pages = [
  ...readdirSync(root).filter((name) => name.endsWith(".md")),
  ...["docs", "docs/guides", "docs/resources", "docs/data-sources", "docs/ephemeral-resources", "docs/functions"]
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) =>
      readdirSync(join(root, folder))
        .filter((name) => name.endsWith(".md"))
        .map((name) => `${folder}/${name}`),
    ),
];
const texts = new Map(pages.map((path) => [path, readFileSync(join(root, path), "utf8")]));

/** Each `hcl` block is a configuration by itself, but for the provider's address, which is added where it is missing. */
const configurations = [...texts].flatMap(([path, text]) =>
  [...text.matchAll(/^( *)```hcl\n([\s\S]*?)^\1```$/gm)].map(([, indent = "", block = ""], index) => ({
    name: `${path}, block ${index + 1}`,
    text: block.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
  })),
);

const requirement = `terraform {
  required_providers {
    appwrite = {
      source = "appwrite-iac/appwrite"
    }
  }
}
`;

let workspace: Workspace;

beforeAll(() => {
  workspace = createWorkspace({ endpoint: "http://127.0.0.1:9/v1", projectId: "none", apiKey: "none", files: {} });
});

afterAll(() => workspace.close());

test.each(configurations.filter(({ text }) => knowsAllOf(text)))("$name is valid", async ({ text }) => {
  workspace.write("provider.tf", text.includes("required_providers") ? "" : requirement);
  workspace.write("main.tf", text);
  const { code, output } = await workspace.run("validate", "-no-color");
  expect(code === 0 ? "" : output).toBe("");
  expect((await workspace.run("fmt", "-check", "-diff", "main.tf")).output).toBe("");
});

test("the examples are laid out as terraform fmt does", async () => {
  const { output } = await workspace.run("fmt", "-check", "-recursive", join(root, "examples"));
  expect(output).toBe("");
});

test("every link within the repository leads to a page, and every anchor to a heading of it", () => {
  const broken = [...texts].flatMap(([path, text]) =>
    [...text.replaceAll(/^```[\s\S]*?^```$/gm, "").matchAll(/\]\((?!https?:)([^)\s]+)\)/g)]
      .map(([, target = ""]) => target)
      .filter((target) => !leadsSomewhere(path, target))
      .map((target) => `${path}: ${target}`),
  );
  expect(broken).toEqual([]);
});

test("CONTRIBUTING shows code as it is in the files that it names", () => {
  const text = texts.get("CONTRIBUTING.md") ?? "";
  const files = [...text.matchAll(/\]\(([\w/.-]+\.ts)\)/g)].map(([, path = ""]) =>
    readFileSync(join(root, path), "utf8"),
  );
  const shown = [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, block = ""]) => block);
  expect(shown.length).toBeGreaterThan(0);
  expect(shown.filter((block) => !files.some((file) => file.includes(block)))).toEqual([]);
});

test("the README leads to every guide", () => {
  const guides = [...texts.keys()].filter((path) => path.startsWith("docs/guides/"));
  expect(guides.filter((path) => !texts.get("README.md")?.includes(`](${path})`))).toEqual([]);
});

test("every guide begins with the front matter that the registry reads", () => {
  const guides = [...texts].filter(([path]) => path.startsWith("docs/guides/"));
  const wrong = guides.filter(
    ([, text]) =>
      !/^---\n(# .*\n)?page_title: "(.+)"\nsubcategory: ""\ndescription: \|-\n {2}\S.*\n---\n\n# \2\n/.test(text),
  );
  expect(wrong.map(([path]) => path)).toEqual([]);
});

function leadsSomewhere(from: string, target: string): boolean {
  const [file = "", anchor] = target.split("#");
  const path = file === "" ? from : join(dirname(from), file);
  if (!existsSync(join(root, path))) return false;
  if (anchor === undefined) return true;
  const text = readFileSync(join(root, path), "utf8");
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, "")
      .trim()
      .replaceAll(/\s/g, "-"),
  );
  return headings.includes(anchor) || text.includes(`<a id="${anchor}"></a>`);
}
