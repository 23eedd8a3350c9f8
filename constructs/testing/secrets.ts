import { textAround } from "../template.ts";

/** Forms of keys and tokens that are known to be secret. */
const FORMS: readonly (readonly [what: string, form: RegExp])[] = [
  ["an Appwrite API key", /\b(?:standard|dynamic|organization|account)_[0-9a-f]{64,}\b/],
  ["a private key", /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  ["a JSON web token", /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/],
  ["a GitHub token", /\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{30,})\b/],
  ["a Stripe key", /\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}\b/],
  ["an AWS access key", /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/],
  ["a SendGrid key", /\bSG\.[\w-]{16,}\.[\w-]{16,}/],
  ["a Slack token", /\bxox[abprs]-[\w-]{10,}/],
  ["a Google key", /\bAIza[\w-]{35}\b/],
];

/** Where a text holds one of the values, or what has the form of a secret: a sentence for each, which never repeats the secret. */
export function findSecrets(json: string, values: readonly string[]): readonly string[] {
  const texts = textsOf(JSON.parse(json));
  const known = values.flatMap((value, index) =>
    value !== "" && texts.some((text) => text.includes(value)) ? [`value ${index + 1} of those that were named`] : [],
  );
  const formed = FORMS.flatMap(([what, form]) => (form.test(json) ? [`${what}${where(json, form)}`] : []));
  return [...known, ...formed, ...defaults(json)];
}

/** All texts of an output as they arrive: without what escapes them in a template, and those of JSON in a text as well. */
function textsOf(value: unknown): readonly string[] {
  if (typeof value === "object" && value !== null) return Object.entries(value).flat().flatMap(textsOf);
  if (typeof value !== "string") return [];
  const text = textAround(value);
  return /^\s*[[{"]/.test(text) ? [text, ...textsOf(parsed(text))] : [text];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The attribute in whose value the secret is. */
function where(json: string, form: RegExp): string {
  const before = json.slice(0, form.exec(json)?.index ?? 0);
  const [, attribute] = /"([^"\\]+)":\s*\[?[^"]*"[^"]*$/.exec(before) ?? [];
  return attribute === undefined ? "" : ` in ${attribute}`;
}

/** Sensitive variables must come from outside: a default is in the output. */
function defaults(json: string): readonly string[] {
  const { variable = {} } = JSON.parse(json) as {
    variable?: { readonly [name: string]: { readonly sensitive?: boolean; readonly default?: unknown } };
  };
  return Object.entries(variable)
    .filter(([, { sensitive, default: value }]) => sensitive && value !== undefined)
    .map(([name]) => `the default of the sensitive variable ${name}`);
}
