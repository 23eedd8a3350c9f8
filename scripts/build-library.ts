import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type BuildOptions, buildSync } from "esbuild";

/**
 * Builds what programs import: the constructs for cdktf and for cdktn, which differ in the name of the library alone, the schema
 * words, the testing kit, the embedded Appwrite, and the provider's checks that synth makes. Declarations lie beside each. The classes
 * are packed once, for whichever library they are handed: they are the larger part of what a project downloads.
 */
export function buildLibrary(root: string, common: BuildOptions): void {
  const dist = join(root, "dist");
  const constructs = join(dist, "constructs");
  rmSync(constructs, { recursive: true, force: true });
  rmSync(join(dist, "emulator"), { recursive: true, force: true });

  // In short lines: Node prints the line that throws with an error that nobody catches.
  const readable: BuildOptions = { ...common, lineLimit: 160 };
  for (const library of ["cdktf", "cdktn"]) {
    buildSync({
      ...readable,
      entryPoints: {
        "testing/index": join(root, "constructs/testing/index.ts"),
        "schema/index": join(root, "constructs/schema/index.ts"),
      },
      outdir: join(constructs, library),
      external: ["cdktf", "constructs", "@cdktf/provider-null"],
    });
  }
  buildClasses(root, readable);
  buildSync({
    ...common,
    minifyIdentifiers: true,
    entryPoints: [join(root, "provider/rules.ts")],
    outfile: join(constructs, "rules.js"),
  });
  buildSync({
    ...readable,
    entryPoints: [join(root, "emulator/index.ts")],
    outfile: join(dist, "emulator/index.js"),
    external: ["libsql"],
  });

  const types = join(dist, "types");
  rmSync(types, { recursive: true, force: true });
  declare(root);
  for (const library of ["cdktf", "cdktn"])
    cpSync(join(types, "constructs"), join(constructs, library), { recursive: true });
  cpSync(join(types, "emulator"), join(dist, "emulator"), { recursive: true });
  rmSync(types, { recursive: true, force: true });

  rewrite(
    dist,
    (text) => text.replace(/((?:from|import\()\s*"\.[^"]*)\.ts"/g, '$1.js"'),
    ["constructs", "emulator"],
    ".d.ts",
  );
  rewrite(constructs, (text) => text.replace(/(from |import\(|require\()"cdktf"/g, '$1"cdktn"'), ["cdktn"], "");
}

/** Writes the classes as a function of the library that they are built on, and an entry for each library, which calls it. */
function buildClasses(root: string, options: BuildOptions): void {
  const constructs = join(root, "dist", "constructs");
  const classes = join(constructs, "classes", "index.js");
  const built = buildSync({
    ...options,
    entryPoints: [join(root, "constructs/index.ts")],
    outfile: classes,
    write: false,
    external: ["cdktf", "constructs", "@cdktf/provider-null"],
  });
  const text = built.outputFiles?.[0]?.text.replaceAll('require("cdktf")', "library") ?? "";
  mkdirSync(dirname(classes), { recursive: true });
  writeFileSync(classes, `module.exports=library=>{const module={exports:{}};\n${text}\nreturn module.exports};\n`);
  const names = Object.keys((require(classes) as (library: unknown) => object)(require("cdktf")));
  for (const library of ["cdktf", "cdktn"]) {
    // The second line never runs: by it Node tells the names to programs that import the entry as an ES module.
    writeFileSync(
      join(constructs, library, "index.js"),
      `"use strict";module.exports=require("../classes/index.js")(require("cdktf"));\n0&&(module.exports={${names.join(",")}});\n`,
    );
  }
}

/** Writes the declarations of the library's entries. */
function declare(root: string): void {
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  const { status, stdout } = spawnSync(process.execPath, [compiler, "-p", join(root, "constructs")], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`The declarations of the library cannot be written:\n${stdout}`);
}

function rewrite(root: string, change: (text: string) => string, folders: readonly string[], ending: string): void {
  for (const folder of folders) {
    for (const path of readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })) {
      const file = join(root, folder, path);
      if (!statSync(file).isFile() || !file.endsWith(ending)) continue;
      const text = readFileSync(file, "utf8");
      const changed = change(text);
      if (changed !== text) writeFileSync(file, changed);
    }
  }
}
