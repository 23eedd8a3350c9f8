import type { Diagnostic, Path } from "../schema/diagnostics.ts";
import type { FunctionSignature, IdentityAttribute, Schema } from "../schema/terraform-type.ts";
import type { Row, Value } from "../schema/value.ts";

/**
 * What the protocol server serves: Terraform's questions in Terraform's words, free of wire formats. One method for
 * each RPC of plugin protocol v6 that concerns us; `null` stands for an absent object (create, destroy, gone).
 * A method never rejects for a user's error: it answers with diagnostics. What it does reject with is a defect of ours.
 */
export interface ProviderService {
  /** All schemas (`GetProviderSchema`, `GetMetadata`, `GetFunctions`, `GetResourceIdentitySchemas`). No configuration needed. */
  readonly schemas: ProviderSchemas;

  validateProvider(config: Row): Promise<readonly Diagnostic[]>;
  configure(request: ConfigureRequest): Promise<readonly Diagnostic[]>;

  validateResource(type: string, config: Row, client: ClientCapabilities): Promise<readonly Diagnostic[]>;
  validateDataSource(type: string, config: Row): Promise<readonly Diagnostic[]>;
  validateEphemeral(type: string, config: Row): Promise<readonly Diagnostic[]>;
  validateList(type: string, config: Row): Promise<readonly Diagnostic[]>;

  /** `state` is the stored JSON, already parsed without loss of digits and shaped as stored: old versions may lack or have other attributes. */
  upgradeState(type: string, version: bigint, state: Row): Promise<Answer<{ readonly state: Row | null }>>;
  upgradeIdentity(type: string, version: bigint, identity: Row): Promise<Answer<{ readonly identity: Row | null }>>;

  read(request: ReadRequest): Promise<Answer<ReadResult>>;
  plan(request: PlanRequest): Promise<Answer<PlanResult>>;
  apply(request: ApplyRequest): Promise<Answer<ApplyResult>>;
  importState(request: ImportRequest): Promise<Answer<{ readonly imported: readonly ImportedObject[] }>>;
  move(
    request: MoveRequest,
  ): Promise<Answer<{ readonly state: Row | null; readonly privateState: Uint8Array; readonly identity: Row | null }>>;

  readDataSource(type: string, config: Row): Promise<Answer<{ readonly state: Row | null }>>;

  openEphemeral(type: string, config: Row): Promise<Answer<OpenedEphemeral>>;
  renewEphemeral(
    type: string,
    privateState: Uint8Array,
  ): Promise<Answer<{ readonly renewAt: Date | null; readonly privateState: Uint8Array }>>;
  closeEphemeral(type: string, privateState: Uint8Array): Promise<readonly Diagnostic[]>;

  /** A function's error names the argument that is wrong, where one is. */
  callFunction(name: string, parameters: readonly Value[]): Promise<FunctionResult>;

  /** `terraform query`: one event for each object found; diagnostics may come with or without an object. */
  list(request: ListRequest): AsyncIterable<ListEvent>;

  /** `StopProvider`: aborts waits and calls; pending applies then answer with what was reached. */
  stop(): void;
}

/** All that the provider offers, with its schemas. */
export interface ProviderSchemas {
  readonly provider: Schema;
  readonly resources: { readonly [type: string]: Schema };
  readonly dataSources: { readonly [type: string]: Schema };
  readonly ephemerals: { readonly [type: string]: Schema };
  readonly lists: { readonly [type: string]: Schema };
  readonly identities: {
    readonly [type: string]: { readonly version: number; readonly attributes: readonly IdentityAttribute[] };
  };
  readonly functions: { readonly [name: string]: FunctionSignature };
}

/** An answer with its diagnostics. */
export type Answer<T> = T & { readonly diagnostics: readonly Diagnostic[] };

/** What the calling Terraform can do. */
export interface ClientCapabilities {
  readonly deferralAllowed: boolean;
  readonly writeOnlyAttributesAllowed: boolean;
}

/** `ConfigureProvider`. Values may be unknown (a key that another resource makes). */
export interface ConfigureRequest {
  readonly config: Row;
  readonly terraformVersion: string;
  readonly client: ClientCapabilities;
}

/** `ReadResource`. */
export interface ReadRequest {
  readonly type: string;
  readonly state: Row;
  readonly privateState: Uint8Array;
  readonly identity: Row | null;
  readonly client: ClientCapabilities;
}

/** A null state says that the object is gone. */
export interface ReadResult {
  readonly state: Row | null;
  readonly privateState: Uint8Array;
  readonly identity: Row | null;
}

/** `PlanResourceChange`. `prior` null = create, `config` and `proposed` null = destroy. */
export interface PlanRequest {
  readonly type: string;
  readonly prior: Row | null;
  readonly config: Row | null;
  readonly proposed: Row | null;
  readonly priorPrivate: Uint8Array;
  readonly identity: Row | null;
  readonly client: ClientCapabilities;
}

/** The planned object and the paths that force its replacement. */
export interface PlanResult {
  readonly planned: Row | null;
  readonly replacedBy: readonly Path[];
  readonly plannedPrivate: Uint8Array;
  readonly identity: Row | null;
}

/** `ApplyResourceChange`. `planned` null = destroy. */
export interface ApplyRequest {
  readonly type: string;
  readonly prior: Row | null;
  readonly planned: Row | null;
  readonly config: Row | null;
  readonly plannedPrivate: Uint8Array;
  readonly identity: Row | null;
  /** Aborted when the caller gives the call up: nobody takes the answer any more. */
  readonly signal?: AbortSignal;
}

/** What was reached, also when diagnostics hold an error. */
export interface ApplyResult {
  readonly state: Row | null;
  readonly privateState: Uint8Array;
  readonly identity: Row | null;
}

/** `ImportResourceState`: by id, or by identity (Terraform 1.12 and later). */
export interface ImportRequest {
  readonly type: string;
  readonly id: string;
  readonly identity: Row | null;
  readonly client: ClientCapabilities;
}

/** One object found by an import. */
export interface ImportedObject {
  readonly type: string;
  readonly state: Row;
  readonly privateState: Uint8Array;
  readonly identity: Row | null;
}

/** `MoveResourceState`: a `moved` block from a resource of another provider or type. */
export interface MoveRequest {
  readonly sourceProviderAddress: string;
  readonly sourceType: string;
  readonly sourceSchemaVersion: bigint;
  readonly sourceState: Row;
  readonly sourcePrivate: Uint8Array;
  readonly targetType: string;
}

/** An ephemeral resource that was opened; `renewAt` null = it needs no renewal. */
export interface OpenedEphemeral {
  readonly result: Row | null;
  readonly renewAt: Date | null;
  readonly privateState: Uint8Array;
}

/** The result of a function, or what is wrong with which argument (counted from 0). */
export type FunctionResult =
  | { readonly kind: "result"; readonly value: Value }
  | { readonly kind: "error"; readonly text: string; readonly argument?: number };

/** `ListResource`. `limit` 0 = no limit. */
export interface ListRequest {
  readonly type: string;
  readonly config: Row;
  readonly includeObject: boolean;
  readonly limit: bigint;
}

/** One object of a list. */
export interface ListEvent {
  readonly identity: Row | null;
  readonly displayName: string;
  readonly state: Row | null;
  readonly diagnostics: readonly Diagnostic[];
}
