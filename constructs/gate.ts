import {
  dependable,
  type LocalExecProvisioner,
  type TerraformMetaArguments,
  type TerraformProvider,
  TerraformResource,
  TerraformStack,
} from "cdktf";
import { Construct } from "constructs";
import { AppwriteResource, withHclTexts } from "./appwrite-element.ts";
import { keyTemplate, textTemplate } from "./expression.ts";
import { type Awaited, dependablesOf } from "./managed.ts";

/** A command to run once what is awaited is there, and again whenever a trigger changes. */
export interface GateCommand {
  /** The command, for the shell. */
  readonly command: string;
  /** Folder in which it runs. Relative to where terraform runs. */
  readonly workingDir?: string | undefined;
  /** Environment variables. */
  readonly environment?: { readonly [name: string]: string } | undefined;
}

/** What a gate waits for and what it does. */
export interface GateProps {
  /** What must be finished before it opens. */
  readonly after: readonly Awaited[];
  /** Values whose change closes and opens it again: ids, hashes of files. */
  readonly triggers?: { readonly [name: string]: string } | undefined;
  /** A command that runs when it opens: seed, type generation, smoke test. */
  readonly run?: string | GateCommand | undefined;
  /**
   * What it is made of: `terraform_data`, which every client has built in, or `null_resource` of `@cdktf/provider-null`, where a project
   * already uses that package (with cdktf only). `terraform_data` when not set.
   */
  readonly via?: "terraform_data" | "null_resource" | undefined;
}

/** A fence for what must wait until a part of the backend is finished. */
export class Gate extends Construct {
  /** The resource in Terraform. */
  readonly resource: TerraformResource;

  /** Makes a gate that opens after what it waits for. */
  constructor(scope: Construct, id: string, props: GateProps) {
    super(scope, id);
    const { after, triggers, run, via = "terraform_data" } = props;
    const config = {
      dependsOn: dependablesOf(after),
      ...(run === undefined ? {} : { provisioners: [provisioner(typeof run === "string" ? { command: run } : run)] }),
    };
    this.resource =
      via === "null_resource"
        ? nullResource(this, { ...config, ...(triggers ? { triggers: escaped(triggers) } : {}) })
        : new DataGate(this, "Default", { ...config, ...(triggers ? { triggersReplace: triggers } : {}) });
  }

  /** Makes others wait until the gate is open. */
  holdBack(...others: readonly Awaited[]): this {
    for (const resource of dependablesOf(others)) {
      if (!TerraformResource.isTerraformResource(resource)) {
        throw new Error(`${this.node.path}: only resources can be held back.`);
      }
      resource.dependsOn = [...(resource.dependsOn ?? []), dependable(this.resource)];
    }
    return this;
  }
}

type Config = Pick<TerraformMetaArguments, "dependsOn" | "provisioners">;

/** `terraform_data`, which is made anew, and runs its command again, when a trigger changes. */
class DataGate extends AppwriteResource {
  constructor(scope: Construct, id: string, config: Config & { readonly triggersReplace?: GateProps["triggers"] }) {
    super(
      scope,
      id,
      { type: "terraform_data", importId: [], shape: { triggersReplace: "plain" }, isBuiltIn: true },
      config,
    );
  }
}

function provisioner({ command, workingDir, environment }: GateCommand): LocalExecProvisioner {
  return {
    type: "local-exec",
    command: textTemplate(command),
    ...(workingDir === undefined ? {} : { workingDir: textTemplate(workingDir) }),
    ...(environment === undefined ? {} : { environment: escaped(environment) }),
  };
}

/** `null_resource`, and the provider block that it needs where the stack has none. */
function nullResource(
  scope: Construct,
  config: Config & { readonly triggers?: { [name: string]: string } },
): TerraformResource {
  const { resource, provider } = loadNullProvider(scope);
  const stack = TerraformStack.of(scope);
  const isThere = stack.allProviders().some(({ terraformResourceType }) => terraformResourceType === "null");
  if (!isThere) new provider.NullProvider(stack, "null");
  const made = new resource.Resource(scope, "Default", config);
  const render = made.toHclTerraform.bind(made);
  made.toHclTerraform = () => withHclTexts(made, render());
  return made;
}

/** What is used of `@cdktf/provider-null`, which is there only where the project has installed it. */
interface NullProviderPackage {
  readonly resource: { readonly Resource: new (scope: Construct, id: string, config: object) => TerraformResource };
  readonly provider: { readonly NullProvider: new (scope: Construct, id: string) => TerraformProvider };
}

function loadNullProvider(scope: Construct): NullProviderPackage {
  const at = scope.node.path;
  // The successor of cdktf asks its elements what theirs do not know.
  if ("registerProviderFeatureUsage" in TerraformResource.prototype) {
    throw new Error(`${at}: @cdktf/provider-null works with cdktf only. Leave via out: terraform_data does the same.`);
  }
  try {
    return require("@cdktf/provider-null") as NullProviderPackage;
  } catch (cause) {
    throw new Error(
      `${at}: via "null_resource" needs the package @cdktf/provider-null. Install it, or leave via out: terraform_data does the same.`,
      { cause },
    );
  }
}

function escaped(texts: { readonly [name: string]: string }): { [name: string]: string } {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [keyTemplate(name), textTemplate(text)]));
}
