import { ownKey } from "../provider/engine/address.ts";
import { create, remove, update } from "../provider/engine/apply.ts";
import { decide } from "../provider/engine/decide.ts";
import { describeFailure } from "../provider/engine/failure.ts";
import { type Operation, startOperation } from "../provider/engine/operation.ts";
import { createWait } from "../provider/engine/wait.ts";
import { fromWire } from "../provider/engine/wire.ts";
import { referredType } from "../provider/schema/attribute.ts";
import type { Backend } from "../provider/schema/backend.ts";
import type { Diagnostic } from "../provider/schema/diagnostics.ts";
import type { Row } from "../provider/schema/value.ts";
import { type Change, knownOf } from "./changes.ts";
import { hasId } from "./entity.ts";
import type { IdMap } from "./id-map.ts";
import type { Step } from "./order.ts";
import { limiter } from "./read-snapshot.ts";

/** What became of one change. */
export interface Outcome {
  readonly change: Change;
  /** `waiting`: it was not tried, because something that it needs failed. */
  readonly result: "done" | "failed" | "waiting";
  readonly diagnostics: readonly Diagnostic[];
}

/** Where and how changes are made. */
export interface ApplyOptions {
  readonly backend: Backend;
  readonly ids: IdMap;
  readonly project: string;
  progress?(outcome: Outcome, done: number, of: number): void;
}

/** Changes made at once. Appwrite's worker makes columns one after the other anyway. */
const PARALLEL = 10;

/**
 * Makes all changes, each as soon as what it needs is there. One that fails stops only those that need it. Every step may be repeated: after a
 * kill at any point, the same comparison finds what is left to do.
 */
export async function applyChanges(steps: readonly Step[], options: ApplyOptions): Promise<readonly Outcome[]> {
  const limit = limiter(PARALLEL);
  const running = new Map<Step, Promise<Outcome>>();
  const wait = createWait();
  const claims = new Set<string>();
  const states = new Map<Change, Row>();
  let done = 0;

  const start = (step: Step): Promise<Outcome> => {
    const known = running.get(step);
    if (known) return known;
    const outcome = run(step);
    running.set(step, outcome);
    return outcome;
  };
  const run = async (step: Step): Promise<Outcome> => {
    const before = await Promise.all(step.after.map(start));
    const failed = before.some(({ result }) => result !== "done");
    const outcome: Outcome = failed
      ? { change: step.change, result: "waiting", diagnostics: [] }
      : await limit(() =>
          make(step, states, options, (kind) =>
            startOperation(step.change.definition, kind, options.backend, wait, claims, undefined),
          ),
        );
    done += 1;
    options.progress?.(outcome, done, steps.length);
    return outcome;
  };
  return Promise.all(steps.map(start));
}

type Start = (kind: "create" | "update" | "delete") => Operation;

async function make(step: Step, states: States, options: ApplyOptions, start: Start): Promise<Outcome> {
  const { change } = step;
  const diagnostics: Diagnostic[] = [];
  const during = async <T>(
    kind: "create" | "update" | "delete",
    work: (operation: Operation) => Promise<T>,
  ): Promise<T> => {
    const operation = start(kind);
    try {
      return await work(operation);
    } finally {
      diagnostics.push(...operation.progress.diagnostics);
    }
  };
  try {
    await perform(step, states, options, during);
    const failed = diagnostics.some(({ severity }) => severity === "error");
    return { change, result: failed ? "failed" : "done", diagnostics };
  } catch (cause) {
    const deed = ({ create: "created", update: "updated", replace: "updated", delete: "deleted" } as const)[
      change.action
    ];
    return {
      change,
      result: "failed",
      diagnostics: [...diagnostics, ...describeFailure(change.definition, deed, cause)],
    };
  }
}

type During = <T>(kind: "create" | "update" | "delete", work: (operation: Operation) => Promise<T>) => Promise<T>;

async function perform(step: Step, states: States, options: ApplyOptions, during: During): Promise<void> {
  const { change, part } = step;
  const { definition, action, prior } = change;
  if (part !== "rest" && (action === "delete" || action === "replace")) {
    await during("delete", (operation) => remove(operation, prior ?? {}));
  }
  if (step.config === null) return;
  const config = withNewIds(change, step.config, states);
  const facts = { projectId: options.project, known: knownOf(definition, change.planned ?? {}) };
  const state = states.get(change) ?? (action === "update" ? prior : null);
  const { planned, action: deed } = decide(definition, state, config, facts).change;
  if (planned === null || deed === "none") return;
  if (state !== null) {
    states.set(change, await during("update", (operation) => update(operation, state, planned, config)));
    return;
  }
  remember(change, planned, options.ids);
  const copied = await recreated(change, planned, options.backend);
  const made = copied ?? (await during("create", (operation) => create(operation, planned, config)));
  remember(change, made, options.ids);
  states.set(change, made);
  // What the special way of making it left out.
  if (copied) {
    const key = ownKey(definition);
    const same = { ...step.config, [key]: made[key] ?? null };
    await perform({ ...step, part: "rest", config: same }, states, options, during);
  }
}

/** The object as its definition makes it from the source's answer; null where it is made from its attributes. */
async function recreated({ definition, source }: Change, planned: Row, backend: Backend): Promise<Row | null> {
  if (!definition.cloning?.recreate || !source?.answer) return null;
  return fromWire(definition, await definition.cloning.recreate(backend, planned, source.answer), planned);
}

/** A configuration that refers to objects by the ids which they got, where those are not the ones that were planned. */
function withNewIds({ definition }: Change, config: Row, states: States): Row {
  return Object.fromEntries(
    Object.entries(config).map(([name, value]) => {
      const type = referredType(definition.attributes[name]?.options ?? {}, config);
      if (type === undefined || typeof value !== "string") return [name, value];
      for (const [other, state] of states) {
        const key = ownKey(other.definition);
        if (other.definition.type === type && other.planned?.[key] === value) return [name, state[key] ?? value];
      }
      return [name, value];
    }),
  );
}

/** What objects are after their first steps. */
type States = Map<Change, Row>;

/** Writes down which id an object has in the target, where it is another one: before it is made, if the id is known by then. */
function remember({ definition, source }: Change, row: Row, ids: IdMap): void {
  if (!source || !hasId(definition)) return;
  const key = ownKey(definition);
  const [here, there] = [row[key], source.row[key]];
  if (typeof here === "string" && typeof there === "string" && here !== there) ids.set(source.address, here);
}
