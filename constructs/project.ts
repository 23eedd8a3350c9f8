import { Construct } from "constructs";
import { ProjectKey, type ProjectKeyConfig } from "./generated/project-key.ts";
import { ProjectPlatform, type ProjectPlatformConfig } from "./generated/project-platform.ts";
import { type WebhookConfig, Webhook as WebhookResource } from "./generated/webhook.ts";
import { idOf, type ManagedProps, manage, metaOf, type OwnConfig, ownOf } from "./managed.ts";
import { Secret, withSecrets } from "./secret.ts";

/** What a webhook is. */
export interface WebhookProps
  extends Omit<OwnConfig<WebhookConfig>, "name" | "authPassword" | "authPasswordWo" | "authPasswordWoVersion">,
    ManagedProps {
  /** Id in Appwrite, unique on the whole server. The provider chooses one when not set. */
  readonly webhookId?: string | undefined;
  /** Name shown in the console: the construct's id when not set. */
  readonly name?: string | undefined;
  /** Password of `authUsername`. */
  readonly authPassword?: Secret | undefined;
}

/** A call that Appwrite makes when something happens. */
export class Webhook extends Construct {
  /** The resource in Terraform. */
  readonly resource: WebhookResource;

  /** Makes a webhook whose name is that of the construct unless given. */
  constructor(scope: Construct, id: string, props: WebhookProps) {
    super(scope, id);
    const { webhookId, ...own } = ownOf(props);
    const config = {
      ...withSecrets(own),
      ...metaOf(props),
      ...chosen(this, "webhookId", webhookId, props),
      name: props.name ?? id,
    };
    this.resource = manage(this, new WebhookResource(this, "Default", config), props);
  }

  /** Its id, as a reference that makes a dependency. */
  get webhookId(): string {
    return this.resource.id;
  }
}

/** What an API key is. */
export interface ApiKeyProps extends Omit<OwnConfig<ProjectKeyConfig>, "name">, ManagedProps {
  /** Id in Appwrite, unique on the whole server. The provider chooses one when not set. */
  readonly keyId?: string | undefined;
  /** Name shown in the console: the construct's id when not set. */
  readonly name?: string | undefined;
}

/** An API key of a project. */
export class ApiKey extends Construct {
  /** The resource in Terraform. */
  readonly resource: ProjectKey;

  /** Makes a key whose name is that of the construct unless given. */
  constructor(scope: Construct, id: string, props: ApiKeyProps) {
    super(scope, id);
    const { keyId, ...own } = ownOf(props);
    const config = { ...own, ...metaOf(props), ...chosen(this, "keyId", keyId, props), name: props.name ?? id };
    this.resource = manage(this, new ProjectKey(this, "Default", config), props);
  }

  /** The key itself, for what takes a secret, such as a variable of a function. */
  get secret(): Secret {
    return Secret.reference(this.resource.secret, { stored: true });
  }
}

/** What a platform is. */
export interface PlatformProps extends Omit<OwnConfig<ProjectPlatformConfig>, "name">, ManagedProps {
  /** Id in Appwrite, unique on the whole server. The provider chooses one when not set. */
  readonly platformId?: string | undefined;
  /** Name shown in the console: the construct's id when not set. */
  readonly name?: string | undefined;
}

/** A client that may use the project: a web site, or an app. */
export class Platform extends Construct {
  /** The resource in Terraform. */
  readonly resource: ProjectPlatform;

  /** Makes a platform whose name is that of the construct unless given. */
  constructor(scope: Construct, id: string, props: PlatformProps) {
    super(scope, id);
    const { platformId, ...own } = ownOf(props);
    const config = {
      ...own,
      ...metaOf(props),
      ...chosen(this, "platformId", platformId, props),
      name: props.name ?? id,
    };
    this.resource = manage(this, new ProjectPlatform(this, "Default", config), props);
  }

  /** A web site at a host name. */
  static web(scope: Construct, id: string, hostname: string): Platform {
    return new Platform(scope, id, { type: "web", hostname });
  }
}

/**
 * An id that is unique on the whole server is not that of the construct, because two environments on one server could not both have
 * it. What is imported keeps its own.
 */
function chosen(construct: Construct, property: string, given: string | undefined, props: ManagedProps) {
  const isKnown = given !== undefined || props.importFrom !== undefined;
  return isKnown ? { id: idOf(construct, property, given, props) } : {};
}
