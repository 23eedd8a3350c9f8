import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Makes files of the repository from its own data, so that nothing is written twice. */
export interface Generator {
  /** Files, and folders in which nothing else lives, from the root of the repository: what is there and not made is stale. */
  readonly owns: readonly string[];
  /** The files: text by path from the root of the repository. */
  files(): ReadonlyMap<string, string>;
}

/** How a file on disk differs from what its generator makes. */
export interface Difference {
  readonly path: string;
  readonly kind: "missing" | "stale" | "left over";
}

/** What would change if the generators ran now. Writes nothing. */
export function differences(root: string, generators: readonly Generator[]): readonly Difference[] {
  return generators.flatMap((generator) => compare(root, generator, generator.files()));
}

/** Runs the generators: writes what differs, removes what is left over, and tells both. */
export function generate(root: string, generators: readonly Generator[]): readonly Difference[] {
  return generators.flatMap((generator) => {
    const made = generator.files();
    const found = compare(root, generator, made);
    for (const { path, kind } of found) {
      const file = join(root, path);
      if (kind === "left over") {
        rmSync(file);
        continue;
      }
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, made.get(path) ?? "");
    }
    return found;
  });
}

function compare(root: string, { owns }: Generator, made: ReadonlyMap<string, string>): readonly Difference[] {
  const differing = [...made].flatMap(([path, text]): Difference[] => {
    const file = join(root, path);
    if (!existsSync(file)) return [{ path, kind: "missing" }];
    return readFileSync(file, "utf8") === text ? [] : [{ path, kind: "stale" }];
  });
  const leftOver = owns
    .flatMap((path) => filesBelow(root, path))
    .filter((path) => !made.has(path))
    .map((path): Difference => ({ path, kind: "left over" }));
  return [...differing, ...leftOver];
}

function filesBelow(root: string, path: string): readonly string[] {
  const full = join(root, path);
  if (!existsSync(full)) return [];
  if (!statSync(full).isDirectory()) return [path];
  return readdirSync(full).flatMap((name) => filesBelow(root, `${path}/${name}`));
}
