import type { Attribute, Attributes } from "../schema/attribute.ts";
import type { Row } from "../schema/value.ts";
import { validate } from "./validate.ts";

/**
 * A row in which an empty text counts as not set, as in `phone = var.has_phone ? var.phone : ""`: for attributes whose empty answer
 * means that they are not set, and which the server refuses when they are sent empty.
 */
export function withoutBlanks(attributes: Attributes, row: Row): Row {
  const blank = Object.keys(row).filter((name) => row[name] === "" && isUnsetByBlank(name, attributes[name]));
  return blank.length === 0 ? row : { ...row, ...Object.fromEntries(blank.map((name) => [name, null])) };
}

/** Puts the empty texts of a configuration back where a row has nothing: core wants what was written. */
export function withBlanks(attributes: Attributes, row: Row, written: Row): Row {
  const blank = Object.keys(row).filter(
    (name) => row[name] === null && written[name] === "" && isUnsetByBlank(name, attributes[name]),
  );
  return blank.length === 0 ? row : { ...row, ...Object.fromEntries(blank.map((name) => [name, ""])) };
}

function isUnsetByBlank(name: string, attribute: Attribute | undefined): boolean {
  if (attribute?.presence !== "optional" || !attribute.options.absent?.includes("")) return false;
  return (
    validate({ [name]: { ...attribute, options: { ...attribute.options, requires: [] } } }, { [name]: "" }).length > 0
  );
}
