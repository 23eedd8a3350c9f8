import type { Attribute, Attributes } from "../schema/attribute.ts";
import { type Backend, isNotFound, type JsonObject } from "../schema/backend.ts";
import { error, UserError } from "../schema/diagnostics.ts";
import type { DataSourceDefinition } from "../schema/other-definitions.ts";
import type { ResourceDefinition, Session } from "../schema/resource.ts";
import { isList, isRecord, type Row, type Value } from "../schema/value.ts";
import { fillCall, fillListing, ownKey } from "./address.ts";
import { sameValue } from "./equal.ts";
import { firstSentence } from "./sentence.ts";
import { fromAnswer, readName } from "./wire.ts";

/**
 * The data source that looks one object of a resource up: by its key, or by another attribute that the definition names.
 */
export function singularDataSource(definition: ResourceDefinition): DataSourceDefinition {
  const key = ownKey(definition);
  const lookups = [key, ...(definition.lookup?.by ?? [])];
  const parents = parentsOf(definition);
  const attributes = Object.fromEntries(
    readable(definition).map(([name, attribute]): [string, Attribute] => {
      if (parents.includes(name)) return [name, as("required", attribute)];
      if (definition.singleton) return [name, as(name === "project_id" ? "serverDefault" : "computed", attribute)];
      if (lookups.length === 1 && name === key) return [name, as("required", attribute)];
      if (lookups.includes(name) || name === "project_id") return [name, as("serverDefault", attribute)];
      return [name, as("computed", attribute)];
    }),
  );
  return {
    type: definition.type,
    summary: definition.singleton
      ? `Reads the ${definition.noun} of the project.`
      : `Looks up one ${definition.noun}, by ${lookups.map((name) => `\`${name}\``).join(" or ")}.`,
    noun: definition.noun,
    scopes: { read: definition.scopes.read },
    attributes,
    validate: (config) => {
      if (definition.singleton) return [];
      const given = lookups.filter((name) => (config[name] ?? null) !== null);
      if (given.length === 1) return [];
      const words = lookups.join(" or ");
      const text =
        given.length === 0
          ? `One of ${words} must be set.`
          : `Only one of ${words} may be set, not ${given.join(" and ")}.`;
      return [error("Look-up not clear", text, given[1] ?? key)];
    },
    read: async (backend, config) => {
      const by = lookups.find((name) => (config[name] ?? null) !== null) ?? key;
      const found =
        by === key ? await byKey(definition, backend, config) : await byAttribute(definition, backend, config, by);
      return told(definition, attributes, found, config, backend);
    },
  };
}

/** The data source that lists all objects of a resource below one parent. */
export function pluralDataSource(definition: ResourceDefinition, type: string): DataSourceDefinition {
  const items = pluralName(definition);
  const parents = parentsOf(definition);
  const elements = Object.fromEntries(
    readable(definition).map(([name, attribute]) => [name, as("computed", attribute)]),
  );
  const queryable = definition.api.list?.queries !== false;
  return {
    type,
    summary: `Lists ${items.replaceAll("_", " ")}.`,
    noun: definition.noun,
    scopes: { read: definition.scopes.read },
    attributes: {
      ...Object.fromEntries(parents.map((name) => [name, as("required", definition.attributes[name] as Attribute)])),
      ...(definition.attributes["project_id"]
        ? { project_id: as("serverDefault", definition.attributes["project_id"]) }
        : {}),
      ...(queryable
        ? {
            queries: {
              type: { kind: "list", element: { kind: "json" } },
              presence: "optional",
              doc: 'Appwrite queries that narrow the list, each as JSON text: `jsonencode({ method = "equal", attribute = "name", values = ["Books"] })`.',
              options: {},
            } as const,
          }
        : {}),
      [items]: {
        type: { kind: "list", element: { kind: "object", attributes: elements } },
        presence: "computed",
        doc: `The ${items.replaceAll("_", " ")} found, in the server's order.`,
        options: {},
      },
    },
    read: async (backend, config) => {
      const queries = isList(config["queries"]) ? config["queries"].map(String) : [];
      const found = await listObjects(definition, backend, config, queries);
      return {
        ...config,
        project_id: config["project_id"] ?? backend.projectId,
        [items]: found.map((object) => told(definition, elements, object, config, backend)),
      };
    },
  };
}

/** All objects of a kind below one parent, as the server tells them. */
export async function listObjects(
  definition: ResourceDefinition,
  backend: Backend,
  parent: Row,
  queries: readonly string[] = [],
): Promise<readonly JsonObject[]> {
  if (definition.hooks?.list) return definition.hooks.list(backend, parent);
  if (!definition.api.list) return [];
  return backend.list(fillListing(definition.api.list, parent), queries);
}

/** The attributes that name where an object lives: all of the import id but the last. */
export function parentsOf(definition: ResourceDefinition): readonly string[] {
  return definition.importId.slice(0, -1);
}

/** What the objects are called in the plural data source: the last word of their list. */
export function pluralName(definition: ResourceDefinition): string {
  const items = definition.api.list?.items ?? `${definition.noun}s`;
  return items.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replaceAll(" ", "_");
}

