import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { EnvironmentError } from "./environment-error.ts";
import type { Configuration } from "./export.ts";
import { writeWhole } from "./id-map.ts";

/** What the first line of every written file says. */
export const GENERATED = "Written by appwrite-iac export; the next export writes it anew.";

/** A text that Terraform takes as it is, also where it looks like a template. */
export function terraformText(text: string): string {
  return text.replaceAll(/[$%]\{/g, (sign) => `${sign.charAt(0)}${sign}`);
}

/** What is left out, and why, as lines of a comment. */
export function leftOutLines({ leftOut }: Pick<Configuration, "leftOut">): readonly string[] {
  if (leftOut.length === 0) return [];
  return [
    "Left out, because the provider does not take it as it is:",
    ...leftOut.map(({ address, reason }) => `  ${address}: ${reason}`.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ")),
  ];
}

/** How configuration is written. */
export interface WriteOptions {
  /** Name of the exported environment. */
  readonly environment: string;
  /** Address of the provider: `appwrite-iac/appwrite`. */
  readonly source: string;
  readonly withImports: boolean;
}

/**
 * Writes files into a folder, and removes those of an earlier export that are none any more. Throws `EnvironmentError` rather than
 * overwrite a file that no export wrote.
 */
export function writeFolder(folder: string, files: ReadonlyMap<string, string>): void {
  mkdirSync(folder, { recursive: true });
  const foreign = [...files.keys()].filter((name) => existsSync(join(folder, name)) && !isWritten(join(folder, name)));
  if (foreign.length > 0) {
    throw new EnvironmentError(
      `${foreign.join(", ")} in ${folder} ${foreign.length === 1 ? "was" : "were"} not written by an export, so nothing was written. Choose another folder with --out, or move the file away.`,
    );
  }
  for (const name of readdirSync(folder)) {
    if (!files.has(name) && /\.(tf|tf\.json|tfvars|ts)$/.test(name) && isWritten(join(folder, name)))
      rmSync(join(folder, name));
  }
  for (const [name, text] of files) writeWhole(join(folder, name), text);
}

function isWritten(path: string): boolean {
  return readFileSync(path, "utf8").slice(0, 300).includes(GENERATED);
}
