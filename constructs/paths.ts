import { join, relative, resolve } from "node:path";
import { App, TerraformStack } from "cdktf";
import type { Construct } from "constructs";

/**
 * A path that is relative to where the program runs, as terraform must be given it, which runs in the folder of the stack. It is relative
 * again where the output lies inside the program's folder, so that no path of a machine is in the output.
 */
export function pathFromStack(scope: Construct, path: string): string {
  const folder = resolve(join(App.of(scope).outdir, "stacks", TerraformStack.of(scope).node.id));
  const isInside = !relative(process.cwd(), folder).startsWith("..");
  return isInside ? relative(folder, resolve(path)).replaceAll("\\", "/") : resolve(path);
}
