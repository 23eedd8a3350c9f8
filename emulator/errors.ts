import catalogue from "./errors.json";

/**
 * A failure that the server answers with an error body; `type` is one of the catalogue's, which fixes the status code and
 * the message unless they are given (source: the server's error list, and recorded answers).
 */
export class ServerError extends Error {
  override readonly name = "ServerError";
  readonly type: ErrorType;
  readonly code: number;
  /** What the request wrote before it failed stays written, as on the server where nothing undoes it. */
  readonly keeps: boolean;

  constructor(
    type: ErrorType,
    options: { message?: string; code?: number; values?: readonly string[]; keeps?: boolean } = {},
  ) {
    super(options.message ?? fill(entryOf(type).message, options.values ?? []));
    this.type = type;
    this.code = options.code ?? entryOf(type).code;
    this.keeps = options.keeps ?? false;
  }
}

/** The name of an error in the server's catalogue. */
export type ErrorType = keyof typeof catalogue;

/** The failure of a parameter that is missing or does not pass its rule: 400 `general_argument_invalid`. */
export function invalidArgument(message: string): ServerError {
  return new ServerError("general_argument_invalid", { message });
}

/** Says whether a text is the name of an error in the catalogue. */
export function isErrorType(type: string): type is ErrorType {
  return Object.hasOwn(catalogue, type);
}

function entryOf(type: ErrorType): { code: number; message: string } {
  const [code, message] = catalogue[type];
  return { code: Number(code), message: String(message) };
}

function fill(message: string, values: readonly string[]): string {
  let next = 0;
  return values.length ? message.replace(/%s/g, () => values[next++] ?? "%s") : message;
}
