import { carry, PLAN_OPTIONS } from "../carry-out.ts";
import { type Command, isOn } from "../command.ts";
import {
  choosing,
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

/** Makes one environment like another. */
export const clone: Command = {
  name: "clone",
  summary: "Makes one environment like another, after showing the plan.",
  usage: "<from> <to> [options]",
  positionals: [2, 2],
  options: {
    ...ENVIRONMENT_OPTIONS,
    ...SELECTION_OPTIONS,
    ...PLAN_OPTIONS,
    "keep-extra": { type: "boolean", help: "Leave what only <to> has." },
  },
  notes: `<from> is an environment, a snapshot file, or an appwrite.config.json; <to> is an environment. The whole plan is shown
first. Interrupted at any point, the same command completes the work; when nothing is left to do, it writes nothing.

Ids are kept where the server lets one choose them; the others are in a map file beside the environments file, to be committed.`,
  run: guarded(async (input, terminal) => {
    const [from = "", to = ""] = input.positionals;
    const file = await environmentsFile(input, terminal);
    const selection = selectionOf(input);
    const target = open(file, to, terminal);
    const [source, planned] = await Promise.all([
      sourceOf(from, file, selection, terminal),
      readLive(target, selection, terminal),
    ]);
    const ids = idMapOf(file, from, to, !isOn(input, "dry-run"));
    const plan = await planFor(source, target, planned, file, {
      ids,
      keepsExtra: isOn(input, "keep-extra"),
      choose: choosing(selection),
    });
    const where = { target, planned, ids, reread: () => readLive(target, selection, terminal) };
    const { code } = await carry(plan, { from, to }, where, input, terminal);
    return code;
  }),
};
