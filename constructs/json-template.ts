import { Lazy, Tokenization } from "cdktf";
import { escapedText, isToken, listToken, requireWhole, unscanned } from "./expression.ts";
import { splitAtTokens } from "./template.ts";

/** A value that JSON can tell: whole numbers also as `bigint`, which keeps all of their digits. */
export type JsonValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/**
 * A value as a template that gives its JSON text. Where it holds what only Terraform knows, Terraform encodes that part. (cdktf's
 * `Fn.jsonencode` does not escape quotes and backslashes in the texts beside it.)
 */
export function jsonTemplate(value: unknown): string {
  return unscanned(templateOf(value));
}

function templateOf(value: unknown): string {
  if (Tokenization.isResolvable(value)) return encoded(value);
  if (typeof value === "number" && Tokenization.reverseNumber(value) !== undefined) return encoded(value);
  if (typeof value === "string") return quotedTemplate(value);
  if (Array.isArray(value)) {
    const list = listToken(value);
    return list === undefined ? `[${value.map((element) => templateOf(element)).join(",")}]` : encoded(list);
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).filter(([, element]) => element !== undefined);
    return `{${entries.map(([key, element]) => `${quotedTemplate(key)}:${templateOf(element)}`).join(",")}}`;
  }
  return typeof value === "bigint" ? String(value) : JSON.stringify(value ?? null);
}

function quotedTemplate(text: string): string {
  requireWhole(text);
  const parts = splitAtTokens(text, isToken).map((part, position) =>
    position % 2 === 1 ? encodedText(part) : JSON.stringify(part).slice(1, -1),
  );
  return escapedText(`"${parts.join("")}"`);
}

/** The JSON of a token's value. */
function encoded(token: unknown): string {
  return Lazy.stringValue({ produce: (context) => `\${jsonencode(${expressionOf(context.resolve(token))})}` });
}

/** The JSON of a token's text, without its quotes. */
function encodedText(token: string): string {
  return Lazy.stringValue({
    produce: (context) => {
      const value: unknown = context.resolve(token);
      if (typeof value === "string" && !value.includes("${")) return JSON.stringify(value).slice(1, -1);
      const json = `jsonencode(tostring(${expressionOf(value)}))`;
      return `\${substr(${json}, 1, length(${json}) - 2)}`;
    },
  });
}

function expressionOf(value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value);
  const [, whole] = /^\$\{((?:[^{}"]|"[^"{}]*")*)\}$/.exec(value) ?? [];
  return whole ?? `"${value}"`;
}
