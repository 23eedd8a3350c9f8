import { resolve } from "node:path";
import { writeConfigFile } from "../../environments/config-file.ts";
import type { Entity, Omission, Snapshot } from "../../environments/entity.ts";
import { EnvironmentError } from "../../environments/environment-error.ts";
import { type Environment, providerVariables } from "../../environments/environments-file.ts";
import { type Configuration, configurationOf } from "../../environments/export.ts";
import { writeWhole } from "../../environments/id-map.ts";
import { worldOf } from "../../environments/links.ts";
import { parsePattern } from "../../environments/patterns.ts";
import { omissionLines } from "../../environments/report.ts";
import { selectEntities } from "../../environments/selection.ts";
import { prettyJson, writeSnapshot } from "../../environments/snapshot-file.ts";
import { synthesise } from "../../environments/synthesise.ts";
import { proveExport, type TerraformChange } from "../../environments/terraform.ts";
import { isUntouched } from "../../environments/untouched.ts";
import { writeConstructs } from "../../environments/write-constructs.ts";
import { writeHcl } from "../../environments/write-hcl.ts";
import { writeTerraformJson } from "../../environments/write-terraform-json.ts";
import { type WriteOptions, writeFolder } from "../../environments/written.ts";
import { catalogue } from "../../provider/resources/index.ts";
import { type Command, CommandError, type Input, isOn, type Terminal, textOf } from "../command.ts";
import {
  ENVIRONMENT_OPTIONS,
  environmentsFile,
  guarded,
  open,
  readLive,
  SELECTION_OPTIONS,
  selectionOf,
} from "../environments.ts";

const WRITERS = { hcl: writeHcl, json: writeTerraformJson, constructs: writeConstructs } as const;
const FORMATS = [...Object.keys(WRITERS), "snapshot", "appwrite-config"];

/** Writes a project down as configuration. */
export const exportCommand: Command = {
  name: "export",
  summary: "Writes an environment down: as HCL, Terraform JSON, constructs, a snapshot, or appwrite.config.json.",
  usage: "<environment> [options]",
  positionals: [1, 1],
  options: {
    ...ENVIRONMENT_OPTIONS,
    ...SELECTION_OPTIONS,
    format: { type: "string", short: "f", value: "FORMAT", help: `${FORMATS.join(", ")}. Default: hcl.` },
    out: {
      type: "string",
      short: "o",
      value: "PATH",
      help: "Folder to write to (a file for snapshot and appwrite-config; without it they go to the output).",
    },
    "no-imports": { type: "boolean", help: "Write no import blocks." },
    source: { type: "string", value: "ADDRESS", help: "Address of the provider. Default: appwrite-iac/appwrite." },
    verify: {
      type: "boolean",
      help: "Prove it: run terraform (or tofu), and succeed only when its plan imports everything and changes nothing. Constructs are compiled and run before.",
    },
  },
  notes: `Ids of exported objects are written as references, secrets as variables without values, what belongs to this environment as
variables with values in <environment>.auto.tfvars. Settings that are as every project begins are not written, unless --only names them.
The same project gives the same bytes. Files of an earlier export are replaced; a file that no export wrote is never overwritten.`,
  run: guarded(async (input, terminal) => {
    const [name = ""] = input.positionals;
    const format = textOf(input, "format") ?? "hcl";
    if (!FORMATS.includes(format)) {
      throw new CommandError(`--format must be one of ${FORMATS.join(", ")}, not ${JSON.stringify(format)}.`);
    }
    const file = await environmentsFile(input, terminal);
    const selection = selectionOf(input);
    const target = open(file, name, "source", terminal);
    const { environment } = target;
    const read = await readLive(target, selection, terminal);
    const world = worldOf(read.entities, environment.project, catalogue.resources);
    const snapshot: Snapshot = { ...read, entities: selectEntities(selection, read.entities, world) };
    if (format === "snapshot") return writeText(writeSnapshot(snapshot), snapshot.omitted, input, terminal);
    if (format === "appwrite-config") {
      const { text, omitted } = writeConfigFile(snapshot, environment.project, environment.endpoint);
      return writeText(text, omitted, input, terminal);
    }
    const version = await target.backend.version();
    const isNamed = ({ address }: Entity) => selection.only.some((pattern) => pattern.isOf(address));
    const told = snapshot.entities.filter((entity) => isNamed(entity) || !isUntouched(entity, version));
    const configuration = configurationOf(told, {
      endpoint: environment.endpoint,
      project: environment.project,
      definitions: catalogue.resources,
      perEnvironment: [...file.differences, ...Object.keys(file.environments[name]?.values ?? {})].map((text) =>
        parsePattern(text, catalogue.resources),
      ),
    });
    const omitted = [...snapshot.omitted, ...configuration.leftOut];
    const options: WriteOptions = {
      environment: name,
      source: textOf(input, "source") ?? "appwrite-iac/appwrite",
      withImports: !isOn(input, "no-imports"),
    };
    const files = WRITERS[format as keyof typeof WRITERS](configuration, options);
    const folder = resolve(terminal.directory, textOf(input, "out") ?? name);
    if (isOn(input, "verify")) {
      if (!options.withImports) throw new CommandError("--verify needs import blocks: leave --no-imports away.");
      const program = { folder, library: resolve(__dirname, ".."), stack: name };
      const proven =
        format === "constructs" ? await synthesise(files, program, terminal.environment, terminal.signal) : files;
      await verify(proven, configuration, options, environment, terminal);
    }
    writeFolder(folder, files);
    const secrets = configuration.variables.filter(({ isSecret }) => isSecret).map((variable) => variable.name);
    if (isOn(input, "json")) {
      terminal.out(
        prettyJson({
          folder,
          files: [...files.keys()].sort(),
          resources: configuration.blocks.length,
          secret_variables: secrets,
          omitted: omitted.map((one) => ({ ...one })),
          verified: isOn(input, "verify"),
        }),
      );
      return 0;
    }
    terminal.out(
      `Wrote ${configuration.blocks.length} resources to ${folder}: ${[...files.keys()].sort().join(", ")}.`,
    );
    if (isOn(input, "verify")) terminal.out("Verified: terraform imports all of it and changes nothing.");
    if (secrets.length > 0) terminal.out(`Secrets to give as TF_VAR_…: ${secrets.join(", ")}.`);
    tellOmitted(omitted, terminal);
    return 0;
  }),
};

