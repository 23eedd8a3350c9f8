import { MESSAGES } from "./messages.generated.ts";

/** A field's value: scalars, bytes, messages, lists and maps of them. Field names are those of the .proto file. */
export type Field =
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Message
  | readonly Field[]
  | { readonly [key: string]: Field }
  | null
  | undefined;

/** A message by field name. Absent scalars read as their zero values, absent messages as null. */
export type Message = { readonly [field: string]: Field };

/** Bytes that are no message of the expected kind. */
export class MalformedMessage extends Error {
  override readonly name = "MalformedMessage";
}

/** Reads a protobuf message by the table of the protocol. Unknown fields are skipped. Throws `MalformedMessage`. */
export function decodeMessage(type: string, bytes: Uint8Array): Message {
  return readMessage(type, { bytes, position: 0, end: bytes.length, depth: 0 });
}

/** Writes a protobuf message. Zero values are left out, except where presence itself tells something. */
export function encodeMessage(type: string, message: Message): Uint8Array {
  const writer = new Writer();
  writeMessage(type, message, writer);
  return writer.finish();
}

type FieldRow = readonly [number: number, name: string, kind: string, label: "one" | "optional" | "many" | "map"];

interface Reader {
  readonly bytes: Uint8Array;
  position: number;
  readonly end: number;
  readonly depth: number;
}

const DEEPEST = 100;
const UTF8 = new TextDecoder("utf-8", { fatal: true });
const byNumber = new Map<string, ReadonlyMap<number, FieldRow>>();

function fieldsOf(type: string): ReadonlyMap<number, FieldRow> {
  const known = byNumber.get(type);
  if (known) return known;
  const rows = MESSAGES[type];
  if (!rows) throw new Error(`The protocol has no message ${type}.`);
  const made = new Map(rows.map((row) => [row[0], row] as const));
  byNumber.set(type, made);
  return made;
}

/** `before` is what came of the same message already: a message that comes in parts is all of them together. */
function readMessage(type: string, reader: Reader, before: Message | null = null): Message {
  if (reader.depth > DEEPEST) throw new MalformedMessage("The message is nested too deeply.");
  const fields = fieldsOf(type);
  const message: Record<string, Field> = { ...before };
  if (before === null) for (const [, name, kind, label] of fields.values()) message[name] = zero(kind, label);
  while (reader.position < reader.end) {
    const tag = readTag(reader);
    const field = fields.get(tag >>> 3);
    if (!field) skip(reader, tag & 7, tag >>> 3);
    else readField(message, field, tag & 7, reader);
  }
  return message;
}

function readField(
  message: Record<string, Field>,
  [, name, kind, label]: FieldRow,
  wire: number,
  reader: Reader,
): void {
  if (label === "map") {
    const entry = within(reader, expectLength(wire, reader));
    let key = "";
    let value: Field = zero(kind, "one");
    while (entry.position < entry.end) {
      const tag = readTag(entry);
      if (tag >>> 3 === 1) key = readScalar("string", tag & 7, entry) as string;
      else if (tag >>> 3 === 2) value = readScalar(kind, tag & 7, entry);
      else skip(entry, tag & 7, tag >>> 3);
    }
    Object.defineProperty(message[name], key, { value, enumerable: true, configurable: true, writable: true });
    return;
  }
  if (label !== "many") {
    message[name] = readScalar(kind, wire, reader, message[name]);
    return;
  }
  const list = message[name] as Field[];
  const isPackable = kind === "bool" || kind === "int32" || kind === "int64";
  if (isPackable && wire === 2) {
    const packed = within(reader, expectLength(wire, reader));
    while (packed.position < packed.end) list.push(readScalar(kind, 0, packed));
  } else list.push(readScalar(kind, wire, reader));
}

function readScalar(kind: string, wire: number, reader: Reader, before: Field = null): Field {
  switch (kind) {
    case "bool":
      expectVarint(wire);
      return readVarint(reader) !== 0n;
    case "int32":
      expectVarint(wire);
      return Number(BigInt.asIntN(32, readVarint(reader)));
    case "int64":
      expectVarint(wire);
      return BigInt.asIntN(64, readVarint(reader));
    case "string":
      try {
        return UTF8.decode(take(reader, expectLength(wire, reader)));
      } catch (cause) {
        throw cause instanceof MalformedMessage ? cause : new MalformedMessage("A text is not UTF-8.");
      }
    case "bytes":
      return take(reader, expectLength(wire, reader));
    default:
      return readMessage(
        kind,
        { ...within(reader, expectLength(wire, reader)), depth: reader.depth + 1 },
        before as Message | null,
      );
  }
}

function zero(kind: string, label: FieldRow[3]): Field {
  if (label === "many") return [];
  if (label === "map") return {};
  if (label === "optional") return null;
  switch (kind) {
    case "bool":
      return false;
    case "int32":
      return 0;
    case "int64":
      return 0n;
    case "string":
      return "";
    case "bytes":
      return EMPTY;
    default:
      return null;
  }
}

const EMPTY = new Uint8Array();

function readTag(reader: Reader): number {
  const tag = Number(BigInt.asUintN(32, readVarint(reader)));
  if (tag >>> 3 === 0) throw new MalformedMessage("A field has the number 0.");
  return tag;
}

