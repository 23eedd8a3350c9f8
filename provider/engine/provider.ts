import type { Attributes } from "../schema/attribute.ts";
import { type Backend, isNotFound, StoppedError } from "../schema/backend.ts";
import type { Catalogue } from "../schema/catalogue.ts";
import { type Diagnostic, error, hasErrors, UserError, warning } from "../schema/diagnostics.ts";
import { ArgumentError, type DataSourceDefinition, type EphemeralDefinition } from "../schema/other-definitions.ts";
import type { Foreseen, ResourceDefinition } from "../schema/resource.ts";
import type { FunctionSignature, Schema } from "../schema/terraform-type.ts";
import { isRecord, isUnknown, isWhollyKnown, type Row, type Value } from "../schema/value.ts";
import { importIdOf } from "./address.ts";
import { claimOf, create, remove, update } from "./apply.ts";
import { listObjects, parentsOf, pluralDataSource, singularDataSource } from "./data-source.ts";
import { decide } from "./decide.ts";
import { parseDuration } from "./duration.ts";
import { describeFailure } from "./failure.ts";
import { type Connection, foretell, refuseProtected } from "./foretell.ts";
import { fromIdentity, identityOf, parseImportId, upgradeState } from "./import.ts";
import { type Operation, startOperation } from "./operation.ts";
import { UnknownTypeError } from "./provider-error.ts";
import { nameOf, read } from "./read.ts";
import { capital } from "./sentence.ts";
import type {
  Answer,
  ApplyRequest,
  ApplyResult,
  ListEvent,
  ListRequest,
  PlanRequest,
  PlanResult,
  ProviderService,
} from "./service.ts";
import { identitySchema, resourceSchema, schemaAttributes } from "./terraform-schema.ts";
import { validate } from "./validate.ts";
import { createWait, type Wait } from "./wait.ts";
import { fromAnswer } from "./wire.ts";

export type { Catalogue, Connection };

/** Makes a connection of the provider's configuration. Environment variables and the network are its business. */
export type Connect = (
  config: Row,
  about: { readonly terraformVersion: string; readonly signal: AbortSignal },
) => { readonly connection: Connection | null; readonly diagnostics: readonly Diagnostic[] };

/** All data sources: those that mirror a resource, those that list them, and those that are declared on their own. */
export function dataSourcesOf(catalogue: Catalogue): readonly DataSourceDefinition[] {
  const mirrored = catalogue.resources.flatMap((definition) => {
    if (!definition.lookup) return [];
    const { plural } = definition.lookup;
    return [singularDataSource(definition), ...(plural === null ? [] : [pluralDataSource(definition, plural)])];
  });
  return [...mirrored, ...catalogue.dataSources];
}

/**
 * The schemas of everything in the catalogue, for `GetProviderSchema`. Each is made when it is first asked for: most launches of the provider
 * meet a few types only.
 */
export function schemasOf(catalogue: Catalogue): ProviderService["schemas"] {
  const sources = lazily(() => dataSourcesOf(catalogue));
  const { resources, ephemerals, functions } = catalogue;
  return {
    get provider() {
      return plainSchema(catalogue.provider.summary, catalogue.provider.attributes);
    },
    resources: lazyRecord(resources, ({ type }) => type, resourceSchema),
    get dataSources() {
      return lazyRecord(
        sources(),
        ({ type }) => type,
        ({ summary, notes, attributes }) => plainSchema(summary, attributes, notes),
      );
    },
    ephemerals: lazyRecord(
      ephemerals,
      ({ type }) => type,
      ({ summary, notes, attributes }) => plainSchema(summary, attributes, notes),
    ),
    get lists() {
      return lazyRecord(
        resources.filter(isListable),
        ({ type }) => type,
        (definition) => plainSchema(`Lists ${definition.noun}s for terraform query.`, listAttributes(definition)),
      );
    },
    identities: lazyRecord(
      resources,
      ({ type }) => type,
      (definition) => ({ version: 0, attributes: identitySchema(definition) }),
    ),
    functions: Object.fromEntries(functions.map(({ name, signature }) => [name, signature])),
  };
}

