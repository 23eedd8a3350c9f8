import type { Generator } from "../generated-files.ts";
import { classFiles } from "./classes.ts";
import { variantFiles } from "./variants.ts";

/** `constructs/generated/`: what of the constructs follows from the provider's definitions. */
export const constructs: Generator = {
  owns: ["constructs/generated"],
  files: () => new Map([...classFiles(), ...variantFiles()]),
};
