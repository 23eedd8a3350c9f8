import { baseInTarget, basePath, keepBase, readBase } from "../../environments/base.ts";
import { conflictText, type Merged, mergePairs, type Resolution } from "../../environments/merge.ts";
import { areProjectsOfOneServer } from "../../environments/open.ts";
import type { Pair } from "../../environments/pairs.ts";
import { select } from "../../environments/selection.ts";
import { prettyJson } from "../../environments/snapshot-file.ts";
import { catalogue } from "../../provider/resources/index.ts";
import { printPath } from "../../provider/schema/diagnostics.ts";
import { carry, PLAN_OPTIONS } from "../carry-out.ts";
import { type Command, CommandError, isOn, textOf } from "../command.ts";
import {
  ENVIRONMENT_OPTIONS,
  environmentsFile,
  guarded,
  idMapOf,
  open,
  planFor,
  readLive,
  SELECTION_OPTIONS,
  selectionOf,
  sourceOf,
} from "../environments.ts";

/** Brings what changed in one environment to another, and keeps what only the other changed. */
export const promote: Command = {
  name: "promote",
  summary:
    "Brings what changed in one environment since the last promotion to another, and keeps that one's own changes.",
  usage: "<from> <to> [options]",
  positionals: [2, 2],
  options: {
    ...ENVIRONMENT_OPTIONS,
    ...SELECTION_OPTIONS,
    ...PLAN_OPTIONS,
    resolve: {
      type: "string",
      value: "SIDE",
      help: "Who wins where both changed the same: source or target. Without it, a conflict stops the promotion.",
    },
  },
  notes: `Both environments are compared to the base kept from the last promotion (<from>-to-<to>.base.json, to be committed):
what only <from> changed is brought over, what only <to> changed stays, and what both changed to different values is a conflict,
shown with both values. The first promotion has no base: <from> has the say, and what only <to> has stays.

Exit code: 0 done, 1 an error, 2 conflicts.`,
  run: guarded(async (input, terminal) => {
    const [from = "", to = ""] = input.positionals;
    const resolution = resolutionOf(textOf(input, "resolve"));
    const file = await environmentsFile(input, terminal);
    const selection = selectionOf(input);
    const target = open(file, to, "target", terminal);
    const [source, planned] = await Promise.all([
      sourceOf(from, file, selection, terminal),
      readLive(target, selection, terminal),
    ]);
    const path = basePath(file.folder, from, to);
    const base = readBase(path, catalogue.resources);
    const ids = idMapOf(file, from, to, !isOn(input, "dry-run"));
    const sides = {
      target: planned.entities,
      fromProject: source.project,
      toProject: target.environment.project,
      isSameServer: source.environment !== null && areProjectsOfOneServer(source.environment, target.environment),
      ids,
      definitions: catalogue.resources,
    };
    const rows = base === null ? null : baseInTarget(base, sides);
    let promoted: readonly Pair[] = [];
    let merged: Merged = { pairs: [], conflicts: [], kept: [] };
    const plan = await planFor(source, target, planned, file, {
      ids,
      keepsExtra: false,
      choose: (pairs, world) => {
        promoted = select(selection, pairs, world);
        merged = mergePairs(promoted, rows, resolution);
        return merged.pairs;
      },
    });
    if (merged.conflicts.length > 0) {
      if (isOn(input, "json")) {
        const conflicts = merged.conflicts.map((one) => ({ ...one, path: printPath(one.path) }));
        terminal.out(prettyJson({ format: "appwrite-iac/diff/1", from, to, applied: false, conflicts }));
      } else {
        terminal.out(`Both ${from} and ${to} changed the same since the last promotion:\n`);
        for (const conflict of merged.conflicts) terminal.out(`  ${conflictText(conflict, { from, to })}`);
        terminal.out(
          `\nNothing was written. Make them alike in one of the two, or say who wins with --resolve source or --resolve target.`,
        );
      }
      return 2;
    }
    if (merged.kept.length > 0 && !isOn(input, "json")) {
      terminal.out(`Kept in ${to}:\n${merged.kept.map((one) => `  ${one}`).join("\n")}\n`);
    }
    const where = { target, planned, ids, reread: () => readLive(target, selection, terminal) };
    const { code, isDone } = await carry(plan, { from, to }, where, input, terminal);
    if (isDone) keepBase(path, base, promoted);
    return code;
  }),
};

function resolutionOf(text: string | null): Resolution {
  if (text === null || text === "source" || text === "target") return text;
  throw new CommandError(`--resolve must be source or target, not ${JSON.stringify(text)}.`);
}
