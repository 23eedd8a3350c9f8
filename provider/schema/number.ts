import { Decimal } from "./value.ts";

/**
 * A number as a text that is equal exactly when the numbers are: `<digits>e<exponent>` without trailing zeros. Works on any
 * of the three forms that numbers take, so that 1, 1n and "1.0" compare equal and no digit is lost.
 */
export function canonicalNumber(value: number | bigint | Decimal): string {
  const source = value instanceof Decimal ? value.text : String(value);
  const parts = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(source);
  if (parts === null) return source;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = parts;
  const digits = `${whole}${fraction}`.replace(/^0+/, "");
  const significant = digits.replace(/0+$/, "");
  if (significant === "") return "0";
  return `${sign === "-" ? "-" : ""}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}
