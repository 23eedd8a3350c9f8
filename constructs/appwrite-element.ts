import {
  DefaultTokenResolver,
  dependable,
  type IResolvable,
  type ITerraformDependable,
  ref,
  StringConcat,
  TerraformDataSource,
  TerraformElement,
  type TerraformMetaArguments,
  TerraformProvider,
  TerraformResource,
  Token,
  Tokenization,
} from "cdktf";
import type { Construct } from "constructs";
import { BrokenText, Expr, hasToken, isMapToken, keyTemplate, textTemplate } from "./expression.ts";
import { jsonTemplate } from "./json-template.ts";
import { Permission, Role } from "./permission.ts";
import { faultsOf } from "./provider-rules.ts";
import { pathOf, register } from "./registry.ts";
import { Secret } from "./secret.ts";
import { snakeCase } from "./snake-case.ts";
import { hclValue } from "./template.ts";

/**
 * What a property is in Terraform, by its name in TypeScript. `plain`: a value, or a collection of values. `json`: JSON as text, also
 * given as an object (`jsons`: a list of them). `secret`, `writeOnly`: a `Secret`. An array holds the shape of objects: one, or in a list, set or map. `block`: a
 * nested block.
 */
export type Shape = { readonly [property: string]: Field };
/** What one property is. */
export type Field =
  | "plain"
  | "json"
  | "jsons"
  | "secret"
  | "writeOnly"
  | readonly ["one" | "list" | "map" | "block", Shape];

/** What a generated class says of its kind. */
export interface About {
  /** The type in Terraform. */
  readonly type: string;
  /** Attributes that make the id for import. */
  readonly importId: readonly string[];
  /** Its properties. */
  readonly shape: Shape;
  /** Served by terraform itself, without a provider block. */
  readonly isBuiltIn?: boolean;
}

const META_ARGUMENTS = ["dependsOn", "count", "provider", "lifecycle", "forEach", "provisioners", "connection"];

/** Whose `toHclTerraform` must tell the renderer what is a block. */
interface HclAttribute {
  readonly value: unknown;
  readonly isBlock: boolean;
  /** The type in Terraform. */
  readonly type: string;
  readonly storageClassType: string;
}

type Attributes = { readonly [attribute: string]: unknown };

/** Base of all resources: a generated class adds its type, its shape, and what Appwrite tells as getters. */
export abstract class AppwriteResource extends TerraformResource {
  // Private by name, because generated classes have getters of any name.
  readonly #about: About;
  readonly #given: Attributes;
  #late: { readonly name: string; readonly produce: () => unknown } | undefined;
  #isImported = false;

