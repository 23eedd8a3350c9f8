import { printPath } from "../provider/schema/diagnostics.ts";
import { writeJson } from "../provider/schema/json.ts";
import type { Row, Value } from "../provider/schema/value.ts";
import { isRecord } from "../provider/schema/value.ts";
import type { Change, Field } from "./changes.ts";
import type { EnvironmentPlan } from "./clone.ts";
import type { Omission } from "./entity.ts";
import { describe } from "./snapshot-file.ts";

/** What a report is about. */
export interface ReportSubject {
  readonly from: string;
  readonly to: string;
}

/** A difference as machines read it: what is to be done, field by field. Codes are stable. */
export function asJson(plan: EnvironmentPlan, { from, to }: ReportSubject): { readonly [name: string]: Value } {
  return {
    format: "appwrite-iac/diff/1",
    from,
    to,
    equal: plan.changes.length === 0,
    fingerprint: plan.fingerprint,
    compared: plan.compared,
    summary: { ...counts(plan.changes) },
    changes: plan.changes.map((change) => ({
      action: change.action,
      type: change.definition.type,
      address: change.address,
      destructive: change.isDestructive,
      fields: change.fields.map((field) => ({
        path: printPath(field.path),
        code: codeOf(field),
        ...(field.isSecret ? { secret: true } : { from: field.from, to: field.to }),
        ...(field.replaces && change.action === "replace" ? { replaces: true } : {}),
      })),
      losses: change.losses.map(({ what, count }) => ({ what, count: Number.isNaN(count) ? null : count })),
    })),
    allowed: plan.allowed.map(({ address, field, pattern }) => ({ address, field, pattern })),
    not_carried: plan.notCarried.map((one) => ({ ...one })),
    omitted: plan.omitted.map((one) => ({ ...one })),
  };
}

/** A difference as people read it, in the words of terraform's plan; with colours where they are wanted. */
export function asText(plan: EnvironmentPlan, { from, to }: ReportSubject, isColoured: boolean): string {
  const paint = painter(isColoured);
  const blocks = plan.changes.map((change) => {
    const { sign, colour } = SIGNS[change.action];
    const head = `${paint(colour, `${sign} ${change.address}`)}${headNote(change)}`;
    const lines = linesOf(change).map((line) => `      ${line}`);
    const losses = change.losses.map((loss) => `      ${paint("red", `destroys ${lossText(loss)}`)}`);
    return ["", `  ${head}`, ...lines, ...losses].join("\n");
  });
  const title =
    plan.changes.length === 0
      ? `${to} is like ${from}: ${plan.compared} objects compared, no differences.`
      : `To make ${to} like ${from}: ${summaryText(plan.changes)}.`;
  return [title, ...blocks, ...footText(plan)].join("\n");
}

