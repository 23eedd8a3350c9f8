import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isRecord } from "../provider/schema/value.ts";
import { EnvironmentError } from "./environment-error.ts";
import { faultsOf, type JsonSchema } from "./json-schema.ts";
import { prettyJson } from "./snapshot-file.ts";

/** Which object of one environment is which of another, where their ids differ. Committed with the code; holds ids, nothing else. */
export interface IdMap {
  /** The id in the target of the object whose address in the source this is. */
  get(address: string): string | undefined;
  set(address: string, id: string): void;
  delete(address: string): void;
  readonly size: number;
}

const FORMAT = "appwrite-iac/id-map/1";

const SCHEMA: JsonSchema = {
  type: "object",
  required: ["format", "ids"],
  properties: {
    format: { type: "string", pattern: `^${FORMAT}$` },
    ids: { type: "object", additionalProperties: { type: "string" } },
  },
};

/** Where the map of a pair is kept. */
export function idMapPath(folder: string, from: string, to: string): string {
  return join(folder, `${from}-to-${to}.ids.json`);
}

/**
 * Reads the map of a pair; an absent file is an empty map. With `isWritten`, each new entry is on disk before `set` returns, so that a run
 * that is killed right after has lost nothing.
 */
export function openIdMap(path: string, isWritten: boolean): IdMap {
  const ids = new Map<string, string>(Object.entries(readIds(path)));
  const save = (): void => {
    if (!isWritten) return;
    const sorted = Object.fromEntries([...ids].sort(([left], [right]) => (left < right ? -1 : 1)));
    writeWhole(path, `${prettyJson({ format: FORMAT, ids: sorted })}\n`);
  };
  return {
    get: (address) => ids.get(address),
    set: (address, id) => {
      if (ids.get(address) === id) return;
      ids.set(address, id);
      save();
    },
    delete: (address) => {
      if (ids.delete(address)) save();
    },
    get size() {
      return ids.size;
    },
  };
}

/** Writes a file so that it is either the old or the new one, whatever happens. */
export function writeWhole(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

function readIds(path: string): { readonly [address: string]: string } {
  if (!existsSync(path)) return {};
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new EnvironmentError(`${path} is no JSON: ${cause instanceof Error ? cause.message : cause}`);
  }
  const faults = faultsOf(SCHEMA, content);
  if (faults.length > 0) throw new EnvironmentError(`${path} is no id map:\n  ${faults.join("\n  ")}`);
  const { ids } = content as { readonly ids: { readonly [address: string]: string } };
  return isRecord(ids) ? ids : {};
}
