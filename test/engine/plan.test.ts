import { sameValue } from "../../provider/engine/equal.ts";
import { plan } from "../../provider/engine/plan.ts";
import { catalogue } from "../../provider/resources/index.ts";
import { bucket } from "../../provider/resources/storage/bucket.ts";
import { t } from "../../provider/schema/attribute.ts";
import { isUnknown, isWhollyKnown, type Row, UNKNOWN, Unknown, type Value } from "../../provider/schema/value.ts";
import { answered, configurations } from "../support/configurations.ts";
import fc from "../support/fast-check.ts";

const facts = { projectId: "p1", known: {} };

const config = { name: "Photos", allowed_file_extensions: ["jpg", "png"] };
const prior: Row = {
  id: "b1",
  name: "Photos",
  permissions: [],
  file_security: false,
  enabled: true,
  maximum_file_size: 30_000_000,
  allowed_file_extensions: ["jpg", "png"],
  compression: "none",
  encryption: true,
  antivirus: true,
  transformations: false,
  deletion_protection: false,
  created_at: "2027-01-01T00:00:00.000+00:00",
  updated_at: "2027-01-01T00:00:00.000+00:00",
  project_id: "p1",
};

test.each<{ readonly name: string; readonly config: Row; readonly action: string; readonly changes: Row }>([
  { name: "no change", config, action: "none", changes: {} },
  {
    name: "a set in another order is no change",
    config: { ...config, allowed_file_extensions: ["png", "jpg"] },
    action: "none",
    changes: {},
  },
  { name: "a default written out is no change", config: { ...config, encryption: true }, action: "none", changes: {} },
  {
    name: "a new name updates in place",
    config: { ...config, name: "Pictures" },
    action: "update",
    changes: { name: "Pictures", updated_at: UNKNOWN },
  },
  {
    name: "an unset default returns to it",
    config: { name: "Photos", allowed_file_extensions: ["jpg", "png"], enabled: null },
    action: "none",
    changes: {},
  },
  {
    name: "an unknown name is an update",
    config: { ...config, name: UNKNOWN },
    action: "update",
    changes: { name: UNKNOWN, updated_at: UNKNOWN },
  },
  {
    name: "an id not known yet replaces",
    config: { ...config, id: UNKNOWN },
    action: "replace",
    changes: {
      id: UNKNOWN,
      permissions: UNKNOWN,
      maximum_file_size: UNKNOWN,
      created_at: UNKNOWN,
      updated_at: UNKNOWN,
    },
  },
])("$name", ({ config: written, action, changes }) => {
  const result = plan(bucket, prior, written, facts);

  expect(result.action).toBe(action);
  expect(result.planned).toEqual({ ...prior, ...changes });
});

test("what was written as empty and is not written any more is planned null, as core demands, though nothing changes", () => {
  const attributes = { note: t.string.optional("A note.", { absent: [""] }) };
  const { action, planned } = plan({ attributes }, { note: "" }, { note: null }, facts);
  expect({ action, planned }).toEqual({ action: "none", planned: { note: null } });
});

describe("what core says of an unknown value", () => {
  /** Begins with "g", and is not null or may be. */
  const notNull = new Unknown(Uint8Array.of(0xc7, 6, 0x0c, 0x82, 0x01, 0xc2, 0x02, 0xa1, 0x67));
  const nullable = new Unknown(Uint8Array.of(0xd6, 0x0c, 0x81, 0x02, 0xa1, 0x67));
  const planned = (before: Row | null, unknown: Unknown, name: string): Value | undefined =>
    plan(bucket, before, { ...config, [name]: unknown }, facts).planned?.[name];

  test("is planned where the value is planned as it will be written", () => {
    expect(planned(null, notNull, "name")).toBe(notNull);
    expect(planned(null, nullable, "name")).toBe(nullable);
    expect(planned(null, notNull, "compression")).toBe(notNull);
  });

  test("is not planned where null becomes a default, or the prior wording may stay", () => {
    expect(planned(null, nullable, "compression")).toEqual(UNKNOWN);
    expect(planned(prior, nullable, "compression")).toEqual(UNKNOWN);
    const kept = planned(prior, notNull, "permissions");
    expect(kept).toEqual(new Unknown(Uint8Array.of(0xc7, 3, 0x0c, 0x81, 0x01, 0xc2)));
  });
});

