import { Lazy, Tokenization } from "cdktf";
import { escapeText } from "./template.ts";

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

const TOKEN = /(\$\{TfToken\[[a-zA-Z0-9:._-]*\]\})/;

/**
 * A text as a template that gives the same text. cdktf takes a brace in a text that also holds a token for the start of an
 * expression, and then leaves out the braces of the token; so the tokens of such a text are resolved one by one.
 */
export function textTemplate(text: string): string {
  return unscanned(escapeText(text));
}

/** A template with tokens that cdktf does not look through for braces. */
export function unscanned(template: string): string {
  const parts = template.split(TOKEN);
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
  if (Array.isArray(value)) return value.some(hasToken);
  if (Tokenization.isResolvable(value)) return true;
  for (const key in value) {
    if (key.includes("{TfToken[") || hasToken((value as { readonly [key: string]: unknown })[key])) return true;
  }
  return false;
}
