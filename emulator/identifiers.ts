import { randomBytes } from "node:crypto";

/** Returns the id to use for a requested one: itself, or 20 fresh hexadecimal digits for `unique()` (13 of time, 7 random). */
export function identifier(requested: string): string {
  return requested === "unique()" ? uniqueIdentifier() : requested;
}

/** Returns 20 hexadecimal digits that no other call returns: time in microseconds, then randomness. */
export function uniqueIdentifier(): string {
  const now = Date.now();
  const seconds = Math.floor(now / 1000)
    .toString(16)
    .padStart(8, "0");
  const micros = ((now % 1000) * 1000 + Math.floor(Math.random() * 1000)).toString(16).padStart(5, "0");
  return seconds + micros + randomBytes(4).toString("hex").slice(0, 7);
}

/** Writes an instant as the server does: UTC with milliseconds and `+00:00`. */
export function timestamp(instant: Date): string {
  return instant.toISOString().replace("Z", "+00:00");
}

/** Compares two ids or keys as MariaDB does: without letter case. */
export function sameIdentifier(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
