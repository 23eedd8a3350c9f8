import { parseArgs } from "node:util";
import { nearest } from "../provider/schema/nearest.ts";
import { type Command, CommandError, type Input, type Options, type Terminal } from "./command.ts";

const HELP = { help: { type: "boolean", short: "h", help: "Show this help." } } as const;

/**
 * Runs the command that the words name and gives its exit code: 0 well, 1 an error (told on stderr), 2 and more as the command
 * defines it.
 */
export async function dispatch(
  commands: readonly Command[],
  words: readonly string[],
  terminal: Terminal,
  version: string,
): Promise<number> {
  const [name = "help", ...rest] = words;
  if (name === "help" || name === "--help" || name === "-h") {
    const command = commands.find((one) => one.name === rest[0]);
    terminal.out(command ? helpOf(command) : overview(commands, version));
    return 0;
  }
  if (name === "--version" || name === "-v" || name === "version") {
    terminal.out(version);
    return 0;
  }
  try {
    const command = commands.find((one) => one.name === name);
    if (!command) throw new CommandError(unknownCommand(name, commands));
    const input = read(command, rest);
    if (input.values["help"] === true) {
      terminal.out(helpOf(command));
      return 0;
    }
    requirePositionals(command, input);
    return await command.run(input, terminal);
  } catch (cause) {
    if (terminal.signal.aborted) {
      terminal.err("Stopped.");
      return 130;
    }
    if (!(cause instanceof CommandError)) throw cause;
    terminal.err(`Error: ${cause.message}`);
    return 1;
  }
}

function read(command: Command, words: readonly string[]): Input {
  const options = { ...command.options, ...HELP };
  const unknown = words.find((word) => word.startsWith("--") && !isKnown(options, word));
  if (unknown !== undefined && !words.slice(0, words.indexOf(unknown)).includes("--")) {
    const close = nearest(optionName(unknown), Object.keys(options));
    const hint = close === null ? "" : ` Did you mean --${close}?`;
    throw new CommandError(
      `${command.name} has no option ${unknown.split("=")[0]}.${hint} See appwrite-iac help ${command.name}.`,
    );
  }
  try {
    const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true, strict: true });
    return { values, positionals };
  } catch (cause) {
    if (!(cause instanceof Error) || !("code" in cause) || !String(cause.code).startsWith("ERR_PARSE_ARGS"))
      throw cause;
    throw new CommandError(`${cause.message.split(". ")[0]}. See appwrite-iac help ${command.name}.`);
  }
}

function isKnown(options: object, word: string): boolean {
  return word === "--" || Object.hasOwn(options, optionName(word));
}

function optionName(word: string): string {
  return word.slice(2).split("=")[0] ?? "";
}

function requirePositionals(command: Command, { positionals }: Input): void {
  const [least, most] = command.positionals;
  if (positionals.length >= least && positionals.length <= most) return;
  const what = positionals.length < least ? "Something is missing" : `${positionals[most]} is one word too many`;
  throw new CommandError(`${what}. Usage: appwrite-iac ${command.name} ${command.usage}`);
}

function unknownCommand(name: string, commands: readonly Command[]): string {
  const close = nearest(
    name,
    commands.map((one) => one.name),
  );
  const hint = close === null ? "" : ` Did you mean ${close}?`;
  return `There is no command ${name}.${hint} appwrite-iac help lists all commands.`;
}

function overview(commands: readonly Command[], version: string): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return [
    `appwrite-iac ${version}: infrastructure as code for Appwrite.`,
    "",
    "Usage: appwrite-iac <command> [options]",
    "",
    ...lines,
    "",
    "appwrite-iac help <command> tells more.",
  ].join("\n");
}

function helpOf(command: Command): string {
  const all: Options = { ...command.options, ...HELP };
  const options = Object.entries(all).map(([name, option]) => {
    const value = option.type === "string" ? ` ${option.value ?? "TEXT"}` : "";
    const short = option.short === undefined ? "" : `-${option.short}, `;
    return [`  ${short}--${name}${value}`, option.help] as const;
  });
  const width = Math.max(...options.map(([left]) => left.length));
  return [
    command.summary,
    "",
    `Usage: appwrite-iac ${command.name} ${command.usage}`.trimEnd(),
    "",
    ...options.map(([left, help]) => `${left.padEnd(width)}  ${help}`),
    ...(command.notes === undefined ? [] : ["", command.notes]),
  ].join("\n");
}
