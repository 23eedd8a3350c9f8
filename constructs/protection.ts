import type { Construct } from "constructs";

const CONTEXT = "appwrite-iac/protect";

/** Makes all below protected unless they say otherwise: what an environment with `protect` does. */
export function protectBelow(scope: Construct): void {
  scope.node.setContext(CONTEXT, true);
}

/** Is something to be protected that says this of itself? */
export function isProtected(scope: Construct, own: boolean | undefined): boolean {
  return own ?? scope.node.tryGetContext(CONTEXT) === true;
}
