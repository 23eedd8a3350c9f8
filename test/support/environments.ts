import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Terminal } from "../../cli/command.ts";
import { commands } from "../../cli/commands/index.ts";
import { dispatch } from "../../cli/dispatch.ts";
import { type Emulator, startEmulator } from "../../emulator/index.ts";
import type { Backend } from "../../provider/schema/backend.ts";
import { clientOf } from "./project.ts";

/** How a command of `appwrite-iac` ended. */
export interface CommandEnd {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Two environments, staging and prod, each on an embedded Appwrite of its own, and a folder with the file that names them. */
export interface TwoEnvironments {
  readonly staging: Emulator;
  readonly prod: Emulator;
  readonly folder: string;
  readonly stagingClient: Backend;
  readonly prodClient: Backend;
  /** Runs a command in the folder. `answer` is what is typed at its questions; without it nobody is there to ask. */
  run(words: readonly string[], more?: RunOptions): Promise<CommandEnd>;
  /** Rewrites the environments file with these additions. */
  configure(additions: Additions): void;
  read(name: string): string;
  write(name: string, text: string): string;
  /** Empties both projects. */
  reset(): void;
  close(): Promise<void>;
}

export interface RunOptions {
  answer?(question: string): Promise<string>;
  readonly environment?: { readonly [name: string]: string };
  readonly signal?: AbortSignal;
}

export interface Additions {
  readonly staging?: { readonly [name: string]: unknown };
  readonly prod?: { readonly [name: string]: unknown };
  readonly differences?: readonly string[];
}

/** Starts them. With `isOneServer`, they are two projects of one embedded Appwrite. */
export async function startTwoEnvironments(isOneServer = false): Promise<TwoEnvironments> {
  const staging = await startEmulator();
  const other = isOneServer ? staging : await startEmulator();
  const prod = { ...other, ...(isOneServer ? staging.addProject({ id: "prod" }) : {}) };
  const folder = mkdtempSync(join(tmpdir(), "appwrite-iac-test-"));
  const write = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const configure = ({ staging: forStaging = {}, prod: forProd = {}, ...rest }: Additions): void => {
    const entry = (emulator: Emulator, variable: string) => ({
      endpoint: emulator.endpoint,
      project: emulator.projectId,
      key: { env: variable },
    });
    const environments = {
      staging: { ...entry(staging, "STAGING_KEY"), ...forStaging },
      prod: { ...entry(prod, "PROD_KEY"), ...forProd },
    };
    write("environments.json", JSON.stringify({ environments, ...rest }, null, 2));
  };
  configure({});
  return {
    staging,
    prod,
    folder,
    stagingClient: clientOf(staging),
    get prodClient() {
      return clientOf(prod);
    },
    configure,
    write,
    read: (name) => readFileSync(join(folder, name), "utf8"),
    run: (words, more = {}) => {
      const { environment = {}, signal } = more;
      const out: string[] = [];
      const err: string[] = [];
      const terminal: Terminal = {
        out: (text) => void out.push(text),
        err: (text) => void err.push(text),
        environment: { STAGING_KEY: staging.apiKey, PROD_KEY: prod.apiKey, NO_COLOR: "1", ...environment },
        directory: folder,
        isInteractive: more.answer !== undefined,
        ask: async (question) => {
          err.push(question);
          return (await more.answer?.(question)) ?? "";
        },
        signal: signal ?? new AbortController().signal,
      };
      return dispatch(commands, words, terminal, "test").then((code) => ({
        code,
        out: out.join("\n"),
        err: err.join("\n"),
      }));
    },
    reset: () => {
      staging.reset();
      if (isOneServer) Object.assign(prod, staging.addProject({ id: "prod" }));
      else prod.reset();
      for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true });
      configure({});
    },
    close: async () => {
      await staging.close();
      if (!isOneServer) await prod.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Makes an object by a plain request. */
export async function post(client: Backend, path: string, body: { readonly [name: string]: unknown }): Promise<void> {
  await client.call({ method: "POST", path, body: body as never });
}
