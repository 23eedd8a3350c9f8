import type { ITerraformDependable, TerraformMetaArguments } from "cdktf";
import { Construct } from "constructs";
import { type FunctionConfig, Function as FunctionResource } from "./generated/function.ts";
import { FunctionDeployment, type FunctionDeploymentConfig } from "./generated/function-deployment.ts";
import { ProxyRule } from "./generated/proxy-rule.ts";
import { type SiteConfig, Site as SiteResource } from "./generated/site.ts";
import { SiteDeployment, type SiteDeploymentConfig } from "./generated/site-deployment.ts";
import { idOf, type ManagedProps, manage, metaOf, type OwnConfig, ownOf } from "./managed.ts";
import { pathFromStack } from "./paths.ts";
import type { Role } from "./permission.ts";
import { Secret, withSecrets } from "./secret.ts";

/** All variables of a function or site, which has no others: text, or secrets, which the console does not show. */
export type Variables = { readonly [name: string]: string | Secret };

interface CodeProps {
  /** Environment variables. */
  readonly variables?: Variables | undefined;
  /** Folder (relative to where the program runs) whose content is deployed, and deployed again when it changes. */
  readonly code?: string | undefined;
  /** Files of that folder to leave out, as in a `.gitignore`. */
  readonly ignore?: readonly string[] | undefined;
  /** Domains at which it answers. */
  readonly domains?: readonly string[] | undefined;
}

/** A function, made here or there already. */
export interface IFunctionApp {
  /** Its id, as a reference that makes a dependency where the function is made here. */
  readonly functionId: string;
}

/** What a function is. */
export interface FunctionAppProps
  extends Omit<OwnConfig<FunctionConfig>, "name" | "variables" | "execute">,
    CodeProps,
    ManagedProps {
  /** Id in Appwrite: the construct's own when not set. */
  readonly functionId?: string | undefined;
  /** Name shown in the console: the construct's id when not set. */
  readonly name?: string | undefined;
  /** Who may run it. */
  readonly execute?: readonly Role[] | undefined;
  /** More of the deployment of `code`. */
  readonly deployment?: Partial<OwnConfig<FunctionDeploymentConfig>> | undefined;
}

/** A function with its variables, its code and its domains. */
export class FunctionApp extends Construct implements IFunctionApp {
  /** The word for it in what applications are told. */
  readonly exportedAs = "functions";
  /** The resource in Terraform. */
  readonly resource: FunctionResource;
  /** Its id in Appwrite, as it is known at synth. */
  readonly id: string;
  /** The deployment of its code, and its domains. */
  readonly parts: readonly ITerraformDependable[];

  /** Makes a function whose name and id are those of the construct unless given. */
  constructor(scope: Construct, id: string, props: FunctionAppProps) {
    super(scope, id);
    const { functionId, variables, execute, code, ignore, domains = [], deployment, ...own } = ownOf(props);
    this.id = idOf(this, "functionId", functionId, props);
    const config = {
      ...own,
      ...metaOf(props),
      id: this.id,
      name: props.name ?? id,
      ...(variables ? { variables: variableConfigs(variables) } : {}),
      ...(execute ? { execute: execute.map(String) } : {}),
    };
    this.resource = manage(this, new FunctionResource(this, "Default", config), props);
    const parts: ITerraformDependable[] = addDomains(this, "function", this.resource, domains, providerOf(props));
    if (code !== undefined) {
      const made = {
        ...codeConfig(this, code, ignore),
        ...providerOf(props),
        ...deployment,
        functionId: this.resource.id,
      };
      const deployed = manage(this, new FunctionDeployment(this, "code", made), {});
      deployed.overrideLogicalId(this.resource.friendlyUniqueId);
      parts.push(deployed);
    }
    this.parts = parts;
  }

  /** A function that is there already and is not managed here. */
  static fromFunctionId(scope: Construct, id: string, functionId: string): IFunctionApp {
    return Object.assign(new Construct(scope, id), { functionId });
  }

