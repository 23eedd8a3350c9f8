import { TerraformStack, TerraformVariable } from "cdktf";
import type { Construct } from "constructs";
import { Expr, escapedText, textTemplate } from "./expression.ts";
import { hclValue } from "./template.ts";

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
  /** Is it kept in the state? */
  readonly stored: boolean;
  /** Raised when the secret has changed. */
  readonly version: number;
  /** The expression that gives it in the stack of a construct; `kept` where the attribute is stored in the state. */
  readonly in: (scope: Construct, kept: boolean) => string;

  private constructor(give: (scope: Construct, kept: boolean) => string, options: SecretOptions) {
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
    return new Secret((scope, kept) => declare(TerraformStack.of(scope), name, kept, options).stringValue, options);
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

  /** A text that is no secret, for an attribute that may hold one, such as a variable of a function. It is in the output. */
  static plain(text: string): Secret {
    return new Secret(() => textTemplate(text), { stored: true });
  }
}

/** An ephemeral variable fits write-only attributes alone, so that one that is kept anywhere must not be ephemeral. */
function declare(
  stack: TerraformStack,
  name: string,
  kept: boolean,
  { description }: SecretOptions,
): TerraformVariable {
  const existing = stack.node.tryFindChild(variableId(name));
  if (existing instanceof TerraformVariable) {
    if (kept) existing.addOverride("ephemeral", undefined);
    return existing;
  }
  const variable = new SecretVariable(stack, variableId(name), {
    type: "string",
    sensitive: true,
    nullable: false,
    ...(description === undefined ? {} : { description }),
  });
  variable.overrideLogicalId(name);
  if (!kept) variable.addOverride("ephemeral", true);
  return variable;
}

/** A variable that is in HCL what it is in JSON: cdktf neither escapes descriptions there nor writes what is false. */
class SecretVariable extends TerraformVariable {
  override synthesizeHclAttributes(): { [name: string]: unknown } {
    const { description, nullable } = this;
    const own = {
      ...(description === undefined ? {} : { description: hclValue(escapedText(description)) }),
      nullable,
    };
    const rendered = Object.entries(own).map(([name, value]) => [
      name,
      { value, type: "any", storageClassType: "any" },
    ]);
    return { ...super.synthesizeHclAttributes(), ...Object.fromEntries(rendered) };
  }
}

/** Apart from the constructs of the stack, which may have the same name. */
function variableId(name: string): string {
  return `variable ${name}`;
}

/**
 * The secrets among properties as a resource takes them: each in its write-only attribute with its version, or, where it is to be
 * stored, in the plain one.
 */
export function withSecrets<P extends object>(props: P): { [K in keyof P]: P[K] } {
  const entries = Object.entries(props).flatMap(([name, value]: [string, unknown]) => {
    if (!(value instanceof Secret) || value.stored) return [[name, value] as const];
    return [
      [`${name}Wo`, value],
      [`${name}WoVersion`, value.version],
    ] as const;
  });
  return Object.fromEntries(entries) as { [K in keyof P]: P[K] };
}
