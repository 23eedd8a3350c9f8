import type { Outcome } from "../environments/apply-changes.ts";
import { carryOut, type EnvironmentPlan } from "../environments/clone.ts";
import { judge } from "../environments/consent.ts";
import type { CopiedContent } from "../environments/copy-data.ts";
import type { Snapshot } from "../environments/entity.ts";
import type { IdMap } from "../environments/id-map.ts";
import type { OpenEnvironment } from "../environments/open.ts";
import { asJson, asText, type ReportSubject, summaryText } from "../environments/report.ts";
import { prettyJson } from "../environments/snapshot-file.ts";
import { printPath } from "../provider/schema/diagnostics.ts";
import type { Row } from "../provider/schema/value.ts";
import { CommandError, type Input, isOn, type Options, type Terminal, textOf } from "./command.ts";
import { isColoured } from "./environments.ts";

/** Options of commands that change an environment by a plan. */
export const PLAN_OPTIONS = {
  "dry-run": { type: "boolean", help: "Show the plan and write nothing." },
  yes: {
    type: "boolean",
    short: "y",
    help: "Make the changes without asking. Never covers deletions and losses of data.",
  },
  "allow-destructive": {
    type: "boolean",
    help: "Consent to what the plan deletes, makes anew, or loses data by. Needs --yes as well where nobody is there to ask.",
  },
  plan: {
    type: "string",
    value: "FINGERPRINT",
    help: "Make exactly the plan that was reviewed: refuse if it is another one by now.",
  },
} as const satisfies Options;

/** What a plan is carried out on. */
export interface CarryTarget {
  readonly target: OpenEnvironment;
  readonly planned: Snapshot;
  readonly ids: IdMap;
  reread(): Promise<Snapshot>;
  /** Carries content once all changes are made. */
  content?(): Promise<readonly CopiedContent[]>;
}

/**
 * Shows a plan, asks for what consent is missing, and makes the changes. Gives the exit code, or null when the changes are made (or none
 * were needed) and the command may go on. `more` is added to the JSON answer.
 */
export async function carry(
  plan: EnvironmentPlan,
  subject: ReportSubject,
  where: CarryTarget,
  input: Input,
  terminal: Terminal,
): Promise<{ readonly code: number; readonly outcomes: readonly Outcome[]; readonly isDone: boolean }> {
  const isJson = isOn(input, "json");
  if (!isJson) terminal.out(asText(plan, subject, isColoured(terminal)));
  const stop = (code: number) => ({ code, outcomes: [], isDone: false });
  const reviewed = textOf(input, "plan");
  if (reviewed !== null && reviewed !== plan.fingerprint) {
    throw new CommandError(
      `This is not the plan ${reviewed} any more but ${plan.fingerprint}: one of the environments changed since. Nothing was written. Review the new plan.`,
    );
  }
  if (isOn(input, "dry-run")) {
    if (isJson) terminal.out(prettyJson({ ...asJson(plan, subject), applied: false }));
    return stop(0);
  }
  if (plan.changes.length > 0) await consent(plan, where.target, input, terminal);
  const outcomes = await make(plan, where, terminal);
  const failed = outcomes.filter(({ result }) => result !== "done");
  const copied = failed.length === 0 ? ((await where.content?.()) ?? []) : [];
  const short = copied.filter(({ read, total }) => total < read);
  if (isJson) {
    terminal.out(
      prettyJson({ ...asJson(plan, subject), applied: failed.length === 0, outcomes: outcomes.map(outcomeJson) }),
    );
  } else if (plan.changes.length > 0) {
    for (const outcome of failed) terminal.err(failureText(outcome));
    terminal.out(
      failed.length === 0
        ? `\nDone: ${plan.changes.length} changes made.`
        : `\n${plan.changes.length - new Set(failed.map(({ change }) => change)).size} of ${plan.changes.length} changes made. What failed is told above; the same command goes on from here.`,
    );
  }
  if (!isJson) for (const one of copied) terminal.out(contentText(one));
  const isDone = failed.length === 0 && short.length === 0;
  return { code: isDone ? 0 : 1, outcomes, isDone };
}

async function consent(
  plan: EnvironmentPlan,
  { environment }: OpenEnvironment,
  input: Input,
  terminal: Terminal,
): Promise<void> {
  const given = { yes: isOn(input, "yes"), destructive: isOn(input, "allow-destructive") };
  const canAsk = terminal.isInteractive && !isOn(input, "json");
  for (;;) {
    const verdict = judge(plan.changes, given, environment, canAsk);
    if (verdict.kind === "go") return;
    if (verdict.kind === "refuse") throw new CommandError(verdict.reason);
    if (verdict.question === "destructive") {
      const name = await terminal.ask(
        `\nThis deletes what is marked red. To consent, type the name of the environment (${environment.name}): `,
      );
      if (name.trim() !== environment.name) throw new CommandError("Nothing was written.");
      given.destructive = true;
      given.yes = true;
    } else {
      const answer = await terminal.ask(
        `\nMake these changes in ${environment.name} (${summaryText(plan.changes)})? [y/N] `,
      );
      if (!/^y(es)?$/i.test(answer.trim())) throw new CommandError("Nothing was written.");
      given.yes = true;
    }
  }
}

async function make(plan: EnvironmentPlan, where: CarryTarget, terminal: Terminal): Promise<readonly Outcome[]> {
  if (plan.changes.length === 0) return [];
  const { target, planned, ids } = where;
  return carryOut(plan, {
    backend: target.backend,
    ids,
    project: target.environment.project,
    planned: planned.entities,
    reread: () => where.reread(),
    progress: ({ change, result }, done, of) => {
      const word = result === "done" ? PAST[change.action] : result === "failed" ? "FAILED" : "not tried";
      terminal.err(`[${done}/${of}] ${change.address}: ${word}`);
    },
  });
}

function contentText({ address, noun, read, written, total }: CopiedContent): string {
  const verdict =
    total === read
      ? "the same number there"
      : total > read
        ? `${total - read} more there, which were left`
        : `${read - total} MISSING there; run it again`;
  return `${address}: ${read} ${noun}s, ${written} written, ${verdict}.`;
}

const PAST = { create: "created", update: "updated", replace: "made anew", delete: "deleted" } as const;

function failureText({ change, result, diagnostics }: Outcome): string {
  if (result === "waiting") return `${change.address}: not tried, because something that it needs failed.`;
  const lines = diagnostics
    .filter(({ severity }) => severity === "error")
    .map(
      ({ summary, detail, path }) =>
        `  ${summary}${path ? ` (${printPath(path)})` : ""}\n  ${detail.replaceAll("\n", "\n  ")}`,
    );
  return [`${change.address}:`, ...lines].join("\n");
}

function outcomeJson({ change, result, diagnostics }: Outcome): Row {
  return {
    address: change.address,
    action: change.action,
    result,
    diagnostics: diagnostics.map(({ severity, summary, detail }) => ({ severity, summary, detail })),
  };
}
