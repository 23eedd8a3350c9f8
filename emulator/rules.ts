import { isIP } from "node:net";
import { specifications } from "./compute/catalogue.json";
import { datetimeMessage, isDatetime, readDatetime } from "./dates.ts";
import { isEvent } from "./events.ts";
import { isInteger, isList, isNumber, isObject, type Json, parseJson } from "./json.ts";
import { permissionsFault, rolesFault } from "./permissions.ts";
import { type AttributeType, queriesFault } from "./queries.ts";

/**
 * A parameter's rule: `fault` says in the server's words what is wrong with a value (undefined when it is right), and
 * `read` turns an accepted value into what the server's action receives (`"20"` becomes 20).
 */
export type Rule = {
  readonly fault: (value: Json) => string | undefined;
  readonly read: (value: Json) => Json;
  readonly nullable: boolean;
  /** What the server says of the rule after it has judged a value, right or wrong, where that is not the words of `fault`. */
  readonly words?: (value: Json) => string;
};

/**
 * Compiles a rule of the route table (`nullable Text(len 1..128)`, `ArrayList(UID(≤36), max 100)`, …) into a check with
 * the server's own messages. Rules that the server's environment decides (files, product lists) accept everything.
 */
export function compileRule(text: string): Rule {
  if (text.startsWith("nullable ")) {
    const inner = compileRule(text.slice("nullable ".length));
    return {
      nullable: true,
      read: (value) => (value === null ? null : inner.read(value)),
      fault: (value) => {
        const fault = value === null ? undefined : inner.fault(value);
        return fault === undefined ? undefined : `${fault} or null`;
      },
    };
  }
  for (const [pattern, compile] of grammar) {
    const match = pattern.exec(text);
    if (match) return { nullable: false, read: same, ...compile(match.slice(1).map((group) => group ?? "")) };
  }
  return { nullable: false, read: same, fault: () => undefined };
}

type Compiled = Pick<Rule, "fault"> & Partial<Pick<Rule, "read" | "words">>;

