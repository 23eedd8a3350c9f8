import { parseJson } from "../schema/json.ts";
import type { TerraformType } from "../schema/terraform-type.ts";
import { isList, isNumber, isRecord, isUnknown, type Value } from "../schema/value.ts";
import { MalformedValue, PackReader, PackWriter } from "./message-pack.ts";
import type { Message } from "./protobuf.ts";

/**
 * Reads a DynamicValue of a type: MessagePack as core sends it, or JSON. Null for an absent or empty one. Throws
 * `MalformedValue` for anything that is not of the type.
 */
export function decodeDynamicValue(type: TerraformType, value: Message | null): Value {
  const packed = value?.["msgpack"];
  if (packed instanceof Uint8Array && packed.length > 0) return decodeValue(type, packed);
  const json = value?.["json"];
  if (json instanceof Uint8Array && json.length > 0) return fromJson(type, parseText(json), "", 0, "exactly");
  return null;
}

/**
 * A value that was stored, as one of the type: attributes that are absent are null, those that the type does not have are left out. Throws
 * `MalformedValue`, with the place, for anything else.
 */
export function conformed(type: TerraformType, json: Value): Value {
  return fromJson(type, json, "", 0, "by name");
}

/** Where a value is not known; null when it is known in all of its parts. */
export function unknownPlace(value: Value, place = ""): string | null {
  if (isUnknown(value)) return place === "" ? "the value itself" : place;
  const parts = isList(value)
    ? value.map((part, index) => [`${place}[${index}]`, part] as const)
    : isRecord(value)
      ? Object.entries(value).map(([name, part]) => [place === "" ? name : `${place}.${name}`, part] as const)
      : [];
  for (const [where, part] of parts) {
    const found = unknownPlace(part, where);
    if (found !== null) return found;
  }
  return null;
}

/** Reads MessagePack of a type. */
export function decodeValue(type: TerraformType, bytes: Uint8Array): Value {
  const reader = new PackReader(bytes);
  const value = read(type, reader, 0);
  if (!reader.isAtEnd()) throw new MalformedValue("there are bytes after the value");
  return value;
}

/** A value as a DynamicValue message. */
export function encodeDynamicValue(type: TerraformType, value: Value): Message {
  return { msgpack: encodeValue(type, value) };
}

/** Writes MessagePack of a type. Throws when the value is not of it: a defect of ours. */
export function encodeValue(type: TerraformType, value: Value): Uint8Array {
  const writer = new PackWriter();
  write(type, value, writer);
  return writer.finish();
}

/** A stored JSON state, parsed without loss of digits. */
export function decodeRawState(raw: Message | null): Value {
  const json = raw?.["json"];
  if (json instanceof Uint8Array && json.length > 0) return parseText(json);
  const flatmap = raw?.["flatmap"];
  if (flatmap && Object.keys(flatmap).length > 0)
    throw new MalformedValue("the state has the format of Terraform 0.11; upgrade it with Terraform 0.12 first");
  return null;
}

/** A type as JSON, the way cty writes it: `["list","string"]`. */
export function typeJson(type: TerraformType): unknown {
  switch (type.kind) {
    case "list":
    case "set":
    case "map":
      return [type.kind, typeJson(type.element)];
    case "tuple":
      return ["tuple", type.elements.map(typeJson)];
    case "object":
      return [
        "object",
        Object.fromEntries(
          sortedKeys(type.attributes).map((name) => [name, typeJson(type.attributes[name] as TerraformType)]),
        ),
      ];
    default:
      return type.kind;
  }
}

const DEEPEST = 200;

