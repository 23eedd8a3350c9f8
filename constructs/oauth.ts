import { Construct } from "constructs";
import { AuthProvider, type AuthProviderConfig } from "./generated/auth-provider.ts";
import { type ManagedProps, manage, metaOf, ownOf } from "./managed.ts";
import { withSecrets } from "./secret.ts";

/** What every sign-in provider takes. */
export interface SignInProps extends ManagedProps {
  /** Id of the construct: the type of the provider when not set. */
  readonly constructId?: string | undefined;
  /** Whether users may sign in by it. */
  readonly enabled?: boolean | undefined;
}

/** An OAuth2 provider by which users sign in; made by the functions of `OAuth`, of which there is one for each type. */
export class SignIn extends Construct {
  /** The resource in Terraform. */
  readonly resource: AuthProvider;

  /** Called by the functions of `OAuth`. */
  constructor(scope: Construct, type: AuthProviderConfig["type"], props: SignInProps) {
    super(scope, props.constructId ?? String(type));
    const { constructId: _, ...own } = ownOf(props);
    const config = { ...withSecrets(own), ...metaOf(props), type };
    this.resource = manage(this, new AuthProvider(this, "Default", config), props);
  }
}
