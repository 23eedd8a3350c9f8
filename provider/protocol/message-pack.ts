import { numberOf } from "../schema/json.ts";
import { canonicalNumber } from "../schema/number.ts";
import { Decimal, UNKNOWN, Unknown } from "../schema/value.ts";

/** Bytes that are no MessagePack, or not of the expected shape. */
export class MalformedValue extends Error {
  override readonly name = "MalformedValue";
}

/** Reads MessagePack piece by piece; the caller knows by the type what comes next. Throws `MalformedValue`. */
export class PackReader {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private position = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  isAtEnd(): boolean {
    return this.position === this.bytes.length;
  }

  /** Reads a null, if one comes next. */
  takeNull(): boolean {
    if (this.peek() !== 0xc0) return false;
    this.position += 1;
    return true;
  }

  /** Reads an unknown value, if one comes next: an extension of any code. What core said of it is kept as it came. */
  takeUnknown(): Unknown | null {
    const code = this.peek();
    const start = this.position;
    if (code >= 0xd4 && code <= 0xd8) this.skip(2 + 2 ** (code - 0xd4));
    else if (code === 0xc7) this.skip(3 + this.lengthAt(1, 1));
    else if (code === 0xc8) this.skip(4 + this.lengthAt(1, 2));
    else if (code === 0xc9) this.skip(6 + this.lengthAt(1, 4));
    else return null;
    const raw = this.bytes.subarray(start, this.position);
    // An extension that says nothing is the plain unknown value.
    return raw[0] === 0xd4 && raw[1] === 0 ? UNKNOWN : new Unknown(Uint8Array.from(raw));
  }

  takeBoolean(): boolean {
    const code = this.next();
    if (code === 0xc2) return false;
    if (code === 0xc3) return true;
    throw new MalformedValue("a bool is required");
  }

  takeText(): string {
    const bytes = this.takeBytes();
    if (bytes === null) throw new MalformedValue("a string is required");
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw new MalformedValue("a string is not UTF-8");
    }
  }

  /** Reads a text or binary; null when something else comes next. */
  takeBytes(): Uint8Array | null {
    const code = this.peek();
    if (code >= 0xa0 && code <= 0xbf) return this.take(1, code & 0x1f);
    if (code === 0xd9 || code === 0xc4) return this.take(2, this.lengthAt(1, 1));
    if (code === 0xda || code === 0xc5) return this.take(3, this.lengthAt(1, 2));
    if (code === 0xdb || code === 0xc6) return this.take(5, this.lengthAt(1, 4));
    return null;
  }

  takeNumber(): number | bigint | Decimal {
    const code = this.peek();
    const text = this.takeBytes();
    if (text !== null) return decimalOf(new TextDecoder().decode(text));
    this.position += 1;
    if (code <= 0x7f) return code;
    if (code >= 0xe0) return code - 0x100;
    const at = this.position;
    switch (code) {
      case 0xcc:
        this.skip(1);
        return this.view.getUint8(at);
      case 0xcd:
        this.skip(2);
        return this.view.getUint16(at);
      case 0xce:
        this.skip(4);
        return this.view.getUint32(at);
      case 0xcf:
        this.skip(8);
        return small(this.view.getBigUint64(at));
      case 0xd0:
        this.skip(1);
        return this.view.getInt8(at);
      case 0xd1:
        this.skip(2);
        return this.view.getInt16(at);
      case 0xd2:
        this.skip(4);
        return this.view.getInt32(at);
      case 0xd3:
        this.skip(8);
        return small(this.view.getBigInt64(at));
      case 0xca:
        this.skip(4);
        return exact(this.view.getFloat32(at));
      case 0xcb:
        this.skip(8);
        return exact(this.view.getFloat64(at));
      default:
        throw new MalformedValue("a number is required");
    }
  }

  /** The length of the array that comes next. */
  takeArray(): number {
    const code = this.next();
    if (code >= 0x90 && code <= 0x9f) return this.sane(code & 0x0f, 1);
    if (code === 0xdc) return this.sane(this.takeLength(2), 1);
    if (code === 0xdd) return this.sane(this.takeLength(4), 1);
    throw new MalformedValue("a list is required");
  }

  /** The number of entries of the map that comes next. */
  takeMap(): number {
    const code = this.next();
    if (code >= 0x80 && code <= 0x8f) return this.sane(code & 0x0f, 2);
    if (code === 0xde) return this.sane(this.takeLength(2), 2);
    if (code === 0xdf) return this.sane(this.takeLength(4), 2);
    throw new MalformedValue("a map is required");
  }

  private peek(): number {
    const code = this.bytes[this.position];
    if (code === undefined) throw new MalformedValue("the value ends too early");
    return code;
  }

  private next(): number {
    const code = this.peek();
    this.position += 1;
    return code;
  }

  private take(header: number, length: number): Uint8Array {
    const start = this.position + header;
    this.skip(header + length);
    return this.bytes.subarray(start, start + length);
  }

  private skip(length: number): void {
    if (this.position + length > this.bytes.length) throw new MalformedValue("the value ends too early");
    this.position += length;
  }

  private takeLength(size: 2 | 4): number {
    const length = this.lengthAt(0, size);
    this.position += size;
    return length;
  }

  private lengthAt(offset: number, size: 1 | 2 | 4): number {
    const at = this.position + offset;
    if (at + size > this.bytes.length) throw new MalformedValue("the value ends too early");
    return size === 1 ? this.view.getUint8(at) : size === 2 ? this.view.getUint16(at) : this.view.getUint32(at);
  }

  /** A count can be no greater than the bytes that are left, so that a wrong one costs no memory. */
  private sane(count: number, least: number): number {
    if (count * least > this.bytes.length - this.position) throw new MalformedValue("the value ends too early");
    return count;
  }
}

