import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";

/** A resource as the check for twins sees it. */
interface Registered extends Construct {
  readonly terraformResourceType: string;
  readonly friendlyUniqueId: string;
  readonly identity: string | null;
  readonly provider?: { readonly fqn: string } | undefined;
}

const registered = new WeakMap<TerraformStack, Registered[]>();

/**
 * Notes a resource of a stack. At synth, two of one type may neither have the same address, where one would silently replace the
 * other, nor be the same object of Appwrite.
 */
export function register(resource: Registered): void {
  const stack = TerraformStack.of(resource);
  const known = registered.get(stack);
  if (known) {
    known.push(resource);
    return;
  }
  const resources = [resource];
  registered.set(stack, resources);
  stack.node.addValidation({ validate: () => [...twins(resources, addressOf), ...twins(resources, objectOf)] });
}

/** The path of a construct as a user knows it: without the resource inside it. */
export function pathOf(construct: Construct): string {
  return construct.node.path.replace(/\/Default$/, "");
}

function twins(
  resources: readonly Registered[],
  describe: (resource: Registered) => { readonly key: string; readonly fault: string } | null,
): string[] {
  const seen = new Map<string, Registered>();
  return resources.flatMap((resource) => {
    const described = describe(resource);
    if (described === null) return [];
    const first = seen.get(described.key);
    if (first !== undefined) return [`${pathOf(first)} and ${pathOf(resource)} ${described.fault}`];
    seen.set(described.key, resource);
    return [];
  });
}

function addressOf({ terraformResourceType: type, friendlyUniqueId: name }: Registered) {
  const fault = `both have the address ${type}.${name}. Give one of them another id, or its database a prefix.`;
  return { key: `${type}.${name}`, fault };
}

/** Appwrite's ids are the same where they differ in letter case only. */
function objectOf({ terraformResourceType: type, identity, provider }: Registered) {
  if (identity === null) return null;
  const fault = `both manage ${type} ${JSON.stringify(identity)} (letter case does not tell ids apart). Give one of them another id.`;
  return { key: `${provider?.fqn ?? ""} ${type} ${identity.toLowerCase()}`, fault };
}
