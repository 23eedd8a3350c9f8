import { readFileSync } from "node:fs";
import { join } from "node:path";
import { VERSION } from "../../provider/version.ts";

const root = join(__dirname, "..", "..");

test("the version is the same in the package, in the provider and at the top of the changelog", () => {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { readonly version: string };
  const [, top] = /^## (\S+)/m.exec(readFileSync(join(root, "CHANGELOG.md"), "utf8")) ?? [];
  expect([VERSION, top]).toEqual([version, version]);
});
