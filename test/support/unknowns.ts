import { isList, isNumber, isRecord, type Row, UNKNOWN, Unknown, type Value } from "../../provider/schema/value.ts";

/**
 * A configuration in which some values are not known yet, at any depth, with what core may have said of them: not null, how a
 * text begins, bounds of a number, the least length of a collection. `row` is what they turn out to be; `chances` are numbers from 0 to 99.
 */
export function veiled(row: Row, chances: Iterator<number>): Row {
  const chance = (): number => chances.next().value ?? 99;
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, veil(value, chance)]));
}

function veil(value: Value, chance: () => number): Value {
  if (value === null) return null;
  const dice = chance();
  if (dice < 8) return UNKNOWN;
  if (dice < 16) return refined(value);
  if (isList(value)) return value.map((element) => veil(element, chance));
  if (isRecord(value))
    return Object.fromEntries(Object.entries(value).map(([key, element]) => [key, veil(element, chance)]));
  return value;
}

/** An unknown value of which core says as much as is true of `value`. */
function refined(value: Value): Unknown {
  const notNull = [0x01, 0xc2];
  if (typeof value === "string") {
    const prefix = Buffer.from(/^[\x20-\x7e]{0,20}/.exec(value)?.[0] ?? "");
    return extension([0x82, ...notNull, 0x02, 0xa0 | prefix.length, ...prefix]);
  }
  if (isNumber(value)) return extension([0x82, ...notNull, 0x03, 0x92, 0xd3, 0x80, 0, 0, 0, 0, 0, 0, 0, 0xc3]);
  if (isList(value) || (isRecord(value) && Object.keys(value).length === 0))
    return extension([0x82, ...notNull, 0x05, 0x00]);
  return extension([0x81, ...notNull]);
}

function extension(payload: readonly number[]): Unknown {
  return new Unknown(Uint8Array.from([0xc7, payload.length, 0x0c, ...payload]));
}
