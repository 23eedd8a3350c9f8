import { type Diagnostic, error, isList, type Row } from "../schema/index.ts";
import { roleError } from "../schema/permission.ts";

/** What is wrong with a list of bare roles (`users`, `team:editors`), at each element. Unknown elements are not judged. */
export function roleFaults(config: Row, attribute: string): readonly Diagnostic[] {
  const roles = config[attribute];
  if (!isList(roles)) return [];
  return roles.flatMap((role, index) => {
    const fault = typeof role === "string" ? roleError(role) : null;
    if (fault === null) return [];
    const path = [
      { kind: "attribute", name: attribute },
      { kind: "index", index },
    ] as const;
    return [error("Invalid role", `${attribute}[${index}]: ${fault}`, path)];
  });
}
