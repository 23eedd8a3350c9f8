import { isList, type Json } from "./json.ts";

/**
 * Says what is wrong with a list of permission strings, in the server's words; undefined when it is right.
 *
 * `allowed` are the verbs that the resource knows (rows and files have no `create`). Source: the server's permission
 * validator, and recorded answers; a verb is recognised by its prefix first and parsed afterwards.
 */
export function permissionsFault(value: Json, max: number, allowed: readonly string[]): string | undefined {
  if (!isList(value)) return "Permissions must be an array of strings.";
  if (max > 0 && value.length > max) return `You can only provide up to ${max} permissions.`;
  for (const permission of value) {
    const fault = permissionFault(permission, allowed);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** Says what is wrong with a list of bare roles (`execute`, `subscribe`), in the server's words. */
export function rolesFault(value: Json, max: number, allowed: readonly string[]): string | undefined {
  if (!isList(value)) return "Roles must be an array of strings.";
  if (max > 0 && value.length > max) return `You can only provide up to ${max} roles.`;
  for (const role of value) {
    if (typeof role !== "string") return "Every role must be of type string.";
    if (role === "*") return 'Wildcard role "*" has been replaced. Use "any" instead.';
    if (role.includes("role:"))
      return 'Roles using the "role:" prefix have been removed. Use "users", "guests", or "any" instead.';
    if (!allowed.some((name) => role.startsWith(name))) return notAllowed(role, allowed);
    const fault = roleFault(role);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/**
 * Expands `write(…)` into the verbs that it stands for and drops later duplicates, as the server stores permissions; the
 * order of first appearance stays.
 */
export function expandPermissions(permissions: readonly Json[], verbs: readonly string[]): string[] {
  const expanded = permissions
    .map(String)
    .flatMap((permission) =>
      permission.startsWith('write("') ? verbs.map((verb) => permission.replace("write", verb)) : [permission],
    );
  return [...new Set(expanded)];
}

/** What `write` stands for on tables, collections and buckets. */
export const containerVerbs = ["create", "update", "delete"] as const;

/** What `write` stands for on rows, documents and files. */
export const contentVerbs = ["update", "delete"] as const;

const roleNames = ["any", "guests", "users", "user", "team", "member", "label"] as const;

// What may follow a role's name: an id after a colon, a dimension after a slash (with the only values it may have).
const roleForms: Readonly<Record<string, { id: boolean; dimension: boolean; options?: readonly string[] }>> = {
  any: { id: false, dimension: false },
  guests: { id: false, dimension: false },
  users: { id: false, dimension: true, options: ["verified", "unverified"] },
  user: { id: true, dimension: true, options: ["verified", "unverified"] },
  team: { id: true, dimension: true },
  member: { id: true, dimension: false },
  label: { id: true, dimension: false },
};

function permissionFault(permission: Json, allowed: readonly string[]): string | undefined {
  if (typeof permission !== "string") return "Every permission must be of type string.";
  if (permission === "*") return 'Wildcard permission "*" has been replaced. Use "any" instead.';
  if (permission.includes("role:")) {
    return 'Permissions using the "role:" prefix have been replaced. Use "users", "guests", or "any" instead.';
  }
  if (!allowed.some((verb) => permission.startsWith(verb))) {
    return `Permission "${permission}" is not allowed. Must be one of: ${allowed.join(", ")}.`;
  }
  const parts = permission.split('("');
  if (parts.length !== 2) return `Invalid permission string format: "${permission}".`;
  if (!["create", "read", "update", "delete", "write"].includes(parts[0] ?? "")) {
    return `Invalid permission type: "${parts[0]}".`;
  }
  return roleFault((parts[1] ?? "").replaceAll('")', ""));
}

function roleFault(role: string): string | undefined {
  const colon = role.split(":");
  const slashes = (colon[1] ?? role).split("/");
  if (role.includes("/")) {
    if (slashes.length !== 2) return "Only one dimension can be provided";
    if (slashes[1] === "") return "Dimension must not be empty";
  }
  const dimension = role.includes("/") ? (slashes[1] ?? "") : "";
  const name = colon.length > 1 ? (colon[0] ?? "") : (slashes[0] ?? "");
  const id = colon.length > 1 ? (slashes[0] ?? "") : "";
  const form = Object.hasOwn(roleForms, name) ? roleForms[name] : undefined;
  if (!form) return notAllowed(name, roleNames);
  if (!form.id && id) return `Role "${name}" can not have an ID value.`;
  if (form.id && !id) return `Role "${name}" must have an ID value.`;
  if (form.id && !isIdentifier(name, id))
    return `Role "${name}" identifier value is invalid: ${identifierMessage(name)}`;
  if (!form.dimension && dimension) return `Role "${name}" can not have a dimension value.`;
  if (dimension && form.options && !form.options.includes(dimension)) {
    return `Role "${name}" dimension value is invalid. Must be one of: ${form.options.join(", ")}.`;
  }
  return dimension && !isKeyText(dimension, 81)
    ? `Role "${name}" dimension value is invalid: ${keyText(81)}`
    : undefined;
}

function notAllowed(role: string, allowed: readonly string[]): string {
  return `Role "${role}" is not allowed. Must be one of: ${allowed.join(", ")}.`;
}

function isIdentifier(role: string, id: string): boolean {
  return role === "label" ? /^[A-Za-z0-9]{1,36}$/.test(id) : isKeyText(id, 36);
}

function identifierMessage(role: string): string {
  return role === "label"
    ? "Value must be a valid string between 1 and 36 chars containing only alphanumeric chars"
    : keyText(36);
}

function isKeyText(text: string, max: number): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(text) && text.length <= max;
}

function keyText(max: number): string {
  return `Parameter must contain at most ${max} chars. Valid chars are a-z, A-Z, 0-9, period, hyphen, and underscore. Can't start with a special char`;
}
