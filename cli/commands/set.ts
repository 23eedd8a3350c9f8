import { configOf } from "../../environments/changes.ts";
import { parsePattern } from "../../environments/patterns.ts";
import { update } from "../../provider/engine/apply.ts";
import { decide } from "../../provider/engine/decide.ts";
import { startOperation } from "../../provider/engine/operation.ts";
import { validate } from "../../provider/engine/validate.ts";
import { createWait } from "../../provider/engine/wait.ts";
import { catalogue } from "../../provider/resources/index.ts";
import type { AttributeType } from "../../provider/schema/attribute.ts";
import { type Diagnostic, UserError } from "../../provider/schema/diagnostics.ts";
import { parseJson } from "../../provider/schema/json.ts";
import { nearest } from "../../provider/schema/nearest.ts";
import type { ResourceDefinition } from "../../provider/schema/resource.ts";
import type { Row, Value } from "../../provider/schema/value.ts";
import { type Command, CommandError, isOn, type Terminal } from "../command.ts";
import { ENVIRONMENT_OPTIONS, environmentsFile, guarded, open, readLive } from "../environments.ts";

/** Sets attributes of one object: for secrets, which no command can carry. */
export const set: Command = {
  name: "set",
  summary: "Sets attributes of one object of an environment, such as a secret that could not be carried.",
  usage: "<environment> <address> <attribute>=<value>… [options]",
  positionals: [3, 50],
  options: ENVIRONMENT_OPTIONS,
  notes: `A value env:NAME is taken from the environment variable NAME, so that a secret stands neither in the shell's history nor in
the list of processes.

  appwrite-iac set prod appwrite_auth_provider.github client_secret=env:GITHUB_SECRET enabled=true`,
  run: guarded(async (input, terminal) => {
    const [name = "", address = "", ...assignments] = input.positionals;
    const file = await environmentsFile(input, terminal);
    const target = open(file, name, "source", terminal);
    const pattern = parsePattern(address, catalogue.resources);
    const definition = catalogue.resources.find(({ type }) => type === address.split(".")[0]);
    if (!definition)
      throw new CommandError(`${JSON.stringify(address)} is no address, such as appwrite_webhook.orders.`);
    const values = Object.fromEntries(assignments.map((text) => assignment(definition, text, terminal)));
    const { data } = definition.cloning ?? {};
    const { entities } = await readLive(target, { only: [], except: [] }, terminal, data === undefined ? [] : [data]);
    const [found, more] = entities.filter((entity) => pattern.isOf(entity.address));
    if (!found || more) {
      throw new CommandError(`${found ? "Several objects are" : "There is no"} ${address} in ${name}.`);
    }
    await change(definition, found.row, values, target.backend);
    if (isOn(input, "json")) terminal.out(JSON.stringify({ address: found.address, set: Object.keys(values) }));
    else terminal.out(`Set ${Object.keys(values).join(", ")} of ${found.address} in ${name}.`);
    return 0;
  }),
};

async function change(
  definition: ResourceDefinition,
  prior: Row,
  values: Row,
  backend: Parameters<typeof startOperation>[2],
): Promise<void> {
  const config = { ...configOf(definition, prior), ...values };
  const faults = validate(definition.attributes, values);
  if (faults.length > 0) throw new UserError(...faults);
  const { change: planned, replacedBy } = decide(definition, prior, config, {
    projectId: backend.projectId,
    known: {},
  });
  if (planned.action === "replace") {
    throw new CommandError(`${replacedBy.join(", ")} cannot be changed: the object would have to be made anew.`);
  }
  if (planned.planned === null || planned.action === "none") return;
  const operation = startOperation(definition, "update", backend, createWait(), new Set(), undefined);
  await update(operation, prior, planned.planned, config);
  const failed: readonly Diagnostic[] = operation.progress.diagnostics.filter(({ severity }) => severity === "error");
  if (failed.length > 0) throw new UserError(...failed);
}

function assignment(definition: ResourceDefinition, text: string, { environment }: Terminal): readonly [string, Value] {
  const [, name = "", written = ""] = /^([a-z0-9_]+)=(.*)$/s.exec(text) ?? [];
  const attribute = definition.attributes[name];
  if (name === "") throw new CommandError("Write attribute=value, such as client_secret=env:GITHUB_SECRET.");
  if (!attribute || attribute.presence === "computed") {
    const close = nearest(name, Object.keys(definition.attributes));
    const hint = close === null ? "" : ` Did you mean ${close}?`;
    throw new CommandError(`A ${definition.noun} has no attribute ${name} that can be set.${hint}`);
  }
  const variable = /^env:(\w+)$/.exec(written)?.[1];
  const value = variable === undefined ? written : environment[variable];
  if (value === undefined) throw new CommandError(`The environment variable ${variable} is not set.`);
  return [name, valueOf(name, attribute.type, value)];
}

function valueOf(name: string, type: AttributeType, text: string): Value {
  if (type.kind === "string" || type.kind === "oneOf" || type.kind === "datetime" || type.kind === "json") return text;
  try {
    return parseJson(text);
  } catch {
    throw new CommandError(`${name} must be written as JSON, such as true, 42 or ["read(\\"any\\")"].`);
  }
}
