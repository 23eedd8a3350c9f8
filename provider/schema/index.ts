export * from "./attribute.ts";
export * from "./backend.ts";
export * from "./common-attributes.ts";
export * from "./diagnostics.ts";
export * from "./nearest.ts";
export * from "./other-definitions.ts";
export * from "./resource.ts";
export * from "./value.ts";
