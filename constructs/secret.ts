import { TerraformStack, TerraformVariable } from "cdktf";
import type { Construct } from "constructs";
import { Expr } from "./expression.ts";

/** How a secret reaches Terraform. */
export interface SecretOptions {
  /**
   * Keep the value in Terraform's state, as clients before Terraform 1.11 must. By default it goes into a write-only attribute, and
   * is neither in the plan nor in the state.
   */
  readonly stored?: boolean | undefined;
  /** Increase it when the secret has changed: a write-only value is sent again only then. 1 when not set. */
  readonly version?: number | undefined;
  /** What the variable is for, shown where terraform asks for it. */
  readonly description?: string | undefined;
}

/**
 * A secret that the program does not hold: it comes to Terraform as a variable (`TF_VAR_name`, a `.tfvars` file, a secret store of
 * the CI) when it plans and applies. No string fits where a secret is expected, so none can reach the output of synth.
 */
export class Secret {
  readonly stored: boolean;
  readonly version: number;
  /** The expression that gives it, in the stack of the construct. */
  readonly in: (scope: Construct) => string;

  private constructor(give: (scope: Construct) => string, options: SecretOptions) {
    this.in = give;
    this.stored = options.stored ?? false;
    this.version = options.version ?? 1;
  }

  /** A sensitive, ephemeral Terraform variable of this name; declared in the stack once, however often it is used. */
  static variable(name: string, options: SecretOptions = {}): Secret {
    if (!/^[a-zA-Z_][\w-]*$/.test(name)) {
      throw new Error(
        `Secret.variable takes the name of a Terraform variable (letters, digits, underscores, hyphens), never the secret itself.`,
      );
    }
    return new Secret((scope) => declare(TerraformStack.of(scope), name, options).stringValue, options);
  }

  /** The value of an expression, written without `${ }`, such as that of another provider's secret store. */
  static expression(expression: string, options: SecretOptions = {}): Secret {
    return new Secret(() => Expr.raw(expression), options);
  }

  /** The value of an attribute of another construct, such as `key.secret`: a token, never text. */
  static reference(token: string, options: SecretOptions = {}): Secret {
    if (!/^\$\{TfToken\[[^\]]*\]\}$/.test(token)) {
      throw new Error("Secret.reference takes an attribute of another construct, never the secret itself.");
    }
    return new Secret(() => token, options);
  }
}

function declare(stack: TerraformStack, name: string, { stored, description }: SecretOptions): TerraformVariable {
  const existing = stack.node.tryFindChild(name);
  if (existing instanceof TerraformVariable) {
    if (stored) existing.addOverride("ephemeral", undefined);
    return existing;
  }
  const variable = new TerraformVariable(stack, existing === undefined ? name : `variable-${name}`, {
    type: "string",
    sensitive: true,
    nullable: false,
    ...(description === undefined ? {} : { description }),
  });
  variable.overrideLogicalId(name);
  if (!stored) variable.addOverride("ephemeral", true);
  return variable;
}
