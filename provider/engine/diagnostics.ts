export * from "../schema/diagnostics.ts";
