import type {
  ITerraformDependable,
  TerraformMetaArguments,
  TerraformProvider,
  TerraformResourceLifecycle,
} from "cdktf";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { AppwriteResource } from "./appwrite-element.ts";
import { isProtected } from "./protection.ts";

/** What can be awaited: a construct of this package, or anything that Terraform can depend on. */
export type Awaited =
  | ITerraformDependable
  | { readonly resource: ITerraformDependable; readonly parts?: readonly ITerraformDependable[] }
  | { readonly resources: readonly ITerraformDependable[] };

/** What every construct takes beside its own words. */
export interface ManagedProps {
  /**
   * Id of an object that is there already: it is imported by the next apply instead of made. The id in Appwrite follows from it, so that
   * only that id (`bucketId`, `tableId`) may take its place afterwards.
   */
  readonly importFrom?: string | undefined;
  /**
   * Former id of this construct (or its former address in Terraform, with a dot): what it manages moves along and keeps its
   * Appwrite id, nothing is destroyed. Only that id (`bucketId`, `tableId`) may take its place afterwards.
   */
  readonly renamedFrom?: string | undefined;
  /** What must be there before. References make dependencies by themselves. */
  readonly dependsOn?: readonly Awaited[] | undefined;
  /** Another provider block than the stack's only one. */
  readonly provider?: TerraformProvider | undefined;
  /** Terraform's own rules for changes, such as `ignoreChanges`. */
  readonly lifecycle?: TerraformResourceLifecycle | undefined;
}

/** What the configuration of a resource says of Appwrite alone. */
export type OwnConfig<C> = Omit<C, keyof TerraformMetaArguments | "id" | "deletionProtection">;

/** What constructs take that hold data. */
export interface ProtectedProps {
  /** Refuse every plan that would destroy it. By default, what the environment says of itself. */
  readonly protect?: boolean | undefined;
}

/** The arguments of a resource that are Terraform's own. */
export function metaOf({ dependsOn, provider, lifecycle }: ManagedProps): TerraformMetaArguments {
  return {
    ...(dependsOn && dependsOn.length > 0 ? { dependsOn: dependablesOf(dependsOn) } : {}),
    ...(provider ? { provider } : {}),
    ...(lifecycle ? { lifecycle } : {}),
  };
}

/** The same, of what holds data and may be protected. */
export function protectedMetaOf(
  scope: Construct,
  props: ManagedProps & ProtectedProps,
): TerraformMetaArguments & { readonly deletionProtection?: true } {
  const meta = metaOf(props);
  if (!isProtected(scope, props.protect)) return meta;
  return { ...meta, deletionProtection: true, lifecycle: { ...meta.lifecycle, preventDestroy: true } };
}

/** What a construct is told of Appwrite, without what it is told of Terraform. */
export function ownOf<P extends ManagedProps & ProtectedProps>(
  props: P,
): Omit<P, keyof ManagedProps | keyof ProtectedProps> {
  const { dependsOn: _d, provider: _p, lifecycle: _l, importFrom: _i, renamedFrom: _r, protect: _t, ...own } = props;
  return own;
}

/** What Terraform can depend on, of constructs: each is there when all that it is made of is. */
export function dependablesOf(awaited: readonly Awaited[]): ITerraformDependable[] {
  const all = awaited.flatMap((one) => {
    if ("resources" in one) return one.resources;
    return "resource" in one ? [one.resource, ...(one.parts ?? [])] : [one];
  });
  return [...new Set(all)];
}

/**
 * Gives a resource the name of its construct, which imports or takes over what there is. `prefix` stands before names inside a
 * construct such as a database, whose own name would make Terraform's a hash.
 */
export function manage<R extends AppwriteResource>(
  construct: Construct,
  resource: R,
  props: ManagedProps,
  prefix?: string,
): R {
  const inside = prefix !== undefined;
  if (inside) resource.overrideLogicalId(`${prefix}${construct.node.id}`);
  if (props.importFrom !== undefined) resource.importFrom(props.importFrom, props.provider);
  if (props.renamedFrom !== undefined)
    resource.moveFromId(formerAddress(construct, resource, props.renamedFrom, prefix));
  return resource;
}

/** The prefix of names inside a construct that holds others: null where its own name is a hash already. */
export function prefixInside(construct: Construct, prefix: string | undefined): string | undefined {
  return isPlain(construct) ? (prefix ?? "") : undefined;
}

function isPlain(construct: Construct): boolean {
  return construct.node.scope === TerraformStack.of(construct);
}

function formerAddress(
  construct: Construct,
  resource: AppwriteResource,
  former: string,
  prefix: string | undefined,
): string {
  if (former.includes(".")) return former;
  if (prefix === undefined && !isPlain(construct)) {
    throw new Error(
      `${construct.node.path}: renamedFrom must be the former address in Terraform here, such as ${resource.terraformResourceType}.NAME, because the construct is inside another.`,
    );
  }
  return `${resource.terraformResourceType}.${prefix ?? ""}${former}`;
}

/** The id of an object in Appwrite: as given, as it was before, or the construct's own, so that it is known at synth. */
export function idOf(construct: Construct, property: string, given: string | undefined, props: ManagedProps): string {
  if (given !== undefined) return given;
  if (props.importFrom !== undefined) return props.importFrom.replace(/^.*\//, "");
  if (props.renamedFrom !== undefined && !props.renamedFrom.includes(".")) return props.renamedFrom;
  const { id, path } = construct.node;
  if (/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,35}$/.test(id)) return id;
  throw new Error(
    `${path}: ${JSON.stringify(id)} cannot be an id in Appwrite (letters, digits, dots, hyphens and underscores, 36 at most, beginning with a letter or digit). Set ${property}, or give the construct another id.`,
  );
}
