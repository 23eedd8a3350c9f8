import type { ProviderService } from "../../provider/engine/service.ts";
import type { Schema } from "../../provider/schema/terraform-type.ts";
import { type Row, UNKNOWN } from "../../provider/schema/value.ts";
import { serveStandIn } from "./stand-in.ts";

/**
 * A stand-in for HashiCorp's null provider, whose binary cannot be had everywhere: `null_resource` with its triggers, over our own
 * protocol code.
 */

const EMPTY: Schema = { version: 0, description: "", attributes: [], blocks: [] };
const NULL_RESOURCE: Schema = {
  ...EMPTY,
  attributes: [
    { name: "id", description: "", type: { kind: "string" }, computed: true },
    { name: "triggers", description: "", type: { kind: "map", element: { kind: "string" } }, optional: true },
  ],
};

const nothing = new Uint8Array();
const answer = { diagnostics: [], privateState: nothing, identity: null };
const absent = (): never => {
  throw new Error("The null provider has only null_resource.");
};

const service: ProviderService = {
  schemas: {
    provider: EMPTY,
    resources: { null_resource: NULL_RESOURCE },
    dataSources: {},
    ephemerals: {},
    lists: {},
    identities: { null_resource: { version: 0, attributes: [] } },
    functions: {},
  },
  validateProvider: async () => [],
  configure: async () => [],
  validateResource: async () => [],
  validateDataSource: absent,
  validateEphemeral: absent,
  validateList: absent,
  upgradeState: async (_, _version, state) => ({ state, diagnostics: [] }),
  upgradeIdentity: absent,
  read: async ({ state }) => ({ ...answer, state }),
  plan: async ({ prior, proposed }) => {
    const isChanged = JSON.stringify(prior?.["triggers"]) !== JSON.stringify(proposed?.["triggers"]);
    const planned: Row | null = proposed && (prior === null || isChanged ? { ...proposed, id: UNKNOWN } : prior);
    const replacedBy = prior && proposed && isChanged ? [[{ kind: "attribute", name: "triggers" } as const]] : [];
    return { planned, replacedBy, plannedPrivate: nothing, identity: null, diagnostics: [] };
  },
  apply: async ({ planned }) => ({ ...answer, state: planned && { ...planned, id: String(process.hrtime.bigint()) } }),
  importState: absent,
  move: absent,
  readDataSource: absent,
  openEphemeral: absent,
  renewEphemeral: absent,
  closeEphemeral: absent,
  callFunction: absent,
  list: absent,
  stop: () => {},
};

serveStandIn(service);
