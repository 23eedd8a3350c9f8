import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";

/** A resource as the check for twins sees it. */
interface Registered extends Construct {
  readonly terraformResourceType: string;
  readonly friendlyUniqueId: string;
  readonly identity: string | null;
  readonly settings: readonly string[] | null;
  readonly provider?: { readonly fqn: string } | undefined;
}

const registered = new WeakMap<TerraformStack, Registered[]>();

/**
 * Notes a resource of a stack. At synth, two of one type may neither have the same address, where one would silently replace the
 * other, nor be the same object of Appwrite, nor say the same of a project.
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
  stack.node.addValidation({ validate: () => [...twins(resources, addressOf), ...twins(resources, objectsOf)] });
}

/** The path of a construct as a user knows it: without the resource inside it. */
export function pathOf(construct: Construct): string {
  return construct.node.path.replace(/\/Default$/, "");
}

function twins(
  resources: readonly Registered[],
  describe: (resource: Registered) => readonly { readonly key: string; readonly fault: string }[],
): string[] {
  const seen = new Map<string, Registered>();
  return resources.flatMap((resource) =>
    describe(resource).flatMap(({ key, fault }) => {
      const first = seen.get(key);
      if (first !== undefined) return [`${pathOf(first)} and ${pathOf(resource)} ${fault}`];
      seen.set(key, resource);
      return [];
    }),
  );
}

function addressOf({ terraformResourceType: type, friendlyUniqueId: name }: Registered) {
  const fault = `both have the address ${type}.${name}. Give one of them another id, or its database a prefix.`;
  return [{ key: `${type}.${name}`, fault }];
}

/** Appwrite's ids are the same where they differ in letter case only. */
function objectsOf({ terraformResourceType: type, identity, settings, provider }: Registered) {
  if (identity === null) return [];
  const key = `${provider?.fqn ?? ""} ${type} ${identity.toLowerCase()}`;
  if (settings === null) {
    const fault = `both manage ${type} ${JSON.stringify(identity)} (letter case does not tell ids apart). Give one of them another id.`;
    return [{ key, fault }];
  }
  return settings.map((path) => ({
    key: `${key} ${path}`,
    fault: `both set ${path} of ${type}, of which a project has one. Say it in one of them.`,
  }));
}
