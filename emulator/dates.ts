import type { Json } from "./json.ts";

/** The server's words for a value that is no date of its database's range. */
export const datetimeMessage = "Value must be valid date between 1000-01-01 00:00:00 and 9999-12-31 23:59:59.";

/** Reads a date as PHP's DateTime reads the usual forms (ISO 8601, or with a space; UTC unless an offset says otherwise). */
export function readDatetime(value: Json): Date | undefined {
  if (typeof value !== "string") return undefined;
  const pattern =
    /^\s*(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{1,2})?\s*$/i;
  const match = pattern.exec(value);
  if (!match) return undefined;
  const [, year, month, day, hour = "0", minute = "0", second = "0", fraction = "", zone = "Z"] = match;
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > 31) return undefined;
  if (Number(hour) > 24 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const milliseconds = Number(fraction.padEnd(3, "0").slice(0, 3));
  const instant = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    milliseconds,
  );
  return new Date(instant - offsetMinutes(zone) * 60_000);
}

function offsetMinutes(zone: string): number {
  const match = /^([+-])(\d{1,2}):?(\d{2})?$/.exec(zone);
  if (!match) return 0;
  return (match[1] === "-" ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3] ?? 0));
}

/** Says whether a value is a date between the years 1000 and 9999. */
export function isDatetime(value: Json): boolean {
  const date = readDatetime(value);
  return (
    date !== undefined && date.getTime() >= Date.UTC(1000, 0, 1) && date.getTime() <= Date.UTC(9999, 11, 31, 23, 59, 59)
  );
}
