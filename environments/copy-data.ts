import type { Backend } from "../provider/schema/backend.ts";
import type { Copied, ResourceDefinition } from "../provider/schema/resource.ts";
import type { DataClass } from "./kinds.ts";
import { kindsOf } from "./kinds.ts";
import type { Pair } from "./pairs.ts";

/** What was carried below one object: the rows of a table, the files of a bucket. */
export interface CopiedContent {
  readonly address: string;
  readonly noun: string;
  /** How many the source has, how many were written now, and how many the target has. */
  readonly read: number;
  readonly written: number;
  readonly total: number;
}

/** What is copied, and between which servers. */
export interface CopyOptions {
  readonly from: Backend;
  readonly to: Backend;
  readonly data: ReadonlySet<DataClass>;
  readonly definitions: readonly ResourceDefinition[];
  progress?(address: string, copied: Copied): void;
}

/**
 * Carries content below every pair of objects: first all that stands alone, then what relates to other content. May be repeated: what is there
 * already is not written again.
 */
export async function copyData(pairs: readonly Pair[], options: CopyOptions): Promise<readonly CopiedContent[]> {
  const { from, to } = options;
  const kinds = kindsOf(options.definitions).filter(
    ({ definition, data }) => data !== null && options.data.has(data) && definition.cloning?.copy !== undefined,
  );
  const found: CopiedContent[] = [];
  for (const pass of ["content", "relations"] as const) {
    for (const { definition, parent } of kinds) {
      for (const { address, source, wanted, definition: above } of pairs) {
        if (above !== parent?.definition || !source || !wanted) continue;
        const copied = await definition.cloning?.copy?.({ from, to, source: source.row, target: wanted, pass });
        if (!copied) continue;
        options.progress?.(address, copied);
        if (pass === "content") found.push({ address, noun: definition.noun, ...copied });
      }
    }
  }
  return found;
}
