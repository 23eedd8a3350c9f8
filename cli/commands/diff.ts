import { type Command, isOn } from "../command.ts";
import { formatOf, tellDifferences } from "../comparison.ts";
import { ENVIRONMENT_OPTIONS, environmentsFile, guarded, SELECTION_OPTIONS } from "../environments.ts";

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
    const format = formatOf(input);
    const file = await environmentsFile(input, terminal);
    return tellDifferences({ from, to }, { format, keepsExtra: isOn(input, "keep-extra") }, file, input, terminal);
  }),
};