/** A record whose values are made when they are first read. */
function lazyRecord<T, V>(
  items: readonly T[],
  keyOf: (item: T) => string,
  make: (item: T) => V,
): { readonly [key: string]: V } {
  const record: { [key: string]: V } = {};
  for (const item of items) {
    const value = lazily(() => make(item));
    Object.defineProperty(record, keyOf(item), { enumerable: true, get: value });
  }
  return record;
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/**
 * The provider as the protocol serves it, over a catalogue of definitions and a way to connect. Holds what one process knows:
 * the connection, the shared polls, and which objects are managed.
 */
export function createProvider(catalogue: Catalogue, connect: Connect): ProviderService {
  const definitions = new Map(catalogue.resources.map((definition) => [definition.type, definition]));
  const dataSources = lazily(() => new Map(dataSourcesOf(catalogue).map((source) => [source.type, source])));
  const ephemerals = new Map(catalogue.ephemerals.map((ephemeral) => [ephemeral.type, ephemeral]));
  const functions = new Map(catalogue.functions.map((one) => [one.name, one]));
  const schemas = schemasOf(catalogue);
  let run = startRun();
  const stoppers = new Set([run.stopper]);

  const definitionOf = (type: string): ResourceDefinition => known(definitions, type, "resource");

  const backendFor = (row: Row): Backend => {
    const backend = backendOrNull(run.connection, row);
    if (backend === null) throw new UserError(NOT_CONFIGURED);
    return backend;
  };

  const projectBackendFor = (definition: { readonly attributes: Attributes }, row: Row): Backend => {
    const backend = backendFor(row);
    if (backend.projectId === null && definition.attributes["project_id"]) throw new UserError(NO_PROJECT);
    return backend;
  };

  const operation = (
    definition: ResourceDefinition,
    kind: "create" | "update" | "delete",
    row: Row,
    timeouts?: Value,
    signal?: AbortSignal,
  ): Operation =>
    startOperation(
      definition,
      kind,
      projectBackendFor(definition, row),
      run.wait,
      run.claims,
      timeouts ?? row["timeouts"],
      signal,
    );

  const planChange = async (request: PlanRequest): Promise<Answer<PlanResult>> => {
    const definition = definitionOf(request.type);
    const prior = request.prior;
    if (prior) {
      requireIdentified(definition, prior);
      run.claims.add(claimOf(definition, prior));
    }
    const { connection } = run;
    const diagnostics: Diagnostic[] = [];
    const foreseen =
      request.config && definition.hooks?.foresee
        ? await definition.hooks.foresee(request.config, prior, backendOrNull(connection, prior ?? request.config))
        : NOTHING_FORESEEN;
    diagnostics.push(...foreseen.diagnostics);
    const facts = { projectId: connection?.projectId ?? null, known: foreseen.known, there: foreseen.there ?? [] };
    const decision = decide(definition, prior, request.config, facts);
    const { change, replacedBy, changed } = decision;
    const { planned } = change;
    diagnostics.push(...decision.diagnostics);
    if (!hasErrors(diagnostics) && change.action !== "none") {
      const backend = backendOrNull(connection, prior ?? planned);
      diagnostics.push(...(await foretell(definition, change, connection, backend, changed)));
    }
    return {
      planned: planned === null ? null : withTimeouts(definition, planned, request.config),
      replacedBy: prior === null ? [] : replacedBy.map((name) => [{ kind: "attribute", name }]),
      plannedPrivate: request.priorPrivate,
      identity: request.identity ?? identityOf(definition, isWhollyIdentified(definition, planned) ? planned : null),
      diagnostics,
    };
  };

  const applyChange = async (request: ApplyRequest): Promise<Answer<ApplyResult>> => {
    const definition = definitionOf(request.type);
    const { prior, planned } = request;
    const config = request.config ?? {};
    if (prior) requireIdentified(definition, prior);
    if (planned && request.config) requireValid(definition, config);
    if (planned) requireSet(definition.attributes, { ...planned, ...writeOnly(definition.attributes, config) });
    const kind = planned === null ? "delete" : prior === null ? "create" : "update";
    // What was planned before the block was known is known in the configuration by now.
    const timed = request.config ?? planned ?? prior;
    const running = operation(definition, kind, planned ?? prior ?? {}, timed?.["timeouts"], request.signal);
    const { progress } = running;
    const finished = (state: Row | null): Answer<ApplyResult> => {
      const kept =
        state === null
          ? null
          : withTimeouts(definition, withoutUnknown(withProject(definition, state, running.session.backend)), timed);
      return {
        state: kept,
        privateState: request.plannedPrivate,
        identity: identityOf(definition, kept),
        diagnostics: progress.diagnostics,
      };
    };
    try {
      if (planned === null) {
        if (prior === null) return finished(null);
        refuseProtected(definition, prior);
        await remove(running, prior);
        running.claims.delete(claimOf(definition, prior));
        return finished(null);
      }
      if (prior === null) return finished(await create(running, planned, config));
      running.claims.add(claimOf(definition, prior));
      return finished(await update(running, prior, planned, config));
    } catch (cause) {
      const deed = kind === "delete" ? "deleted" : kind === "create" ? "created" : "updated";
      progress.diagnostics.push(...describeFailure(definition, deed, cause));
      // Nobody has it in state, so who makes it next is no second one.
      if (request.signal?.aborted && prior === null && progress.state)
        running.claims.delete(claimOf(definition, progress.state));
      return finished(progress.state ?? prior);
    }
  };

  return {
    schemas,

    validateProvider: async (config) => validate(catalogue.provider.attributes, config),

    configure: async ({ config, terraformVersion }) => {
      // One process may serve one run after another (for a debugger): none is stopped with, or holds what was known to, the one before.
      const open = (signal: AbortSignal) => connect(config, { terraformVersion, signal });
      run = { ...startRun(), open };
      stoppers.add(run.stopper);
      const made = open(run.stopper.signal);
      run.connection = made.connection;
      return made.diagnostics;
    },

    validateResource: async (type, config, client) => {
      const definition = definitionOf(type);
      return [
        ...validate(definition.attributes, config, client.writeOnlyAttributesAllowed),
        ...validateTimeouts(config["timeouts"]),
        ...(definition.hooks?.validate?.(config) ?? []),
      ];
    },
    validateDataSource: async (type, config) => {
      const source = known(dataSources(), type, "data source");
      return [...validate(source.attributes, config), ...(source.validate?.(config) ?? [])];
    },
    validateEphemeral: async (type, config) =>
      validate(known(ephemerals, type, "ephemeral resource").attributes, config),
    validateList: async (type, config) => validate(listAttributes(definitionOf(type)), config),

    upgradeState: async (type, version, stored) => {
      const definition = definitionOf(type);
      const current = definition.upgrades?.length ?? 0;
      if (Number(version) > current) {
        const text = `The state of this ${definition.noun} was written by a newer version of the provider. Upgrade the provider.`;
        return { state: null, diagnostics: [error("State too new", text)] };
      }
      const state = upgradeState(definition, Number(version), stored);
      return { state: withTimeouts(definition, state, stored), diagnostics: [] };
    },
    upgradeIdentity: async (_type, _version, identity) => ({ identity, diagnostics: [] }),

    read: async ({ type, state, privateState, identity }) => {
      const definition = definitionOf(type);
      const same = { state, privateState, identity: identity ?? identityOf(definition, state) };
      let reading: Operation;
      try {
        requireIdentified(definition, state);
        reading = operation(definition, "update", state);
      } catch (cause) {
        return { ...same, diagnostics: describeFailure(definition, "read", cause) };
      }
      try {
        reading.claims.add(claimOf(definition, state));
        const found = await read(reading, state);
        const { diagnostics } = reading.progress;
        if (found === null) {
          reading.claims.delete(claimOf(definition, state));
          const text = `The ${nameOf(definition, state)} is not on the server any more, so it is removed from state. If it is still in the configuration, the next apply creates it again.`;
          return {
            state: null,
            privateState,
            identity: null,
            diagnostics: [...diagnostics, warning(`${capital(definition.noun)} is gone`, text)],
          };
        }
        const fresh = withTimeouts(definition, withProject(definition, found, reading.session.backend), state);
        return { state: fresh, privateState, identity: identityOf(definition, fresh), diagnostics };
      } catch (cause) {
        return { ...same, diagnostics: describeFailure(definition, "read", cause) };
      }
    },

    plan: async (request) => {
      const definition = definitionOf(request.type);
      try {
        return await planChange(request);
      } catch (cause) {
        const unchanged = {
          planned: request.prior ?? request.proposed,
          replacedBy: [],
          plannedPrivate: request.priorPrivate,
          identity: request.identity,
        };
        return { ...unchanged, diagnostics: describeFailure(definition, "planned", cause) };
      }
    },

    apply: async (request) => {
      try {
        return await applyChange(request);
      } catch (cause) {
        const diagnostics = describeFailure(definitionOf(request.type), "updated", cause);
        return { state: request.prior, privateState: request.plannedPrivate, identity: request.identity, diagnostics };
      }
    },

    importState: async ({ type, id, identity }) => {
      const definition = definitionOf(type);
      try {
        const told = identity === null ? parseImportId(definition, id) : fromIdentity(definition, identity);
        const importing = operation(definition, "update", told);
        const found = await read(importing, told, true);
        if (found === null) {
          const text = `There is no ${definition.noun} ${importIdOf(definition, told)} in the project ${importing.session.backend.projectId}. Check the id and the provider's project_id.`;
          return { imported: [], diagnostics: [error(`${capital(definition.noun)} not found`, text)] };
        }
        const state = withTimeouts(definition, withProject(definition, found, importing.session.backend), null);
        return {
          imported: [{ type, state, privateState: new Uint8Array(), identity: identityOf(definition, state) }],
          diagnostics: importing.progress.diagnostics,
        };
      } catch (cause) {
        return { imported: [], diagnostics: describeFailure(definition, "imported", cause) };
      }
    },

    move: async ({ sourceType, sourceProviderAddress, sourceState, sourcePrivate, targetType }) => {
      const definition = definitionOf(targetType);
      if (sourceType !== targetType || !sourceProviderAddress.endsWith("/appwrite")) {
        const text = `A ${sourceType} of ${sourceProviderAddress} cannot become a ${targetType}. Only the same type of an Appwrite provider can be moved; import it instead.`;
        return {
          state: null,
          privateState: sourcePrivate,
          identity: null,
          diagnostics: [error("Move not possible", text)],
        };
      }
      const state = withTimeouts(definition, upgradeState(definition, 0, sourceState), sourceState);
      return { state, privateState: new Uint8Array(), identity: identityOf(definition, state), diagnostics: [] };
    },

    readDataSource: async (type, config) => {
      const source = known(dataSources(), type, "data source");
      try {
        requireSet(source.attributes, config);
        const faults = source.validate?.(config) ?? [];
        if (hasErrors(faults)) return { state: null, diagnostics: faults };
        return { state: await source.read(projectBackendFor(source, config), config), diagnostics: [] };
      } catch (cause) {
        return { state: null, diagnostics: describeFailure(asDefinition(source), "read", cause) };
      }
    },

    openEphemeral: async (type, config) => {
      const ephemeral = known(ephemerals, type, "ephemeral resource");
      try {
        requireSet(ephemeral.attributes, config);
        const backend = projectBackendFor(ephemeral, config);
        const { result, closing } = await ephemeral.open(backend, config);
        const closeWith = closing === undefined ? "" : JSON.stringify({ project: backend.projectId, closing });
        return { result, renewAt: null, privateState: new TextEncoder().encode(closeWith), diagnostics: [] };
      } catch (cause) {
        return {
          result: null,
          renewAt: null,
          privateState: new Uint8Array(),
          diagnostics: describeFailure(asDefinition(ephemeral), "created", cause),
        };
      }
    },
    renewEphemeral: async (_type, privateState) => ({ renewAt: null, privateState, diagnostics: [] }),
    closeEphemeral: async (type, privateState) => {
      const ephemeral = known(ephemerals, type, "ephemeral resource");
      if (privateState.length === 0 || !ephemeral.close) return [];
      const kept = closingOf(privateState);
      if (kept === null) {
        const text = `What was kept of the ${ephemeral.noun} cannot be read, so it was not ended; it ends by itself.`;
        return [warning(`${capital(ephemeral.noun)} not ended`, text)];
      }
      const place = { project_id: kept.project };
      try {
        try {
          await ephemeral.close(backendFor(place), kept.closing);
        } catch (cause) {
          if (!(cause instanceof StoppedError) || run.open === null) throw cause;
          // A run that is stopped has to end what it opened all the same, with a connection that is not stopped.
          const { connection } = run.open(AbortSignal.timeout(CLOSING));
          await ephemeral.close(backendOrNull(connection, place) ?? backendFor(place), kept.closing);
        }
        return [];
      } catch (cause) {
        if (isNotFound(cause)) return [];
        // The value ends by itself; failing to end it sooner must not fail the run.
        return describeFailure(asDefinition(ephemeral), "deleted", cause).map((one) => ({
          ...one,
          severity: "warning",
        }));
      }
    },

    callFunction: async (name, parameters) => {
      const found = functions.get(name);
      if (!found) return { kind: "error", text: `The provider has no function ${name}.` };
      const fault = argumentFault(found.signature, parameters);
      if (fault !== null) return { kind: "error", ...fault };
      try {
        return { kind: "result", value: found.call(parameters) };
      } catch (cause) {
        if (cause instanceof ArgumentError) return { kind: "error", text: cause.message, argument: cause.argument };
        throw cause;
      }
    },

    list: (request) =>
      listEvents(definitionOf(request.type), request, (row) => projectBackendFor(definitionOf(request.type), row)),

    stop: () => {
      for (const stopper of stoppers) stopper.abort();
      stoppers.clear();
    },
  };
}

/** What one run of Terraform knows, from its configuration of the provider on. */
interface Run {
  readonly stopper: AbortController;
  readonly wait: Wait;
  /** Objects that are known to be managed: a second resource with the same id is a mistake. */
  readonly claims: Set<string>;
  /** Connects once more, as configured, under another signal; null = not configured. */
  readonly open: ((signal: AbortSignal) => ReturnType<Connect>) | null;
  connection: Connection | null;
}

function startRun(): Run {
  return { stopper: new AbortController(), wait: createWait(), claims: new Set(), open: null, connection: null };
}

/** Milliseconds that the end of a stopped run may take to close what it opened. */
const CLOSING = 10_000;

/** What is wrong with the arguments of a call. Terraform sees to it as well; who calls without it is told the same. */
function argumentFault(
  { parameters, variadic }: FunctionSignature,
  given: readonly Value[],
): { readonly text: string; readonly argument?: number } | null {
  const isMany = parameters.length !== 1 || variadic;
  if (given.length < parameters.length || (!variadic && given.length > parameters.length))
    return {
      text: `It takes ${parameters.length}${variadic ? " or more" : ""} argument${isMany ? "s" : ""}, not ${given.length}.`,
    };
  const argument = given.findIndex((value, index) => {
    const { allowNull = false, allowUnknown = false } = parameters[index] ?? variadic ?? {};
    return (value === null && !allowNull) || (!isWhollyKnown(value) && !allowUnknown);
  });
  return argument === -1 ? null : { text: "The argument must have a value, and a known one.", argument };
}

/** What `openEphemeral` kept for the end; null when these bytes are not ours. */
function closingOf(privateState: Uint8Array): { readonly project: string | null; readonly closing: string } | null {
  try {
    const { project, closing } = JSON.parse(new TextDecoder().decode(privateState)) as {
      readonly project?: unknown;
      readonly closing?: unknown;
    };
    return typeof closing === "string" && (project === null || typeof project === "string")
      ? { project, closing }
      : null;
  } catch {
    return null;
  }
}

/** One event for each object of `terraform query`. */
async function* listEvents(
  definition: ResourceDefinition,
  { config, includeObject, limit }: ListRequest,
  backendFor: (row: Row) => Backend,
): AsyncGenerator<ListEvent> {
  try {
    requireSet(listAttributes(definition), config);
    const backend = backendFor(config);
    const parents = Object.fromEntries(parentsOf(definition).map((name) => [name, config[name] ?? null]));
    let told = 0n;
    for (const object of await listObjects(definition, backend, config)) {
      if (limit > 0n && told >= limit) return;
      told += 1n;
      const row = withProject(definition, fromAnswer(definition, object, parents), backend);
      const state = withTimeouts(definition, row, null);
      const label = typeof row["name"] === "string" && row["name"] !== "" ? row["name"] : importIdOf(definition, row);
      yield {
        identity: identityOf(definition, state),
        displayName: label,
        state: includeObject ? state : null,
        diagnostics: [],
      };
    }
  } catch (cause) {
    yield { identity: null, displayName: "", state: null, diagnostics: describeFailure(definition, "listed", cause) };
  }
}

const NOTHING_FORESEEN: Foreseen = { known: {}, diagnostics: [] };

const NOT_CONFIGURED = error(
  "Provider not configured yet",
  "The provider's configuration has values that are known only after apply, so Appwrite cannot be reached yet. Apply what they depend on first (terraform apply -target=…), or give them by environment variables.",
);

const NO_PROJECT = error(
  "Project missing",
  "project_id must be set, on the provider, on the resource, or by APPWRITE_PROJECT_ID.",
  "project_id",
);

/** A state without what identifies the object was written by hand or by another provider; nothing could be asked or done of it. */
function requireIdentified(definition: ResourceDefinition, state: Row): void {
  const missing = definition.importId.find((name) => name !== "project_id" && isUnset(state[name]));
  if (missing === undefined) return;
  const text = `The state of this ${definition.noun} has no ${missing}, so the object cannot be found. Remove it from state with terraform state rm, and import it.`;
  throw new UserError(error("State without identity", text, missing));
}

/** What was unknown may turn out to be wrong. Terraform has it judged again before it applies; who applies without is told the same. */
function requireValid(definition: ResourceDefinition, config: Row): void {
  const faults = [
    ...validate(definition.attributes, config),
    ...validateTimeouts(config["timeouts"]),
    ...(definition.hooks?.validate?.(config) ?? []),
  ].filter(({ severity }) => severity === "error");
  if (faults.length > 0) throw new UserError(...faults);
}

/** Terraform asks for required attributes itself; who calls without it is told the same. */
function requireSet(attributes: Attributes, config: Row): void {
  const missing = Object.entries(attributes).find(
    ([name, { presence }]) => presence === "required" && ((config[name] ?? null) === null || isUnknown(config[name])),
  );
  if (missing === undefined) return;
  throw new UserError(error("Attribute missing", `${missing[0]} must be set, and known by now.`, missing[0]));
}

/** Values that are in no plan. */
function writeOnly(attributes: Attributes, config: Row): Row {
  return Object.fromEntries(Object.entries(config).filter(([name]) => attributes[name]?.options.writeOnly));
}

function isUnset(value: Value | undefined): boolean {
  return value === undefined || value === null || value === "";
}

function known<T>(map: ReadonlyMap<string, T>, type: string, what: string): T {
  const found = map.get(type);
  if (found === undefined) throw new UnknownTypeError(`The provider has no ${what} ${type}.`);
  return found;
}

function backendOrNull(connection: Connection | null, row: Row | null): Backend | null {
  if (!connection?.backend) return null;
  const project = row?.["project_id"];
  if (typeof project !== "string") return connection.backend;
  return project === connection.backend.projectId ? connection.backend : connection.backend.forProject(project);
}

function isWhollyIdentified(definition: ResourceDefinition, planned: Row | null): boolean {
  return (
    planned !== null && [...definition.importId, "project_id"].every((name) => isWhollyKnown(planned[name] ?? null))
  );
}

function isListable(definition: ResourceDefinition): boolean {
  return definition.api.list !== undefined || definition.hooks?.list !== undefined;
}

function listAttributes(definition: ResourceDefinition): Attributes {
  const names = [...parentsOf(definition), ...(definition.attributes["project_id"] ? ["project_id"] : [])];
  return Object.fromEntries(
    names.map((name) => {
      const attribute = definition.attributes[name];
      if (!attribute) throw new Error(`${definition.type} has no attribute ${name}.`);
      return [name, { ...attribute, presence: name === "project_id" ? "optional" : "required" }];
    }),
  );
}

function plainSchema(summary: string, attributes: Attributes, notes?: string): Schema {
  return {
    version: 0,
    description: [summary, notes].filter(Boolean).join("\n\n"),
    attributes: schemaAttributes(attributes),
    blocks: [],
  };
}

/** Messages about a data source or an ephemeral resource name it as those of a resource do. */
function asDefinition(source: DataSourceDefinition | EphemeralDefinition): ResourceDefinition {
  const { type, summary, noun, attributes } = source;
  const scopes = { read: [], write: [], ...source.scopes };
  return { type, summary, noun, attributes, scopes, api: {}, importId: [] };
}

function withProject(definition: ResourceDefinition, row: Row, backend: Backend): Row {
  if (!definition.attributes["project_id"] || typeof row["project_id"] === "string") return row;
  return { ...row, project_id: backend.projectId };
}

function withTimeouts(definition: ResourceDefinition, row: Row, source: Row | null): Row {
  if (!definition.timeouts) return row;
  const written = source?.["timeouts"] ?? null;
  // A dynamic block whose `for_each` is not known is planned as it was sent.
  if (!isRecord(written)) return { ...row, timeouts: isUnknown(written) ? written : null };
  return {
    ...row,
    timeouts: Object.fromEntries(Object.keys(definition.timeouts).map((kind) => [kind, written[kind] ?? null])),
  };
}

function withoutUnknown(row: Row): Row {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, isWhollyKnown(value) ? value : null]));
}

function validateTimeouts(timeouts: Value | undefined): readonly Diagnostic[] {
  if (!isRecord(timeouts)) return [];
  return Object.entries(timeouts).flatMap(([kind, text]) =>
    text === null || isUnknown(text) || parseDuration(String(text)) !== null
      ? []
      : [
          error(
            "Invalid value",
            `timeouts.${kind} must be a duration such as "90s", "10m" or "1h30m", not ${JSON.stringify(text)}.`,
            [
              { kind: "attribute", name: "timeouts" },
              { kind: "attribute", name: kind },
            ],
          ),
        ],
  );
}
