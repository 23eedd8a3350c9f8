import { writeJson } from "../emulator/json.ts";
import type { ServerVersion } from "../emulator/route-table.ts";
import { agreement, labelOf, type Outcome, recordings, replay } from "../test/support/replay.ts";

/** `npm run replay -- [beginning of file names] [--version 1.9.0]`: see test/support/replay.ts. */
async function main(words: readonly string[]): Promise<void> {
  const at = words.indexOf("--version");
  const version = (at < 0 ? "1.9.6" : words[at + 1]) as ServerVersion;
  const [prefix] = words.filter((_, index) => at < 0 || (index !== at && index !== at + 1));
  for (const file of recordings(version, prefix)) {
    const outcomes = await replay(version, file);
    const differing = outcomes.filter(({ differences }) => differences.length > 0);
    process.stdout.write(
      `${agreement(outcomes).toFixed(1).padStart(5)} %  ${file}  (${outcomes.length - differing.length}/${outcomes.length})\n`,
    );
    if (prefix !== undefined) for (const outcome of differing) process.stdout.write(`${describe(outcome)}\n`);
  }
}

function describe(outcome: Outcome): string {
  const { exchange } = outcome;
  const body = exchange.requestBody === null ? "" : ` ${short(writeJson(exchange.requestBody))}`;
  const lines = outcome.differences.map(
    ({ path, recorded, got }) =>
      `      ${path}\n        recorded ${short(writeJson(recorded))}\n        got      ${short(writeJson(got))}`,
  );
  return [`  ${labelOf(outcome)}: ${exchange.method} ${exchange.path}${body}`, ...lines].join("\n");
}

function short(text: string): string {
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
}

main(process.argv.slice(2)).catch((cause: unknown) => {
  process.stderr.write(`${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}\n`);
  process.exitCode = 1;
});
