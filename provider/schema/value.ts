/**
 * A Terraform value as the provider holds it. Collections are arrays (list, set, tuple) or plain records (map,
 * object); which of them is meant, the type beside the value says. Records are built with `Object.fromEntries`
 * or spread, so that a key such as `__proto__` stays data.
 */
export type Value =
  | null
  | boolean
  | string
  | number
  | bigint
  | Decimal
  | Unknown
  | readonly Value[]
  | { readonly [key: string]: Value };

/** The attributes of one object, by name. */
export type Row = { readonly [attribute: string]: Value };

/**
 * A value that Terraform does not know yet. `refinement` is what core said of it (not null, a prefix, bounds),
 * in core's own bytes, so that a value passed through comes back exactly as it was sent.
 */
export class Unknown {
  readonly refinement: Uint8Array | null;

  constructor(refinement: Uint8Array | null = null) {
    this.refinement = refinement;
  }
}

/** The unknown value of which nothing is known. */
export const UNKNOWN = new Unknown();

/** Not null, and nothing else: extension 12 with the first of its fields. */
const NOT_NULL = new Unknown(Uint8Array.of(0xc7, 3, 0x0c, 0x81, 0x01, 0xc2));

/** Did core say of an unknown value that it is not null? It says that first of all. */
export function isNeverNull({ refinement }: Unknown): boolean {
  if (refinement === null) return false;
  const header = refinement[0] === 0xc7 ? 3 : refinement[0] === 0xc8 ? 4 : refinement[0] === 0xc9 ? 6 : 2;
  return refinement[header - 1] === 0x0c && refinement[header + 1] === 0x01 && refinement[header + 2] === 0xc2;
}

/** What is true of an unknown value in any other words of the same. */
export function reworded(value: Unknown): Unknown {
  return isNeverNull(value) ? NOT_NULL : UNKNOWN;
}

/**
 * A number that neither a double's shortest decimal form nor a 64-bit integer tells exactly (0.1 at Terraform's 512
 * bits with 40 digits, 2^70, 1e400). `text` is plain or scientific decimal notation.
 */
export class Decimal {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

/** Is the value itself unknown? Parts of a collection may be unknown although the collection is not. */
export function isUnknown(value: Value | undefined): value is Unknown {
  return value instanceof Unknown;
}

/** Is the value a list, set or tuple? */
export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** Is the value a map or an object? */
export function isRecord(value: Value | undefined): value is { readonly [key: string]: Value } {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isUnknown(value) && !isDecimal(value);
}

/** Is the value a number, in any of the three forms that numbers take? */
export function isNumber(value: Value | undefined): value is number | bigint | Decimal {
  return typeof value === "number" || typeof value === "bigint" || isDecimal(value);
}

function isDecimal(value: Value | undefined): value is Decimal {
  return value instanceof Decimal;
}

/** Is the value known in all of its parts? Terraform calls this "wholly known". */
export function isWhollyKnown(value: Value): boolean {
  if (isUnknown(value)) return false;
  if (isList(value)) return value.every(isWhollyKnown);
  if (isRecord(value)) return Object.values(value).every(isWhollyKnown);
  return true;
}
