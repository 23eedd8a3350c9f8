import { Lazy } from "cdktf";
import type { Construct } from "constructs";
import type { AppwriteResource } from "./appwrite-element.ts";
import { BrokenText, hasToken, textTemplate } from "./expression.ts";
import { Permission, type Role, type Verb } from "./permission.ts";

/** Permissions that accumulate. In whatever order they are granted, the result is the same. */
export class Grants {
  readonly #owner: Construct;
  readonly #permissions: string[] = [];

  /** Begins with what is granted from the start. */
  constructor(owner: Construct, permissions: readonly (Permission | string)[] = []) {
    this.#owner = owner;
    for (const permission of permissions) this.#permissions.push(this.#templateOf(permission));
  }

  /** Adds a permission for each role. */
  add(verb: Verb, roles: readonly Role[]): void {
    for (const role of roles) this.#permissions.push(this.#templateOf(Permission[verb](role)));
  }

  /** Makes a resource have those that there are when the stack is synthesised. */
  giveTo(resource: AppwriteResource): void {
    resource.setLate("permissions", () => this.#render());
  }

  /** Sorted; empty where none was granted, since the provider leaves alone what is not set: a grant that is taken back would stay. */
  #render(): readonly string[] {
    if (!hasToken(this.#permissions)) return sorted(this.#permissions);
    // By what they are, not by the numbers of tokens.
    return Lazy.listValue({
      produce: (context) => sorted(this.#permissions.map((one) => String(context.resolve(one)))),
    });
  }

  #templateOf(permission: Permission | string): string {
    try {
      return textTemplate(String(permission));
    } catch (cause) {
      if (!(cause instanceof BrokenText)) throw cause;
      throw new Error(`${this.#owner.node.path}: a permission ${cause.message}`, { cause });
    }
  }
}

function sorted(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}
