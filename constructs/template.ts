/**
 * Texts in Terraform's template language. A string that a user gives is text and arrives unchanged: what Terraform would interpret
 * in it is escaped, in JSON and in HCL. Expressions are tokens, which stay as they are.
 */

/** How a CDK marks its tokens in a text, in a list and in the keys of a map. */
const MARK = /([$#&]\{TfToken\[[a-zA-Z0-9:._-]+\]\})/;

/** Terraform drops a byte order mark with which a string of JSON begins, unless an expression gives it. */
const BYTE_ORDER_MARK = "\ufeff";
const MARK_EXPRESSION = String.raw`${"$"}{"\ufeff"}`;

/** A text in which tokens alternate with what is beside them: text first, and at the end. */
export function splitAtTokens(text: string, isToken: (mark: string) => boolean): readonly string[] {
  if (!text.includes("{TfToken[")) return [text];
  const parts = [""];
  for (const [position, part] of text.split(MARK).entries()) {
    if (position % 2 === 1 && isToken(part)) parts.push(part, "");
    else parts[parts.length - 1] += part;
  }
  return parts;
}

/**
 * Terraform takes an expression of JSON for text where a carriage return without a line feed stands before it, unless an expression gives that.
 */
function withoutLoneReturns(template: string): string {
  return template.includes("\r") ? template.replace(/\r(?!\n)/g, String.raw`${"$"}{"\r"}`) : template;
}

/** A text as a template that gives the same text. What `isToken` says is a token stays; by default, all that looks like one. */
export function escapeText(text: string, isToken: (mark: string) => boolean = () => true): string {
  if (text.startsWith(BYTE_ORDER_MARK)) {
    return MARK_EXPRESSION + withoutLoneReturns(escapeText(text.slice(1), isToken));
  }
  if (!text.includes("{")) return text;
  const parts = splitAtTokens(text, isToken);
  const template = parts
    .map((part, position) => {
      if (position % 2 === 1) return part;
      const escaped = part
        .split(MARK)
        .map((piece, index, pieces) => {
          // A CDK finds its marks in escaped text as well, unless an expression stands in them.
          if (index % 2 === 1) return `\${"${piece.charAt(0)}"}${piece.slice(1)}`;
          const doubled = piece.replace(/[$%](?=\{)/g, "$&$&");
          return index + 1 < pieces.length ? withoutLastSigns(doubled) : doubled;
        })
        .join("");
      return position + 1 < parts.length ? withoutLastSigns(escaped) : escaped;
    })
    .join("");
  return parts.length > 1 || template.includes('${"') ? withoutLoneReturns(template) : template;
}

/** `$${` is how Terraform writes a literal `${`, so a dollar right before an expression must be an expression of its own. */
function withoutLastSigns(text: string): string {
  return text.replace(/[$%]+$/, (signs) => `\${"${signs}"}`);
}

/** The text that a template gives, or null where it holds an expression or a token. */
export function plainText(template: string): string | null {
  let isKnown = true;
  const text = textAround(template, () => {
    isKnown = false;
  });
  return isKnown ? text : null;
}

/** The text that a template gives beside its expressions and tokens, which stay. */
export function textAround(template: string, visit: (expression: string) => void = () => {}): string {
  return template.replace(SEQUENCE, (sequence: string, literal: string | undefined) => {
    if (sequence.startsWith("$${") || sequence.startsWith("%%{")) return sequence.slice(1);
    if (literal !== undefined) return JSON.parse(literal) as string;
    visit(sequence);
    return sequence;
  });
}

/** What is not text in a template: an escaped beginning, a literal text as an expression, the beginning of anything else. */
const SEQUENCE = /\$\$\{|%%\{|\$\{("(?:[^"\\$%]|\\(?:["\\nrt]|u[0-9a-f]{4})|[$%](?!\{))*")\}|[$%]\{|[#&]\{TfToken\[/g;

/**
 * A template as the inside of a quoted HCL string: the text between expressions is escaped, expressions are left alone.
 */
export function quoteTemplate(template: string): string {
  let quoted = "";
  for (let position = 0; position < template.length; ) {
    if (template.startsWith("$${", position) || template.startsWith("%%{", position)) {
      quoted += template.slice(position, position + 3);
      position += 3;
    } else if (template.startsWith("${", position) || template.startsWith("%{", position)) {
      const end = endOfExpression(template, position + 2);
      quoted += template.slice(position, end);
      position = end;
    } else {
      const character = String.fromCodePoint(template.codePointAt(position) ?? 0);
      quoted += quoteCharacter(character);
      position += character.length;
    }
  }
  return quoted;
}

/** Where the expression that is open at `position` ends, after its brace. Strings in it may hold templates again. */
function endOfExpression(template: string, position: number): number {
  let depth = 1;
  let at = position;
  while (at < template.length && depth > 0) {
    const character = template[at];
    if (character === '"') {
      at = endOfString(template, at + 1);
      continue;
    }
    if (character === "{") depth += 1;
    if (character === "}") depth -= 1;
    at += 1;
  }
  return at;
}

function endOfString(template: string, position: number): number {
  let at = position;
  while (at < template.length && template[at] !== '"') {
    if (template[at] === "\\") at += 2;
    else if (template.startsWith("${", at) && !template.startsWith("$${", at - 1))
      at = endOfExpression(template, at + 2);
    else at += 1;
  }
  return at + 1;
}

const SHORT: { readonly [character: string]: string } = {
  '"': '\\"',
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

function quoteCharacter(character: string): string {
  const short = SHORT[character];
  if (short !== undefined) return short;
  return character < " " || character === "\u007f" || character === "\u2028" || character === "\u2029"
    ? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`
    : character;
}

/**
 * A resolved value as cdktf's HCL renderer must be given it, so that it prints valid HCL: it prints strings that begin with a
 * quote as they are, and strings with an expression between quotes; it does not escape either, nor keys.
 */
export function hclValue(value: unknown): unknown {
  if (typeof value === "string") {
    const quoted = quoteTemplate(value);
    return quoted.includes("${") ? quoted : `"${quoted}"`;
  }
  if (Array.isArray(value)) return value.map(hclValue);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, element]) => [hclKey(key), hclValue(element)]));
  }
  return value;
}

/** A key of a map. The renderer puts it between quotes only where it holds more than letters, digits, hyphens and underscores. */
function hclKey(key: string): string {
  if (key === "") return '${""}';
  const needsQuotes = key === "for" || key.startsWith("-");
  return needsQuotes
    ? `\\u${key.charCodeAt(0).toString(16).padStart(4, "0")}${quoteTemplate(key.slice(1))}`
    : quoteTemplate(key);
}
