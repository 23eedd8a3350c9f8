import { isAbsolute } from "node:path";
import { LocalBackend, type TerraformBackend, type TerraformRemoteState, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { AnyEnvironment } from "./environments.ts";
import { writeApp } from "./export-app.ts";
import { AppwriteProvider, type AppwriteProviderConfig } from "./generated/appwrite-provider.ts";
import { pathFromStack } from "./paths.ts";
import { protectBelow } from "./protection.ts";

/** What a stack is told. */
export interface AppwriteStackProps<E extends AnyEnvironment> {
  /** The environment that it is for. */
  readonly env: E;
  /** More of the provider block than the environment's endpoint and project. */
  readonly provider?: AppwriteProviderConfig | undefined;
}

type EnvironmentOf<S> = S extends { readonly Env: infer E extends AnyEnvironment } ? E : AnyEnvironment;

/**
 * A stack of one environment: its provider block, its state, and protection where the environment asks for it. The type argument is
 * that of the environments: `class Shop extends AppwriteStack<typeof envs>`.
 */
export class AppwriteStack<S = unknown> extends TerraformStack {
  /** The environment that it is for. */
  readonly env: EnvironmentOf<S>;
  /** Its provider block. */
  readonly provider: AppwriteProvider;

  /** Makes a stack with its provider block. Credentials come by environment variables when terraform runs. */
  constructor(scope: Construct, id: string, props: AppwriteStackProps<EnvironmentOf<S>>) {
    super(scope, id);
    this.env = props.env;
    if (props.env.protect) protectBelow(this);
    const { endpoint, project } = props.env;
    this.provider = new AppwriteProvider(this, "appwrite", { endpoint, projectId: project, ...props.provider });
  }

  /**
   * Writes a TypeScript file (or, where its name ends so, a `.env` file) for the application when the stack is synthesised: the
   * endpoints of all environments, the ids of what is made here, and a type for the rows of each table. Never a secret.
   */
  exportApp(path: string): void {
    const { synthesizer } = this;
    this.synthesizer = {
      synthesize: (session) => {
        synthesizer.synthesize(session);
        writeApp(this, this.env, path);
      },
    };
  }

  /** The state lies beside the program unless the stack has a backend: at a relative path, the same on every machine. */
  override ensureBackendExists(): TerraformBackend {
    const existing = this.node.findAll().find((one): one is TerraformBackend => LocalBackend.isBackend(one));
    if (existing) return existing;
    const name = `terraform.${this.node.id}.tfstate`;
    const path = pathFromStack(this, name);
    // Output outside of the program's folder, as in tests, keeps its state to itself.
    return new LocalBackend(this, { path: isAbsolute(path) ? name : path });
  }

  /** Refuses references to another environment: each has its own ids, and nothing that it shares. */
  override registerIncomingCrossStackReference(fromStack: TerraformStack): TerraformRemoteState {
    if (fromStack instanceof AppwriteStack && fromStack.env.name !== this.env.name) {
      throw new Error(
        `${this.node.path} (environment ${this.env.name}) refers to something in ${fromStack.node.path} (environment ${fromStack.env.name}). Environments share nothing: make it in each, or write its id as text.`,
      );
    }
    return super.registerIncomingCrossStackReference(fromStack);
  }
}
