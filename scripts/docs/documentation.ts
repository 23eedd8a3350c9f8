import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { dataSourcesOf } from "../../provider/engine/provider.ts";
import { catalogue } from "../../provider/resources/index.ts";
import type { DataSourceDefinition } from "../../provider/schema/other-definitions.ts";
import type { Generator } from "../generated-files.ts";
import { pluralExample, singularExample } from "./data-source-example.ts";
import { embeddedGuide } from "./embedded-guide.ts";
import { dataSourcePage, ephemeralPage, functionPage, providerPage, resourcePage } from "./pages.ts";
import { scopesGuide } from "./scopes-guide.ts";

const root = join(__dirname, "..", "..");
/** Guides that are made, by path; all others are written by hand. */
const madeGuides: { readonly [path: string]: () => string } = {
  "docs/guides/api-key-scopes.md": () => scopesGuide(catalogue),
  "docs/guides/embedded-appwrite.md": embeddedGuide,
};

/**
 * The registry's pages of everything in the catalogue, each with the example that the acceptance tests apply, and the examples of the
 * data sources, which follow from those of their resources.
 */
export const documentation: Generator = {
  owns: [
    "docs/index.md",
    "docs/resources",
    "docs/data-sources",
    "docs/ephemeral-resources",
    "docs/functions",
    ...Object.keys(madeGuides),
    "examples/data-sources",
  ],
  files: () => new Map([...dataSourceExamples(), ...pages()]),
};

function* pages(): Iterable<readonly [string, string]> {
  const fromResource = (type: string): string | null => (isResource(type) ? `${shortName(type)}.md` : null);
  const fromElsewhere = (type: string): string | null =>
    isResource(type) ? `../resources/${shortName(type)}.md` : null;
  const sourceExamples = new Map(dataSourceExamples());

  for (const definition of catalogue.resources) {
    const example = read(`examples/resources/${definition.type}/resource.tf`);
    yield [`docs/resources/${shortName(definition.type)}.md`, resourcePage(definition, example, fromResource)];
  }
  for (const source of dataSourcesOf(catalogue)) {
    const path = dataSourceFile(source.type);
    const example = sourceExamples.get(path) ?? read(path);
    yield [`docs/data-sources/${shortName(source.type)}.md`, dataSourcePage(source, example, fromElsewhere)];
  }
  for (const ephemeral of catalogue.ephemerals) {
    const example = read(`examples/ephemeral-resources/${ephemeral.type}/ephemeral-resource.tf`);
    yield [
      `docs/ephemeral-resources/${shortName(ephemeral.type)}.md`,
      ephemeralPage(ephemeral, example, fromElsewhere),
    ];
  }
  for (const definition of catalogue.functions) {
    yield [`docs/functions/${definition.name}.md`, functionPage(definition, catalogue.functions)];
  }
  for (const [path, make] of Object.entries(madeGuides)) yield [path, make()];
  yield ["docs/index.md", providerPage(catalogue, read("examples/provider/provider.tf"), guides())];
}

/** The examples of data sources by their path; those that mirror no resource have theirs written by hand. */
function dataSourceExamples(): readonly (readonly [string, string])[] {
  const mirrored = catalogue.resources.flatMap((definition) => {
    if (!definition.lookup) return [];
    const example = read(`examples/resources/${definition.type}/resource.tf`);
    const { plural } = definition.lookup;
    return [
      [definition.type, singularExample(definition, example)] as const,
      ...(plural === null ? [] : [[plural, pluralExample(definition, plural, example)] as const]),
    ];
  });
  const byHand = catalogue.dataSources.map(
    ({ type }: DataSourceDefinition) => [type, read(dataSourceFile(type))] as const,
  );
  return [...mirrored, ...byHand].map(([type, text]) => [dataSourceFile(type), text]);
}

/** The guides in the order of their titles, as the provider's page lists them. */
function guides(): readonly { readonly title: string; readonly path: string }[] {
  const folder = join(root, "docs", "guides");
  const paths = new Set([...readdirSync(folder).map((name) => `docs/guides/${name}`), ...Object.keys(madeGuides)]);
  return [...paths]
    .filter((path) => path.endsWith(".md"))
    .map((path) => {
      const text = madeGuides[path]?.() ?? read(path);
      return { title: /^page_title: "(.+)"$/m.exec(text)?.[1] ?? path, path: path.replace(/^docs\//, "") };
    })
    .sort((one, other) => one.title.localeCompare(other.title, "en"));
}

function dataSourceFile(type: string): string {
  return `examples/data-sources/${type}/data-source.tf`;
}

function isResource(type: string): boolean {
  return catalogue.resources.some((definition) => definition.type === type);
}

function shortName(type: string): string {
  return type.replace(/^appwrite_/, "");
}

function read(path: string): string {
  const file = join(root, path);
  if (!existsSync(file))
    throw new Error(`${path} is missing: every kind has an example, which its page shows and the tests apply.`);
  return readFileSync(file, "utf8");
}