/** Writes MessagePack as cty does: the smallest form of everything. */
export class PackWriter {
  private buffer = Buffer.allocUnsafe(256);
  private length = 0;

  null(): void {
    this.byte(0xc0);
  }

  boolean(value: boolean): void {
    this.byte(value ? 0xc3 : 0xc2);
  }

  unknown(value: Unknown): void {
    this.raw(value.refinement ?? PLAIN_UNKNOWN);
  }

  text(value: string): void {
    const size = Buffer.byteLength(value, "utf8");
    if (size < 32) this.byte(0xa0 | size);
    else this.header(size, 0xd9, 0xda, 0xdb);
    this.reserve(size);
    this.length += this.buffer.write(value, this.length, "utf8");
  }

  binary(value: Uint8Array): void {
    this.header(value.length, 0xc4, 0xc5, 0xc6);
    this.raw(value);
  }

  array(count: number): void {
    if (count < 16) this.byte(0x90 | count);
    else this.header(count, null, 0xdc, 0xdd);
  }

  map(count: number): void {
    if (count < 16) this.byte(0x80 | count);
    else this.header(count, null, 0xde, 0xdf);
  }

  number(value: number | bigint | Decimal): void {
    if (value instanceof Decimal) return this.text(value.text);
    if (typeof value === "bigint") return this.integer(value);
    if (Number.isSafeInteger(value)) return this.integer(BigInt(value));
    if (!Number.isFinite(value) || isExactText(value)) {
      this.byte(0xcb);
      this.reserve(8);
      this.length = this.buffer.writeDoubleBE(value, this.length);
      return;
    }
    // cty reads a text with 512 bits, which a double's 53 cannot tell: 0.1 goes as it was written.
    this.text(String(value));
  }

  finish(): Uint8Array {
    return this.buffer.subarray(0, this.length);
  }

  private integer(value: bigint): void {
    if (value >= 2n ** 63n || value < -(2n ** 63n)) return this.text(value.toString());
    this.reserve(9);
    if (value >= 0n) {
      if (value < 0x80n) this.byte(Number(value));
      else if (value < 0x100n) this.sized(0xcc, 1, value);
      else if (value < 0x10000n) this.sized(0xcd, 2, value);
      else if (value < 0x100000000n) this.sized(0xce, 4, value);
      else this.sized(0xcf, 8, value);
    } else if (value >= -32n) this.byte(Number(value & 0xffn));
    else if (value >= -0x80n) this.sized(0xd0, 1, value);
    else if (value >= -0x8000n) this.sized(0xd1, 2, value);
    else if (value >= -0x80000000n) this.sized(0xd2, 4, value);
    else this.sized(0xd3, 8, value);
  }

  private sized(code: number, size: number, value: bigint): void {
    this.byte(code);
    const bits = BigInt.asUintN(size * 8, value);
    for (let place = size - 1; place >= 0; place--) this.byte(Number((bits >> BigInt(place * 8)) & 0xffn));
  }

  private header(size: number, one: number | null, two: number, four: number): void {
    this.reserve(5);
    if (one !== null && size < 0x100) {
      this.byte(one);
      this.byte(size);
    } else if (size < 0x10000) {
      this.byte(two);
      this.length = this.buffer.writeUInt16BE(size, this.length);
    } else {
      this.byte(four);
      this.length = this.buffer.writeUInt32BE(size, this.length);
    }
  }

  private byte(value: number): void {
    this.reserve(1);
    this.buffer[this.length++] = value;
  }

  private raw(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.length);
    this.length += bytes.length;
  }

  private reserve(more: number): void {
    if (this.length + more <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.length + more));
    this.buffer.copy(larger, 0, 0, this.length);
    this.buffer = larger;
  }
}

const PLAIN_UNKNOWN = Uint8Array.of(0xd4, 0x00, 0x00);

function small(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function decimalOf(text: string): number | bigint | Decimal {
  if (/^[+-]?Inf(inity)?$/i.test(text))
    return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) throw new MalformedValue("a number is required");
  return numberOf(text.replace(/^\+/, ""));
}

/** A double as a number whose shortest text is exactly it, or as all of its digits. */
function exact(value: number): number | bigint | Decimal {
  if (Number.isNaN(value)) throw new MalformedValue("a number is required");
  if (!Number.isFinite(value) || Number.isSafeInteger(value)) return value === 0 ? 0 : value;
  if (Number.isInteger(value)) return BigInt(value);
  return isExactText(value) ? value : new Decimal(exactText(value));
}

/** Is the shortest text of a double, read with any precision, the double itself? So for 1.5, not for 0.1. */
function isExactText(value: number): boolean {
  return canonicalNumber(value) === canonicalNumber(new Decimal(exactText(value)));
}

/** All decimal digits of a double. */
function exactText(value: number): string {
  if (Number.isInteger(value)) return BigInt(value).toString();
  let numerator = Math.abs(value);
  let places = 0;
  // Doubling a double is exact, so that this ends with the odd numerator of a power of two.
  while (!Number.isInteger(numerator)) {
    numerator *= 2;
    places += 1;
  }
  const digits = (BigInt(numerator) * 5n ** BigInt(places)).toString();
  return `${value < 0 ? "-" : ""}${digits}e-${places}`;
}
