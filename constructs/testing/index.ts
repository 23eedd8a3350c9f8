export { type ApplyOptions, type Deployment, deploy, openFolder, type Server } from "./apply.ts";
export { matchers, type Partially } from "./matchers.ts";
export { type MakeStack, type Synthesised, type SynthesisedResource, synth } from "./synth.ts";
