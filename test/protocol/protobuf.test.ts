import { CALLS, MESSAGES } from "../../provider/protocol/messages.generated.ts";
import { decodeMessage, encodeMessage, MalformedMessage } from "../../provider/protocol/protobuf.ts";
import fc from "../support/fast-check.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

test("the table has every call of the protocol, and their messages", () => {
  expect(Object.keys(CALLS)).toHaveLength(36);
  for (const [request, response] of Object.values(CALLS)) {
    expect(MESSAGES[request]).toBeDefined();
    expect(MESSAGES[response]).toBeDefined();
  }
});

test("a message is written as protoc's code writes it", () => {
  const diagnostic = {
    severity: 1,
    summary: "a",
    detail: "",
    attribute: { steps: [{ attribute_name: "name" }, { element_key_int: 0n }] },
  };
  expect(hex(encodeMessage("Diagnostic", diagnostic))).toBe("0801120161220c0a060a046e616d650a021800");
});

test("numbers below zero take ten bytes", () => {
  expect(hex(encodeMessage("UpgradeResourceState.Request", { version: -1n }))).toBe("10ffffffffffffffffff01");
  expect(decodeMessage("UpgradeResourceState.Request", Buffer.from("10ffffffffffffffffff01", "hex"))["version"]).toBe(
    -1n,
  );
});

test("absent fields read as their zero values", () => {
  expect(decodeMessage("ReadResource.Request", new Uint8Array())).toEqual({
    type_name: "",
    current_state: null,
    private: new Uint8Array(),
    provider_meta: null,
    client_capabilities: null,
    current_identity: null,
  });
});

test("a message that comes in parts is put together, and of a number the last one counts", () => {
  const parts = Buffer.from(`${"12030a0178"}${"0a0161"}${"1203120179"}${"0a0162"}`, "hex");
  expect(decodeMessage("ValidateResourceConfig.Request", parts)).toMatchObject({
    type_name: "b",
    config: { msgpack: Buffer.from("x"), json: Buffer.from("y") },
  });
});

test("fields of a later protocol are passed over, groups included", () => {
  const later = Buffer.from(
    `${"0a0161"}${"f83f05"}${"fa3f0161"}${"fb3f0801fc3f"}${"fd3f01020304"}${"f93f0102030405060708"}`,
    "hex",
  );
  expect(decodeMessage("ValidateResourceConfig.Request", later)["type_name"]).toBe("a");
});

test.each([
  ["a length beyond the message", "0aff01"],
  ["a number without an end", "10ffffffffffffffffffffff01"],
  ["a field that ends too early", "0a"],
  ["a text that is not UTF-8", "0a02c328"],
  ["a number where a text is due", "0801"],
  ["field number zero", "0000"],
  ["a group that never ends", "0b"],
  ["a group that ends as another", "0b14"],
  ["wire type six", "0e"],
])("%s is refused", (_, bytes) => {
  expect(() => decodeMessage("ValidateResourceConfig.Request", Buffer.from(bytes, "hex"))).toThrow(MalformedMessage);
});

test("random bytes never crash the codec", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.values(CALLS).map(([request]) => request)),
      fc.uint8Array({ maxLength: 40 }),
      (type, bytes) => {
        try {
          decodeMessage(type, bytes);
        } catch (cause) {
          expect(cause).toBeInstanceOf(MalformedMessage);
        }
      },
    ),
    { numRuns: 3000 },
  );
});

test("a large message is written and read whole", () => {
  const msgpack = Buffer.alloc(3_000_000, 7);
  const encoded = encodeMessage("ReadResource.Response", {
    new_state: { msgpack },
    diagnostics: [{ severity: 2, summary: "s" }],
  });
  const read = decodeMessage("ReadResource.Response", encoded);
  const state = read["new_state"] as { readonly msgpack: Uint8Array };
  expect(Buffer.compare(state.msgpack, msgpack)).toBe(0);
});
