import type { EnvironmentsFile } from "../environments/environments-file.ts";
import { asJson, asMarkdown, asText } from "../environments/report.ts";
import { prettyJson } from "../environments/snapshot-file.ts";
import { CommandError, type Input, isOn, type Terminal, textOf } from "./command.ts";
import { choosing, idMapOf, isColoured, open, planFor, readLive, selectionOf, sourceOf } from "./environments.ts";

/** How a comparison is told. */
export type Format = "text" | "json" | "markdown";

/** The format that `--json` or `--format` asks for. Throws `CommandError` for one that there is not. */
export function formatOf(input: Input): Format {
  const format = isOn(input, "json") ? "json" : (textOf(input, "format") ?? "text");
  if (format === "text" || format === "json" || format === "markdown") return format;
  throw new CommandError(`--format must be text, json or markdown, not ${JSON.stringify(format)}.`);
}

/**
 * Tells what would make the environment `to` like `from` (an environment, a snapshot file or an appwrite.config.json) without writing
 * anything. Gives the exit code: 0 no differences, 2 differences.
 */
export async function tellDifferences(
  { from, to }: { readonly from: string; readonly to: string },
  { format, keepsExtra }: { readonly format: Format; readonly keepsExtra: boolean },
  file: EnvironmentsFile,
  input: Input,
  terminal: Terminal,
): Promise<number> {
  const selection = selectionOf(input);
  const target = open(file, to, "target", terminal);
  const [source, live] = await Promise.all([
    sourceOf(from, file, selection, terminal),
    readLive(target, selection, terminal),
  ]);
  const plan = await planFor(source, target, live, file, {
    ids: idMapOf(file, from, to, false),
    keepsExtra,
    choose: choosing(selection),
  });
  const subject = { from, to };
  if (format === "json") terminal.out(prettyJson(asJson(plan, subject)));
  else if (format === "markdown") terminal.out(asMarkdown(plan, subject));
  else terminal.out(asText(plan, subject, isColoured(terminal)));
  return plan.changes.length === 0 ? 0 : 2;
}
