/**
 * What is wrong with a cron expression, in a sentence; null when nothing is. Appwrite takes the five classic fields (minute,
 * hour, day of month, month, day of week) and the usual names (`@daily`).
 */
export function cronFault(expression: string): string | null {
  if (/^@(yearly|annually|monthly|weekly|daily|midnight|hourly)$/i.test(expression)) return null;
  const fields = expression.trim().split(/\s+/);
  if (fields.length !== FIELDS.length) {
    const seconds = fields.length === 6 ? " Appwrite has no field for seconds." : "";
    return `${JSON.stringify(expression)} must have five fields (minute, hour, day, month, weekday), such as "0 3 * * *" for every day at 3:00; it has ${expression.trim() === "" ? 0 : fields.length}.${seconds}`;
  }
  for (const [index, field] of FIELDS.entries()) {
    const text = fields[index] ?? "";
    const wrong = text.split(",").find((part) => !isPart(part, field));
    if (wrong === undefined) continue;
    const names = field.names.length > 0 ? `, or ${field.names[0]} to ${field.names.at(-1)}` : "";
    return `${JSON.stringify(expression)}: the ${field.name} ${JSON.stringify(wrong)} must be *, a number from ${field.least} to ${field.most}${names}, a range such as ${field.least}-${field.most}, or a step such as */5.`;
  }
  return null;
}

interface Field {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  readonly names: readonly string[];
  /** Marks of this field alone, such as the last day of a month. */
  readonly marks?: RegExp;
}

const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
const WEEKDAYS = "sun mon tue wed thu fri sat".split(" ");
const FIELDS: readonly Field[] = [
  { name: "minute", least: 0, most: 59, names: [] },
  { name: "hour", least: 0, most: 23, names: [] },
  { name: "day", least: 1, most: 31, names: [], marks: /^(L|\?|\d{1,2}W)$/i },
  { name: "month", least: 1, most: 12, names: MONTHS },
  { name: "weekday", least: 0, most: 7, names: WEEKDAYS, marks: /^(\?|[0-7]L|[0-7]#[1-5])$/i },
];

function isPart(part: string, field: Field): boolean {
  if (field.marks?.test(part)) return true;
  const [, range = "", step] = /^([^/]*)(?:\/(.*))?$/.exec(part) ?? [];
  if (step !== undefined && !/^[1-9]\d*$/.test(step)) return false;
  if (range === "*") return true;
  const ends = range.split("-");
  const [first = null, last = null] = ends.map((end) => numberOf(end, field));
  return ends.length <= 2 && first !== null && (ends.length === 1 || (last !== null && first <= last));
}

function numberOf(text: string, { least, most, names }: Field): number | null {
  const named = names.indexOf(text.toLowerCase());
  if (named >= 0) return named + least;
  const number = /^\d{1,2}$/.test(text) ? Number(text) : -1;
  return number >= least && number <= most ? number : null;
}
