import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TerraformStack } from "cdktf";
import { buildSync } from "esbuild";
import { dataSourcesOf } from "../../provider/engine/provider.ts";
import { catalogue } from "../../provider/resources/index.ts";
import { type Attribute, type Attributes, type AttributeType, camelCase } from "../../provider/schema/attribute.ts";
import { LIBRARIES, type Library, load } from "../support/constructs.ts";
import { testWhereKnown } from "../support/features.ts";
import { HOSTILE_TEXTS, SHORT_HOSTILE_TEXTS } from "../support/hostile-texts.ts";
import { IS_LONG } from "../support/runs.ts";

/**
 * Any text in any attribute of any kind arrives at the provider unchanged, from both libraries, in JSON and in HCL. The real terraform
 * plans a stack of all generated classes; a provider with our schemas and no rules writes down what it was given.
 *
 * `npm test` gives each attribute a few texts, and every text to some attribute; `npm run test:all` gives every text to each attribute.
 */

const FORMATS = ["json", "hcl"] as const;
const all = LIBRARIES.flatMap((library) => FORMATS.map((format) => [library, format] as const));

/** How many texts one plan of the long suite has for each class. */
const ROUND = 20;
/** How many texts a collection has. */
const COLLECTED = IS_LONG ? 3 : 8;
/** How often each class is there in the short suite: with text alone, and beside what only terraform knows. */
const SAMPLE = 2;

let folder: string;
let provider: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "appwrite-iac-texts-"));
  provider = join(folder, "terraform-provider-recording");
  buildSync({
    entryPoints: [join(__dirname, "..", "support", "recording-provider.ts")],
    outfile: provider,
    bundle: true,
    platform: "node",
    banner: { js: "#!/usr/bin/env node" },
  });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Kind {
  readonly kind: "resource" | "data" | "ephemeral";
  readonly type: string;
  readonly className: string;
  readonly attributes: Attributes;
}

const KINDS: readonly Kind[] = [
  ...catalogue.resources.map((one) => ({ kind: "resource" as const, ...one, className: pascalCase(one.type) })),
  ...dataSourcesOf(catalogue).map((one) => ({
    kind: "data" as const,
    ...one,
    className: `Data${pascalCase(one.type)}`,
  })),
  ...catalogue.ephemerals.map((one) => ({
    kind: "ephemeral" as const,
    ...one,
    className: `Ephemeral${pascalCase(one.type)}`,
  })),
];

test("there are at least 200 texts", () => {
  expect(HOSTILE_TEXTS.length).toBeGreaterThanOrEqual(200);
});

/** A value as it is given to a class, and as the provider must get it. */
interface Pair {
  readonly given: unknown;
  readonly arrives: unknown;
}

/** Texts for the attributes of one construct. */
interface Texts {
  readonly next: () => { readonly given: string; readonly arrives: string };
  /** For a collection: a few short ones. */
  readonly some: () => readonly { readonly given: string; readonly arrives: string }[];
}

/** Begins at one of the texts. With a token, each text has it in its middle. */
function textsFrom(start: number, token?: string): Texts {
  let position = start;
  const pair = (text: string) =>
    token === undefined
      ? { given: text, arrives: text }
      : { given: text + token + text, arrives: `${text}anchor${text}` };
  const next = () => pair(HOSTILE_TEXTS[position++ % HOSTILE_TEXTS.length] ?? "");
  const one = () => pair(SHORT_HOSTILE_TEXTS[position++ % SHORT_HOSTILE_TEXTS.length] ?? "");
  return { next, some: () => Array.from({ length: COLLECTED }, one) };
}

function rowOf(iac: Constructs, attributes: Attributes, texts: Texts): { given: object; arrives: object } {
  const pairs = Object.entries(attributes)
    .filter(([, { presence }]) => presence !== "computed")
    .map(([name, attribute]) => [name, pairOf(iac, attribute, texts)] as const);
  return {
    given: Object.fromEntries(pairs.map(([name, { given }]) => [camelCase(name), given])),
    arrives: Object.fromEntries(pairs.map(([name, { arrives }]) => [name, arrives])),
  };
}

function pairOf(iac: Constructs, { type, options }: Attribute, texts: Texts): Pair {
  if (!options.sensitive && !options.writeOnly) return typed(iac, type, texts);
  const { given, arrives } = texts.next();
  return { given: iac.Secret.plain(given), arrives };
}

function typed(iac: Constructs, type: AttributeType, texts: Texts): Pair {
  switch (type.kind) {
    case "int":
    case "float":
      return { given: 1, arrives: 1 };
    case "bool":
      return { given: true, arrives: true };
    case "oneOf":
      return { given: type.values[0], arrives: type.values[0] };
    case "string":
    case "datetime":
      return texts.next();
    case "json": {
      const text = texts.next();
      const object = ({ given: of }: { readonly given: string }) => ({ [of]: [of, { [of]: null }] });
      if (text.arrives.length % 2 === 0) return text;
      return { given: object(text), arrives: JSON.stringify(object({ given: text.arrives })) };
    }
    case "permissions":
      return collected(texts.some());
    case "list":
    case "set":
    case "unordered":
      return type.element.kind === "string" ? collected(texts.some()) : collected([typed(iac, type.element, texts)]);
    case "map": {
      const entries = texts.some().map((key) => ({ key, value: typed(iac, type.element, texts) }));
      return {
        given: Object.fromEntries(entries.map(({ key, value }) => [key.given, value.given])),
        arrives: Object.fromEntries(entries.map(({ key, value }) => [key.arrives, value.arrives])),
      };
    }
    case "object":
      return rowOf(iac, type.attributes, texts);
  }
}

