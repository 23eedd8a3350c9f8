/** Levels of Terraform's logs. */
export type Level = "trace" | "debug" | "info" | "warn" | "error";

/** Writes one line of the log, with fields. Secrets must not be among them. */
export type Logger = (level: Level, message: string, fields?: { readonly [name: string]: unknown }) => void;

/**
 * A logger in hclog's JSON lines, which Terraform reads from our standard error and shows under its own TF_LOG rules. Writes only
 * what the environment asks for; nothing at all when it asks for nothing.
 */
export function createLogger(
  environment: { readonly [name: string]: string | undefined },
  write: (line: string) => void,
  now: () => Date,
): Logger {
  const wanted =
    environment["TF_LOG_PROVIDER_APPWRITE"] ?? environment["TF_LOG_PROVIDER"] ?? environment["TF_LOG"] ?? "";
  const least = leastLevel(wanted);
  if (least === null) return () => {};
  return (level, message, fields = {}) => {
    if (LEVELS.indexOf(level) < least) return;
    const line = {
      "@level": level,
      "@message": message,
      "@module": "provider.appwrite",
      "@timestamp": timestamp(now()),
      ...fields,
    };
    write(`${JSON.stringify(line)}\n`);
  };
}

const LEVELS: readonly Level[] = ["trace", "debug", "info", "warn", "error"];

function leastLevel(wanted: string): number | null {
  const word = wanted.toLowerCase();
  if (word === "" || word === "off") return null;
  if (word === "json") return 0;
  const found = LEVELS.findIndex((level) => level === word);
  // Terraform takes an unknown word for trace.
  return found === -1 ? 0 : found;
}

/** Terraform knows a line as JSON only with six digits of a second. */
function timestamp(date: Date): string {
  return date.toISOString().replace(/\.(\d{3})Z$/, ".$1000Z");
}
