/** A top-level block of a configuration that is laid out as `terraform fmt` does. */
export interface Block {
  readonly kind: string;
  readonly labels: readonly string[];
  /** Its attributes of one line: expressions as written. */
  readonly attributes: { readonly [name: string]: string };
}

/** The top-level blocks of a formatted configuration. */
export function blocksOf(text: string): readonly Block[] {
  return [...text.matchAll(/^(\w+)((?: "[^"]*")*) \{(?:\}|\n([\s\S]*?)^\})/gm)].map(
    ([, kind = "", labels = "", body = ""]) => ({
      kind,
      labels: [...labels.matchAll(/"([^"]*)"/g)].map(([, label = ""]) => label),
      attributes: Object.fromEntries(
        [...body.matchAll(/^ {2}(\w+) += (.+)$/gm)].map(([, name = "", value = ""]) => [name, value]),
      ),
    }),
  );
}

/** The first resource of a type in an example. */
export function resourceBlock(example: string, type: string): Block | undefined {
  return blocksOf(example).find(({ kind, labels }) => kind === "resource" && labels[0] === type);
}

/**
 * An attribute of an example's resource as a literal: its own, or that of the resource it refers to (`appwrite_tablesdb.shop.id` is
 * `"shop"` there). Null when the example leaves it to the server.
 */
export function literalOf(example: string, block: Block, name: string): string | null {
  const expression = block.attributes[name];
  if (expression === undefined) return null;
  if (/^("[^"$]*"|\d+|true|false)$/.test(expression)) return expression;
  const reference = /^(\w+)\.(\w+)\.(\w+)$/.exec(expression);
  if (!reference) return null;
  const [, type, label, attribute = ""] = reference;
  const target = blocksOf(example).find(({ labels }) => labels[0] === type && labels[1] === label);
  return target ? literalOf(example, target, attribute) : null;
}
