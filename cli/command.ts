import type { ParseArgsConfig } from "node:util";

/** Where a command reads and writes. */
export interface Terminal {
  /** What the command is asked for: results, one a line. */
  out(text: string): void;
  /** Everything else: progress, hints, errors. */
  err(text: string): void;
  readonly environment: { readonly [name: string]: string | undefined };
  readonly directory: string;
  /** Is somebody there who reads and answers? */
  readonly isInteractive: boolean;
  /** Asks a question and gives the line that was typed. Only where `isInteractive`. */
  ask(question: string): Promise<string>;
  /** Aborted by SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
}

/** Options as `node:util`'s `parseArgs` takes them, each with its line of help. */
export type Options = {
  readonly [name: string]: NonNullable<ParseArgsConfig["options"]>[string] & {
    readonly help: string;
    /** What stands for the value in the help: `FILE`. */
    readonly value?: string;
  };
};

/** What was written on the command line. */
export interface Input {
  readonly values: { readonly [name: string]: string | boolean | readonly (string | boolean)[] | undefined };
  readonly positionals: readonly string[];
}

/** One command of `appwrite-iac`: its words and what it does. `run` gives the exit code. */
export interface Command {
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** What follows the name: `<environment> [options]`. */
  readonly usage: string;
  /** How many words without dashes it takes. */
  readonly positionals: readonly [least: number, most: number];
  readonly options: Options;
  /** Examples and further help. */
  readonly notes?: string;
  run(input: Input, terminal: Terminal): Promise<number>;
}

/** An error of the user's: shown as it is, without a stack. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}

/** The text of an option; null when it was not given. */
export function textOf({ values }: Input, name: string): string | null {
  const value = values[name];
  return typeof value === "string" ? value : null;
}

/** All texts of an option that may be given several times. */
export function textsOf({ values }: Input, name: string): readonly string[] {
  const value = values[name];
  return Array.isArray(value) ? value.map(String) : [];
}

/** Was the switch given? */
export function isOn({ values }: Input, name: string): boolean {
  return values[name] === true;
}
