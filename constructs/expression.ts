import { type IResolvable, Lazy, Token, Tokenization } from "cdktf";
import { escapeText, splitAtTokens } from "./template.ts";

/**
 * Terraform expressions as values. Everywhere else in this package a string is text, and what looks like an expression in it is
 * escaped.
 */
export const Expr = {
  /** An expression as Terraform writes it, without `${ }`: `Expr.raw('provider::appwrite::role_any()')`. */
  raw: (expression: string): string => Lazy.stringValue({ produce: () => `\${${expression}}` }),

  /** A template as Terraform reads it: `Expr.template("%{ if var.beta }beta%{ endif }")`. */
  template: (template: string): string => Lazy.stringValue({ produce: () => template }),
} as const;

/** A text that no text of Unicode's is. */
export class BrokenText extends Error {
  override readonly name = "BrokenText";
}

/**
 * A text as a template that gives the same text. cdktf takes a brace in a text that also holds a token for the start of an
 * expression, and then leaves out the braces of the token; so the tokens of such a text are resolved one by one. Throws for a text that was
 * cut in the middle of a character, which would arrive as another.
 */
export function textTemplate(text: string): string {
  return unscanned(escapedText(text));
}

/** The same for the key of a map, of which cdktf would lose one. */
export function keyTemplate(key: string): string {
  return key === "__proto__" ? `\${"_"}_proto__` : textTemplate(key);
}

/** Throws for a text that holds half of a character. */
export function requireWhole(text: string): void {
  const half = /\p{Surrogate}/u.exec(text);
  if (half) {
    const unit = half[0].charCodeAt(0).toString(16);
    throw new BrokenText(
      `holds half of a character (\\u${unit} at ${half.index}), as a text does that was cut in the middle of one. Cut by characters: [...text].slice(0, 100).join("")`,
    );
  }
}

/** The template of a text, in which tokens stay and what only looks like one is text. */
export function escapedText(text: string): string {
  requireWhole(text);
  if (MAP_WORDS.includes(text)) return `\${"${text.charAt(0)}"}${text.slice(1)}`;
  return escapeText(withoutNumberTokens(text), isToken).replace(NUMBER, (number) => {
    const isFalse = numberToken(number) === "unknown";
    return isFalse ? number.replace("e", '${"e"}') : number;
  });
}

/** cdktf does not see a number that stands for a token behind a digit, a hyphen or a dot, so that it becomes a token for a text. */
function withoutNumberTokens(text: string): string {
  return text.replace(NUMBER, (number) =>
    numberToken(number) === "token" ? Token.asString(Tokenization.reverseNumber(Number.parseFloat(number))) : number,
  );
}

/** What cdktf has for values of maps that it does not know yet. */
const MAP_WORDS: readonly string[] = [Token.STRING_MAP_TOKEN_VALUE, Token.ANY_MAP_TOKEN_VALUE];

/** What may be a number that stands for a token. */
const NUMBER = /-\d[\d.]*e\+?\d{3}/g;

function numberToken(number: string): "token" | "number" | "unknown" {
  try {
    return Tokenization.reverseNumber(Number.parseFloat(number)) === undefined ? "number" : "token";
  } catch {
    return "unknown";
  }
}

/** Is what looks like a token one that was made in this program? */
export function isToken(mark: string): boolean {
  try {
    if (mark.startsWith("#")) return Tokenization.reverseList([mark]) !== undefined;
    if (mark.startsWith("&")) return Tokenization.reverseMap({ [mark]: "" }) !== undefined;
    return Tokenization.reverseString(mark).tokens.length > 0;
  } catch {
    return false;
  }
}

/** Is the whole object a token for a map? */
export function isMapToken(value: object): boolean {
  const [key, ...others] = Object.keys(value);
  return others.length === 0 && key !== undefined && /^&\{TfToken\[[^\]]+\]\}$/.test(key) && isToken(key);
}

/** The token that a whole list stands for, if it does. cdktf looks into lists of texts and of numbers alone, and throws for others. */
export function listToken(list: readonly unknown[]): IResolvable | undefined {
  const [only, ...others] = list;
  if (others.length > 0) return undefined;
  try {
    if (typeof only === "string") return Tokenization.reverseList([only]);
    return typeof only === "number" ? Tokenization.reverseNumberList([only]) : undefined;
  } catch {
    return undefined;
  }
}

/** A template with tokens that cdktf does not look through for braces. */
export function unscanned(template: string): string {
  const parts = splitAtTokens(template, (mark) => mark.startsWith("$"));
  const hasBraces = parts.some((part, position) => position % 2 === 0 && /[{}]/.test(part));
  if (parts.length === 1 || !hasBraces) return template;
  return Lazy.stringValue({
    produce: (context) =>
      parts.map((part, position) => (position % 2 === 1 ? String(context.resolve(part)) : part)).join(""),
  });
}

/** Is any part of a value known only when it is resolved? */
export function hasToken(value: unknown): boolean {
  if (typeof value === "string") return value.includes("{TfToken[");
  if (typeof value === "number") return Tokenization.reverseNumber(value) !== undefined;
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some(hasToken) || listToken(value) !== undefined;
  if (Tokenization.isResolvable(value)) return true;
  for (const key in value) {
    if (key.includes("{TfToken[") || hasToken((value as { readonly [key: string]: unknown })[key])) return true;
  }
  return false;
}
