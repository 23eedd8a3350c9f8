import { canonicalNumber } from "./number.ts";
import { isList, isNumber, isRecord, type Value } from "./value.ts";

/**
 * A JSON value as a text that is equal exactly when the values are: sorted keys, numbers by value, NFC. An empty object is an empty
 * list, as which Appwrite tells it.
 */
export function canonicalJson(value: Value): string {
  if (isList(value)) return `[${value.map(canonicalJson).join()}]`;
  if (isRecord(value)) {
    if (Object.keys(value).length === 0) return "[]";
    return `{${Object.entries(value)
      .map(([key, element]) => `${JSON.stringify(key)}:${canonicalJson(element)}`)
      .sort()
      .join()}}`;
  }
  if (isNumber(value)) return canonicalNumber(value);
  return JSON.stringify(typeof value === "string" ? value.normalize("NFC") : value);
}

/** Are two JSON values the same, whatever the order of their keys and the spelling of their numbers? */
export function sameJson(left: Value, right: Value): boolean {
  return canonicalJson(left) === canonicalJson(right);
}

/** The same value with the keys of every object sorted, as Terraform's `jsonencode` writes them. */
export function inKeyOrder(value: Value): Value {
  if (isList(value)) return value.map(inKeyOrder);
  if (!isRecord(value)) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, inKeyOrder(value[key] ?? null)]));
}

/** The values of a row as `canonicalJson` gives them, but null is absent, and datetimes are told by the instant they mean. */
export function canonicalRecord(value: Value): string {
  return canonicalJson(normalised(value));
}

function normalised(value: Value): Value {
  if (typeof value === "string") return isInstant(value) ? new Date(value).toISOString() : value;
  if (isList(value)) return value.map(normalised);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, element]) => element !== null)
      .map(([key, element]) => [key, normalised(element)]),
  );
}

/** Is the text a date, or a date and time, in ISO 8601? A day that its month does not have is none: servers make another of it. */
export function isInstant(text: string): boolean {
  const isWritten = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/.test(text);
  if (!isWritten || Number.isNaN(Date.parse(text))) return false;
  return new Date(`${text.slice(0, 10)}T00:00:00Z`).getUTCDate() === Number(text.slice(8, 10));
}
