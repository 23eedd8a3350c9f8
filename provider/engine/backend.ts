export * from "../schema/backend.ts";
