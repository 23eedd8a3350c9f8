/**
 * Reads the part of HCL that the example files use, so that they can be applied without terraform: resource blocks, texts with references,
 * lists, maps and a few functions.
 */

/** A resource block: its arguments, to be evaluated once what they refer to is there. */
export interface ResourceBlock {
  readonly type: string;
  readonly name: string;
  readonly arguments: { readonly [name: string]: Expression };
}

/** Looks up what a reference such as `appwrite_tablesdb.shop.id` stands for. */
export type Lookup = (path: readonly string[]) => unknown;
export type Expression = (lookup: Lookup) => unknown;

/** Functions of HCL that the examples call. */
const FUNCTIONS: { readonly [name: string]: (...args: readonly unknown[]) => unknown } = {
  jsonencode: (value) => JSON.stringify(value),
  base64encode: (text) => Buffer.from(String(text)).toString("base64"),
  toset: (value) => value,
  tolist: (value) => value,
  file: (text) => text,
};

/** The resource blocks of a file. Other blocks are passed over. Throws at what it does not understand. */
export function readResources(source: string): readonly ResourceBlock[] {
  const tokens = tokensOf(source);
  let at = 0;
  const peek = (): Token => tokens[at] ?? { kind: "end", text: "" };
  const next = (): Token => {
    const token = peek();
    at += 1;
    return token;
  };
  const is = (text: string): boolean => peek().kind === "sign" && peek().text === text;
  const take = (text: string): boolean => {
    const found = is(text);
    if (found) at += 1;
    return found;
  };
  const expect = (text: string): void => {
    if (!take(text)) throw new Error(`Expected ${text} instead of ${peek().text}`);
  };

  const expression = (): Expression => {
    const token = next();
    if (token.kind === "text") return template(token.text);
    if (token.kind === "number") return () => Number(token.text);
    if (token.kind === "sign" && token.text === "[") {
      const items: Expression[] = [];
      while (!take("]")) {
        items.push(expression());
        take(",");
      }
      return (lookup) => items.map((item) => item(lookup));
    }
    if (token.kind === "sign" && token.text === "{") return record();
    if (token.kind !== "word") throw new Error(`Not understood: ${token.text}`);
    if (token.text === "true" || token.text === "false") return () => token.text === "true";
    if (token.text === "null") return () => null;
    if (take("(")) {
      const called = FUNCTIONS[token.text];
      if (!called) throw new Error(`The function ${token.text} is not known to the fixture.`);
      const given: Expression[] = [];
      while (!take(")")) {
        given.push(expression());
        take(",");
      }
      return (lookup) => called(...given.map((one) => one(lookup)));
    }
    const path = token.text.split(".");
    while (take("[")) {
      const index = next();
      path.push(index.text);
      expect("]");
    }
    return (lookup) => lookup(path);
  };
  const record = (): Expression => {
    const entries: (readonly [string, Expression])[] = [];
    while (!take("}")) {
      const key = next();
      if (!take("=")) expect(":");
      entries.push([key.text, expression()]);
      take(",");
    }
    return (lookup) => Object.fromEntries(entries.map(([key, value]) => [key, value(lookup)]));
  };

  const found: ResourceBlock[] = [];
  while (peek().kind !== "end") {
    const kind = next().text;
    const labels: string[] = [];
    while (peek().kind === "text") labels.push(next().text);
    expect("{");
    if (kind !== "resource") {
      for (let depth = 1; depth > 0; ) {
        if (is("{")) depth += 1;
        if (is("}")) depth -= 1;
        at += 1;
      }
      continue;
    }
    const values: { [name: string]: Expression } = {};
    while (!take("}")) {
      const name = next().text;
      if (take("=")) values[name] = expression();
      else {
        expect("{");
        // A nested block such as `timeouts` or `lifecycle`: nothing that an object is made of.
        record();
      }
    }
    found.push({ type: labels[0] ?? "", name: labels[1] ?? "", arguments: values });
  }
  return found;
}

interface Token {
  readonly kind: "word" | "text" | "number" | "sign" | "end";
  readonly text: string;
}

function tokensOf(source: string): readonly Token[] {
  const tokens: Token[] = [];
  const pattern =
    /\s+|#[^\n]*|\/\/[^\n]*|<<-?(\w+)\n([\s\S]*?)\n\s*\1(?=\n|$)|"((?:[^"\\$]|\\.|\$(?!\{)|\$\{[^}]*\})*)"|(-?\d+(?:\.\d+)?)|([A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*|::\w+)*)|([[\]{}()=,:?])/gy;
  while (pattern.lastIndex < source.length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(source);
    if (!match) throw new Error(`Not understood: ${source.slice(at, at + 40)}`);
    const [, , heredoc, text, number, word, sign] = match;
    if (heredoc !== undefined) tokens.push({ kind: "text", text: heredoc });
    else if (text !== undefined) tokens.push({ kind: "text", text });
    else if (number !== undefined) tokens.push({ kind: "number", text: number });
    else if (word !== undefined) tokens.push({ kind: "word", text: word });
    else if (sign !== undefined) tokens.push({ kind: "sign", text: sign });
  }
  return tokens;
}

function template(text: string): Expression {
  const parts = text.split(/(\$\{[^}]*\})/).map((part): Expression => {
    const path = /^\$\{\s*([^}]*?)\s*\}$/.exec(part)?.[1];
    if (path !== undefined) return (lookup) => lookup(path.split("."));
    const plain = part.replace(/\\(.)/g, (_, sign: string) => ({ n: "\n", t: "\t" })[sign] ?? sign);
    return () => plain;
  });
  return (lookup) => parts.map((part) => String(part(lookup))).join("");
}