function readVarint(reader: Reader): bigint {
  let low = 0;
  let shift = 0;
  // Most numbers fit seven bits times four; only longer ones pay for bigint.
  while (shift < 28) {
    const byte = nextByte(reader);
    low |= (byte & 0x7f) << shift;
    if (byte < 0x80) return BigInt(low);
    shift += 7;
  }
  let value = BigInt(low);
  for (let place = 28n; place < 70n; place += 7n) {
    const byte = nextByte(reader);
    value |= BigInt(byte & 0x7f) << place;
    if (byte < 0x80) return value;
  }
  throw new MalformedMessage("A number is longer than ten bytes.");
}

function nextByte(reader: Reader): number {
  const byte = reader.position < reader.end ? reader.bytes[reader.position++] : undefined;
  if (byte === undefined) throw new MalformedMessage("The message ends in the middle of a field.");
  return byte;
}

function expectVarint(wire: number): void {
  if (wire !== 0) throw new MalformedMessage(`A number has the wire type ${wire}.`);
}

function expectLength(wire: number, reader: Reader): number {
  if (wire !== 2) throw new MalformedMessage(`A field with a length has the wire type ${wire}.`);
  const length = readVarint(reader);
  if (length > BigInt(reader.end - reader.position)) throw new MalformedMessage("A field is longer than its message.");
  return Number(length);
}

function take(reader: Reader, length: number): Uint8Array {
  const start = reader.position;
  reader.position += length;
  return reader.bytes.subarray(start, reader.position);
}

function within(reader: Reader, length: number): Reader {
  const start = reader.position;
  reader.position += length;
  return { bytes: reader.bytes, position: start, end: reader.position, depth: reader.depth };
}

function skip(reader: Reader, wire: number, number: number, depth = 0): void {
  if (depth > DEEPEST) throw new MalformedMessage("Groups are nested too deeply.");
  switch (wire) {
    case 0:
      readVarint(reader);
      return;
    case 1:
      return advance(reader, 8);
    case 2:
      return advance(reader, expectLength(2, reader));
    case 3:
      for (;;) {
        const tag = readTag(reader);
        if ((tag & 7) === 4) {
          if (tag >>> 3 !== number) throw new MalformedMessage("A group ends that did not begin.");
          return;
        }
        skip(reader, tag & 7, tag >>> 3, depth + 1);
      }
    case 5:
      return advance(reader, 4);
    default:
      throw new MalformedMessage(`A field has the wire type ${wire}.`);
  }
}

function advance(reader: Reader, length: number): void {
  if (reader.end - reader.position < length) throw new MalformedMessage("The message ends in the middle of a field.");
  reader.position += length;
}

function writeMessage(type: string, message: Message, writer: Writer): void {
  for (const [number, name, kind, label] of fieldsOf(type).values()) {
    const value = message[name];
    if (value === undefined || value === null) continue;
    if (label === "many") for (const element of value as readonly Field[]) writeField(number, kind, element, writer);
    else if (label === "map")
      for (const [key, element] of Object.entries(value as Message)) writeEntry(number, kind, key, element, writer);
    else if (label === "optional" || !isZero(value)) writeField(number, kind, value, writer);
  }
}

function writeEntry(number: number, kind: string, key: string, value: Field, writer: Writer): void {
  const entry = new Writer();
  writeField(1, "string", key, entry);
  writeField(2, kind, value, entry);
  writer.lengthDelimited(number, entry.finish());
}

function writeField(number: number, kind: string, value: Field, writer: Writer): void {
  switch (kind) {
    case "bool":
      writer.varint(BigInt(number << 3));
      writer.varint(value ? 1n : 0n);
      return;
    case "int32":
    case "int64":
      writer.varint(BigInt(number << 3));
      writer.varint(BigInt.asUintN(64, BigInt(value as number | bigint)));
      return;
    case "string":
      writer.lengthDelimited(number, Buffer.from(value as string, "utf8"));
      return;
    case "bytes":
      writer.lengthDelimited(number, value as Uint8Array);
      return;
    default: {
      const inner = new Writer();
      writeMessage(kind, value as Message, inner);
      writer.lengthDelimited(number, inner.finish());
    }
  }
}

function isZero(value: Field): boolean {
  return (
    value === false ||
    value === 0 ||
    value === 0n ||
    value === "" ||
    (value instanceof Uint8Array && value.length === 0)
  );
}

/** Gathers bytes in chunks, so that large values are copied once. */
class Writer {
  private readonly chunks: Uint8Array[] = [];
  private length = 0;

  varint(value: bigint): void {
    const bytes: number[] = [];
    let rest = value;
    while (rest >= 0x80n) {
      bytes.push(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    bytes.push(Number(rest));
    this.push(Uint8Array.from(bytes));
  }

  lengthDelimited(number: number, bytes: Uint8Array): void {
    this.varint(BigInt((number << 3) | 2));
    this.varint(BigInt(bytes.length));
    this.push(bytes);
  }

  finish(): Uint8Array {
    return this.chunks.length === 1 && this.chunks[0] ? this.chunks[0] : Buffer.concat(this.chunks, this.length);
  }

  private push(bytes: Uint8Array): void {
    this.chunks.push(bytes);
    this.length += bytes.length;
  }
}
