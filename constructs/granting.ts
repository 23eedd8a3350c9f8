import { Construct } from "constructs";
import { Grants } from "./grants.ts";
import type { Permission, Role } from "./permission.ts";

/** A construct on which permissions are granted. */
export abstract class Granting extends Construct {
  /** The permissions so far. */
  protected readonly grants: Grants;

  /** Called by the construct that grants. */
  constructor(scope: Construct, id: string, permissions: readonly (Permission | string)[] | undefined) {
    super(scope, id);
    this.grants = new Grants(this, permissions);
  }

  /** Lets the roles read. */
  grantRead(...roles: readonly Role[]): this {
    this.grants.add("read", roles);
    return this;
  }

  /** Lets the roles make something new in it. */
  grantCreate(...roles: readonly Role[]): this {
    this.grants.add("create", roles);
    return this;
  }

  /** Lets the roles change what is in it. */
  grantUpdate(...roles: readonly Role[]): this {
    this.grants.add("update", roles);
    return this;
  }

  /** Lets the roles delete what is in it. */
  grantDelete(...roles: readonly Role[]): this {
    this.grants.add("delete", roles);
    return this;
  }

  /** Lets the roles create, update and delete. */
  grantWrite(...roles: readonly Role[]): this {
    this.grants.add("write", roles);
    return this;
  }
}
