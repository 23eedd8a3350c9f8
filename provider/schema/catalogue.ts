import type { Attributes } from "./attribute.ts";
import type { DataSourceDefinition, EphemeralDefinition, FunctionDefinition } from "./other-definitions.ts";
import type { ResourceDefinition } from "./resource.ts";

/** All that the provider is made of. */
export interface Catalogue {
  readonly provider: { readonly summary: string; readonly attributes: Attributes };
  readonly resources: readonly ResourceDefinition[];
  readonly dataSources: readonly DataSourceDefinition[];
  readonly ephemerals: readonly EphemeralDefinition[];
  readonly functions: readonly FunctionDefinition[];
}
