import { type Json, type JsonObject, writeJson } from "../json.ts";

/** What is copied, in the server's names for kinds of resources, by the group that is copied together. */
export const groups = {
  auth: ["user", "team", "membership", "hash", "auth-methods", "policies", "oauth2-provider"],
  databases: [
    ..."database documentsdb vectorsdb table index".split(" "),
    ..."column row document collection attribute".split(" "),
  ],
  storage: ["file", "bucket"],
  functions: ["function", "environment-variable", "deployment"],
  messaging: ["provider", "topic", "subscriber", "message"],
  sites: ["site", "site-variable", "site-deployment"],
  integrations: ["platform", "api-key", "webhook", "smtp"],
  backups: ["backup-policy"],
  projects: "project-variable project-protocols project-labels project-services project-email-template".split(" "),
  domains: ["rule"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type Group = keyof typeof groups;

/** The group of a kind of resource. */
export function groupOf(name: string): Group | undefined {
  return (Object.keys(groups) as Group[]).find((group) => (groups[group] as readonly string[]).includes(name));
}

/** How far a resource came. */
export type Status = "pending" | "success" | "error" | "skip" | "processing" | "warning";

/** One thing that is copied: as the source tells it, and what became of it. */
export type Resource = {
  readonly name: string;
  readonly group: Group;
  /** Empty where the server's library gives none, as for columns. */
  readonly id: string;
  readonly data: JsonObject;
  /** What it belongs to: a table's database, a file's bucket. */
  readonly parent?: Resource;
  status: Status;
};

/** A resource that is about to be copied. */
export function resource(name: string, id: string, data: JsonObject, parent?: Resource): Resource {
  return { name, group: groupOf(name) ?? "auth", id, data, status: "pending", ...(parent ? { parent } : {}) };
}

/** A failure while something is read or written. Code 0 stands for none, and is told as 500 where the server's library does so. */
export class MigrationError extends Error {
  override readonly name = "MigrationError";
  readonly code: number;

  constructor(message: string, code = 0) {
    super(message);
    this.code = code;
  }
}

/** What is told of a failure. */
export type Failure = {
  readonly code: number;
  readonly message: string;
  readonly resourceName: string;
  readonly resourceGroup: string;
  readonly resourceId: string | null;
};

/** A failure as it is kept in a migration: JSON text as PHP writes it. */
export function failureText({ code, message, resourceName, resourceGroup, resourceId }: Failure): string {
  return phpJson({ code, message, resourceName, resourceGroup, resourceId });
}

/** JSON as PHP writes it: slashes and everything beyond ASCII escaped. */
export function phpJson(value: Json): string {
  return writeJson(value)
    .replaceAll("/", "\\/")
    .replace(/[\u007f-\uffff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