  /** Called by the generated class. */
  constructor(scope: Construct, id: string, about: About, config: object & TerraformMetaArguments) {
    super(scope, id, {
      ...config,
      terraformResourceType: about.type,
      terraformGeneratorMetadata: about.isBuiltIn ? { providerName: "terraform" } : METADATA,
    });
    this.#about = about;
    this.#given = attributesOf(this, about.type, about.shape, config);
    checkWriteOnly(this, about.shape, config);
    // An error tells the construct that the user made, not the resource inside it.
    const owner = id === "Default" ? scope : this;
    owner.node.addValidation({ validate: () => faultsOf(about.type, resolved(this, this.#attributes)) });
    register(this);
  }

  /** Lets an attribute be told when the stack is synthesised. (A lazy token would cost more than all the rest of a resource.) */
  setLate(name: string, produce: () => unknown): void {
    this.#late = { name, produce };
  }

  get #attributes(): Attributes {
    if (this.#late === undefined) return this.#given;
    return { ...this.#given, [this.#late.name]: this.#late.produce() };
  }

  /**
   * What makes its id for import, resolved, from the server's project down; null where a part of it is not known. A part that is not set is the
   * project's or the default, but for an id, which is chosen when it is made.
   */
  get identity(): string | null {
    const { importId } = this.#about;
    const attributes = this.#attributes;
    if (importId.length === 0 || (importId.includes("id") && attributes["id"] === undefined)) return null;
    const own = Object.fromEntries(importId.map((name) => [name, attributes[name] ?? ""]));
    // Each of several has an id of its own.
    if ((this.forEach ?? this.count) !== undefined && hasToken(own)) return null;
    const parts = Object.values(resolved(this, own));
    return parts.every((part) => typeof part === "string") ? parts.join("/") : null;
  }

  /** What it says of a project, which has one of its kind: paths of attributes. Null where there may be several. */
  get settings(): readonly string[] | null {
    const isOne = this.#about.importId.join() === "project_id";
    if (!isOne) return null;
    const { project_id: _, ...own } = this.#attributes;
    return pathsOf(own, "");
  }

  protected override synthesizeAttributes(): { [name: string]: unknown } {
    return { ...this.#attributes };
  }

  protected override synthesizeHclAttributes(): { [name: string]: unknown } {
    return hclAttributes(this, this.#about.shape, this.#attributes);
  }

  /** The same as cdktf's own, which looks through all arguments of Terraform's even where a resource has none of them. */
  override toTerraform(): unknown {
    if (!this.#isPlain()) return super.toTerraform();
    const body = { ...this.#attributes, "//": this.constructNodeMetadata as unknown };
    return { resource: { [this.terraformResourceType]: { [this.friendlyUniqueId]: body } } };
  }

  override importFrom(id: string, provider?: TerraformProvider): void {
    this.#isImported = true;
    super.importFrom(textTemplate(id), provider);
  }

  #isPlain(): boolean {
    const { dependsOn, count, provider, lifecycle, forEach, provisioners, connection } = this;
    const own = dependsOn ?? count ?? provider ?? lifecycle ?? forEach ?? provisioners ?? connection;
    const isMoved = this.hasResourceMove() !== undefined;
    return own === undefined && !isMoved && !this.#isImported && Object.keys(this.rawOverrides as object).length === 0;
  }

  override toHclTerraform(): unknown {
    return withHclTexts(this, super.toHclTerraform());
  }
}

/** Base of all data sources. */
export abstract class AppwriteDataSource extends TerraformDataSource {
  // Private by name, because generated classes have getters of any name.
  readonly #about: About;
  readonly #attributes: Attributes;

  /** Called by the generated class. */
  constructor(scope: Construct, id: string, about: About, config: object & TerraformMetaArguments) {
    super(scope, id, { ...config, terraformResourceType: about.type, terraformGeneratorMetadata: METADATA });
    this.#about = about;
    this.#attributes = attributesOf(this, about.type, about.shape, config);
  }

  protected override synthesizeAttributes(): { [name: string]: unknown } {
    return { ...this.#attributes };
  }

  protected override synthesizeHclAttributes(): { [name: string]: unknown } {
    return hclAttributes(this, this.#about.shape, this.#attributes);
  }

  override toHclTerraform(): unknown {
    return withPlainDependencies(super.toHclTerraform(), "data", this.terraformResourceType, this.friendlyUniqueId);
  }
}

/** What an ephemeral resource takes of Terraform. */
export interface EphemeralArguments {
  /** What must be there before. References make dependencies by themselves. */
  readonly dependsOn?: readonly ITerraformDependable[] | undefined;
  /** Another provider block than the stack's only one. */
  readonly provider?: TerraformProvider | undefined;
}

/** Base of all ephemeral resources (Terraform 1.10 and later): values that live for one run. */
export abstract class AppwriteEphemeral extends TerraformElement {
  readonly #about: About;
  readonly #attributes: Attributes;
  readonly #meta: EphemeralArguments;

  /** Called by the generated class. */
  constructor(scope: Construct, id: string, about: About, config: object & EphemeralArguments) {
    super(scope, id, `ephemeral.${about.type}`);
    this.#about = about;
    this.#meta = config;
    this.#attributes = attributesOf(this, about.type, about.shape, config);
  }

  /** A text that the resource gives, as a token. */
  protected getStringAttribute(name: string): string {
    return Token.asString(this.interpolationForAttribute(name));
  }

  /** A number that the resource gives, as a token. */
  protected getNumberAttribute(name: string): number {
    return Token.asNumber(this.interpolationForAttribute(name));
  }

  /** A list of texts that the resource gives, as a token. */
  protected getListAttribute(name: string): string[] {
    return Token.asList(this.interpolationForAttribute(name));
  }

  /** True or false, as the resource gives it. */
  protected getBooleanAttribute(name: string): IResolvable {
    return this.interpolationForAttribute(name);
  }

  /** A value that the resource gives. */
  protected interpolationForAttribute(name: string): IResolvable {
    return ref(`ephemeral.${this.#about.type}.${this.friendlyUniqueId}.${name}`, this.cdktfStack);
  }

  override toTerraform(): unknown {
    return this.#block({ ...this.#attributes, "//": this.constructNodeMetadata as unknown });
  }

  override toHclTerraform(): unknown {
    if (!("registerProviderFeatureUsage" in this)) {
      throw new Error(`${this.node.path}: cdktf writes no ephemeral resources in HCL. Write JSON, or use cdktn.`);
    }
    return this.#block({ ...hclAttributes(this, this.#about.shape, this.#attributes) });
  }

  #block(attributes: Attributes): unknown {
    const { dependsOn, provider } = this.#meta;
    const body = {
      ...attributes,
      ...(dependsOn ? { depends_on: dependsOn.map((one) => dependable(one)) } : {}),
      ...(provider ? { provider: provider.fqn } : {}),
    };
    return { ephemeral: { [this.#about.type]: { [this.friendlyUniqueId]: body } } };
  }
}

/** Base of the provider block. */
export abstract class AppwriteProviderBlock extends TerraformProvider {
  // Private by name, because generated classes have getters of any name.
  readonly #shape: Shape;
  readonly #attributes: Attributes;
  readonly #alias: string | undefined;

  /** Called by the generated class. */
  constructor(
    scope: Construct,
    id: string,
    shape: Shape,
    about: { readonly source: string; readonly version: string | undefined; readonly alias: string | undefined },
    config: object,
  ) {
    super(scope, id, {
      terraformResourceType: "appwrite",
      terraformProviderSource: about.source,
      terraformGeneratorMetadata: {
        ...METADATA,
        ...(about.version === undefined ? {} : { providerVersionConstraint: about.version }),
      },
    });
    this.#shape = shape;
    this.#alias = about.alias;
    this.#attributes = attributesOf(this, "appwrite", shape, config);
  }

  override get alias(): string | undefined {
    return this.#alias;
  }

  override set alias(_: string | undefined) {
    throw new Error("The alias of a provider is given when it is made: new AppwriteProvider(this, id, { alias: … }).");
  }

  protected override synthesizeAttributes(): { [name: string]: unknown } {
    return { ...this.#attributes };
  }

  protected override synthesizeHclAttributes(): { [name: string]: unknown } {
    return hclAttributes(this, this.#shape, this.#attributes);
  }
}

const METADATA = { providerName: "appwrite" };

/** The paths of what an object holds: `session.limit`. */
function pathsOf(value: object, before: string): readonly string[] {
  return Object.entries(value).flatMap(([name, part]: [string, unknown]) =>
    typeof part === "object" && part !== null && !Array.isArray(part) && !Tokenization.isResolvable(part)
      ? pathsOf(part, `${before}${name}.`)
      : [`${before}${name}`],
  );
}

/** The configuration as Terraform has it. Throws for a property that there is not. */
function attributesOf(scope: Construct, type: string, shape: Shape, config: object): Attributes {
  const own = Object.entries(config).filter(([name]) => !META_ARGUMENTS.includes(name));
  return objectOf(scope, `${type} at ${pathOf(scope)}`, "", shape, own);
}

function objectOf(
  scope: Construct,
  where: string,
  path: string,
  shape: Shape,
  entries: readonly (readonly [string, unknown])[],
): Attributes {
  const attributes: { [attribute: string]: unknown } = {};
  for (const [name, value] of entries) {
    const field = Object.hasOwn(shape, name) ? shape[name] : undefined;
    if (field === undefined) throw new Error(unknownProperty(where, `${path}${name}`, name, Object.keys(shape)));
    if (value === undefined || value === null) continue;
    try {
      attributes[snakeCase(name)] = valueOf(scope, where, `${path}${name}`, field, value);
    } catch (cause) {
      throw cause instanceof BrokenText ? new Error(`${where}: ${path}${name} ${cause.message}`, { cause }) : cause;
    }
  }
  return attributes;
}

function valueOf(scope: Construct, where: string, path: string, field: Field, value: unknown): unknown {
  if (field === "secret" || field === "writeOnly") {
    if (value instanceof Secret) return value.in(scope, field === "secret");
    throw new Error(
      `${where}: ${path} takes a Secret, such as Secret.variable("${snakeCase(path.replace(/.*\./, ""))}"), never the secret itself.`,
    );
  }
  if (Tokenization.isResolvable(value)) return value;
  if (field === "json") return typeof value === "string" ? textTemplate(value) : jsonTemplate(value);
  if (field === "jsons" && Array.isArray(value))
    return value.map((element) => valueOf(scope, where, path, "json", element));
  if (field === "plain" || field === "jsons") return plain(value);
  const [arrangement, shape] = field;
  if (typeof value !== "object" || value === null || isMapToken(value)) return plain(value);
  const nested = (element: unknown, at: string): unknown =>
    typeof element === "object" && element !== null && !Tokenization.isResolvable(element)
      ? objectOf(scope, where, `${at}.`, shape, Object.entries(element))
      : plain(element);
  switch (arrangement) {
    case "one":
    case "block":
      return nested(value, path);
    case "list":
      return Array.isArray(value) ? value.map((element, index) => nested(element, `${path}[${index}]`)) : plain(value);
    case "map":
      return Object.fromEntries(
        Object.entries(value).map(([key, element]) => [keyTemplate(key), nested(element, `${path}.${key}`)]),
      );
  }
}

/** A value in which all text is escaped. */
function plain(value: unknown): unknown {
  if (typeof value === "string") return textTemplate(value);
  if (typeof value === "bigint") {
    return Number.isSafeInteger(Number(value)) ? Number(value) : Expr.raw(String(value));
  }
  if (value instanceof Permission || value instanceof Role) return textTemplate(String(value));
  if (Array.isArray(value)) return value.map(plain);
  // What cdktf takes for the value of a map that it does not know yet.
  if (value === Token.NUMBER_MAP_TOKEN_VALUE) return Expr.raw(String(value));
  if (typeof value !== "object" || value === null || Tokenization.isResolvable(value) || isMapToken(value))
    return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, element]) => element !== undefined && element !== null)
      .map(([key, element]) => [keyTemplate(key), plain(element)]),
  );
}

function hclAttributes(scope: Construct, shape: Shape, attributes: Attributes): { [attribute: string]: HclAttribute } {
  const blocks = Object.entries(shape).flatMap(([name, field]) => (field[0] === "block" ? [snakeCase(name)] : []));
  const values = Object.entries(resolved(scope, attributes)).map(([name, value]): [string, HclAttribute] => {
    if (!blocks.includes(name)) return [name, attribute(hclValue(value))];
    const nested = Object.entries(value as Attributes).map(([key, element]) => [key, attribute(hclValue(element))]);
    return [name, { value: Object.fromEntries(nested), isBlock: true, type: "struct", storageClassType: "struct" }];
  });
  return Object.fromEntries(values);
}

function attribute(value: unknown): HclAttribute {
  return { value, isBlock: false, type: "any", storageClassType: "any" };
}

/** Attributes with their tokens resolved. Most have none, and resolving is what costs most of a synth. */
function resolved(scope: Construct, attributes: Attributes): Attributes {
  if (!hasToken(attributes)) return attributes;
  const resolver = new DefaultTokenResolver(new StringConcat());
  return Tokenization.resolve(attributes, { scope, resolver, preparing: false }) as Attributes;
}

interface Rendered {
  readonly [kind: string]: { readonly [type: string]: { readonly [name: string]: RenderedBody } } | undefined;
}

interface RenderedBody {
  depends_on?: unknown;
  triggers?: { readonly value?: Attributes };
  readonly provisioner?: readonly { readonly [type: string]: { value: Attributes } }[] | undefined;
}

interface RenderedImports {
  readonly import?: readonly { id: HclAttribute }[];
}

/** HCL wants what a resource depends on without quotes. */
function withPlainDependencies(rendered: unknown, kind: string, type: string, name: string): unknown {
  const body = (rendered as Rendered)[kind]?.[type]?.[name];
  if (Array.isArray(body?.depends_on)) body.depends_on = `[${body.depends_on.join(", ")}]`;
  return rendered;
}

/**
 * A resource as the HCL renderer must be given it: cdktf itself escapes neither the texts of provisioners nor those of the triggers of
 * `null_resource`, nor the ids of imports.
 */
export function withHclTexts(resource: TerraformResource, rendered: unknown): unknown {
  const { terraformResourceType: type, friendlyUniqueId: name } = resource;
  const body = (rendered as Rendered)["resource"]?.[type]?.[name];
  for (const provisioner of body?.provisioner ?? []) {
    for (const block of Object.values(provisioner)) {
      const { connection, ...texts } = resolved(resource, block.value);
      const escaped = Object.entries(texts)
        .filter(([, value]) => value !== undefined)
        .map(([key, value]) => [key, attribute(hclValue(value))]);
      block.value = { ...Object.fromEntries(escaped), ...(connection === undefined ? {} : { connection }) };
    }
  }
  if (body?.triggers?.value) {
    Object.assign(body, { triggers: attribute(hclValue(resolved(resource, body.triggers.value))) });
  }
  for (const imported of (rendered as RenderedImports).import ?? []) {
    imported.id = attribute(hclValue(resolved(resource, { id: imported.id.value })["id"]));
  }
  return withPlainDependencies(rendered, "resource", type, name);
}

/** What cdktn's base class has beyond cdktf's. */
interface KnowsFeatures {
  registerProviderFeatureUsage?(feature: string): void;
}

/**
 * Lets cdktn check write-only attributes against the clients that a project says it targets. Where a project says nothing, cdktn
 * would refuse them; there the provider tells a client that is too old.
 */
function checkWriteOnly(resource: TerraformResource, shape: Shape, config: object): void {
  if (!usesWriteOnly(shape, config) || resource.node.tryGetContext("targetVersions") === undefined) return;
  (resource as KnowsFeatures).registerProviderFeatureUsage?.("writeOnlyAttributes");
}

function usesWriteOnly(shape: Shape, config: object): boolean {
  return Object.entries(config).some(([name, value]: [string, unknown]) => {
    const field = shape[name];
    if (field === "writeOnly") return value !== undefined;
    if (!Array.isArray(field) || typeof value !== "object" || value === null) return false;
    const [arrangement, nested] = field as Exclude<Field, string>;
    const parts: readonly unknown[] = arrangement === "one" || arrangement === "block" ? [value] : Object.values(value);
    return parts.some((part) => typeof part === "object" && part !== null && usesWriteOnly(nested, part));
  });
}

function unknownProperty(where: string, path: string, name: string, known: readonly string[]): string {
  const near = known.find((one) => one.toLowerCase() === snakeCase(name).replaceAll("_", "") || isNear(one, name));
  const hint = near === undefined ? "" : ` Did you mean ${near}?`;
  return `${where}: there is no property ${path}.${hint} It has: ${[...known].sort().join(", ")}.`;
}

/** Do two words differ by one letter at most (another, one more, two swapped)? */
function isNear(left: string, right: string): boolean {
  const [a, b] = [left.toLowerCase(), right.toLowerCase()];
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  return Math.max(a.length, b.length) - start - end <= 2;
}
