import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What an editor shows of the package: every class, function and property says what it is, and none is of any type. */

const folder = join(__dirname, "..", "..", "dist", "constructs", "cdktf");
const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".d.ts"))
  .map((name) => ({ name, text: readFileSync(join(folder, name), "utf8") }));

/** What has no hover of its own: signatures of indexes, private names, members that inherit their words from the CDK. */
const NEEDS_NONE =
  /^ {4}(?:private |readonly \[|constructor\(\);|export |readonly name = "|(?:(?:protected|get|set) )?(?:synthesize\w*|to(?:Hcl)?Terraform|importFrom|alias)\()/;

/** What is declared without a comment: what the modules give, and the members of what they give. */
function undocumented(text: string): readonly string[] {
  const lines = text.split("\n");
  let isOpen = false;
  return lines.flatMap((line, index) => {
    if (/^(?:export )?(?:declare )?(?:abstract )?(?:class|interface|namespace|type|const|function) /.test(line)) {
      isOpen = /^export .*\b(?:class|interface) .*\{$/.test(line);
    }
    if (line === "}" || line === "};") isOpen = false;
    const isMember = isOpen && /^ {4}[a-zA-Z_$]/.test(line) && !NEEDS_NONE.test(line);
    const isExport = /^export (?:declare|abstract|const|type|interface|function) (?!\{)/.test(line);
    const isDocumented = lines[index - 1]?.trimEnd().endsWith("*/") ?? false;
    return (isMember || isExport) && !isDocumented ? [line.trim()] : [];
  });
}

test("the check sees what has no comment", () => {
  const text =
    "/** A. */\nexport interface A {\n    /** B. */\n    readonly b: string;\n    readonly c: string;\n}\nexport type D = 1;";
  expect(undocumented(text)).toEqual(["readonly c: string;", "export type D = 1;"]);
});

test("everything that is public is documented where an editor shows it", () => {
  expect(files.length).toBeGreaterThan(150);
  expect(files.flatMap(({ name, text }) => undocumented(text).map((line) => `${name}: ${line}`))).toEqual([]);
});

test("nothing that is public is of any type", () => {
  const code = (text: string): string => text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/"(?:[^"\\\n]|\\.)*"/g, '""');
  expect(
    files.filter(({ text }) => /\bany\b/.test(code(text).replace(/\bany\(\)/g, ""))).map(({ name }) => name),
  ).toEqual([]);
});
