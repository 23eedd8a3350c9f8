import { copyData } from "../../environments/copy-data.ts";
import type { DataClass } from "../../environments/kinds.ts";
import { catalogue } from "../../provider/resources/index.ts";
import { carry, PLAN_OPTIONS } from "../carry-out.ts";
import { type Command, CommandError, type Input, isOn } from "../command.ts";
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
    "with-rows": { type: "boolean", help: "Carry rows and documents too, in bulk, with their relations." },
    "with-files": { type: "boolean", help: "Carry the files of buckets too." },
    "with-users": {
      type: "boolean",
      help: "Carry users too, with their passwords, targets, memberships and subscriptions.",
    },
  },
  notes: `<from> is an environment, a snapshot file, or an appwrite.config.json; <to> is an environment. The whole plan is shown
first. Interrupted at any point, the same command completes the work; when nothing is left to do, it writes nothing.

Ids are kept where the server lets one choose them; the others are in a map file beside the environments file, to be committed.`,
  run: guarded(async (input, terminal) => {
    const [from = "", to = ""] = input.positionals;
    const file = await environmentsFile(input, terminal);
    const selection = selectionOf(input);
    const target = open(file, to, "target", terminal);
    const data = dataOf(input);
    const [source, planned] = await Promise.all([
      sourceOf(from, file, selection, terminal, data),
      readLive(target, selection, terminal, data),
    ]);
    const ids = idMapOf(file, from, to, !isOn(input, "dry-run"));
    const plan = await planFor(source, target, planned, file, {
      ids,
      keepsExtra: isOn(input, "keep-extra"),
      choose: choosing(selection),
    });
    const where = { target, planned, ids, reread: () => readLive(target, selection, terminal, data) };
    const content = async () => {
      if (!data.includes("rows") && !data.includes("files")) return [];
      if (source.backend === null)
        throw new CommandError("Rows and files need an environment to read from, not a file.");
      return copyData(plan.pairs, {
        from: source.backend,
        to: target.backend,
        data: new Set(data),
        definitions: catalogue.resources,
        progress: (address, { read, written }) => terminal.err(`${address}: ${read} read, ${written} written`),
      });
    };
    const { code } = await carry(plan, { from, to }, { ...where, content }, input, terminal);
    return code;
  }),
};

function dataOf(input: Input): readonly DataClass[] {
  return (["rows", "files", "users"] as const).filter((name) => isOn(input, `with-${name}`));
}
