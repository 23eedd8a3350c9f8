import { join } from "node:path";
import { constructs } from "./constructs/constructs.ts";
import { documentation } from "./docs/documentation.ts";
import { differences, type Generator, generate } from "./generated-files.ts";
import { protocolTable } from "./protocol-table.ts";

/**
 * `npm run generate` writes all files that are made from the repository's own data; `npm run generate:check` (`--check`) writes none and
 * fails when one is not as it would be made.
 */
const generators: readonly Generator[] = [protocolTable, constructs, documentation];

const root = join(__dirname, "..");
const isCheck = process.argv.includes("--check");
const found = isCheck ? differences(root, generators) : generate(root, generators);

for (const { path, kind } of found) process.stdout.write(`${kind.padEnd(10)}${path}\n`);
if (isCheck && found.length > 0) {
  process.stderr.write("Generated files are not up to date. Run npm run generate and commit what it writes.\n");
  process.exitCode = 1;
}
