import type { ProviderService } from "../../provider/engine/service.ts";
import { decodeDynamicValue, encodeDynamicValue } from "../../provider/protocol/dynamic-value.ts";
import { CALLS } from "../../provider/protocol/messages.generated.ts";
import { decodeMessage, encodeMessage, type Message } from "../../provider/protocol/protobuf.ts";
import { createRoutes } from "../../provider/protocol/server.ts";
import { type Schema, type TerraformType, typeOfSchema } from "../../provider/schema/terraform-type.ts";
import { isRecord, type Row } from "../../provider/schema/value.ts";
import { planFaults, proposedState, resultFaults } from "./core-rules.ts";

/** What core gets of a plan. */
export interface Planned {
  readonly action: "create" | "update" | "replace" | "delete" | "none";
  readonly planned: Row | null;
  readonly prior: Row | null;
  readonly config: Row | null;
  readonly privateState: Uint8Array;
  readonly identity: Message | null;
}

/** An answer that core would not take, or an error for the user. */
export class CoreError extends Error {
  override readonly name = "CoreError";
}

/** Terraform's core for one resource, without a process: it asks the provider by encoded messages and checks every answer. */
export interface Core {
  call(name: string, request: Message): Promise<Message>;
  /** Error diagnostics, as "summary: detail". */
  validate(config: Row): Promise<readonly string[]>;
  /** Where validation finds fault, as paths of names, keys and indexes. */
  faults(config: Row): Promise<readonly (readonly (string | number)[])[]>;
  plan(prior: Row | null, config: Row | null): Promise<Planned>;
  /** Applies a plan, a replacement as core does: destroy, plan again, create. Throws `CoreError` with the provider's words. */
  apply(plan: Planned, config?: Row | null): Promise<Row | null>;
  read(state: Row): Promise<Row | null>;
  import(id: string): Promise<Row>;
}

