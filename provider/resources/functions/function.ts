import {
  type Backend,
  type Change,
  collection,
  type Diagnostic,
  defineResource,
  error,
  id,
  isList,
  type Row,
  standard,
  t,
  warning,
} from "../../schema/index.ts";
import { roleError } from "../../schema/permission.ts";
import { eventFault } from "../events.ts";
import { elementFaults, elementPath, isKnownServer, unknownWord } from "../vocabulary.ts";
import { INSIDE, RUNTIME_PATTERN, SCOPES } from "./catalogue.ts";
import { computeFaults, FUNCTIONS, repositoryAttributes, resourceAttributes, text } from "./compute.ts";
import { cronFault } from "./cron.ts";
import { describeVariables, syncVariables, variableFaults, variablesMap } from "./variables-map.ts";

export const functionResource = defineResource({
  type: "appwrite_function",
  noun: "function",
  summary: "A function: code that Appwrite runs on request, on events or by a schedule.",
  notes: "Its code comes with `appwrite_function_deployment`, or from a connected Git repository.",
  scopes: FUNCTIONS.scopes,

  attributes: {
    id: id("functionId", "function"),
    name: t.string.required("Name shown in the console.", { length: [1, 128] }),
    runtime: t.string.required("Language and version that run it, such as `node-22` or `python-3.12`.", {
      length: [1, 128],
      pattern: RUNTIME_PATTERN,
    }),
    enabled: t.bool.default(true, "A disabled function is out of reach for clients; API keys still reach it."),
    logging: t.bool.default(true, "Keep the logs and errors of executions."),
    entrypoint: t.string.kept(
      "File that is run, from the root of the code. Once set, it can be changed but not removed.",
      {
        length: [0, 1028],
        absent: [""],
        unset: "",
        pattern: INSIDE,
      },
    ),
    commands: text("Commands that build it, such as `npm install`.", 8192),
    schedule: text("When it runs by itself, as a cron expression of five fields such as `0 3 * * *`, in UTC.", 128),
    timeout: t.int.default(
      15,
      "Seconds that an execution may take. The server's limit is 900 unless it is set up otherwise.",
      {
        range: [1, 86_400],
      },
    ),
    execute: t
      .unordered(t.string)
      .optional("Roles that may execute it, such as `any` or `team:editors`. API keys always may.", {
        length: [0, 100],
        absent: [[]],
        unset: [],
      }),
    events: t
      .unordered(t.string)
      .optional("Events that execute it, such as `databases.*.tables.*.rows.*.create`. Not those of functions.", {
        length: [0, 100],
        absent: [[]],
        unset: [],
      }),
    scopes: t
      .unordered(t.string)
      .optional("Scopes of the API key that each execution is given, such as `users.read`.", {
        length: [0, 100],
        absent: [[]],
        unset: [],
      }),
    variables: variablesMap(FUNCTIONS),
    ...repositoryAttributes("function"),
    ...resourceAttributes(),
    ...standard,
  },

  api: collection("/functions", "functions"),
  hooks: {
    validate: faults,
    check: serverFaults,
    complete: (session, step) => syncVariables(FUNCTIONS, session, step),
    fromWire: describeVariables,
  },
  importId: ["id"],
  lookup: { by: ["name"], plural: "appwrite_functions" },
  cloning: { config: "functions" },
});

function faults(config: Row): readonly Diagnostic[] {
  const { schedule, timeout } = config;
  const cron = typeof schedule === "string" && schedule !== "" ? cronFault(schedule) : null;
  const isLong = typeof timeout === "number" && timeout > 900;
  const long = `A timeout of ${String(timeout)} seconds is above Appwrite's default limit of 900. The server refuses it unless _APP_FUNCTIONS_TIMEOUT is raised there.`;
  return [
    ...(cron === null ? [] : [error("Invalid value", cron, "schedule")]),
    ...(isLong ? [warning("Timeout above the usual limit", long, "timeout")] : []),
    ...elementFaults(config, "execute", executeFault),
    ...elementFaults(config, "events", (event) =>
      event.startsWith("functions.")
        ? `${JSON.stringify(event)}: a function cannot be run by the events of functions, which would run it for ever. Remove it.`
        : null,
    ),
    ...variableFaults(config),
  ];
}

function executeFault(role: string): string | null {
  if (/^\w+\(/.test(role))
    return `${JSON.stringify(role)} is a permission; write the role alone, such as "any" or "users".`;
  const fault = roleError(role);
  return fault === null ? null : `${JSON.stringify(role)}: ${fault}`;
}

async function serverFaults(backend: Backend, change: Change): Promise<readonly Diagnostic[]> {
  const found = await computeFaults(FUNCTIONS, backend, change, "runtime");
  const words = wordFaults(change, await backend.version());
  return words.length > 0 && (await isKnownServer(backend)) ? [...found, ...words] : found;
}

/** Scopes and events that are not known: wrong on the servers of today, perhaps right on a newer one. */
function wordFaults({ config }: Change, version: string | null): readonly Diagnostic[] {
  if (!config) return [];
  const scopes = isList(config["scopes"]) ? config["scopes"] : [];
  const unknown = scopes.flatMap((scope, index) =>
    typeof scope === "string" && !SCOPES.includes(scope)
      ? [unknownWord(elementPath("scopes", index), scope, "scope", SCOPES)]
      : [],
  );
  return [...unknown, ...elementFaults(config, "events", (event) => eventFault(event, version))];
}
