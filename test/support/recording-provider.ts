import { appendFileSync } from "node:fs";
import { schemasOf } from "../../provider/engine/provider.ts";
import type { ProviderService } from "../../provider/engine/service.ts";
import { catalogue } from "../../provider/resources/index.ts";
import type { SchemaAttribute } from "../../provider/schema/terraform-type.ts";
import { isList, isRecord, type Row, type Value } from "../../provider/schema/value.ts";
import { serveStandIn } from "./stand-in.ts";

/**
 * A provider with the schemas of ours that takes every value, asks no server, and writes down what terraform gives it: a JSON line for each
 * configuration, to the file that `RECORDED_TO` names. So any text can be followed into any attribute, whatever the rules of that attribute.
 */

const schemas = schemasOf(catalogue);
const nothing = new Uint8Array();
const answer = { diagnostics: [], privateState: nothing, identity: null };
const absent = (): never => {
  throw new Error("The recording provider only plans.");
};

function record(kind: string, type: string, config: Row): void {
  const line = JSON.stringify({ kind, type, config }, (_, value: unknown) =>
    typeof value === "bigint" ? Number(value) : value,
  );
  appendFileSync(process.env["RECORDED_TO"] ?? "", `${line}\n`);
}

/** A row as a plan may have it: without what must never be kept, inside its values as well. */
function kept(attributes: readonly SchemaAttribute[], row: Row): Row {
  return Object.fromEntries(
    attributes.map(({ name, writeOnly, nested }) => {
      const value = row[name] ?? null;
      if (writeOnly) return [name, null];
      if (nested === undefined) return [name, value];
      const part = (one: Value): Value => (isRecord(one) ? kept(nested.attributes, one) : one);
      if (isList(value)) return [name, value.map(part)];
      if (nested.nesting !== "map" || !isRecord(value)) return [name, part(value)];
      return [name, Object.fromEntries(Object.entries(value).map(([key, one]) => [key, part(one)]))];
    }),
  );
}

const service: ProviderService = {
  schemas,
  validateProvider: async () => [],
  configure: async ({ config }) => {
    record("provider", "appwrite", config);
    return [];
  },
  validateResource: async () => [],
  validateDataSource: async () => [],
  validateEphemeral: async () => [],
  validateList: async () => [],
  upgradeState: absent,
  upgradeIdentity: absent,
  read: absent,
  plan: async ({ type, config, proposed }) => {
    if (config) record("resource", type, config);
    const planned = proposed && { ...proposed, ...kept(schemas.resources[type]?.attributes ?? [], proposed) };
    return { planned, replacedBy: [], plannedPrivate: nothing, identity: null, diagnostics: [] };
  },
  apply: absent,
  importState: absent,
  move: absent,
  readDataSource: async (type, config) => {
    record("data", type, config);
    return { state: config, diagnostics: [] };
  },
  openEphemeral: async (type, config) => {
    record("ephemeral", type, config);
    return { ...answer, result: config, renewAt: null };
  },
  renewEphemeral: absent,
  closeEphemeral: async () => [],
  callFunction: absent,
  list: absent,
  stop: () => {},
};

serveStandIn(service);