/** Makes a core for one resource type of a provider. */
export function createCore(service: ProviderService, type: string): Core {
  const schema = service.schemas.resources[type] as Schema;
  const valueType: TerraformType = typeOfSchema(schema);
  const route = createRoutes(
    () => service,
    () => {},
  );
  const call = async (name: string, request: Message): Promise<Message> => {
    const [requestType, responseType] = CALLS[name] ?? ["", ""];
    const handler = route(`/tfplugin6.Provider/${name}`);
    const answer = await (handler?.(
      encodeMessage(requestType, request),
      new AbortController().signal,
    ) as Promise<Uint8Array>);
    return decodeMessage(responseType, answer);
  };
  const pack = (row: Row | null): Message => encodeDynamicValue(valueType, row);
  const unpack = (message: unknown): Row | null => {
    const value = decodeDynamicValue(valueType, message as Message | null);
    return isRecord(value) ? value : null;
  };
  const failed = (answer: Message): void => {
    const errors = errorsOf(answer);
    if (errors.length > 0) throw new CoreError(errors.join("\n"));
  };
  const refuse = (what: string, faults: readonly string[]): void => {
    if (faults.length > 0) throw new CoreError(`Provider produced ${what} for ${type}:\n${faults.join("\n")}`);
  };

  const planOnce = async (
    prior: Row | null,
    config: Row | null,
    privateState: Uint8Array,
  ): Promise<{ readonly answer: Message; readonly planned: Row | null }> => {
    const answer = await call("PlanResourceChange", {
      type_name: type,
      prior_state: pack(prior),
      config: pack(config),
      proposed_new_state: pack(config === null ? null : proposedState(schema, prior, config)),
      prior_private: privateState,
      client_capabilities: { write_only_attributes_allowed: true },
    });
    failed(answer);
    return { answer, planned: unpack(answer["planned_state"]) };
  };

  const plan = async (prior: Row | null, config: Row | null): Promise<Planned> => {
    const { answer, planned } = await planOnce(prior, config, new Uint8Array());
    refuse("invalid plan", planFaults(schema, prior, config, planned));
    const privateState = answer["planned_private"] as Uint8Array;
    const base = { prior, config, privateState, identity: answer["planned_identity"] as Message | null };
    if (prior === null) return { ...base, action: "create", planned };
    if (config === null) return { ...base, action: "delete", planned: null };
    const replaces = (answer["requires_replace"] as readonly Message[]).some((path) => isChanged(prior, planned, path));
    if (replaces) {
      const second = await planOnce(null, config, privateState);
      return { ...base, action: "replace", planned: second.planned };
    }
    const isSame =
      resultFaults(schema, prior, planned).length === 0 && resultFaults(schema, planned, prior).length === 0;
    return { ...base, action: isSame ? "none" : "update", planned };
  };

  const applyOnce = async (
    prior: Row | null,
    planned: Row | null,
    config: Row | null,
    made: Planned,
  ): Promise<Row | null> => {
    const answer = await call("ApplyResourceChange", {
      type_name: type,
      prior_state: pack(prior),
      planned_state: pack(planned),
      config: pack(config),
      planned_private: made.privateState,
      planned_identity: made.identity,
    });
    failed(answer);
    const state = unpack(answer["new_state"]);
    refuse("inconsistent result after apply", resultFaults(schema, planned, state));
    const unknown = Object.entries(state ?? {}).filter(([, value]) => hasUnknown(value));
    refuse(
      "invalid result object after apply",
      unknown.map(([name]) => `${name}: still unknown`),
    );
    return state;
  };

  const validated = (config: Row): Promise<Message> =>
    call("ValidateResourceConfig", {
      type_name: type,
      config: pack(config),
      client_capabilities: { write_only_attributes_allowed: true },
    });
  return {
    call,
    plan,
    validate: async (config) => errorsOf(await validated(config)),
    faults: async (config) =>
      ((await validated(config))["diagnostics"] as readonly Message[])
        .filter(({ severity }) => severity === 1)
        .map(({ attribute }) => (((attribute as Message | null)?.["steps"] ?? []) as readonly Message[]).map(stepOf)),
    apply: async (made, known) => {
      const config = known === undefined ? made.config : known;
      let { planned, prior } = made;
      if (made.action === "replace") {
        await applyOnce(prior, null, null, made);
        prior = null;
      }
      // By the time of apply all is known: core plans again, and the second plan has to keep the promises of the first.
      if (config !== null) {
        const last = await planOnce(prior, config, made.privateState);
        refuse("inconsistent final plan", resultFaults(schema, planned, last.planned));
        planned = last.planned;
      }
      return applyOnce(prior, planned, config, made);
    },
    read: async (state) => {
      const answer = await call("ReadResource", { type_name: type, current_state: pack(state) });
      failed(answer);
      return unpack(answer["new_state"]);
    },
    import: async (id) => {
      const answer = await call("ImportResourceState", { type_name: type, id });
      failed(answer);
      const [imported] = answer["imported_resources"] as readonly Message[];
      const state = unpack(imported?.["state"]);
      if (state === null) throw new CoreError("Import returned no resources");
      return state;
    },
  };
}

/** The error diagnostics of an answer. */
export function errorsOf(answer: Message): readonly string[] {
  return ((answer["diagnostics"] ?? []) as readonly Message[])
    .filter(({ severity }) => severity === 1)
    .map(({ summary, detail }) => `${summary}: ${detail}`);
}

function stepOf(step: Message): string | number {
  const { attribute_name: name, element_key_string: key, element_key_int: index } = step;
  return (name as string | null) ?? (key as string | null) ?? Number(index);
}

function isChanged(prior: Row, planned: Row | null, path: Message): boolean {
  const [step] = path["steps"] as readonly Message[];
  const name = String(step?.["attribute_name"]);
  return JSON.stringify(prior[name] ?? null, plain) !== JSON.stringify(planned?.[name] ?? null, plain);
}

function plain(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}

/** Does a value hold an unknown one anywhere? */
function hasUnknown(value: unknown): boolean {
  return (
    JSON.stringify(value, (_, part) => (typeof part === "bigint" ? Number(part) : part))?.includes("refinement") ??
    false
  );
}