async function verify(
  files: ReadonlyMap<string, string>,
  configuration: Configuration,
  { source }: WriteOptions,
  environment: Environment,
  terminal: Terminal,
): Promise<void> {
  terminal.err("Verifying with terraform …");
  // Secrets go to terraform by its environment, and nowhere else. One that Appwrite does not tell is not compared either.
  const secrets = configuration.variables
    .filter(({ isSecret, isOptional }) => isSecret && !isOptional)
    .map(({ name, value }) => [
      `TF_VAR_${name}`,
      typeof value === "string" ? value : value === null ? "not-told" : JSON.stringify(value),
    ]);
  const { imported, changes } = await proveExport(
    files,
    { path: resolve(__dirname, "terraform-provider-appwrite"), source },
    { ...Object.fromEntries(secrets), ...providerVariables(environment) },
    terminal.environment,
    terminal.signal,
  );
  if (changes.length > 0 || imported !== configuration.blocks.length) {
    throw new EnvironmentError(
      `The export is not right: terraform imports ${imported} of ${configuration.blocks.length} resources and would change ${changes.length}. Nothing was written.\n${changes.map(changeText).join("\n")}`,
    );
  }
}

function changeText({ address, change }: TerraformChange): string {
  const names = Object.keys({ ...change.before, ...change.after }).filter(
    (name) => JSON.stringify(change.before?.[name]) !== JSON.stringify(change.after?.[name]),
  );
  return `  ${address}: ${change.actions.join(" and ")} (${names.join(", ")})`;
}

function writeText(text: string, omitted: readonly Omission[], input: Input, terminal: Terminal): number {
  const out = textOf(input, "out");
  if (isOn(input, "verify")) throw new CommandError("--verify is for HCL, Terraform JSON and constructs.");
  if (out === null) terminal.out(text.trimEnd());
  else {
    writeWhole(resolve(terminal.directory, out), text);
    terminal.err(`Wrote ${out}.`);
  }
  tellOmitted(omitted, terminal);
  return 0;
}

function tellOmitted(omitted: readonly Omission[], terminal: Terminal): void {
  if (omitted.length > 0) terminal.err(["Left out:", ...omissionLines(omitted)].join("\n"));
}
