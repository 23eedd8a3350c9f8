import type { Attributes, AttributeType } from "../../provider/schema/attribute.ts";
import type { ResourceDefinition } from "../../provider/schema/resource.ts";
import { isRecord, type Row, type Value } from "../../provider/schema/value.ts";
import { configurations } from "./configurations.ts";
import fc from "./fast-check.ts";
import { repaired } from "./repair.ts";
import type { Running } from "./running.ts";

/** How a sweep went. */
export interface Swept {
  /** How many pairs of configurations were valid, and so judged. */
  readonly judged: number;
  readonly updates: number;
  readonly replacements: number;
}

/** What stands around an object: the ids of what it refers to, and how that is made beside the provider. */
export interface World {
  /** By resource type, the id of the object that an attribute with that `ref` names. */
  readonly ids: { readonly [type: string]: string };
  readonly steps: readonly (readonly [method: string, path: string, body: object])[];
  /** Adjusts a generated configuration to what no constraint of one attribute tells. */
  readonly fitted: { readonly [type: string]: (row: Row) => Row };
}

/**
 * Takes generated configurations through a whole life on an emulator: plan, apply, plan empty; the second configuration of the pair, apply,
 * plan empty; import, of which nothing may be replaced; destroy, gone. Throws at the first law that is broken.
 */
export async function sweep(
  running: Running,
  definition: ResourceDefinition,
  world: World,
  numRuns: number,
): Promise<Swept> {
  const tally = { judged: 0, updates: 0, replacements: 0 };
  const prepare = async (): Promise<void> => {
    await running.reset();
    for (const [method, path, body] of world.steps) await running.call(method, path, body);
    await running.emulator.idle();
  };
  await fc.assert(
    fc.asyncProperty(
      configurations(definition),
      configurations(definition),
      fc.boolean(),
      async (one, other, isKept) => {
        await prepare();
        const core = running.core(definition.type);
        const written = (row: Row) => repaired(core, definition, placed(definition, world, row));
        const first = await written(one);
        // What replaces stays the same in half of the pairs, so that updates in place are swept too.
        const second = await written(isKept ? { ...other, ...replacing(definition, one) } : other);
        fc.pre(first !== null && second !== null && !lacks(definition, first) && !lacks(definition, second));
        if (!first || !second) return;
        tally.judged += 1;
        const state = await settle(running, definition, null, first, tally);
        const changed = await settle(running, definition, state, second, tally);
        await imports(running, definition, changed, second);
        await core.apply(await core.plan(changed, null));
        if (!definition.singleton && (await core.read(changed)) !== null) throw new Error("It is still there.");
      },
    ),
    { numRuns },
  );
  return tally;
}

/** Applies a configuration and plans it again, which must find nothing to do; gives the state as it is read. */
async function settle(
  running: Running,
  definition: ResourceDefinition,
  prior: Row | null,
  config: Row,
  tally: { updates: number; replacements: number },
): Promise<Row> {
  const core = running.core(definition.type);
  const plan = await core.plan(prior, config);
  if (plan.action === "update") tally.updates += 1;
  if (plan.action === "replace") tally.replacements += 1;
  const applied = plan.action === "none" ? prior : await core.apply(plan);
  const state = applied && (await core.read(applied));
  if (!state) throw new Error("It is not there after apply.");
  const again = await core.plan(state, config);
  if (again.action !== "none")
    throw new Error(`Planned again: ${again.action} of ${differences(state, again.planned)}`);
  return state;
}

/** An imported object is never replaced by its own configuration. */
async function imports(running: Running, definition: ResourceDefinition, state: Row, config: Row): Promise<void> {
  const core = running.core(definition.type);
  const id = definition.importId.map((name) => String(state[name])).join("/");
  const imported = await core.read(await core.import(id));
  if (!imported) throw new Error(`Imported as ${id}, it is not there.`);
  const { action, planned } = await core.plan(imported, config);
  if (action === "replace") throw new Error(`Imported, it is replaced: ${differences(imported, planned)}`);
}

function placed(definition: ResourceDefinition, { ids, fitted }: World, row: Row): Row {
  const set = Object.fromEntries(
    Object.entries(definition.attributes).map(([name, { options }]) => {
      const value = row[name] ?? null;
      if (name === "project_id") return [name, null];
      if (name === "deletion_protection") return [name, false];
      return [name, value !== null && options.ref !== undefined ? (ids[options.ref] ?? value) : value];
    }),
  );
  const timed = definition.timeouts ? { ...set, timeouts: null } : set;
  return fitted[definition.type]?.(timed) ?? timed;
}

function replacing(definition: ResourceDefinition, row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).filter(([name]) => definition.attributes[name]?.options.replace === true),
  );
}

/** Core itself refuses what lacks a required attribute, at any depth. */
function lacks({ attributes }: { readonly attributes: Attributes }, row: Row): boolean {
  return Object.entries(attributes).some(([name, { presence, type }]) => {
    const value = row[name] ?? null;
    return value === null
      ? presence === "required"
      : objectsIn(type, value).some(([inner, one]) => lacks({ attributes: inner }, one));
  });
}

function objectsIn(type: AttributeType, value: Value): readonly (readonly [Attributes, Row])[] {
  if (type.kind === "object") return isRecord(value) ? [[type.attributes, value]] : [];
  if (!("element" in type) || value === null || typeof value !== "object") return [];
  return Object.values(value as Row).flatMap((one) => objectsIn(type.element, one));
}

function differences(state: Row, planned: Row | null): string {
  const text = (value: unknown): string =>
    JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? String(inner) : inner)) ?? "null";
  return Object.keys(state)
    .filter((name) => text(state[name]) !== text(planned?.[name]))
    .map((name) => `${name}: ${text(state[name])} → ${text(planned?.[name])}`)
    .join("; ");
}