  /** Its id, as a reference that makes a dependency. */
  get functionId(): string {
    return this.resource.id;
  }
}

/** A site, made here or there already. */
export interface ISite {
  /** Its id, as a reference that makes a dependency where the site is made here. */
  readonly siteId: string;
}

/** What a site is. */
export interface SiteProps extends Omit<OwnConfig<SiteConfig>, "name" | "variables">, CodeProps, ManagedProps {
  /** Id in Appwrite: the construct's own when not set. */
  readonly siteId?: string | undefined;
  /** Name shown in the console: the construct's id when not set. */
  readonly name?: string | undefined;
  /** More of the deployment of `code`. */
  readonly deployment?: Partial<OwnConfig<SiteDeploymentConfig>> | undefined;
}

/** A site with its variables, its code and its domains. */
export class Site extends Construct implements ISite {
  /** The word for it in what applications are told. */
  readonly exportedAs = "sites";
  /** The resource in Terraform. */
  readonly resource: SiteResource;
  /** Its id in Appwrite, as it is known at synth. */
  readonly id: string;
  /** The deployment of its code, and its domains. */
  readonly parts: readonly ITerraformDependable[];

  /** Makes a site whose name and id are those of the construct unless given. */
  constructor(scope: Construct, id: string, props: SiteProps) {
    super(scope, id);
    const { siteId, variables, code, ignore, domains = [], deployment, ...own } = ownOf(props);
    this.id = idOf(this, "siteId", siteId, props);
    const config = {
      ...own,
      ...metaOf(props),
      id: this.id,
      name: props.name ?? id,
      ...(variables ? { variables: variableConfigs(variables) } : {}),
    };
    this.resource = manage(this, new SiteResource(this, "Default", config), props);
    const parts: ITerraformDependable[] = addDomains(this, "site", this.resource, domains, providerOf(props));
    if (code !== undefined) {
      const made = {
        ...codeConfig(this, code, ignore),
        ...providerOf(props),
        ...deployment,
        siteId: this.resource.id,
      };
      const deployed = manage(this, new SiteDeployment(this, "code", made), {});
      deployed.overrideLogicalId(this.resource.friendlyUniqueId);
      parts.push(deployed);
    }
    this.parts = parts;
  }

  /** A site that is there already and is not managed here. */
  static fromSiteId(scope: Construct, id: string, siteId: string): ISite {
    return Object.assign(new Construct(scope, id), { siteId });
  }

  /** Its id, as a reference that makes a dependency. */
  get siteId(): string {
    return this.resource.id;
  }
}

function variableConfigs(variables: Variables) {
  const entries = Object.entries(variables).map(([name, value]) => [
    name,
    typeof value === "string"
      ? { value: Secret.plain(value), secret: false }
      : { ...withSecrets({ value }), secret: true },
  ]);
  return Object.fromEntries(entries) as NonNullable<FunctionConfig["variables"]>;
}

/** What is part of a function or site is reached as it is. */
function providerOf({ provider }: ManagedProps): TerraformMetaArguments {
  return metaOf({ provider });
}

function codeConfig(scope: Construct, code: string, ignore: readonly string[] | undefined) {
  return {
    sourceType: "code",
    codePath: pathFromStack(scope, code),
    activate: true,
    ...(ignore ? { ignore } : {}),
    // The old deployment stays in service until the new one is built.
    lifecycle: { createBeforeDestroy: true },
  } as const;
}

function addDomains(
  scope: Construct,
  type: "function" | "site",
  resource: FunctionResource | SiteResource,
  domains: readonly string[],
  meta: TerraformMetaArguments,
): ITerraformDependable[] {
  return domains.map((domain) => {
    const rule = new ProxyRule(scope, `domain ${domain}`, { ...meta, domain, type, resourceId: resource.id });
    rule.overrideLogicalId(`${resource.friendlyUniqueId}_${domain}`.replace(/[^\w-]/g, "_"));
    return rule;
  });
}
