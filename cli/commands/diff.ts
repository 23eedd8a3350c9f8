import { asJson, asMarkdown, asText } from "../../environments/report.ts";
import { prettyJson } from "../../environments/snapshot-file.ts";
import { type Command, CommandError, isOn, textOf } from "../command.ts";
import {
  choosing,
  ENVIRONMENT_OPTIONS,
  environmentsFile,
  guarded,
  idMapOf,
  isColoured,
  open,
  planFor,
  readLive,
  SELECTION_OPTIONS,
  selectionOf,
  sourceOf,
} from "../environments.ts";

/** Tells how two environments differ. */
export const diff: Command = {
  name: "diff",
  summary: "Tells how two environments differ, field by field.",
  usage: "<from> <to> [options]",
  positionals: [2, 2],
  options: {
    ...ENVIRONMENT_OPTIONS,
    ...SELECTION_OPTIONS,
    format: { type: "string", value: "FORMAT", help: "text, json or markdown (for a pull request). Default: text." },
    "keep-extra": { type: "boolean", help: "Do not count what only <to> has." },
  },
  notes: `<from> is an environment, a snapshot file, or an appwrite.config.json; <to> is an environment. The words are those
of a plan: what would be done to <to> to make it like <from>. Nothing is written.

Exit code: 0 no differences, 1 an error, 2 differences.`,
  run: guarded(async (input, terminal) => {
    const [from = "", to = ""] = input.positionals;
    const format = isOn(input, "json") ? "json" : (textOf(input, "format") ?? "text");
    if (!["text", "json", "markdown"].includes(format)) {
      throw new CommandError(`--format must be text, json or markdown, not ${JSON.stringify(format)}.`);
    }
    const file = await environmentsFile(input, terminal);
    const selection = selectionOf(input);
    const target = open(file, to, terminal);
    const [source, snapshot] = await Promise.all([
      sourceOf(from, file, selection, terminal),
      readLive(target, selection, terminal),
    ]);
    const plan = await planFor(source, target, snapshot, file, {
      ids: idMapOf(file, from, to, false),
      keepsExtra: isOn(input, "keep-extra"),
      choose: choosing(selection),
    });
    const subject = { from, to };
    if (format === "json") terminal.out(prettyJson(asJson(plan, subject)));
    else if (format === "markdown") terminal.out(asMarkdown(plan, subject));
    else terminal.out(asText(plan, subject, isColoured(terminal)));
    return plan.changes.length === 0 ? 0 : 2;
  }),
};
