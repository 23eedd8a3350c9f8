import {
  type Backend,
  type Diagnostic,
  error,
  isList,
  nearest,
  type Path,
  type Row,
  type Value,
} from "../schema/index.ts";

/** The last version of Appwrite whose words (runtimes, scopes, events) are known here: a newer server may know more. */
const KNOWN_UNTIL = [1, 9, 6];

/** Is the server one whose words are all known here? When its version cannot be told, its own answer decides. */
export async function isKnownServer(backend: Backend): Promise<boolean> {
  const version = await backend.version();
  if (version === null) return false;
  const parts = version.split(".").map((part) => Number.parseInt(part, 10) || 0);
  const at = KNOWN_UNTIL.findIndex((part, index) => part !== (parts[index] ?? 0));
  return at === -1 || (parts[at] ?? 0) < (KNOWN_UNTIL[at] ?? 0);
}

/** Says that a word is none of those that the server knows, with the closest one. `what` is how such a word is called. */
export function unknownWord(path: Path, word: string, what: string, known: readonly string[]): Diagnostic {
  const near = nearest(word, known);
  const meant = near === null ? "" : ` Did you mean ${JSON.stringify(near)}?`;
  const detail = `${JSON.stringify(word)} is no ${what} of this version of Appwrite.${meant} It knows: ${known.join(", ")}.`;
  return error("Invalid value", detail, path);
}

/** Faults of the texts in a list, each at its own place; unknown elements are not judged. */
export function elementFaults(
  config: Row,
  name: string,
  fault: (text: string) => string | null,
): readonly Diagnostic[] {
  const value: Value = config[name] ?? null;
  if (!isList(value)) return [];
  return value.flatMap((element, index) => {
    const text = typeof element === "string" ? fault(element) : null;
    return text === null ? [] : [error("Invalid value", text, elementPath(name, index))];
  });
}

/** The path of an element of a list. */
export function elementPath(name: string, index: number): Path {
  return [
    { kind: "attribute", name },
    { kind: "index", index },
  ];
}
