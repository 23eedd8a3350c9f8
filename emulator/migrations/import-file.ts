import type { JobContext } from "../context.ts";
import type { Column } from "../databases/columns.ts";
import { uniqueIdentifier } from "../identifiers.ts";
import { isList, isObject, type Json, type JsonObject, parseJson } from "../json.ts";
import { findProject } from "../projects.ts";
import { csvRecords, delimiterOf, refuseHeaders, valuesOfLine } from "./csv.ts";
import { importsPlace } from "./file-routes.ts";
import { localReader } from "./reader.ts";
import { MigrationError, resource } from "./resources.ts";
import { reading, type Transfer } from "./transfer.ts";

/** Rows that are passed on together. */
const PART = 100;

/** The rows of a file that was given to a migration; it is read once, and gone then. */
export function importedFile(context: JobContext, id: string, kind: "CSV" | "JSON", resourceId: string) {
  const stored = context.store.get(importsPlace(context.scope), id);
  const text = stored && Buffer.from(String(stored.data["bytes"]), "base64").toString("utf8");
  const rowsOf = kind === "CSV" ? csvRows : jsonRows;
  return {
    report: text === undefined ? {} : { row: kind === "CSV" ? linesIn(text) : itemsIn(text).length },
    export(transfer: Transfer) {
      reading(transfer, "row", "databases", () => {
        if (text !== undefined) rowsOf(context, text, resourceId, passerOf(transfer, resourceId));
      });
      context.store.remove(importsPlace(context.scope), id);
    },
  };
}

/** The server counts the first line as well when the last one is ended. */
function linesIn(text: string): number {
  const lines = csvRecords(text, ",").filter((fields) => fields.length > 1 || fields[0] !== "").length;
  return Math.max(0, lines - (text.endsWith("\n") ? 0 : 1));
}

/** The items of a JSON list, or of an object; anything else cannot be read. */
function itemsIn(text: string): readonly Json[] {
  try {
    const value = parseJson(text);
    if (isList(value)) return value;
    if (isObject(value)) return Object.values(value);
  } catch {
    // As what is neither.
  }
  throw new MigrationError("The file is no list of rows.");
}

type Pass = (row: JsonObject | null) => void;

/** Collects rows and passes them on in parts; null ends them. */
function passerOf(transfer: Transfer, resourceId: string): Pass {
  const [databaseId = "", tableId = ""] = resourceId.split(":");
  const table = resource("table", tableId, {}, resource("database", databaseId, {}));
  let part: ReturnType<typeof resource>[] = [];
  return (row) => {
    if (row) {
      const { $id = "unique()", $permissions = [], ...data } = row;
      const id = $id === "unique()" ? uniqueIdentifier() : String($id);
      part.push(resource("row", id, { data, permissions: $permissions }, table));
    }
    if (part.length === 0 || (row && part.length < PART)) return;
    transfer.pass(part);
    part = [];
  };
}

function csvRows(context: JobContext, text: string, resourceId: string, pass: Pass): void {
  const project = findProject(context.store, context.scope);
  const [databaseId = "", tableId = ""] = resourceId.split(":");
  const columns = project ? localReader(context.store, project).columns(databaseId, tableId) : [];
  const own = columns.filter(({ side }) => side !== "child");
  const [headers, ...lines] = csvRecords(text, delimiterOf(text));
  if (!headers) return;
  refuseHeaders(headers, own);
  const byKey = new Map(own.map((column): [string, Column] => [column.key, column]));
  for (const line of lines) pass(valuesOfLine(headers, line, byKey));
  pass(null);
}

function jsonRows(_context: JobContext, text: string, _resourceId: string, pass: Pass): void {
  for (const [at, item] of itemsIn(text).entries()) {
    if (!isObject(item)) throw new MigrationError(`JSON item at index ${at} is not an object.`, 400);
    const { $permissions = [] } = item;
    if (!isList($permissions))
      throw new MigrationError("Invalid permissions format; expected an array of strings.", 400);
    if (!$permissions.every((one) => typeof one === "string"))
      throw new MigrationError("Invalid permission value; expected string.", 400);
    pass(item);
  }
  pass(null);
}
