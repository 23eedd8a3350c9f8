/** A time in words: `"90s"`, `"15m"`, `"12h"`, `"30d"`. */
export type Duration = `${number}${"s" | "m" | "h" | "d"}`;

const SECONDS: { readonly [unit: string]: number } = { s: 1, m: 60, h: 3600, d: 86_400 };

/** A time as the number of its seconds. Throws for what is no time. */
export function secondsOf(duration: number | bigint | Duration): number | bigint {
  if (typeof duration !== "string") return duration;
  const [, number = "", unit = ""] = /^(\d+(?:\.\d+)?)([smhd])$/.exec(duration) ?? [];
  const factor = SECONDS[unit];
  if (factor === undefined) {
    throw new Error(`${JSON.stringify(duration)} is no time. Write a number of seconds, or such as "30d".`);
  }
  return Math.round(Number(number) * factor);
}
