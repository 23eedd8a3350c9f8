import { canonicalNumber } from "./number.ts";
import { isList, isNumber, isRecord, type Value } from "./value.ts";

/** A JSON value as a text that is equal exactly when the values are: sorted keys, numbers by value, NFC. */
export function canonicalJson(value: Value): string {
  if (isList(value)) return `[${value.map(canonicalJson).join()}]`;
  if (isRecord(value)) {
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
