import { isList, isObject, type Json, type JsonObject } from "../json.ts";
import type { OwnFile } from "../routes/storage.ts";
import { type CsvStyle, csvLine, csvValue } from "./csv.ts";
import { MigrationError, phpJson, type Resource } from "./resources.ts";
import { type Destination, noteDone, type Transfer } from "./transfer.ts";

/** Writes rows into a file, and nothing else; `keep` gets the whole file. */
export function fileWriter(
  transfer: Transfer,
  kind: "CSV" | "JSON",
  resourceId: string,
  options: JsonObject,
  keep: (file: OwnFile) => void,
): Destination {
  const { columns, filename } = options;
  const wanted = isList(columns) ? columns.map(String) : [];
  const write = kind === "CSV" ? csvWriter(styleOf(options)) : jsonWriter();
  let text = "";
  return {
    write(resources) {
      const rows = resources.filter(({ name }) => name === "row");
      text += write(rows.map((row) => fieldsOf(row, wanted)));
      for (const row of rows) {
        row.status = "success";
        noteDone(transfer, row);
      }
    },
    end() {
      if (text === "") {
        const code = kind === "CSV" ? 404 : 0;
        throw new MigrationError(`No data to export for resource: ${resourceId}`, code);
      }
      const bytes = Buffer.from(kind === "CSV" ? text : `${text}]`);
      keep({ name: String(filename), bytes });
    },
  };
}

type WriteRows = (rows: readonly JsonObject[]) => string;

function styleOf({ delimiter = ",", enclosure = '"', header = true }: JsonObject): CsvStyle {
  return { delimiter: String(delimiter), enclosure: String(enclosure), header: header !== false };
}

/** Every part of the rows has the headers again (source: the server's library). */
function csvWriter(style: CsvStyle): WriteRows {
  return (rows) => {
    const [first] = rows;
    const headers = first && style.header ? csvLine(Object.keys(first), style) : "";
    return headers + rows.map((row) => csvLine(Object.values(row).map(csvValue), style)).join("");
  };
}

/** The list begins with the first resource of any kind, so that a table without rows is an empty list. */
function jsonWriter(): WriteRows {
  let before = "[";
  return (rows) => {
    const written = rows.map(phpJson).join(",");
    const text = `${before}${written}`;
    if (before === "[") before = "";
    if (written !== "") before = ",";
    return written === "" && text !== "[" ? "" : text;
  };
}

function fieldsOf(row: Resource, wanted: readonly string[]): JsonObject {
  const { data, permissions = [] } = row.data;
  const { $createdAt = "", $updatedAt = "", ...values } = isObject(data) ? data : {};
  const kept = Object.entries(values).filter(([key]) => wanted.length === 0 || wanted.includes(key));
  const own: [string, Json][] = [
    ["$id", row.id],
    ["$permissions", permissions],
    ["$createdAt", $createdAt],
    ["$updatedAt", $updatedAt],
  ];
  return Object.fromEntries([...own, ...kept]);
}
