/** A time in words: `"90s"`, `"15m"`, `"12h"`, `"30d"`. */
export type Duration = `${number}${"s" | "m" | "h" | "d"}`;

/** A time by its unit: `Duration.days(30)` is `"30d"`. */
export const Duration = {
  /** So many seconds. */
  seconds: (count: number): Duration => `${count}s`,
  /** So many minutes. */
  minutes: (count: number): Duration => `${count}m`,
  /** So many hours. */
  hours: (count: number): Duration => `${count}h`,
  /** So many days. */
  days: (count: number): Duration => `${count}d`,
} as const;

const SECONDS: { readonly [unit: string]: number } = { s: 1, m: 60, h: 3600, d: 86_400 };

/** A time as the number of its seconds. Throws for what is no time, with where it stands. */
export function secondsOf(duration: number | bigint | Duration, where: string): number | bigint {
  if (typeof duration !== "string") return duration;
  const [, number = "", unit = ""] = /^(\d+(?:\.\d+)?)([smhd])$/.exec(duration) ?? [];
  const factor = SECONDS[unit];
  if (factor === undefined) {
    throw new Error(`${where}: ${JSON.stringify(duration)} is no time. Write a number of seconds, or such as "30d".`);
  }
  return Math.round(Number(number) * factor);
}
