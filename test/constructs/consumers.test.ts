import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { npmInstall, run, STOCK_COMPILER_OPTIONS } from "../support/cdk-cli.ts";
import { forLibrary, type Library } from "../support/constructs.ts";
import { IS_LONG } from "../support/runs.ts";

/**
 * The package as it is published, in projects as users have them: it is packed, installed from the registry's own packages, compiled,
 * run by ts-node and by node, and tested by jest. Takes minutes and the network, so that only `npm run test:all` does it.
 */

const root = join(__dirname, "..", "..");
const describeLong = IS_LONG ? describe : describe.skip;

test("the constructs are small, and need nothing at run time", () => {
  const packed = mkdtempSync(join(tmpdir(), "appwrite-iac-size-"));
  const file = join(packed, "constructs.tgz");
  run("tar", ["czf", file, "-C", join(root, "dist"), "constructs"], root, process.env);
  expect(statSync(file).size).toBeLessThan(300_000);
  rmSync(packed, { recursive: true });
  const { dependencies = {} } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    dependencies?: object;
  };
  expect(dependencies).toEqual({});
});

test("the two builds differ in the name of the library alone", () => {
  const filesOf = (library: Library) =>
    readdirSync(join(root, "dist", "constructs", library), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(?:js|ts)$/.test(name))
      .sort();
  expect(filesOf("cdktn")).toEqual(filesOf("cdktf"));
  for (const name of filesOf("cdktf")) {
    const [one, other] = (["cdktf", "cdktn"] as const).map((library) =>
      readFileSync(join(root, "dist", "constructs", library, name), "utf8"),
    );
    expect(other).not.toMatch(/(?:from |require\()"cdktf"/);
    expect(other?.replaceAll('"cdktn"', '"cdktf"')).toBe(one);
  }
});

interface Consumer {
  readonly library: Library;
  readonly packages: readonly string[];
  readonly tsconfig: object;
  readonly jest: string;
  readonly start: readonly string[];
}

const MODERN = {
  target: "es2022",
  module: "nodenext",
  strict: true,
  exactOptionalPropertyTypes: true,
  types: ["node", "jest"],
  skipLibCheck: false,
};

const CONSUMERS: readonly Consumer[] = [
  {
    library: "cdktf",
    packages: ["cdktf@0.21.0", "typescript@5.9", "ts-node@10", "ts-jest@29"],
    tsconfig: STOCK_COMPILER_OPTIONS,
    jest: '{ preset: "ts-jest", testEnvironment: "node" }',
    start: ["node_modules/.bin/ts-node", "main.ts"],
  },
  {
    library: "cdktn",
    packages: ["cdktn@0.24.0", "typescript@7", "@swc/core@1", "@swc/jest@0.2"],
    tsconfig: MODERN,
    jest: '{ transform: { "^.+\\\\.ts$": "@swc/jest" }, modulePathIgnorePatterns: ["out"] }',
    start: ["out/main.js"],
  },
];

const TEST = `
import { Permission, Role } from "appwrite-iac";
import { startEmulator } from "appwrite-iac/emulator";
import { matchers, synth } from "appwrite-iac/testing";
import { environments, Shop } from "./shop";
expect.extend(matchers);
test("the shop is what it should be", async () => {
  const result = synth((app) => new Shop(app, environments.staging));
  expect(result).toHaveAppwriteTable("books", { columns: { title: { type: "varchar", size: 200 } } });
  expect(result).toGrant("covers", Permission.read(Role.any()));
  expect(result).toContainNoSecret();
  const emulator = await startEmulator();
  expect(emulator.endpoint).toMatch(/^http/);
  await emulator.close();
});
`;

describeLong.each(CONSUMERS)(
  "a project with $library and $packages",
  ({ library, packages, tsconfig, jest, start }) => {
    let folder: string;

    beforeAll(() => {
      folder = install(["constructs@~10.7.2", "jest@30", "@types/jest@30", "@types/node@20", ...packages]);
      for (const name of ["main", "schema", "shop"]) {
        const text = readFileSync(join(root, "examples", "cdktf", "shop", `${name}.ts`), "utf8");
        writeFileSync(join(folder, `${name}.ts`), forLibrary(text, library));
      }
      writeFileSync(join(folder, "shop.test.ts"), forLibrary(TEST, library));
      writeFileSync(join(folder, "jest.config.js"), `module.exports = ${jest};\n`);
      const options = { compilerOptions: { ...tsconfig, outDir: "out" }, include: ["*.ts"] };
      writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(options));
    });

    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    test("compiles, synthesises and is tested by jest", () => {
      run(process.execPath, ["node_modules/typescript/bin/tsc"], folder, process.env);
      run(process.execPath, start, folder, process.env);
      expect(readdirSync(join(folder, "cdktf.out", "stacks")).sort()).toEqual(["shop-production", "shop-staging"]);
      run(process.execPath, ["node_modules/.bin/jest"], folder, process.env);
    });
  },
);

/** Packs the package and installs it beside others, in a project of its own. */
function install(packages: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "appwrite-iac-consumer-"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "consumer", version: "1.0.0", private: true }));
  mkdirSync(join(folder, "packed"));
  run("npm", ["pack", "--silent", "--pack-destination", join(folder, "packed")], root, process.env);
  const packed = readdirSync(join(folder, "packed")).map((name) => join(folder, "packed", name));
  npmInstall(folder, [...packed, ...packages]);
  return folder;
}
