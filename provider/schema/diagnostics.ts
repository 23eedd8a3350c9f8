/** One step of a path into a value: an attribute's name, a list index or a map key. */
export type PathStep =
  | { readonly kind: "attribute"; readonly name: string }
  | { readonly kind: "index"; readonly index: number }
  | { readonly kind: "key"; readonly key: string };

/** A path into a resource's value, from its root. Empty = the whole object. */
export type Path = readonly PathStep[];

/** A message for the user: what happened, to which object and attribute, and what to do next. */
export interface Diagnostic {
  readonly severity: "error" | "warning";
  readonly summary: string;
  readonly detail: string;
  readonly path?: Path;
}

/** An error that is the user's to read: thrown by hooks and by the engine, shown as it is. */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly diagnostics: readonly Diagnostic[];

  constructor(...diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(({ summary, detail }) => `${summary}: ${detail}`).join("\n"));
    this.diagnostics = diagnostics;
  }
}

/** Makes an error diagnostic; `path` is a path or the name of a top-level attribute. */
export function error(summary: string, detail: string, path?: Path | string): Diagnostic {
  return diagnostic("error", summary, detail, path);
}

/** Makes a warning diagnostic; `path` is a path or the name of a top-level attribute. */
export function warning(summary: string, detail: string, path?: Path | string): Diagnostic {
  return diagnostic("warning", summary, detail, path);
}

/** Is there an error among the diagnostics? */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === "error");
}

/** The path of a top-level attribute. */
export function attributePath(name: string): Path {
  return [{ kind: "attribute", name }];
}

/** A path as HCL writes it: `columns["title"].size`. */
export function printPath(path: Path): string {
  return path
    .map((step, position) => {
      switch (step.kind) {
        case "attribute":
          return position === 0 ? step.name : `.${step.name}`;
        case "index":
          return `[${step.index}]`;
        case "key":
          return `[${JSON.stringify(step.key)}]`;
      }
    })
    .join("");
}

function diagnostic(
  severity: Diagnostic["severity"],
  summary: string,
  detail: string,
  path: Path | string | undefined,
): Diagnostic {
  if (path === undefined) return { severity, summary, detail };
  return { severity, summary, detail, path: typeof path === "string" ? attributePath(path) : path };
}
