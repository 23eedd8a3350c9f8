import { createInterface } from "node:readline/promises";
import { VERSION } from "../provider/version.ts";
import { commands } from "./commands/index.ts";
import { dispatch } from "./dispatch.ts";

/** The process of `appwrite-iac`. */
const stopper = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stopper.abort());

dispatch(
  commands,
  process.argv.slice(2),
  {
    out: (text) => void process.stdout.write(`${text}\n`),
    err: (text) => void process.stderr.write(`${text}\n`),
    environment: process.env,
    directory: process.cwd(),
    isInteractive: process.stdin.isTTY === true && process.stdout.isTTY === true,
    ask: async (question) => {
      const lines = createInterface({ input: process.stdin, output: process.stderr });
      try {
        return await lines.question(question, { signal: stopper.signal });
      } finally {
        lines.close();
      }
    },
    signal: stopper.signal,
  },
  VERSION,
).then(
  (code) => {
    process.exitCode = code;
  },
  (cause: unknown) => {
    process.stderr.write(
      `This is a defect of appwrite-iac:\n${cause instanceof Error ? cause.stack : String(cause)}\n`,
    );
    process.exitCode = 1;
  },
);