function read(type: TerraformType, reader: PackReader, depth: number): Value {
  if (depth > DEEPEST) throw new MalformedValue("the value is nested too deeply");
  if (reader.takeNull()) return null;
  const unknown = reader.takeUnknown();
  if (unknown) return unknown;
  switch (type.kind) {
    case "string":
      return reader.takeText();
    case "number":
      return reader.takeNumber();
    case "bool":
      return reader.takeBoolean();
    case "list":
    case "set":
      return Array.from({ length: reader.takeArray() }, () => read(type.element, reader, depth + 1));
    case "tuple": {
      const count = reader.takeArray();
      if (count !== type.elements.length)
        throw new MalformedValue(`a tuple of ${type.elements.length} elements is required`);
      return type.elements.map((element) => read(element, reader, depth + 1));
    }
    case "map":
      return Object.fromEntries(
        Array.from({ length: reader.takeMap() }, () => [reader.takeText(), read(type.element, reader, depth + 1)]),
      );
    case "object": {
      const count = reader.takeMap();
      const names = Object.keys(type.attributes);
      if (count !== names.length)
        throw new MalformedValue(`an object with ${names.length} attributes is required (${count} given)`);
      const entries = Array.from({ length: count }, (): readonly [string, Value] => {
        const name = reader.takeText();
        const attribute = Object.hasOwn(type.attributes, name) ? type.attributes[name] : undefined;
        if (!attribute) throw new MalformedValue(`unsupported attribute ${JSON.stringify(name)}`);
        return [name, read(attribute, reader, depth + 1)];
      });
      const row = Object.fromEntries(entries);
      if (Object.keys(row).length < count) throw new MalformedValue("an attribute is given twice");
      return row;
    }
    case "dynamic": {
      if (reader.takeArray() !== 2) throw new MalformedValue("a dynamic value has a type and a value");
      const told = reader.takeBytes();
      if (told === null) throw new MalformedValue("a dynamic value begins with its type");
      return read(parseType(parseText(told), 0), reader, depth + 1);
    }
  }
}

function write(type: TerraformType, value: Value, writer: PackWriter): void {
  if (value === null) return writer.null();
  if (isUnknown(value)) return writer.unknown(value);
  switch (type.kind) {
    case "string":
      if (typeof value !== "string") throw mismatch(type, value);
      return writer.text(value);
    case "number":
      // Terraform panics over what is no number.
      if (!isNumber(value) || Number.isNaN(value)) throw mismatch(type, value);
      return writer.number(value);
    case "bool":
      if (typeof value !== "boolean") throw mismatch(type, value);
      return writer.boolean(value);
    case "list":
    case "set":
      if (!isList(value)) throw mismatch(type, value);
      writer.array(value.length);
      for (const element of value) write(type.element, element, writer);
      return;
    case "tuple":
      if (!isList(value) || value.length !== type.elements.length) throw mismatch(type, value);
      writer.array(value.length);
      for (const [index, element] of type.elements.entries()) write(element, value[index] ?? null, writer);
      return;
    case "map":
      if (!isRecord(value)) throw mismatch(type, value);
      writer.map(Object.keys(value).length);
      for (const key of sortedKeys(value)) {
        writer.text(key);
        write(type.element, value[key] ?? null, writer);
      }
      return;
    case "object": {
      if (!isRecord(value)) throw mismatch(type, value);
      const stray = Object.keys(value).find((name) => !Object.hasOwn(type.attributes, name));
      if (stray !== undefined) throw new Error(`The value has an attribute ${stray} that its type does not have.`);
      const names = sortedKeys(type.attributes);
      writer.map(names.length);
      for (const name of names) {
        writer.text(name);
        write(
          type.attributes[name] as TerraformType,
          Object.hasOwn(value, name) ? (value[name] ?? null) : null,
          writer,
        );
      }
      return;
    }
    case "dynamic": {
      const concrete = typeOf(value);
      writer.array(2);
      writer.binary(Buffer.from(JSON.stringify(typeJson(concrete)), "utf8"));
      return write(concrete, value, writer);
    }
  }
}

/** How an object that was sent or stored is taken: with exactly the attributes of its type, or with those that the type knows. */
type Taking = "exactly" | "by name";

