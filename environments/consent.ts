import type { Change } from "./changes.ts";

/** What the user has consented to beforehand. */
export interface Consent {
  /** `--yes`: everything that deletes nothing. */
  readonly yes: boolean;
  /** `--allow-destructive`: deletions, and changes that lose data. */
  readonly destructive: boolean;
}

/** What still stands between a plan and its first write. */
export type Verdict =
  | { readonly kind: "go" }
  | { readonly kind: "ask"; readonly question: "changes" | "destructive" }
  | { readonly kind: "refuse"; readonly reason: string };

/**
 * May the changes be made? `--yes` never stands for a deletion. Without a terminal nothing is asked: what is not consented to is refused.
 */
export function judge(
  changes: readonly Change[],
  consent: Consent,
  target: { readonly name: string; readonly isProtected: boolean },
  isInteractive: boolean,
): Verdict {
  const destroying = changes.filter(({ isDestructive }) => isDestructive);
  const names = destroying.map(({ address }) => address).join(", ");
  if (destroying.length > 0 && target.isProtected) {
    return {
      kind: "refuse",
      reason: `The environment ${target.name} is protected, so nothing is deleted or made anew there: ${names}. Leave them with --keep-extra or --exclude, or take "protected" out of the environments file.`,
    };
  }
  if (destroying.length > 0 && !consent.destructive) {
    return isInteractive
      ? { kind: "ask", question: "destructive" }
      : {
          kind: "refuse",
          reason: `${destroying.length} of the changes delete something: ${names}. --yes does not cover that. Give --allow-destructive as well, or leave what only ${target.name} has with --keep-extra.`,
        };
  }
  if (changes.length > 0 && !consent.yes) {
    // Who has just typed the name for the deletions has seen the plan.
    return isInteractive
      ? { kind: "ask", question: "changes" }
      : { kind: "refuse", reason: "Nobody is there to ask. Give --yes to make these changes." };
  }
  return { kind: "go" };
}
