import { decodeDynamicValue, decodeValue, encodeValue } from "../../provider/protocol/dynamic-value.ts";
import { MalformedValue } from "../../provider/protocol/message-pack.ts";
import type { TerraformType } from "../../provider/schema/terraform-type.ts";
import { Decimal, isUnknown, UNKNOWN, Unknown, type Value } from "../../provider/schema/value.ts";
import fc from "../support/fast-check.ts";

const STRING = { kind: "string" } as const;
const NUMBER = { kind: "number" } as const;
const BOOL = { kind: "bool" } as const;
const DYNAMIC = { kind: "dynamic" } as const;

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const bytes = (text: string): Uint8Array => Buffer.from(text.replaceAll(" ", ""), "hex");

/** Bytes that go-cty 1.16 prints. */
test.each<{ readonly name: string; readonly type: TerraformType; readonly value: Value; readonly packed: string }>([
  { name: "null", type: STRING, value: null, packed: "c0" },
  { name: "unknown", type: STRING, value: UNKNOWN, packed: "d40000" },
  { name: "a small integer", type: NUMBER, value: 5, packed: "05" },
  { name: "minus one", type: NUMBER, value: -1, packed: "ff" },
  { name: "minus 33", type: NUMBER, value: -33, packed: "d0df" },
  { name: "the largest 64-bit integer", type: NUMBER, value: 2n ** 63n - 1n, packed: "cf7fffffffffffffff" },
  { name: "the smallest 64-bit integer", type: NUMBER, value: -(2n ** 63n), packed: "d38000000000000000" },
  {
    name: "2^64-1 as text",
    type: NUMBER,
    value: 2n ** 64n - 1n,
    packed: `b4${Buffer.from("18446744073709551615").toString("hex")}`,
  },
  { name: "1.5 as a double", type: NUMBER, value: 1.5, packed: "cb3ff8000000000000" },
  { name: "0.1 as text", type: NUMBER, value: 0.1, packed: "a3302e31" },
  { name: "infinity", type: NUMBER, value: Number.POSITIVE_INFINITY, packed: "cb7ff0000000000000" },
  { name: "true", type: BOOL, value: true, packed: "c3" },
  { name: "a text", type: STRING, value: "abc", packed: "a3616263" },
  { name: "a list", type: { kind: "list", element: NUMBER }, value: [1, 2], packed: "920102" },
  { name: "an empty set", type: { kind: "set", element: STRING }, value: [], packed: "90" },
  {
    name: "a map, keys in order",
    type: { kind: "map", element: NUMBER },
    value: { b: 2, a: 1 },
    packed: "82a16101a16202",
  },
  {
    name: "an object with an absent attribute",
    type: { kind: "object", attributes: { name: STRING, size: NUMBER } },
    value: { name: "x", size: null },
    packed: "82a46e616d65a178a473697a65c0",
  },
  { name: "a tuple", type: { kind: "tuple", elements: [STRING, BOOL] }, value: ["a", false], packed: "92a161c2" },
  { name: "a dynamic text", type: DYNAMIC, value: "x", packed: `92c408${Buffer.from('"string"').toString("hex")}a178` },
  { name: "a dynamic null", type: DYNAMIC, value: null, packed: "c0" },
])("$name is written as core writes it, and read back", ({ type, value, packed }) => {
  expect(hex(encodeValue(type, value))).toBe(packed);
  expect(decodeValue(type, bytes(packed))).toEqual(value);
});

test.each([
  ["not null", "c70c 0c 81 01 c2".replace("c70c", "c703")],
  ["a prefix, as fixext", "d7 0c 82 01 c2 02 a3 616263"],
  ["a prefix, as ext 8", "c7 08 0c 82 01 c2 02 a3 616263"],
  ["an extension that nobody knows", "d5 2a 0102"],
])("an unknown value that is refined (%s) comes back byte for byte", (_, packed) => {
  const value = decodeValue(STRING, bytes(packed));
  expect(isUnknown(value)).toBe(true);
  expect(hex(encodeValue(STRING, value))).toBe(packed.replaceAll(" ", ""));
});

test.each([["0.1000000000000000055511151231257827021181583404541015625", "a double that is not its shortest text"]])(
  "a double keeps all of its digits",
  () => {
    const value = decodeValue(NUMBER, bytes("cb3fb999999999999a"));
    expect(value).toBeInstanceOf(Decimal);
    expect(hex(encodeValue(NUMBER, value)).slice(2)).not.toBe("");
  },
);

