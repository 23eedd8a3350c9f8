/** Is a path (relative, with forward slashes) left out? */
export type Ignore = (path: string, isFolder: boolean) => boolean;

/**
 * Compiles patterns as in `.gitignore`: `*`, `**`, `?` and `[…]`; a slash within binds a pattern to the root, one at the end to
 * folders; `!` takes a path in again, and the last pattern that fits decides. Lines that are empty or begin with `#`
 * say nothing.
 */
export function compileIgnore(lines: readonly string[]): Ignore {
  const rules = lines.flatMap((line) => compileLine(line) ?? []);
  return (path, isFolder) =>
    rules.reduce((ignored, rule) => (matches(rule, path, isFolder) ? !rule.isNegated : ignored), false);
}

interface Rule {
  readonly expression: RegExp;
  readonly isNegated: boolean;
  readonly foldersOnly: boolean;
}

function compileLine(line: string): Rule | undefined {
  const trimmed = line.replace(/(?<!\\)\s+$/, "");
  if (trimmed === "" || trimmed.startsWith("#")) return undefined;
  const isNegated = trimmed.startsWith("!");
  const body = (isNegated ? trimmed.slice(1) : trimmed).replace(/^\\(?=[#!])/, "");
  const foldersOnly = body.endsWith("/");
  const pattern = foldersOnly ? body.slice(0, -1) : body;
  if (pattern === "") return undefined;
  const isBound = pattern.includes("/");
  const source = expressionOf(pattern.replace(/^\//, ""));
  return { expression: new RegExp(`^${isBound ? "" : "(?:.*/)?"}${source}$`), isNegated, foldersOnly };
}

function expressionOf(pattern: string): string {
  const tokens = pattern.match(/\*\*\/|\/\*\*|\*\*|\*|\?|\[!?[^\]]*\]|\\.|[^*?[\\]+|./g) ?? [];
  return tokens
    .map((token) => {
      switch (token) {
        case "**/":
          return "(?:.*/)?";
        case "/**":
          return "/.*";
        case "**":
          return ".*";
        case "*":
          return "[^/]*";
        case "?":
          return "[^/]";
        default:
          if (/^\[!?[^\]]+\]$/.test(token)) return token.replace(/^\[!/, "[^");
          return escape(token.startsWith("\\") && token.length === 2 ? token.slice(1) : token);
      }
    })
    .join("");
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function matches({ expression, foldersOnly }: Rule, path: string, isFolder: boolean): boolean {
  return (isFolder || !foldersOnly) && expression.test(path);
}