test("nothing planned from nothing", () => {
  expect(plan(bucket, null, null, facts)).toEqual({ action: "none", planned: null, replacedBy: [], changed: [] });
});

test("a destroyed object is planned null", () => {
  expect(plan(bucket, prior, null, facts)).toMatchObject({ action: "delete", planned: null });
});

describe.each(catalogue.resources.map((definition) => ({ type: definition.type, definition })))(
  "$type",
  ({ definition }) => {
    const laws = { numRuns: 60 };

    test("a second plan of the same configuration is empty", () => {
      fc.assert(
        fc.property(configurations(definition), (written) => {
          const created = plan(definition, null, written, facts);
          const state = answered(definition, created.planned ?? {});
          expect(plan(definition, state, written, facts).action).toBe("none");
        }),
        laws,
      );
    });

    test("an update planned again is empty", () => {
      fc.assert(
        fc.property(configurations(definition), configurations(definition), (first, second) => {
          const state = answered(definition, plan(definition, null, first, facts).planned ?? {});
          const after = answered(definition, plan(definition, state, second, facts).planned ?? {});
          expect(plan(definition, after, second, facts).action).toBe("none");
        }),
        laws,
      );
    });

    test("what the user wrote is planned as written, or as it was where that means the same", () => {
      fc.assert(
        fc.property(configurations(definition, { unknowns: true }), configurations(definition), (written, before) => {
          const state = answered(definition, plan(definition, null, before, facts).planned ?? {});
          const planned = plan(definition, state, written, facts).planned ?? {};
          for (const [name, attribute] of Object.entries(definition.attributes)) {
            const value = written[name] ?? null;
            if (value === null || attribute.options.writeOnly || hasNested(value)) continue;
            const result = planned[name] ?? null;
            expect(isUnknown(value) ? result === value : sameValue(attribute, value, result)).toBe(true);
          }
        }),
        laws,
      );
    });

    test("only what the user left to the server becomes unknown", () => {
      fc.assert(
        fc.property(configurations(definition), configurations(definition), (first, second) => {
          const state = answered(definition, plan(definition, null, first, facts).planned ?? {});
          const { action, planned } = plan(definition, state, second, facts);
          for (const [name, attribute] of Object.entries(definition.attributes)) {
            if (isWhollyKnown(planned?.[name] ?? null)) continue;
            if (isUnknown(planned?.[name])) expect(["computed", "serverDefault"]).toContain(attribute.presence);
            const isStable = attribute.presence === "computed" && !attribute.options.volatile && state[name] !== null;
            if (isUnknown(planned?.[name]) && isStable) expect(action).toBe("replace");
          }
        }),
        laws,
      );
    });

    test("it replaces exactly when an attribute that replaces differs", () => {
      fc.assert(
        fc.property(configurations(definition), configurations(definition, { unknowns: true }), (first, second) => {
          const state = answered(definition, plan(definition, null, first, facts).planned ?? {});
          const { action, replacedBy, changed } = plan(definition, state, second, facts);
          const isCleared = (name: string) => (state[name] ?? null) !== null && (second[name] ?? null) === null;
          expect(replacedBy).toEqual(
            changed.filter((name) => {
              const replace = definition.attributes[name]?.options.replace;
              return replace === "cleared" ? isCleared(name) : replace;
            }),
          );
          expect(action === "replace").toBe(replacedBy.length > 0);
        }),
        laws,
      );
    });
  },
);

function hasNested(value: Value): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isUnknown(value);
}