/** A difference for a comment on a pull request. */
export function asMarkdown(plan: EnvironmentPlan, { from, to }: ReportSubject): string {
  if (plan.changes.length === 0) {
    const text = `**${code(to)} is like ${code(from)}**: ${plan.compared} objects compared, no differences.`;
    return [text, ...footMarkdown(plan)].join("\n\n");
  }
  const destroying = plan.changes.filter(({ isDestructive }) => isDestructive);
  const warning =
    destroying.length === 0
      ? []
      : [
          `> [!WARNING]\n> ${destroying.length} of them delete something: ${destroying.map(({ address }) => code(address)).join(", ")}.`,
        ];
  const body = plan.changes
    .map((change) => {
      const { mark } = SIGNS[change.action];
      const lines = linesOf(change).map((line) => `${mark}     ${line}`);
      const losses = change.losses.map((loss) => `-     destroys ${lossText(loss)}`);
      return [`${mark} ${change.address}${headNote(change)}`, ...lines, ...losses].join("\n");
    })
    .join("\n");
  const fence = "`".repeat(Math.max(3, ...[...body.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return [
    `### ${code(from)} → ${code(to)}: ${summaryText(plan.changes)}`,
    ...warning,
    `<details open><summary>Changes</summary>\n\n${fence}diff\n${body}\n${fence}\n\n</details>`,
    ...footMarkdown(plan),
    `Plan \`${plan.fingerprint}\``,
  ].join("\n\n");
}

/** "2 to create, 1 to update". */
export function summaryText(changes: readonly Change[]): string {
  const words = Object.entries(counts(changes)).filter(([, count]) => count > 0);
  return words.length === 0 ? "nothing to do" : words.map(([action, count]) => `${count} to ${action}`).join(", ");
}

/** What is left for somebody to do by hand, one line each. */
export function omissionLines(omissions: readonly Omission[]): readonly string[] {
  return omissions.map(
    ({ address, reason, remedy }) => `  ${address}: ${reason}${remedy === "" ? "" : `\n      ${remedy}`}`,
  );
}

const SIGNS = {
  create: { sign: "+", mark: "+", colour: "green" },
  update: { sign: "~", mark: "!", colour: "yellow" },
  replace: { sign: "-/+", mark: "-", colour: "red" },
  delete: { sign: "-", mark: "-", colour: "red" },
} as const;

function counts(changes: readonly Change[]): { readonly [action in Change["action"]]: number } {
  const of = (action: Change["action"]): number => changes.filter((change) => change.action === action).length;
  return { create: of("create"), update: of("update"), replace: of("replace"), delete: of("delete") };
}

function headNote({ action }: Change): string {
  return action === "replace" ? " must be made anew" : "";
}

function linesOf(change: Change): readonly string[] {
  const { action, definition, config } = change;
  if (action === "create") {
    const told = describe({ definition, row: config ?? {}, address: change.address, answer: null });
    const secrets = change.fields.filter(({ isSecret, to }) => isSecret && to !== null).map(({ path }) => path);
    return [
      ...Object.entries(told).flatMap(([name, value]) => memberLines(name, value)),
      ...secrets.map((path) => `${printPath(path)} = (secret)`),
    ];
  }
  if (action === "delete") return [];
  return change.fields.map((field) => {
    const why = field.replaces && action === "replace" ? " (forces it to be made anew)" : "";
    return `${printPath(field.path)}: ${field.isSecret ? "(secret) → (another secret)" : changeText(field)}${why}`;
  });
}

function memberLines(name: string, value: Value): readonly string[] {
  const isMapOfObjects = isRecord(value) && Object.values(value).some(isRecord);
  if (!isMapOfObjects) return [`${name} = ${short(value)}`];
  return Object.entries(value as Row).map(([key, inner]) => `${name}[${JSON.stringify(key)}] = ${short(inner)}`);
}

function changeText({ from, to }: Field): string {
  if (from === null) return `+ ${short(to)}`;
  if (to === null) return `- ${short(from)}`;
  return `${short(from)} → ${short(to)}`;
}

function codeOf({ from, to }: Field): "added" | "removed" | "changed" {
  return from === null ? "added" : to === null ? "removed" : "changed";
}

const LONGEST = 400;

function short(value: Value): string {
  const text = writeJson(
    isRecord(value) ? Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== null)) : value,
  );
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}… (${text.length} characters)` : text;
}

function lossText({ what, count }: { readonly what: string; readonly count: number }): string {
  return Number.isNaN(count) ? what : `${count >= 5000 ? "at least 5000" : count} ${what}`;
}

function footText(plan: EnvironmentPlan): readonly string[] {
  const allowed = plan.allowed.map(
    ({ address, field, pattern }) => `  ${address}${field === null ? "" : ` ${field}`} (by ${pattern})`,
  );
  return [
    ...(allowed.length > 0 ? ["", "Allowed differences:", ...allowed] : []),
    ...(plan.notCarried.length > 0 ? ["", "Not carried:", ...omissionLines(plan.notCarried)] : []),
    ...(plan.omitted.length > 0 ? ["", "Left out:", ...omissionLines(plan.omitted)] : []),
    ...(plan.changes.length > 0 ? ["", `Plan ${plan.fingerprint}`] : []),
  ];
}

function footMarkdown(plan: EnvironmentPlan): readonly string[] {
  const list = (title: string, items: readonly string[]) =>
    items.length === 0
      ? []
      : [`<details><summary>${title} (${items.length})</summary>\n\n${items.join("\n")}\n\n</details>`];
  const told = ({ address, reason, remedy }: Omission) => `- ${code(address)}: ${reason} ${remedy}`.trimEnd();
  return [
    ...list(
      "Allowed differences",
      plan.allowed.map(
        ({ address, field, pattern }) => `- ${code([address, field].filter(Boolean).join(" "))} by ${code(pattern)}`,
      ),
    ),
    ...list("Not carried", plan.notCarried.map(told)),
    ...list("Left out", plan.omitted.map(told)),
  ];
}

function code(text: string): string {
  return `\`${text.replaceAll("`", "'")}\``;
}

const COLOURS = { red: 31, green: 32, yellow: 33 } as const;

function painter(isColoured: boolean): (colour: keyof typeof COLOURS, text: string) => string {
  return (colour, text) => (isColoured ? `\u001b[${COLOURS[colour]}m${text}\u001b[0m` : text);
}