function fromJson(type: TerraformType, json: Value, place: string, depth: number, taking: Taking): Value {
  if (depth > DEEPEST) throw new MalformedValue("the value is nested too deeply");
  if (json === null) return null;
  switch (type.kind) {
    case "string":
      if (typeof json === "string") return json;
      break;
    case "number":
      if (isNumber(json)) return json;
      break;
    case "bool":
      if (typeof json === "boolean") return json;
      break;
    case "list":
    case "set":
      if (isList(json))
        return json.map((element, index) => fromJson(type.element, element, `${place}[${index}]`, depth + 1, taking));
      break;
    case "tuple":
      if (isList(json))
        return type.elements.map((element, index) =>
          fromJson(element, json[index] ?? null, `${place}[${index}]`, depth + 1, taking),
        );
      break;
    case "map":
      if (isRecord(json))
        return Object.fromEntries(
          Object.entries(json).map(([key, element]) => [
            key,
            fromJson(type.element, element, `${place}[${JSON.stringify(key)}]`, depth + 1, taking),
          ]),
        );
      break;
    case "object":
      if (isRecord(json)) {
        const stray =
          taking === "exactly" ? Object.keys(json).find((name) => !Object.hasOwn(type.attributes, name)) : undefined;
        if (stray !== undefined) throw new MalformedValue(`unsupported attribute ${JSON.stringify(stray)}`);
        return Object.fromEntries(
          Object.entries(type.attributes).map(([name, attribute]) => [
            name,
            fromJson(
              attribute,
              Object.hasOwn(json, name) ? (json[name] ?? null) : null,
              place === "" ? name : `${place}.${name}`,
              depth + 1,
              taking,
            ),
          ]),
        );
      }
      break;
    case "dynamic":
      if (isRecord(json))
        return fromJson(parseType(json["type"] ?? null, 0), json["value"] ?? null, place, depth + 1, taking);
      break;
  }
  throw new MalformedValue(`${place === "" ? "" : `${place}: `}a ${type.kind} is required`);
}

function parseType(json: Value, depth: number): TerraformType {
  if (depth > DEEPEST) throw new MalformedValue("the type is nested too deeply");
  if (json === "string" || json === "number" || json === "bool" || json === "dynamic") return { kind: json };
  if (isList(json)) {
    const [kind, inner = null] = json;
    if (kind === "list" || kind === "set" || kind === "map") return { kind, element: parseType(inner, depth + 1) };
    if (kind === "tuple" && isList(inner))
      return { kind, elements: inner.map((element) => parseType(element, depth + 1)) };
    if (kind === "object" && isRecord(inner)) {
      return {
        kind,
        attributes: Object.fromEntries(
          Object.entries(inner).map(([name, element]) => [name, parseType(element, depth + 1)]),
        ),
      };
    }
  }
  throw new MalformedValue("a type is required");
}

/** The type of a value that stands where any type is allowed. */
function typeOf(value: Value): TerraformType {
  if (typeof value === "string") return { kind: "string" };
  if (typeof value === "boolean") return { kind: "bool" };
  if (isNumber(value)) return { kind: "number" };
  if (isList(value)) return { kind: "tuple", elements: value.map(typeOf) };
  if (isRecord(value))
    return {
      kind: "object",
      attributes: Object.fromEntries(Object.entries(value).map(([name, element]) => [name, typeOf(element)])),
    };
  return { kind: "dynamic" };
}

function parseText(bytes: Uint8Array): Value {
  try {
    return parseJson(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new MalformedValue(`the JSON cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

function sortedKeys(record: { readonly [key: string]: unknown }): readonly string[] {
  return Object.keys(record).sort();
}

function mismatch(type: TerraformType, value: Value): Error {
  return new Error(
    `A ${type.kind} was to be written, not ${typeof value === "object" ? "a collection" : typeof value}.`,
  );
}
