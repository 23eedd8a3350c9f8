import { resolve } from "node:path";
import type { Emulator, EmulatorOptions } from "../../emulator/emulator.ts";
import { type Command, CommandError, type Input, isOn, type Terminal, textOf } from "../command.ts";

const SERVER_VERSIONS = ["1.9.0", "1.9.5", "1.9.6"] as const;
const DEFAULT_PORT = 4480;

/** Starts the embedded Appwrite and keeps it until it is stopped. */
export const dev: Command = {
  name: "dev",
  summary: "Starts an embedded Appwrite on this machine, without Docker or an account.",
  usage: "[options]",
  positionals: [0, 0],
  options: {
    port: {
      type: "string",
      short: "p",
      value: "PORT",
      help: `Port on 127.0.0.1; 0 = a free one. Default: ${DEFAULT_PORT}.`,
    },
    data: { type: "string", value: "FOLDER", help: "Where data is kept. Default: .appwrite-iac in this folder." },
    ephemeral: { type: "boolean", help: "Keep nothing: all is forgotten at the end." },
    project: {
      type: "string",
      value: "ID",
      help: "Id of the project that is there from the start. Default: emulator.",
    },
    key: { type: "string", value: "SECRET", help: "The API key, instead of a random one. It has all scopes." },
    "server-version": {
      type: "string",
      value: "VERSION",
      help: `Answer as ${SERVER_VERSIONS.join(", ")}. Default: 1.9.6.`,
    },
    json: {
      type: "boolean",
      help: "Print one line of JSON: endpoint, project_id, api_key, console_email, console_password.",
    },
  },
  notes:
    "Ends on Ctrl-C. The data stays for the next start, unless --ephemeral is given; delete the folder to begin anew.",
  run: async (input, terminal) => {
    const emulator = await start(optionsOf(input, terminal));
    terminal.out(isOn(input, "json") ? asJson(emulator) : asText(emulator));
    await stopped(terminal.signal);
    await emulator.close();
    return 0;
  },
};

function optionsOf(input: Input, terminal: Terminal): EmulatorOptions {
  const port = textOf(input, "port") ?? String(DEFAULT_PORT);
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new CommandError(`--port must be a number from 0 to 65535, not ${JSON.stringify(port)}.`);
  }
  const version = textOf(input, "server-version") ?? "1.9.6";
  const known = SERVER_VERSIONS.find((one) => one === version);
  if (known === undefined) {
    throw new CommandError(
      `--server-version must be one of ${SERVER_VERSIONS.join(", ")}, not ${JSON.stringify(version)}.`,
    );
  }
  const project = textOf(input, "project");
  const apiKey = textOf(input, "key");
  if (isOn(input, "ephemeral") && textOf(input, "data") !== null) {
    throw new CommandError("--ephemeral and --data exclude each other.");
  }
  return {
    port: Number(port),
    version: known,
    ...(isOn(input, "ephemeral")
      ? {}
      : { dataDirectory: resolve(terminal.directory, textOf(input, "data") ?? ".appwrite-iac") }),
    ...(project === null ? {} : { projectId: project }),
    ...(apiKey === null ? {} : { apiKey }),
  };
}

async function start(options: EmulatorOptions): Promise<Emulator> {
  try {
    // Loaded here: the other commands need neither the emulator nor its store.
    const { startEmulator } = require("../../emulator/index.ts") as typeof import("../../emulator/index.ts");
    return await startEmulator(options);
  } catch (cause) {
    if (!(cause instanceof Error) || !("code" in cause)) throw cause;
    if (cause.code === "EADDRINUSE") {
      throw new CommandError(
        `Port ${options.port} is taken. Choose another one with --port, or a free one with --port 0.`,
      );
    }
    if (cause.code === "EACCES")
      throw new CommandError(`Port ${options.port} may not be opened. Choose one above 1023.`);
    if (cause.code === "MODULE_NOT_FOUND") {
      throw new CommandError(
        "The embedded Appwrite needs the package libsql, which is not installed for this platform. Run npm install libsql.",
      );
    }
    throw cause;
  }
}

function asJson(emulator: Emulator): string {
  return JSON.stringify({
    endpoint: emulator.endpoint,
    project_id: emulator.projectId,
    api_key: emulator.apiKey,
    console_email: emulator.consoleEmail,
    console_password: emulator.consolePassword,
  });
}

function asText(emulator: Emulator): string {
  return `An embedded Appwrite answers at ${emulator.endpoint}. In the shell where terraform runs:

  export APPWRITE_ENDPOINT=${emulator.endpoint}
  export APPWRITE_PROJECT_ID=${emulator.projectId}
  export APPWRITE_API_KEY=${emulator.apiKey}

Ctrl-C ends it.`;
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener("abort", () => done(), { once: true });
  });
}
