import { Construct } from "constructs";
import { AuthMembership } from "./generated/auth-membership.ts";
import { AuthTarget, type AuthTargetConfig } from "./generated/auth-target.ts";
import { AuthTeam, type AuthTeamConfig } from "./generated/auth-team.ts";
import { AuthUser, type AuthUserConfig } from "./generated/auth-user.ts";
import {
  idOf,
  type ManagedProps,
  manage,
  metaOf,
  type OwnConfig,
  ownOf,
  type ProtectedProps,
  protectedMetaOf,
} from "./managed.ts";
import { idIn, type Named } from "./permission.ts";
import { type Secret, withSecrets } from "./secret.ts";

/** A team, made here or there already. */
export interface ITeam {
  /** Its id, as a reference that makes a dependency where the team is made here. */
  readonly teamId: string;
}

/** A user, made here or there already. */
export interface IUser {
  /** Its id, as a reference that makes a dependency where the user is made here. */
  readonly userId: string;
}

/** What a team is. */
export interface TeamProps extends Partial<OwnConfig<AuthTeamConfig>>, ManagedProps, ProtectedProps {
  /** Id in Appwrite: the construct's own when not set. */
  readonly teamId?: string | undefined;
}

/** A team of users. */
export class Team extends Construct implements ITeam {
  /** The word for it in what applications are told. */
  readonly exportedAs = "teams";
  /** The resource in Terraform. */
  readonly resource: AuthTeam;
  /** Its id in Appwrite, as it is known at synth. */
  readonly id: string;

  /** Makes a team whose name and id are those of the construct unless given. */
  constructor(scope: Construct, id: string, props: TeamProps = {}) {
    super(scope, id);
    const { teamId, ...own } = ownOf(props);
    this.id = idOf(this, "teamId", teamId, props);
    const config = { ...own, ...protectedMetaOf(this, props), id: this.id, name: props.name ?? id };
    this.resource = manage(this, new AuthTeam(this, "Default", config), props);
  }

  /** A team that is there already and is not managed here. */
  static fromTeamId(scope: Construct, id: string, teamId: string): ITeam {
    return Object.assign(new Construct(scope, id), { teamId });
  }

  /** Its id, as a reference that makes a dependency. */
  get teamId(): string {
    return this.resource.id;
  }
}

/** Who a user is. */
export interface UserProps
  extends Omit<OwnConfig<AuthUserConfig>, "password" | "passwordWo" | "passwordWoVersion">,
    ManagedProps {
  /** Id in Appwrite: the construct's own when not set. */
  readonly userId?: string | undefined;
  /** The password. */
  readonly password?: Secret | undefined;
}

/** A user, such as one that tests sign in as. */
export class User extends Construct implements IUser {
  /** The resource in Terraform. */
  readonly resource: AuthUser;
  /** Its id in Appwrite, as it is known at synth. */
  readonly id: string;

  /** Makes a user whose id is that of the construct unless given. */
  constructor(scope: Construct, id: string, props: UserProps = {}) {
    super(scope, id);
    const { userId, ...own } = ownOf(props);
    this.id = idOf(this, "userId", userId, props);
    const config = { ...withSecrets(own), ...metaOf(props), id: this.id };
    this.resource = manage(this, new AuthUser(this, "Default", config), props);
  }

  /** A user who is there already and is not managed here. */
  static fromUserId(scope: Construct, id: string, userId: string): IUser {
    return Object.assign(new Construct(scope, id), { userId });
  }

  /** Its id, as a reference that makes a dependency. */
  get userId(): string {
    return this.resource.id;
  }
}

/** Who is in which team. */
export interface MembershipProps extends ManagedProps {
  /** The team: a construct, or an id. */
  readonly team: Named<"teamId">;
  /** The user: a construct, or an id. */
  readonly user: Named<"userId">;
  /** Roles in the team. */
  readonly roles?: readonly string[] | undefined;
}

/** The membership of a user in a team. */
export class Membership extends Construct {
  /** The resource in Terraform. */
  readonly resource: AuthMembership;

  /** Makes the user a member of the team. */
  constructor(scope: Construct, id: string, props: MembershipProps) {
    super(scope, id);
    const { team, user, roles = [] } = props;
    const config = { ...metaOf(props), teamId: idIn(team, "teamId"), userId: idIn(user, "userId"), roles };
    this.resource = manage(this, new AuthMembership(this, "Default", config), props);
  }

  /** Its id, for `Role.member`. */
  get membershipId(): string {
    return this.resource.id;
  }
}

/** Where messages for a user go. */
export interface TargetProps extends Omit<OwnConfig<AuthTargetConfig>, "userId" | "providerId">, ManagedProps {
  /** The user: a construct, or an id. */
  readonly user: Named<"userId">;
  /** The messaging provider that it is reached by. */
  readonly messagingProvider?: Named<"providerId"> | undefined;
  /** Id in Appwrite: the construct's own when not set. */
  readonly targetId?: string | undefined;
}

/** A messaging target of a user. */
export class Target extends Construct {
  /** The resource in Terraform. */
  readonly resource: AuthTarget;

  /** Makes a target whose id is that of the construct unless given. */
  constructor(scope: Construct, id: string, props: TargetProps) {
    super(scope, id);
    const { user, targetId, messagingProvider, ...own } = ownOf(props);
    const config = {
      ...own,
      ...metaOf(props),
      id: idOf(this, "targetId", targetId, props),
      userId: idIn(user, "userId"),
      ...(messagingProvider === undefined ? {} : { providerId: idIn(messagingProvider, "providerId") }),
    };
    this.resource = manage(this, new AuthTarget(this, "Default", config), props);
  }

  /** Its id, as a reference that makes a dependency. */
  get targetId(): string {
    return this.resource.id;
  }
}
