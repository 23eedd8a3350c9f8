import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { type DriftedField, type DriftedResource, driftOf } from "../../environments/drift.ts";
import { type EnvironmentsFile, environmentOf, providerVariables } from "../../environments/environments-file.ts";
import { prettyJson } from "../../environments/snapshot-file.ts";
import { terraformPlan } from "../../environments/terraform.ts";
import type { Value } from "../../provider/schema/value.ts";
import { type Command, CommandError, type Terminal, textOf } from "../command.ts";
import { type Format, formatOf, tellDifferences } from "../comparison.ts";
import { ENVIRONMENT_OPTIONS, environmentsFile, guarded, SELECTION_OPTIONS } from "../environments.ts";

/** Tells where a live project is not as its configuration says. */
export const drift: Command = {
  name: "drift",
  summary: "Tells where a live environment is not as its configuration says, for a nightly job.",
  usage: "<environment> --from <path> [options]",
  positionals: [1, 1],
  options: {
    ...ENVIRONMENT_OPTIONS,
    ...SELECTION_OPTIONS,
    from: {
      type: "string",
      value: "PATH",
      help: "The configuration: a terraform folder (initialised, with its state), a snapshot, or appwrite.config.json.",
    },
    format: { type: "string", value: "FORMAT", help: "text, json or markdown. Default: text." },
  },
  notes: `For a terraform folder it runs terraform plan (or tofu plan) with the environment's endpoint, project and key, and tells every change
that an apply would make. Nothing is written.

Exit code: 0 no drift, 1 an error, 2 drift.`,
  run: guarded(async (input, terminal) => {
    const [name = ""] = input.positionals;
    const from = textOf(input, "from");
    if (from === null) throw new CommandError("Say where the configuration is: --from FOLDER or --from SNAPSHOT.json.");
    const path = resolve(terminal.directory, from);
    if (!existsSync(path)) throw new CommandError(`There is no ${path}.`);
    const format = formatOf(input);
    const file = await environmentsFile(input, terminal);
    return statSync(path).isDirectory()
      ? folderDrift(path, name, format, file, terminal)
      : tellDifferences({ from, to: name }, { format, keepsExtra: false }, file, input, terminal);
  }),
};

async function folderDrift(
  folder: string,
  name: string,
  format: Format,
  file: EnvironmentsFile,
  terminal: Terminal,
): Promise<number> {
  const credentials = providerVariables(environmentOf(file, name, terminal.environment, "source"));
  const plan = await terraformPlan(folder, { ...terminal.environment, ...credentials }, terminal.signal, [
    "-lock=false",
  ]);
  const found = driftOf(plan);
  if (format === "json") terminal.out(prettyJson(json(name, found)));
  else terminal.out(format === "markdown" ? markdown(name, found) : text(name, found));
  return found.length === 0 ? 0 : 2;
}

function json(environment: string, found: readonly DriftedResource[]): Value {
  return {
    format: "appwrite-iac/drift/1",
    environment,
    equal: found.length === 0,
    resources: found.map(({ address, actions, fields }) => ({
      address,
      actions: [...actions],
      fields: fields.map((field) => ({
        path: field.name,
        ...(field.isSecret ? { secret: true } : { live: field.live as Value, configured: field.configured as Value }),
      })),
    })),
  };
}

function text(environment: string, found: readonly DriftedResource[]): string {
  if (found.length === 0) return `${environment} is as its configuration says.`;
  return [
    `${environment} is not as its configuration says:`,
    ...found.map(({ address, actions, fields }) =>
      [`\n  ${address}: ${words(actions)}`, ...fields.map(line)].join("\n"),
    ),
  ].join("\n");
}

function markdown(environment: string, found: readonly DriftedResource[]): string {
  if (found.length === 0) return `**\`${environment}\` is as its configuration says.**`;
  const lines = found.map(({ address, actions, fields }) =>
    [`! ${address}: ${words(actions)}`, ...fields.map(line)].join("\n"),
  );
  return `### \`${environment}\` has drifted: ${found.length} resources\n\n~~~diff\n${lines.join("\n")}\n~~~`;
}

function words(actions: readonly string[]): string {
  const deed = actions.join(" and ");
  const meaning: { readonly [deed: string]: string } = {
    create: "it is gone",
    update: "it was changed",
    delete: "it is not configured",
  };
  return meaning[deed] ?? `an apply would ${deed} it`;
}

function line({ name, live, configured, isSecret }: DriftedField): string {
  const values = isSecret ? "(secret)" : `${JSON.stringify(live)} there, ${JSON.stringify(configured)} configured`;
  return `      ${name}: ${values}`;
}
