import { nearest } from "../provider/schema/nearest.ts";
import type { ResourceDefinition } from "../provider/schema/resource.ts";
import { EnvironmentError } from "./environment-error.ts";

/** Does it name this object, or this attribute of it? */
export interface Pattern {
  readonly text: string;
  /** Null = the object as a whole. */
  readonly attribute: RegExp | null;
  /** Kinds of which it means every object. */
  readonly wholeKinds: readonly string[];
  isOf(address: string): boolean;
}

/**
 * A pattern such as `appwrite_storage_bucket`, `storage_bucket.photos`, `tablesdb_table.shop/*` or `webhook.* url`: a type (the prefix
 * `appwrite_` may be left away), an import id, an attribute; `*` stands for anything. Throws `EnvironmentError` for a type that is none.
 */
export function parsePattern(text: string, definitions: readonly ResourceDefinition[]): Pattern {
  const [place = "", attribute] = text.trim().split(/\s+/, 2);
  const dot = place.indexOf(".");
  const type = dot < 0 ? place : place.slice(0, dot);
  const id = dot < 0 ? "*" : place.slice(dot + 1);
  const types = definitions.map((definition) => definition.type);
  const pattern = glob(type);
  const matching = types.filter((one) => pattern.test(one) || pattern.test(one.replace(/^appwrite_/, "")));
  if (matching.length === 0) {
    const close = nearest(type, types) ?? nearest(`appwrite_${type}`, types);
    const hint =
      close === null ? "Kinds are the resource types, such as appwrite_storage_bucket." : `Did you mean ${close}?`;
    throw new EnvironmentError(`${JSON.stringify(text)} names no kind. ${hint}`);
  }
  const own = glob(id);
  return {
    text: text.trim(),
    attribute: attribute === undefined ? null : glob(attribute),
    wholeKinds: id === "*" && attribute === undefined ? matching : [],
    isOf: (address) => {
      const at = address.indexOf(".");
      const [kind, rest] = at < 0 ? [address, ""] : [address.slice(0, at), address.slice(at + 1)];
      return matching.includes(kind) && own.test(rest);
    },
  };
}

function glob(text: string): RegExp {
  const source = text.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${source.join(".*")}$`);
}
