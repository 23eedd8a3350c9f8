import { error, UserError } from "../schema/diagnostics.ts";
import type { ResourceDefinition } from "../schema/resource.ts";
import type { Row, Value } from "../schema/value.ts";
import { untold } from "./wire.ts";

/**
 * The identifying attributes that an import id tells, such as `shop/books/title`. Attributes that are not told are absent (not
 * null), so that the read that follows fills all of them. Throws a `UserError` that shows the right form.
 */
export function parseImportId(definition: ResourceDefinition, id: string): Row {
  const parts = id.split("/");
  const forms = [definition.importId, ...(definition.importIdAlso ?? []), ["project_id", ...definition.importId]];
  const form = forms.find(
    (names) => names.length === parts.length && (names[0] !== "project_id" || definition.attributes["project_id"]),
  );
  if (form === undefined || parts.some((part) => part === "")) throw formError(definition, id);
  return Object.fromEntries(form.map((name, index) => [name, parts[index] as Value]));
}

/** The identifying attributes that a resource identity tells (Terraform 1.12 and later). */
export function fromIdentity(definition: ResourceDefinition, identity: Row): Row {
  const missing = definition.importId.find((name) => typeof identity[name] !== "string" || identity[name] === "");
  if (missing !== undefined) {
    throw new UserError(error("Identity not complete", `The identity of a ${definition.noun} needs ${missing}.`));
  }
  return Object.fromEntries(Object.entries(identity).filter(([, value]) => value !== null));
}

/** The identity of an object; null while a part of it is not known. */
export function identityOf(definition: ResourceDefinition, state: Row | null): Row | null {
  if (state === null) return null;
  const names = [...new Set([...definition.importId, ...(definition.attributes["project_id"] ? ["project_id"] : [])])];
  const identity = Object.fromEntries(names.map((name) => [name, state[name] ?? null]));
  return definition.importId.every((name) => typeof identity[name] === "string") ? identity : null;
}

/**
 * A stored state as the definition has it today: older versions are upgraded, attributes that are no longer known dropped,
 * and those that are new filled in (state written by the peer's provider lacks what we add).
 */
export function upgradeState(definition: ResourceDefinition, version: number, stored: Row): Row {
  const upgraded = (definition.upgrades ?? []).slice(version).reduce((state, step) => step(state), stored);
  return Object.fromEntries(
    Object.entries(definition.attributes).map(([name, attribute]) => [
      name,
      attribute.options.writeOnly ? null : (upgraded[name] ?? untoldDefault(attribute, name, upgraded)),
    ]),
  );
}

/** An attribute that the stored state does not have and that no read will fill in. */
function untoldDefault(attribute: Parameters<typeof untold>[0], name: string, stored: Row): Value {
  return Object.hasOwn(stored, name) ? null : untold(attribute);
}

function formError(definition: ResourceDefinition, id: string): UserError {
  const shown = definition.importId.map((name) => `<${name.replaceAll("_", "-")}>`).join("/");
  return new UserError(
    error(
      "Import id not understood",
      `The import id of a ${definition.noun} is ${shown}, or <project-id>/${shown} for another project than the provider's; ${JSON.stringify(id)} has not this form.`,
    ),
  );
}
