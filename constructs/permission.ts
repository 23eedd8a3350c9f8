/** Something that is named by its id, or by a construct (or anything else) that has one. */
export type Named<K extends string> = string | { readonly [key in K]: string };

/** The id of something; of a construct, a reference that makes a dependency. */
export function idIn<K extends string>(named: Named<K>, key: K): string {
  return typeof named === "string" ? named : named[key];
}

const ROLE = "appwrite-iac/role";

/** Who may do something: a value made by the functions of `Role`. */
export class Role {
  /** Tells it from other values. */
  readonly kind = ROLE;
  /** The role as Appwrite spells it, such as `team:editors/owner`. */
  readonly value: string;

  private constructor(value: string) {
    this.value = value;
  }

  /** Anyone, signed in or not. */
  static any(): Role {
    return new Role("any");
  }

  /** Those who are not signed in. */
  static guests(): Role {
    return new Role("guests");
  }

  /** All who are signed in, or those with a verified (unverified) e-mail address or phone number. */
  static users(status?: "verified" | "unverified"): Role {
    return new Role(suffixed("users", status));
  }

  /** One user. */
  static user(user: Named<"userId">, status?: "verified" | "unverified"): Role {
    return new Role(suffixed(`user:${idIn(user, "userId")}`, status));
  }

  /** The members of a team, or those of them with a role in it. A construct makes the team a dependency. */
  static team(team: Named<"teamId">, role?: string): Role {
    return new Role(suffixed(`team:${idIn(team, "teamId")}`, role));
  }

  /** One membership of a team. */
  static member(membership: Named<"membershipId">): Role {
    return new Role(`member:${idIn(membership, "membershipId")}`);
  }

  /** Users with a label. */
  static label(name: string): Role {
    return new Role(`label:${name}`);
  }

  /** The role as Appwrite spells it. */
  toString(): string {
    return this.value;
  }
}

/** What someone may do, and who: a value made by the functions of `Permission`. */
export class Permission {
  /** What may be done. */
  readonly verb: Verb;
  /** By whom. */
  readonly role: Role;

  private constructor(verb: Verb, role: Role) {
    this.verb = verb;
    this.role = role;
  }

  /** To read what is there. */
  static read(role: Role): Permission {
    return new Permission("read", role);
  }

  /** To make something new in a table, collection or bucket. */
  static create(role: Role): Permission {
    return new Permission("create", role);
  }

  /** To change what is there. */
  static update(role: Role): Permission {
    return new Permission("update", role);
  }

  /** To delete what is there. */
  static delete(role: Role): Permission {
    return new Permission("delete", role);
  }

  /** To create, update and delete. */
  static write(role: Role): Permission {
    return new Permission("write", role);
  }

  /** The permission as Appwrite spells it: `read("any")`. */
  toString(): string {
    return `${this.verb}("${this.role.value}")`;
  }
}

/** What a permission is for. */
export type Verb = "read" | "create" | "update" | "delete" | "write";

function suffixed(role: string, suffix: string | undefined): string {
  return suffix === undefined ? role : `${role}/${suffix}`;
}