const grammar: readonly (readonly [RegExp, (groups: readonly string[]) => Compiled])[] = [
  [/^UID\(≤(\d+)\)$/, ([max]) => ({ fault: uidFault(Number(max)) })],
  [
    /^Key\(≤(\d+)(, internal)?\)$/,
    ([max, internal]) => ({
      fault: when((value) => isKey(value, Number(max), internal !== ""), keyMessage(Number(max))),
    }),
  ],
  [/^CustomId\(unique\(\) or ≤(\d+)/, ([max]) => ({ fault: customIdFault(Number(max)) })],
  [/^ProjectId$/, () => ({ fault: projectIdFault })],
  [/^CompoundUID$/, () => ({ fault: compoundFault })],
  [
    /^Text\(len (\d+)\.\.(\d+|∞)(?:, chars (\S+))?\)$/,
    ([min, max, characters]) => ({
      fault: textFault(Number(min), max === "∞" ? 0 : Number(max), characters ?? ""),
    }),
  ],
  [/^Boolean$/, () => ({ fault: when((value) => typeof value === "boolean", "Value must be a valid boolean") })],
  [
    /^Boolean\(loose(, words)?\)$/,
    ([words]) => ({
      fault: when((value) => looseBooleans.includes(value), "Value must be a valid boolean"),
      // The action's `bool` argument takes any text but "" and "0" for true, "false" included.
      read: (value) => !(value === false || value === 0 || value === "0" || (words !== "" && value === "false")),
    }),
  ],
  [
    /^Range\((-?[\d.]+)\.\.(-?[\d.]+) (integer|double)/,
    ([min, max, format]) => rangeRule(Number(min), Number(max), format),
  ],
  [/^Integer(\(loose\))?\((\d+)bit\)$/, ([loose, bits]) => integerRule(loose !== "", Number(bits))],
  [/^Float$/, () => ({ fault: when(isNumber, "Value must be a valid float") })],
  [/^Numeric$/, () => ({ fault: when(isNumeric, "Value must be a valid number"), read: numericValue })],
  [/^WhiteList(\(case-insens\.\))?(\[.*\])$/s, ([loose, list]) => whiteListRule(loose !== "", list ?? "[]")],
  [/^ArrayList\((.*), max (\d+|∞)\)$/s, ([inner, max]) => listRule(inner ?? "", max === "∞" ? 0 : Number(max))],
  [/^JSON$/, () => ({ fault: when(isJsonText, "Value must be a valid JSON string"), read: jsonValue })],
  [
    /^Assoc\(max json length (\d+)\)$/,
    ([max]) => ({
      fault: when((value) => isAssoc(value, Number(max)), "Value must be a valid object."),
    }),
  ],
  [
    /^Permissions\(max (\d+), (.*)\)$/,
    ([max, allowed]) => ({
      fault: (value) => permissionsFault(value, Number(max), (allowed ?? "").split("|")),
    }),
  ],
  [
    /^Roles\(max (\d+), allowed (\[.*\])\)$/,
    ([max, allowed]) => ({
      fault: (value) => rolesFault(value, Number(max), JSON.parse(allowed ?? "[]") as string[]),
    }),
  ],
  [
    /^Queries\\(\w+)\(filter\/order on (.*)\)$/,
    ([kind = "", attributes]) => ({ fault: listQueriesFault(kind, schemaOf(kind, attributes ?? "")) }),
  ],
  [/^Queries\{/, () => ({ fault: pageQueriesFault })],
  [
    /^Email(\(allowEmpty\))?$/,
    ([empty]) => ({
      fault: when((value) => (empty !== "" && value === "") || isEmail(value), "Value must be a valid email address"),
    }),
  ],
  [/^URL\((.*)\)$/, ([options]) => urlRule(options ?? "")],
  [
    /^IP\{/,
    () => ({
      fault: when(isIp, "Value must be a valid IP address"),
    }),
  ],
  [/^Datetime\((.*)\)$/, ([options]) => ({ fault: datetimeRule(options?.includes("requireDateInFuture") ?? false) })],
  [/^Spatial\{"spatialType":"(\w+)"\}$/, ([type]) => ({ fault: (value) => spatialFault(type ?? "", value) })],
  [
    /^Hostname$/,
    () => ({ fault: when(isHostname, "Value must be a valid hostname without path, port and protocol.") }),
  ],
  [
    /^Domain\{(.*)\}$/,
    ([options]) => ({
      fault: when(
        (value) => isDomain(value) || (value === "" && (options?.includes('"allowEmpty":true') ?? false)),
        "Value must be a valid domain",
      ),
    }),
  ],
  [
    /^Phone\{"allowEmpty":(\w+)/,
    ([empty]) => ({
      fault: when(
        (value) => (empty === "true" && value === "") || isPhone(value),
        "Phone number must start with a '+' can have a maximum of fifteen digits.",
      ),
    }),
  ],
  [
    /^Password(Dictionary)?\{(.*)/,
    ([dictionary, options]) => ({
      fault: when(
        (value) =>
          typeof value === "string" &&
          ((value === "" && (options?.includes('"allowEmpty":true') ?? false)) || inBytes(value, 8, 256)),
        dictionary === ""
          ? "Password must be between 8 and 256 characters long."
          : "Password must be between 8 and 265 characters long, and should not be one of the commonly used password.",
      ),
    }),
  ],
  [
    /^HexColor$/,
    () => ({
      fault: when(
        (value) => typeof value === "string" && /^([A-Fa-f0-9]{6}|[A-Fa-f0-9]{3})$/.test(value),
        "Value must be a valid Hex color code",
      ),
    }),
  ],
  [
    /^(Function)?Event\{(before 1\.9\.5)?/,
    ([onFunction, old]) => ({
      fault: (value) => {
        if (onFunction !== "" && typeof value === "string" && value.startsWith("functions."))
          return "Triggering a function on a function event is not allowed.";
        return isEvent(value, old !== "") ? undefined : "Event is not valid.";
      },
    }),
  ],
  [
    /^Specification slug/,
    () => ({
      fault: when(
        (value) => specifications.some(({ slug }) => slug === value),
        `Specification must be one of: ${specifications.map(({ slug }) => slug).join(", ")}`,
      ),
    }),
  ],
  [
    /^MockNumber$/,
    () => ({ fault: when(isMockNumber, "Must be an object with a valid phone number and an OTP of 6 digits.") }),
  ],
  [/^Cron$/, () => ({ fault: when(isCron, "String must be a valid cron expression") })],
  [/^PublicDomain$/, () => ({ fault: when(isPublicUrl, "Value must be a public domain") })],
  [/^AnyOf\((.*)\)$/, ([rules]) => anyRule(alternatives(rules ?? ""))],
  [/^Multiple\((.*)\)$/, ([rules]) => multipleRule(alternatives(rules ?? ""))],
];

function same(value: Json): Json {
  return value;
}

function when(accepts: (value: Json) => boolean, message: string): Rule["fault"] {
  return (value) => (accepts(value) ? undefined : message);
}

/** Says whether a text is a key or id as the server's `Key` has it; `internal` also allows `$id`, `$createdAt`, `$updatedAt`. */
export function isKey(value: Json, max = 36, internal = false): boolean {
  if (typeof value !== "string") return false;
  if (internal && ["$id", "$createdAt", "$updatedAt"].includes(value)) return true;
  return /^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(value) && value.length <= max;
}

/** The server's words for a text that is not a key. */
export function keyMessage(max = 36): string {
  return `Parameter must contain at most ${max} chars. Valid chars are a-z, A-Z, 0-9, period, hyphen, and underscore. Can't start with a special char`;
}

/** The check of an id: no longer than so many characters, none of them strange. */
export function uidFault(max: number) {
  const message = `UID must contain at most ${max} chars. Valid chars are a-z, A-Z, 0-9, and underscore. Can't start with a leading underscore`;
  return when((value) => isKey(value, max), message);
}

function customIdFault(max: number) {
  return when((value) => value === "unique()" || isKey(value, max), keyMessage(max));
}

const projectIdFault = when(
  (value) => value === "unique()" || (typeof value === "string" && /^[a-z0-9][a-z0-9-]{0,35}$/.test(value)),
  "Project IDs must contain at most 36 chars. Valid chars are a-z, 0-9, and hyphen. Can't start with a special char.",
);

const compoundFault = when(
  (value) => typeof value === "string" && value.includes(":") && value.split(":").every((part) => isKey(part)),
  "Must consist of multiple UIDs separated by a colon. Each UID must contain at most 36 chars. Valid chars are a-z, A-Z, 0-9, and underscore. Can't start with a special char.",
);

/** Builds the check of a text's length (0 = no upper limit) and characters (none = any), with the server's message. */
export function textFault(min: number, max: number, characters = ""): Rule["fault"] {
  let message = "Value must be a valid string";
  if (min === max) message += ` and exactly ${max} chars`;
  else {
    if (min > 0) message += ` and at least ${min} chars`;
    if (max > 0) message += ` and no longer than ${max} chars`;
  }
  if (characters) message += ` and only consist of '${[...characters].join(", ")}' chars`;
  return when((value) => {
    if (typeof value !== "string") return false;
    const length = [...value].length;
    if (length < min || (max > 0 && length > max)) return false;
    return characters === "" || [...value].every((character) => characters.includes(character));
  }, message);
}

const looseBooleans: readonly Json[] = [true, false, "true", "false", "1", "0", 1, 0];

/** Writes a number with thousands separators, as the server's messages do. */
export function grouped(value: number | bigint): string {
  const whole = typeof value === "bigint" ? value : BigInt(Math.round(value));
  return whole.toString().replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

/** Says whether a value is a number or a text that PHP takes for one. */
export function isNumeric(value: Json): boolean {
  return (
    isNumber(value) || (typeof value === "string" && /^\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*$/.test(value))
  );
}

/** Turns a numeric text into the number that it stands for; everything else stays. */
export function numericValue(value: Json): Json {
  if (typeof value !== "string") return value;
  const trimmed = value.trim();
  if (!/^[+-]?\d+$/.test(trimmed)) return Number(trimmed);
  const whole = BigInt(trimmed);
  return Number.isSafeInteger(Number(whole)) ? Number(whole) : whole;
}

function rangeRule(min: number, max: number, format: string | undefined): Compiled {
  return {
    fault: when(
      (value) => {
        if (!isNumeric(value)) return false;
        const number = numericValue(value);
        if (format === "integer" && !(isInteger(number) && !/[.eE]/.test(String(value)))) return false;
        return Number(number) >= min && Number(number) <= max;
      },
      `Value must be a valid range between ${grouped(min)} and ${grouped(max)}`,
    ),
    read: numericValue,
  };
}

/** The server's words for a value that is no integer of so many bits (its 64-bit maximum is printed through a float). */
export function integerMessage(bits: number): string {
  const max = bits === 64 ? 2n ** 63n : 2n ** BigInt(bits - 1) - 1n;
  return `Value must be a valid signed ${bits}-bit integer between ${grouped(-(2n ** BigInt(bits - 1)))} and ${grouped(max)}`;
}

/** Says whether a value is an integer of so many bits. */
export function isIntegerOf(value: Json, bits: number): boolean {
  if (!isInteger(value)) return false;
  const limit = 2n ** BigInt(bits - 1);
  return BigInt(value) >= -limit && BigInt(value) < limit;
}

function integerRule(loose: boolean, bits: number): Compiled {
  const accepts = (value: Json) => isIntegerOf(loose && isNumeric(value) ? numericValue(value) : value, bits);
  return { fault: when(accepts, integerMessage(bits)), read: loose ? numericValue : same };
}

function whiteListRule(loose: boolean, list: string): Compiled {
  const values = safeList(list);
  if (!values) return { fault: () => undefined };
  return {
    fault: when(
      (value) =>
        values.includes(loose && typeof value === "string" ? value.toLowerCase() : String(value)) &&
        (loose || typeof value === "string"),
      `Value must be one of (${values.join(", ")})`,
    ),
  };
}

function safeList(list: string): string[] | undefined {
  try {
    return JSON.parse(list) as string[];
  } catch {
    return undefined;
  }
}

function listRule(inner: string, max: number): Compiled {
  const rule = compileRule(inner);
  const words = innerMessage(inner, rule);
  return {
    fault: (value) => {
      const wrong = isList(value) ? value.map(rule.fault).find((fault) => fault !== undefined) : undefined;
      if (isList(value) && wrong === undefined && (max === 0 || value.length <= max)) return undefined;
      // The message ends with what the rule of the elements says, which may depend on the element that is wrong.
      const ending = wrong === undefined ? words : ` and ${wrong}`;
      return `Value must a valid array${max > 0 ? ` no longer than ${max} items` : ""}${ending}`;
    },
    // Elements that are JSON texts stay texts: only a whole parameter is decoded.
    read: (value) => (isList(value) && inner !== "JSON" ? value.map(rule.read) : value),
  };
}

function innerMessage(text: string, rule: Rule): string {
  // A rule prints its message only when it fails, so it is given something that no rule accepts.
  const message = rule.fault({ "": [] }) ?? (text === "JSON" ? "Value must be a valid JSON string" : "");
  return message === "" ? "" : ` and ${message}`;
}

function isJsonText(value: Json): boolean {
  if (isList(value) || isObject(value)) return true;
  return typeof value === "string" && parsed(value) !== undefined;
}

function jsonValue(value: Json): Json {
  return typeof value === "string" ? (parsed(value) ?? value) : value;
}

function parsed(text: string): Json | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

function isAssoc(value: Json, max: number): boolean {
  if (!isObject(value) && !isList(value)) return false;
  if (JSON.stringify(value).length > max) return false;
  return isObject(value) || value.length === 0;
}

/**
 * Says whether a text is an e-mail address for the server, which trims it and asks PHP's `FILTER_VALIDATE_EMAIL`: the last part of
 * the domain begins with a letter.
 */
export function isEmail(value: Json): boolean {
  if (typeof value !== "string") return false;
  const local = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
  const label = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
  const last = "(?=[A-Za-z])";
  const address = new RegExp(`^(?=.{1,64}@)${local}(?:\\.${local})*@${label}(?:\\.${label})*\\.${last}${label}$`);
  const trimmed = value.replace(/^[ \t\n\r\0\v]+|[ \t\n\r\0\v]+$/g, "");
  return trimmed.length <= 254 && address.test(trimmed);
}

/** Says whether a text is an IP address of either version. */
export function isIp(value: Json): boolean {
  return typeof value === "string" && isIP(value) !== 0;
}

/** Says whether a text is a URL for PHP's `FILTER_VALIDATE_URL`. */
export function isUrl(value: Json): boolean {
  if (typeof value !== "string" || !/^[\x21-\x7e]+$/.test(value)) return false;
  const match = /^([A-Za-z][A-Za-z0-9+.-]*):(?:\/\/(?:[^/?#@]*@)?([^/?#:]*|\[[^\]]*\])(?::\d+)?(?:[/?#].*)?|.*)$/.exec(
    value,
  );
  if (!match) return false;
  const scheme = (match[1] ?? "").toLowerCase();
  if (["mailto", "news", "file"].includes(scheme)) return true;
  const host = match[2] ?? "";
  if (host === "") return false;
  return !["http", "https"].includes(scheme) || host.startsWith("[") || isDomain(host);
}

function urlRule(options: string): Compiled {
  const schemes = options.includes("http|https") ? ["http", "https"] : [];
  const empty = options.includes("allowEmpty");
  const message = schemes.length
    ? `Value must be a valid URL with following schemes (${schemes.join(", ")})`
    : "Value must be a valid URL";
  return {
    fault: when(
      (value) =>
        (empty && value === "") ||
        (isUrl(value) && (schemes.length === 0 || schemes.includes(String(value).split(":")[0] ?? ""))),
      message,
    ),
  };
}

/** Says whether a text is a hostname for the server: no path, port or protocol. */
export function isHostname(value: Json): boolean {
  return typeof value === "string" && value !== "" && value.length <= 253 && !/[/:]/.test(value);
}

/** Says whether a text is a domain name of letters, digits and hyphens. */
export function isDomain(value: Json): boolean {
  if (typeof value !== "string" || value.length > 253) return false;
  return /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/.test(value);
}

/** Says whether a text is a phone number: a plus, then 7 to 15 digits that begin with the code of a country. */
export function isPhone(value: Json): boolean {
  return typeof value === "string" && /^\+[1-9]\d{6,14}$/.test(value) && callingCode.test(value);
}

// The codes that are given out (ITU-T E.164), of countries and of worldwide services.
const callingCode = new RegExp(
  `^\\+(?:${[
    "[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]",
    "21[12368]|22\\d|23\\d|24\\d|25[0-8]|26\\d|29[0178]|35\\d|37[0-8]|38[0-35-79]|42[013]",
    "50\\d|59\\d|67[02-9]|68[0-35-9]|69[0-2]|80[08]|85[02356]|87[08]|88[0-368]|96[0-8]|97[0-79]|99[2-68]",
  ].join("|")})`,
);

function isMockNumber(value: Json): boolean {
  return isObject(value) && isPhone(value["phone"] ?? null) && /^\d{6}$/.test(String(value["otp"] ?? ""));
}

// Endings that the public suffix list does not have, as far as private networks use them.
const notPublic: ReadonlySet<string> = new Set([
  ..."localhost local internal test example invalid lan home corp intranet private localdomain domain server mail".split(
    " ",
  ),
  ..."docker svc cluster www web api staging production".split(" "),
]);

function isPublicUrl(value: Json): boolean {
  const host = typeof value === "string" ? (value.replace(/^[a-z]+:\/\//i, "").split(/[/:?#]/)[0] ?? "") : "";
  const last = host.split(".").at(-1) ?? "";
  return host.includes(".") && /^[a-z]{2,}$/i.test(last) && !notPublic.has(last.toLowerCase());
}

function multipleRule(rules: readonly string[]): Compiled {
  const compiled = rules.map(compileRule);
  const lines = (value: Json) =>
    compiled.map((rule, index) => `${index + 1}. ${rule.words?.(value) ?? rule.fault({ "": [] }) ?? ""} \n`).join("");
  return {
    fault: (value) => (compiled.every((rule) => rule.fault(value) === undefined) ? undefined : lines(value)),
  };
}

/** One of the rules suffices; the words are those of the last that was tried. */
function anyRule(rules: readonly string[]): Compiled {
  const compiled = rules.map(compileRule);
  const accepting = (value: Json) => compiled.find((rule) => rule.fault(value) === undefined);
  const words = (value: Json) => (accepting(value) ?? compiled.at(-1))?.fault({ "": [] }) ?? "";
  return { words, fault: (value) => (accepting(value) ? undefined : words(value)) };
}

/** The rules of a list `A | B(C | D)`: those in parentheses stay together. */
function alternatives(text: string): string[] {
  const rules: string[] = [];
  for (const part of text.split(" | ")) {
    const open = rules.at(-1) ?? "";
    const isWithin = (open.match(/\(/g) ?? []).length > (open.match(/\)/g) ?? []).length;
    if (isWithin) rules[rules.length - 1] = `${open} | ${part}`;
    else rules.push(part);
  }
  return rules;
}

function inBytes(value: string, min: number, max: number): boolean {
  const length = Buffer.byteLength(value);
  return length >= min && length <= max;
}

function isCron(value: Json): boolean {
  if (value === "") return true;
  if (typeof value !== "string") return false;
  if (/^@(yearly|annually|monthly|weekly|daily|midnight|hourly)$/i.test(value)) return true;
  const fields = value.trim().split(/\s+/);
  const limits = [
    [0, 59],
    [0, 23],
    [1, 31],
    [1, 12],
    [0, 7],
  ] as const;
  if (fields.length !== 5) return false;
  return fields.every((field, index) => field.split(",").every((part) => isCronPart(part, limits[index] ?? [0, 0])));
}

function isCronPart(part: string, [min, max]: readonly [number, number]): boolean {
  const match = /^(\*|\?|\d+(?:-\d+)?|[a-z]{3}(?:-[a-z]{3})?)(?:\/(\d+))?$/i.exec(part);
  if (!match) return false;
  const numbers = (match[1] ?? "").match(/\d+/g) ?? [];
  return numbers.every((number) => Number(number) >= min && Number(number) <= max) && match[2] !== "0";
}

function datetimeRule(future: boolean): Rule["fault"] {
  const words = future ? datetimeMessage.replace("valid date", "valid date in the future and") : datetimeMessage;
  return when((value) => isDatetime(value) && !(future && (readDatetime(value) ?? 0) < new Date()), words);
}

/** Says what is wrong with a point, line or polygon, in the server's words; undefined when it is right. */
export function spatialFault(type: string, value: Json): string | undefined {
  if (value === null || (typeof value === "string" && /^\s*(POINT|LINESTRING|POLYGON)\s*\(/i.test(value)))
    return undefined;
  const fault = isList(value)
    ? shapeFault(type, value)
    : typeof value === "string"
      ? ""
      : "Spatial value must be array or WKT string";
  return fault === undefined ? undefined : `Value must be a valid ${type}: ${fault}`;
}

function shapeFault(type: string, value: readonly Json[]): string | undefined {
  if (type === "point") {
    if (value.length !== 2) return "Point must be an array of two numeric values [x, y]";
    return isPair(value) ? coordinateFault(value) : "Point coordinates must be numeric values";
  }
  if (type === "linestring") return lineFault(value);
  if (value.length === 0) return "Polygon must contain at least one ring";
  const rings = isPair(value[0]) ? [value] : value;
  return firstFault(rings, ringFault);
}

function lineFault(value: readonly Json[]): string | undefined {
  if (value.length < 2) return "LineString must contain at least two points";
  return firstFault(value, (point, index) => {
    if (!isList(point) || point.length !== 2) return "Each point in LineString must be an array of two values [x, y]";
    if (!isPair(point)) return "Each point in LineString must have numeric coordinates";
    const fault = coordinateFault(point);
    return fault && `Invalid coordinates at point #${index}: ${fault}`;
  });
}

function ringFault(ring: Json, index: number): string | undefined {
  if (!isList(ring) || ring.length === 0) return `Ring #${index} must be an array of points`;
  if (ring.length < 4) return `Ring #${index} must contain at least 4 points to form a closed polygon`;
  const fault = firstFault(ring, (point, at) => {
    if (!isList(point) || point.length !== 2)
      return `Point #${at} in ring #${index} must be an array of two values [x, y]`;
    if (!isPair(point)) return `Coordinates of point #${at} in ring #${index} must be numeric`;
    const inner = coordinateFault(point);
    return inner && `Invalid coordinates at point #${at} in ring #${index}: ${inner}`;
  });
  if (fault) return fault;
  const closed = JSON.stringify(ring[0]) === JSON.stringify(ring.at(-1));
  return closed ? undefined : `Ring #${index} must be closed (first point must equal last point)`;
}

function firstFault(
  items: readonly Json[],
  fault: (item: Json, index: number) => string | undefined,
): string | undefined {
  for (const [index, item] of items.entries()) {
    const found = fault(item, index);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isPair(value: Json | undefined): boolean {
  return isList(value) && value.length === 2 && value.every(isNumeric);
}

function coordinateFault([x, y]: readonly Json[]): string | undefined {
  if (Math.abs(Number(x)) > 180) return `Longitude (x) must be between -180 and 180, got ${x}`;
  if (Math.abs(Number(y)) > 90) return `Latitude (y) must be between -90 and 90, got ${y}`;
  return undefined;
}

function listQueriesFault(kind: string, schema: Readonly<Record<string, AttributeType>>): Rule["fault"] {
  const selectable = new Set((kept[kind] ?? "").split(" "));
  const select = Object.hasOwn(kept, kind);
  return (value) => queriesFault(value, { schema, arrays: listAttributes, mostValues: 5000, select, selectable });
}

// What is kept of what the two kinds of lists hold that take a select (source: the server's collections).
const kept: Readonly<Record<string, string>> = {
  Deployments:
    "resourceInternalId resourceId resourceType entrypoint buildCommands startCommand buildOutput sourcePath type installationId " +
    "installationInternalId providerRepositoryId repositoryId repositoryInternalId providerRepositoryName providerRepositoryOwner " +
    "providerRepositoryUrl providerCommitHash providerCommitAuthorUrl providerCommitAuthor providerCommitMessage providerCommitUrl " +
    "providerBranch providerBranchUrl providerRootDirectory providerCommentId sourceSize sourceMetadata sourceChunksTotal " +
    "sourceChunksUploaded activate screenshotLight screenshotDark buildStartedAt buildEndedAt buildDuration buildSize totalSize status " +
    "buildPath buildLogs adapter fallbackFile",
  Projects:
    "teamInternalId teamId name region description database logo url version legalName legalCountry legalState legalCity legalAddress " +
    "legalTaxId accessedAt services apis smtp templates auths oAuthProviders platforms webhooks keys devKeys search pingCount pingedAt " +
    "labels status",
};

/** Lists that no database keeps know how many are asked for, and from where, alone. */
function pageQueriesFault(value: Json): string | undefined {
  return queriesFault(value, { schema: {}, methods: ["limit", "offset"], select: false });
}

/** The attributes of a list's filters with their types, from the names in its rule and the kind of what is listed. */
function schemaOf(kind: string, attributes: string): Record<string, AttributeType> {
  const names = attributes.split(", ").filter((name) => name !== "" && !(unkept[kind] ?? "").split(" ").includes(name));
  const types = kind === "Users" ? { ...attributeTypes, status: "boolean" as const } : attributeTypes;
  // The place in a list is a number to the rules of lists, while rows take it as text as well.
  return { ...Object.fromEntries(names.map((name) => [name, types[name] ?? "string"])), $sequence: "integer32" };
}

// The attributes of the lists' filters that hold several values.
const listAttributes: ReadonlySet<string> = new Set(
  "labels roles scopes events attributes resources errors".split(" "),
);

// What lists name as attributes for filters although nothing keeps them under that name, so that the server knows none such.
const unkept: Readonly<Record<string, string>> = {
  Functions: "scheduleNext schedulePrevious",
  Messages: "description",
  Platforms: "bundleIdentifier applicationId packageIdentifierName packageName",
  Teams: "billingPlan",
  Topics: "description",
};

// The attributes of the lists' filters that hold something else than text; `status` is a boolean for users alone.
const attributeTypes: Readonly<Record<string, AttributeType>> = {
  ...typed(
    "boolean",
    "enabled rowSecurity documentSecurity fileSecurity encryption antivirus transformations required array secret",
  ),
  ...typed(
    "boolean",
    "emailVerification phoneVerification impersonator tls security confirm activate active read live",
  ),
  ...typed(
    "integer32",
    "size maximumFileSize sizeOriginal chunksTotal chunksUploaded total emailTotal smsTotal pushTotal attempts",
  ),
  ...typed("integer32", "deliveredTotal timeout responseStatusCode buildSize sourceSize totalSize buildDuration"),
  ...typed("double", "duration"),
  ...typed(
    "datetime",
    "expire accessedAt expiresAt scheduledAt deliveredAt passwordUpdate registration invited joined",
  ),
  ...typed("datetime", "scheduleNext schedulePrevious analyzedAt dismissedAt providerAccessTokenExpiry"),
};

function typed(type: AttributeType, names: string): Record<string, AttributeType> {
  return Object.fromEntries(names.split(" ").map((name) => [name, type]));
}
