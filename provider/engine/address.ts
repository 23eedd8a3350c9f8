import type { Call, JsonObject, Listing, Method } from "../schema/backend.ts";
import type { CallTemplate, ResourceDefinition } from "../schema/resource.ts";
import type { Row } from "../schema/value.ts";

/** Fills `{attribute}` placeholders of a path with a row's values. Throws when one is not known: a defect of a definition. */
export function fillPath(template: string, row: Row): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = row[name];
    if (typeof value === "string" && value !== "") return value;
    if (typeof value === "number") return String(value);
    throw new Error(`The path ${template} needs the attribute ${name}, which has no value.`);
  });
}

/** A call template filled from a row. */
export function fillCall(template: CallTemplate, row: Row, body?: JsonObject): Call {
  const [method, path] = splitTemplate(template);
  return { method: method as Method, path: fillPath(path, row), ...(body === undefined ? {} : { body }) };
}

/** A call that answers the object itself: what does not tell by what its kind is listed is no answer. */
export function objectCall(
  definition: Pick<ResourceDefinition, "api">,
  template: CallTemplate,
  row: Row,
  body?: JsonObject,
): Call {
  const { list } = definition.api;
  return { ...fillCall(template, row, body), ...(list ? { tells: list.key } : {}) };
}

/** A listing whose path is filled from a row. */
export function fillListing(listing: Listing, row: Row): Listing {
  return { ...listing, path: fillPath(listing.path, row) };
}

/** Method and path of a call template. */
export function splitTemplate(template: string): readonly [string, string] {
  const space = template.indexOf(" ");
  return [template.slice(0, space), template.slice(space + 1)];
}

/** The import id of an object: its identifying attributes, joined by slashes. */
export function importIdOf(definition: Pick<ResourceDefinition, "importId">, row: Row): string {
  return definition.importId.map((name) => String(row[name] ?? "")).join("/");
}

/** The attribute that names the object within its list: the last of the import id. */
export function ownKey(definition: Pick<ResourceDefinition, "importId">): string {
  return definition.importId.at(-1) ?? "id";
}