test("a number with forty digits keeps them", () => {
  const text = "0.1234567890123456789012345678901234567891";
  const packed = `d9${text.length.toString(16)}${Buffer.from(text).toString("hex")}`;
  expect(hex(encodeValue(NUMBER, decodeValue(NUMBER, bytes(packed))))).toBe(packed);
});

test("an empty or absent value is null", () => {
  expect(decodeDynamicValue(STRING, null)).toBeNull();
  expect(decodeDynamicValue(STRING, { msgpack: new Uint8Array(), json: new Uint8Array() })).toBeNull();
});

test("JSON is read as well, without loss of digits", () => {
  const type: TerraformType = {
    kind: "object",
    attributes: { id: STRING, size: NUMBER, tags: { kind: "set", element: STRING } },
  };
  const json = Buffer.from('{"id":"a","size":9223372036854775807,"tags":["x"]}');
  expect(decodeDynamicValue(type, { json })).toEqual({ id: "a", size: 9223372036854775807n, tags: ["x"] });
});

test.each([
  ["nothing where a value is due", STRING, ""],
  ["a text that ends too early", STRING, "a561"],
  ["bytes after the value", STRING, "a16101"],
  ["a number where a text is due", STRING, "05"],
  ["a list that claims four billion elements", { kind: "list", element: STRING }, "ddffffffff"],
  ["a map that claims four billion entries", { kind: "map", element: STRING }, "dfffffffff"],
  ["an object with too few attributes", { kind: "object", attributes: { a: STRING, b: STRING } }, "81a161a178"],
  ["an object with a strange attribute", { kind: "object", attributes: { a: STRING } }, "81a162a178"],
  ["a text that is not UTF-8", STRING, "a2c328"],
  ["a number that is no number", NUMBER, "a3616263"],
  ["an extension longer than the value", STRING, "c7ff0c"],
  ["a dynamic value without a type", DYNAMIC, "9205a161"],
] as const)("%s is refused in words", (_, type, packed) => {
  expect(() => decodeValue(type as TerraformType, bytes(packed))).toThrow(MalformedValue);
});

test("random bytes never crash the codec", () => {
  const type: TerraformType = {
    kind: "object",
    attributes: { a: STRING, b: { kind: "list", element: NUMBER }, c: DYNAMIC },
  };
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (random) => {
      try {
        decodeValue(type, random);
      } catch (cause) {
        expect(cause).toBeInstanceOf(MalformedValue);
      }
    }),
    { numRuns: 2000 },
  );
});

test("what is written is read back the same", () => {
  fc.assert(
    fc.property(typeAndValue(3), ([type, value]) => {
      expect(decodeValue(type, encodeValue(type, value))).toEqual(value);
    }),
    { numRuns: 500 },
  );
});

/** Types with values of them, nested up to a depth. */
function typeAndValue(depth: number): fc.Arbitrary<readonly [TerraformType, Value]> {
  const leaves: fc.Arbitrary<readonly [TerraformType, Value]> = fc.oneof(
    fc.string({ unit: "grapheme" }).map((value) => [STRING, value] as const),
    fc.boolean().map((value) => [BOOL, value] as const),
    fc.integer().map((value) => [NUMBER, value] as const),
    fc.bigInt({ min: 2n ** 53n, max: 2n ** 70n }).map((value) => [NUMBER, value] as const),
    fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .filter((value) => !Number.isInteger(value))
      .map((value) => [NUMBER, value] as const),
    fc.constant([STRING, null] as const),
    fc.constant([STRING, UNKNOWN] as const),
    fc.constant([STRING, new Unknown(Uint8Array.of(0xc7, 3, 12, 0x81, 1, 0xc2))] as const),
  );
  if (depth === 0) return leaves;
  const inner = typeAndValue(depth - 1);
  return fc.oneof(
    { weight: 2, arbitrary: leaves },
    {
      weight: 1,
      arbitrary: fc
        .array(inner, { maxLength: 4 })
        .map(
          (parts) =>
            [{ kind: "tuple", elements: parts.map(([type]) => type) }, parts.map(([, value]) => value)] as const,
        ),
    },
    {
      weight: 1,
      arbitrary: fc.dictionary(fc.string({ maxLength: 5 }), inner, { maxKeys: 4 }).map(
        (parts) =>
          [
            {
              kind: "object",
              attributes: Object.fromEntries(Object.entries(parts).map(([name, [type]]) => [name, type])),
            },
            Object.fromEntries(Object.entries(parts).map(([name, [, value]]) => [name, value])),
          ] as const,
      ),
    },
    {
      weight: 1,
      arbitrary: fc
        .array(fc.string(), { maxLength: 20 })
        .map((value) => [{ kind: "list", element: STRING }, value] as const),
    },
  );
}
