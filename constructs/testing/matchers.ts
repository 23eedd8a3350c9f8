import { isDeepStrictEqual } from "node:util";
import { snakeCase } from "../snake-case.ts";
import { findSecrets } from "./secrets.ts";
import type { Synthesised, SynthesisedResource } from "./synth.ts";

/**
 * A part of what a resource is, by Terraform's names: objects may leave attributes out, everything else must be equal, or as a matcher such as
 * `expect.arrayContaining` wants it.
 */
export type Partially = { readonly [attribute: string]: unknown };

interface Verdict {
  readonly pass: boolean;
  readonly message: () => string;
}

/** Matchers for jest (and all that take jest's): `expect.extend(matchers)`. They take what `synth` gives. */
export const matchers = {
  /** Is there a resource of the type with these attributes, at least? */
  toHaveAppwriteResource(received: Synthesised, type: string, expected: Partially = {}): Verdict {
    return verdict(received.resources(type), type, expected);
  },

  /** Is there a table (or collection) of this id with these attributes, at least? */
  toHaveAppwriteTable(received: Synthesised, id: string, expected: Partially = {}): Verdict {
    const tables = [...received.resources("appwrite_tablesdb_table"), ...received.resources("appwrite_collection")];
    return verdict(tables, "table", { id, ...expected });
  },

  /** Is there a bucket of this id with these attributes, at least? */
  toHaveAppwriteBucket(received: Synthesised, id: string, expected: Partially = {}): Verdict {
    return verdict(received.resources("appwrite_storage_bucket"), "bucket", { id, ...expected });
  },

  /** Has the resource of this id all of these permissions? */
  toGrant(received: Synthesised, id: string, ...permissions: readonly { toString(): string }[]): Verdict {
    const candidates = received.resources().filter(({ attributes }) => attributes["id"] === id);
    // Objects of different kinds may have the same id, and most kinds have no permissions.
    const described = candidates.map(({ type, name, attributes }) => {
      const granted = (attributes["permissions"] ?? []) as readonly string[];
      const missing = permissions.map(String).filter((permission) => !granted.includes(permission));
      const lack = missing.length > 0 ? `, but not ${missing.join(", ")}` : "";
      return { missing, text: `${type}.${name} grants ${granted.join(", ") || "nothing"}${lack}.` };
    });
    const found = described.find(({ missing }) => missing.length === 0);
    const own = described.filter((_, index) => candidates[index]?.attributes["permissions"] !== undefined);
    const told = found === undefined ? (own.length > 0 ? own : described) : [found];
    const text =
      told.length === 0 ? `No resource has the id ${JSON.stringify(id)}.` : told.map((one) => one.text).join("\n");
    return { pass: found !== undefined, message: () => text };
  },

  /** Is the output free of secrets: of the given values, of what has the form of a key or token, of values of sensitive variables? */
  toContainNoSecret(received: Synthesised, ...values: readonly string[]): Verdict {
    const found = findSecrets(received.json, values);
    const text =
      found.length === 0
        ? "The output holds no secret."
        : `The output holds what must not be there:\n  ${found.join("\n  ")}`;
    return { pass: found.length === 0, message: () => text };
  },

  /** Is the output what jest's snapshot says? It holds no version and no path, so that it is the same on every machine. */
  toMatchTerraformSnapshot(received: Synthesised): Verdict {
    const { expect } = globalThis as unknown as { expect: (value: string) => { toMatchSnapshot(): void } };
    try {
      expect(received.json).toMatchSnapshot();
      return { pass: true, message: () => "The output is what the snapshot says." };
    } catch (error) {
      return { pass: false, message: () => (error instanceof Error ? error.message : String(error)) };
    }
  },
};

function verdict(resources: readonly SynthesisedResource[], what: string, expected: Partially): Verdict {
  const differences = resources.map(({ type, name, attributes }) => ({
    address: `${type}.${name}`,
    found: differencesOf(attributes, expected, ""),
  }));
  const pass = differences.some(({ found }) => found.length === 0);
  // Nearest first: what differs least is most likely what was meant.
  const nearest = [...differences].sort((left, right) => left.found.length - right.found.length).slice(0, 3);
  const described = nearest.map(({ address, found }) => `${address}: ${found.join("; ")}`);
  const text = pass
    ? `There is such a ${what}.`
    : resources.length === 0
      ? `There is no ${what} at all.`
      : `No ${what} is like that.\n  ${described.join("\n  ")}`;
  return { pass, message: () => text };
}

function differencesOf(actual: unknown, expected: unknown, path: string): readonly string[] {
  if (isMatcher(expected)) {
    return expected.asymmetricMatch(actual) ? [] : [`${path} is ${JSON.stringify(actual)}, not ${String(expected)}`];
  }
  if (isObject(expected) && isObject(actual)) {
    return Object.entries(expected).flatMap(([key, value]) => {
      const terraformName = snakeCase(key);
      const isOtherName = !Object.hasOwn(actual, key) && Object.hasOwn(actual, terraformName);
      return [
        ...differencesOf(actual[key], value, path === "" ? key : `${path}.${key}`),
        ...(isOtherName ? [`matchers take Terraform's names: ${terraformName}`] : []),
      ];
    });
  }
  const wanted = asWritten(expected);
  return isDeepStrictEqual(actual, wanted)
    ? []
    : [`${path} is ${JSON.stringify(actual)}, not ${JSON.stringify(wanted)}`];
}

/** One of jest's own, such as `expect.any(String)`. */
function isMatcher(value: unknown): value is { asymmetricMatch(actual: unknown): boolean } {
  return isObject(value) && typeof value["asymmetricMatch"] === "function";
}

/** A value as the output has it. */
function asWritten(value: unknown): unknown {
  if (value === undefined) return undefined;
  return JSON.parse(JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? numberOf(part) : part)));
}

function numberOf(value: bigint): number | string {
  return Number.isSafeInteger(Number(value)) ? Number(value) : `\${${value}}`;
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

declare global {
  namespace jest {
    interface Matchers<R, T> {
      /** Is there a resource of the type with these attributes, at least? */
      toHaveAppwriteResource(type: string, expected?: Partially): R;
      /** Is there a table (or collection) of this id with these attributes, at least? */
      toHaveAppwriteTable(id: string, expected?: Partially): R;
      /** Is there a bucket of this id with these attributes, at least? */
      toHaveAppwriteBucket(id: string, expected?: Partially): R;
      /** Has the resource of this id all of these permissions? */
      toGrant(id: string, ...permissions: readonly { toString(): string }[]): R;
      /** Is the output free of secrets: of the given values, and of what has the form of one? */
      toContainNoSecret(...values: readonly string[]): T extends never ? never : R;
      /** Is the output what jest's snapshot says? */
      toMatchTerraformSnapshot(): R;
    }
  }
}