function collected(pairs: readonly Pair[]): Pair {
  return { given: pairs.map(({ given }) => given), arrives: pairs.map(({ arrives }) => arrives) };
}

type Constructs = ReturnType<typeof load>["iac"];
type Make = new (scope: TerraformStack, id: string, config: object) => object;

/** What terraform gives the provider for a stack. */
async function recorded(
  library: Library,
  isHcl: boolean,
  fill: (stack: TerraformStack) => void,
): Promise<readonly Recorded[]> {
  const { cdk, kit } = load(library);
  const root = mkdtempSync(join(folder, "run-"));
  const before = process.env["SYNTH_HCL_OUTPUT"];
  if (isHcl) process.env["SYNTH_HCL_OUTPUT"] = "true";
  else delete process.env["SYNTH_HCL_OUTPUT"];
  try {
    const app = new cdk.App({ outdir: join(root, "out"), skipValidation: true });
    const stack = new cdk.TerraformStack(app, "texts");
    fill(stack);
    app.synth();
  } finally {
    if (before === undefined) delete process.env["SYNTH_HCL_OUTPUT"];
    else process.env["SYNTH_HCL_OUTPUT"] = before;
  }
  const file = join(root, "recorded");
  const providers = [{ address: "example/recording", version: "1.0.0", file: provider }];
  const server = { endpoint: "", projectId: "", apiKey: "" };
  process.env["RECORDED_TO"] = file;
  try {
    const deployment = kit.openFolder(join(root, "out", "stacks", "texts"), root, server, { providers });
    await deployment.run("init", "-no-color", "-input=false");
    await deployment.run("plan", "-no-color", "-input=false", "-lock=false");
  } finally {
    delete process.env["RECORDED_TO"];
  }
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  rmSync(root, { recursive: true });
  return lines.map((line) => JSON.parse(line) as Recorded);
}

interface Recorded {
  readonly kind: string;
  readonly type: string;
  readonly config: object;
}

/**
 * Every value with its place, so that what is lost and what came instead can be told. Null is the same as not set, and Terraform composes
 * characters (NFC); a place in a collection without order is that of its text.
 */
function leavesOf(rows: readonly Recorded[]): ReadonlySet<string> {
  const found = new Set<string>();
  const add = (value: unknown, place: string): void => {
    if (value === null) return;
    if (Array.isArray(value)) {
      const elements: unknown[] = value.every((one) => typeof one === "string") ? value.map(composed).sort() : value;
      for (const [index, element] of [...new Set(elements)].entries()) add(element, `${place}[${index}]`);
    } else if (typeof value === "object") {
      for (const [key, element] of Object.entries(value)) add(element, `${place}.${JSON.stringify(composed(key))}`);
    } else {
      found.add(`${place} = ${JSON.stringify(typeof value === "string" ? composed(value) : value)}`);
    }
  };
  const name = ({ config }: Recorded): string =>
    "id" in config && typeof config.id === "string" ? JSON.stringify(composed(config.id)) : "";
  for (const row of rows) add(row.config, `${row.kind} ${row.type} ${name(row)}`);
  return found;
}

function composed(text: unknown): string {
  return String(text).normalize("NFC");
}

describe.each(all)("texts with %s in %s", (library, format) => {
  // cdktf has no ephemeral blocks in HCL.
  const kinds = KINDS.filter(({ kind }) => kind !== "ephemeral" || library === "cdktn" || format === "json");
  const rounds = IS_LONG ? Math.ceil(HOSTILE_TEXTS.length / ROUND) : 1;

  testWhereKnown("write-only arguments").each(Array.from({ length: rounds }, (_, round) => round * ROUND))(
    "arrive unchanged in every attribute of every class, from text %i",
    async (from) => {
      const { cdk, iac } = load(library);
      const classes = iac.l1 as unknown as { readonly [name: string]: Make };
      const expected: Recorded[] = [];
      const arrived = await recorded(library, format === "hcl", (stack) => {
        const own = rowOf(iac, openAttributes(catalogue.provider.attributes), textsFrom(from));
        new iac.AppwriteProvider(stack, "appwrite", { ...own.given, source: "example/recording" });
        expected.push({ kind: "provider", type: "appwrite", config: own.arrives });
        const anchor = new cdk.TerraformVariable(stack, "anchor", { type: "string", default: "anchor" });
        for (const [place, { kind, type, className, attributes }] of kinds.entries()) {
          for (let turn = 0; turn < (IS_LONG ? ROUND : SAMPLE); turn += 1) {
            // The sample goes from one class to the next, so that all of them together have every text.
            const start = IS_LONG ? from + turn : (place * SAMPLE + turn) * 7;
            const texts = textsFrom(start, turn % 2 === 1 ? anchor.stringValue : undefined);
            const { given, arrives } = rowOf(iac, attributes, texts);
            const Class = classes[className];
            if (Class === undefined) throw new Error(`There is no class ${className}.`);
            new Class(stack, `${className}-${turn}`, given);
            expected.push({ kind, type, config: arrives });
          }
        }
      });
      expect(arrived.length).toBeGreaterThan(kinds.length);
      const [wanted, got] = [leavesOf(expected), leavesOf(arrived)];
      expect({
        lost: [...wanted].filter((leaf) => !got.has(leaf)).slice(0, 5),
        other: [...got].filter((leaf) => !wanted.has(leaf)).slice(0, 5),
      }).toEqual({ lost: [], other: [] });
    },
    600_000,
  );
});

/** What the provider's class takes: no credentials. */
function openAttributes(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, { options }]) => !options.sensitive));
}

function pascalCase(type: string): string {
  return type.replace(/^appwrite_/, "").replace(/(?:^|_)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
