import { type IResolveContext, Lazy } from "cdktf";
import { textTemplate } from "./expression.ts";
import { Permission, type Role, type Verb } from "./permission.ts";

/** Permissions that accumulate. In whatever order they are granted, the result is the same. */
export class Grants {
  readonly #permissions: (Permission | string)[];

  constructor(permissions: readonly (Permission | string)[] = []) {
    this.#permissions = [...permissions];
  }

  /** Adds a permission for each role. */
  add(verb: Verb, roles: readonly Role[]): void {
    this.#permissions.push(...roles.map((role) => Permission[verb](role)));
  }

  /** All of them when the stack is synthesised, sorted; nothing where none was granted, which leaves the choice to the server. */
  render(): string[] {
    return Lazy.listValue({ produce: (context) => this.#resolve(context) });
  }

  #resolve(context: IResolveContext): string[] | undefined {
    if (this.#permissions.length === 0) return undefined;
    const texts = this.#permissions.map((permission) => String(context.resolve(textTemplate(String(permission)))));
    return [...new Set(texts)].sort();
  }
}
