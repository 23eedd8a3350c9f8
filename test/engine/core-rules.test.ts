import { createProvider } from "../../provider/engine/provider.ts";
import { catalogue } from "../../provider/resources/index.ts";
import type { ResourceDefinition } from "../../provider/schema/resource.ts";
import type { Schema } from "../../provider/schema/terraform-type.ts";
import { type Row, UNKNOWN } from "../../provider/schema/value.ts";
import { answered, configurations } from "../support/configurations.ts";
import { resultFaults } from "../support/core-rules.ts";
import fc from "../support/fast-check.ts";
import { createCore } from "../support/provider-calls.ts";
import { repaired } from "../support/repair.ts";
import { RUNS } from "../support/runs.ts";
import { veiled } from "../support/unknowns.ts";

/**
 * What Terraform's core demands of plans, for every resource: from nothing, from a prior state, with values unknown at any depth, and
 * again once they are known. Through the encoded messages, so that the codec is part of it.
 */

const service = createProvider(catalogue, () => ({
  connection: { backend: null, projectId: "p1", dataLoss: "warn" },
  diagnostics: [],
}));

beforeAll(() =>
  service.configure({
    config: {},
    terraformVersion: "1.11.4",
    client: { deferralAllowed: false, writeOnlyAttributesAllowed: true },
  }),
);

const laws = { numRuns: RUNS };

/** A dynamic block whose `for_each` is not known. */
const withUnknownBlock = (definition: ResourceDefinition, row: Row, chances: Iterator<number>): Row =>
  definition.timeouts && chances.next().value < 30 ? { ...row, timeouts: UNKNOWN } : row;

const schemaOf = (type: string) => service.schemas.resources[type] as Schema;

describe.each(catalogue.resources.map((definition) => ({ type: definition.type, definition })))(
  "$type",
  ({ type, definition }) => {
    const core = createCore(service, type);
    const written = (): fc.Arbitrary<Row> =>
      configurations(definition).map((row) => ({
        ...row,
        ...(definition.timeouts ? { timeouts: null } : {}),
        ...(definition.attributes["deletion_protection"] ? { deletion_protection: false } : {}),
      }));

    test("a new object is planned by core's rules, with values unknown and once they are known", async () => {
      let judged = 0;
      await fc.assert(
        fc.asyncProperty(written(), fc.infiniteStream(fc.nat({ max: 99 })), async (row, chances) => {
          const known = await repaired(core, definition, row);
          if (known === null) return;
          const unknown = withUnknownBlock(definition, veiled(known, chances), chances);
          judged += 1;
          const early = (await core.validate(unknown)).length === 0 ? await core.plan(null, unknown) : null;
          const late = await core.plan(null, known);
          if (early) expect(resultFaults(schemaOf(type), early.planned, late.planned)).toEqual([]);
        }),
        laws,
      );
      expect(judged).toBeGreaterThan(0);
    });

    test("a change is planned by core's rules, and so is a replacement", async () => {
      await fc.assert(
        fc.asyncProperty(
          written(),
          written(),
          fc.infiniteStream(fc.nat({ max: 99 })),
          async (first, second, chances) => {
            const [before, after] = [await repaired(core, definition, first), await repaired(core, definition, second)];
            if (before === null || after === null) return;
            const created = await core.plan(null, before);
            const prior = { ...created.planned, ...answered(definition, created.planned ?? {}) };
            const unknown = withUnknownBlock(definition, veiled(after, chances), chances);
            const early = (await core.validate(unknown)).length === 0 ? await core.plan(prior, unknown) : null;
            const late = await core.plan(prior, after);
            if (early?.action === late.action)
              expect(resultFaults(schemaOf(type), early.planned, late.planned)).toEqual([]);
            // What is in place once is not replaced when more is known, unless a value that replaces was unknown.
            if (early?.action === "update") expect(["update", "none"]).toContain(late.action);
            expect((await core.plan(prior, null)).planned).toBeNull();
          },
        ),
        laws,
      );
    });
  },
);
