import { readFileSync } from "node:fs";
import type { Log } from "./caller.ts";

/**
 * The certificates of NODE_EXTRA_CA_CERTS, which the launcher of the built provider keeps from Node under another name (`scripts/launcher.ts`). Like
 * Node, it goes on without a file that cannot be read; null = none, or Node has read them itself.
 */
export function extraAuthorities(
  environment: { readonly [name: string]: string | undefined },
  log: Log,
): string | null {
  const file = environment["APPWRITE_EXTRA_CA_CERTS"] ?? "";
  if (file === "") return null;
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    log("warn", `the certificates of NODE_EXTRA_CA_CERTS cannot be read: ${(cause as Error).message}`, {});
    return null;
  }
}