/** Attributes that a data source can tell: what the server reads back, parents and the project. */
function readable(definition: ResourceDefinition): readonly [string, Attribute][] {
  const parents = [...definition.importId, "project_id"];
  return Object.entries(definition.attributes).filter(
    ([name, attribute]) => parents.includes(name) || readName(name, attribute) !== null,
  );
}

function as(presence: Attribute["presence"], attribute: Attribute): Attribute {
  const { sensitive, length, pattern, range, ref, refBy } = attribute.options;
  return {
    type: presence === "computed" ? computedType(attribute.type) : attribute.type,
    presence,
    doc: attribute.options.fromProvider === undefined ? firstSentence(attribute.doc) : attribute.doc,
    options: {
      ...(sensitive ? { sensitive } : {}),
      ...(presence !== "computed" && length ? { length } : {}),
      ...(presence !== "computed" && pattern ? { pattern } : {}),
      ...(presence !== "computed" && range ? { range } : {}),
      ...(ref ? { ref } : {}),
      ...(refBy ? { refBy } : {}),
    },
  };
}

/** A type in which all nested attributes are told by the server. */
function computedType(type: Attribute["type"]): Attribute["type"] {
  switch (type.kind) {
    case "object":
      return {
        kind: "object",
        attributes: Object.fromEntries(
          Object.entries(type.attributes)
            .filter(([name, attribute]) => readName(name, attribute) !== null)
            .map(([name, attribute]) => [name, as("computed", attribute)]),
        ),
      };
    case "list":
    case "set":
    case "unordered":
    case "map":
      return { kind: type.kind, element: computedType(type.element) };
    default:
      return type;
  }
}

async function byKey(definition: ResourceDefinition, backend: Backend, config: Row): Promise<JsonObject> {
  const key = ownKey(definition);
  const id = String(config[key]);
  const { api, hooks } = definition;
  try {
    const found = hooks?.read
      ? await hooks.read(readSession(backend), config)
      : api.list
        ? await backend.find(fillListing(api.list, config), id)
        : api.read
          ? ((await backend.call(fillCall(api.read, config))) as JsonObject)
          : null;
    if (found !== null) return found;
  } catch (cause) {
    if (!isNotFound(cause)) throw cause;
  }
  throw new UserError(
    error(
      `${definition.noun} not found`,
      `There is no ${definition.noun} ${id} in the project ${backend.projectId}.`,
      key,
    ),
  );
}

async function byAttribute(
  definition: ResourceDefinition,
  backend: Backend,
  config: Row,
  by: string,
): Promise<JsonObject> {
  const attribute = definition.attributes[by] as Attribute;
  const wire = readName(by, attribute) ?? by;
  const value = config[by] as Value;
  const query = JSON.stringify({ method: "equal", attribute: wire, values: [value] });
  const canQuery = definition.api.list?.queries !== false && !definition.hooks?.list;
  const found = (await listObjects(definition, backend, config, canQuery ? [query] : [])).filter((object) =>
    sameValue(attribute, (object[wire] ?? null) as Value, value),
  );
  const [only, ...more] = found;
  if (only !== undefined && more.length === 0) return only;
  const text =
    only === undefined
      ? `There is no ${definition.noun} whose ${by} is ${JSON.stringify(value)} in the project ${backend.projectId}.`
      : `${found.length} objects have the ${by} ${JSON.stringify(value)}. Look it up by ${ownKey(definition)} instead.`;
  throw new UserError(error(`${definition.noun} not ${only === undefined ? "found" : "clear"}`, text, by));
}

function told(
  definition: ResourceDefinition,
  attributes: Attributes,
  object: JsonObject,
  config: Row,
  backend: Backend,
): Row {
  const parents = Object.fromEntries(parentsOf(definition).map((name) => [name, config[name] ?? null]));
  const row = fromAnswer(definition, object, { ...parents, project_id: config["project_id"] ?? backend.projectId });
  return projected(attributes, row);
}

/** What of a resource's row a data source has, inside its values as well. */
function projected(attributes: Attributes, row: Row): Row {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { type }]) => [name, projectedValue(type, row[name] ?? null)]),
  );
}

function projectedValue(type: Attribute["type"], value: Value): Value {
  switch (type.kind) {
    case "object":
      return isRecord(value) ? projected(type.attributes, value) : value;
    case "map":
      return isRecord(value)
        ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, projectedValue(type.element, one)]))
        : value;
    case "list":
    case "set":
    case "unordered":
      return isList(value) ? value.map((one) => projectedValue(type.element, one)) : value;
    default:
      return value;
  }
}

/** A session for hooks that only read. */
export function readSession(backend: Backend): Session {
  return {
    backend,
    reached: () => {},
    report: () => {},
    wait: () => Promise.reject(new Error("A data source does not wait.")),
    remaining: () => 0,
    uniqueId: () => {
      throw new Error("A data source makes no ids.");
    },
  };
}
