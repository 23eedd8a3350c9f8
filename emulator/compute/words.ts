import type { Context } from "../context.ts";
import { type ErrorType, invalidArgument, ServerError } from "../errors.ts";
import type { JsonObject } from "../json.ts";
import type { Params } from "../params.ts";
import type { Stored } from "../store.ts";
import type { VariableOwner } from "../variables.ts";
import { frameworks, runtimes } from "./catalogue.json";

/** What differs between functions and sites; all else is one implementation. */
export type ComputeWords = {
  readonly root: "functions" | "sites";
  readonly kind: "function" | "site";
  readonly id: "functionId" | "siteId";
  readonly noun: "Function" | "Site";
  readonly notFound: ErrorType;
  readonly alreadyExists: ErrorType;
  /** What the server refuses beyond the rules of single parameters. */
  readonly check: (params: Params) => void;
  /** The settings that a POST or PUT stores; a PUT resets what it leaves out (real-server.md, F33). */
  readonly settings: (params: Params, before: JsonObject | null) => JsonObject;
  /** Settings whose change makes the running deployment differ from what is configured: `live` becomes false. */
  readonly livens: readonly string[];
  /** The settings that a deployment takes over unless it says otherwise, by its own name for them. */
  readonly inherits: readonly string[];
  /** The names of the answer, in the server's order. */
  readonly shown: readonly string[];
  readonly searched: readonly string[];
};

export const functionWords: ComputeWords = {
  root: "functions",
  kind: "function",
  id: "functionId",
  noun: "Function",
  notFound: "function_not_found",
  alreadyExists: "function_already_exists",
  check(params) {
    const runtime = params.text("runtime");
    // A PUT may leave it out, and then keeps what it is.
    if (runtime === "" || runtimes.some(({ $id }) => $id === runtime)) return;
    throw new ServerError("function_runtime_unsupported", { message: `Runtime "${runtime}" is not supported` });
  },
  settings: (params, before) => ({
    execute: params.list("execute"),
    ...commonSettings(params, before),
    runtime: params.text("runtime") || (before?.["runtime"] ?? ""),
    scopes: params.list("scopes"),
    events: params.list("events"),
    schedule: params.text("schedule"),
    entrypoint: params.text("entrypoint") || (before?.["entrypoint"] ?? ""),
    commands: params.text("commands"),
    version: "v5",
  }),
  livens: ["name", "entrypoint", "commands", "providerRootDirectory", "runtime"],
  inherits: ["entrypoint", "commands"],
  shown: [
    ..."execute name enabled live logging runtime deploymentRetention deploymentId deploymentCreatedAt".split(" "),
    ..."latestDeploymentId latestDeploymentCreatedAt latestDeploymentStatus scopes vars events schedule".split(" "),
    ..."timeout entrypoint commands version installationId providerRepositoryId providerBranch".split(" "),
    ..."providerRootDirectory providerSilentMode providerBranches providerPaths".split(" "),
    ..."buildSpecification runtimeSpecification".split(" "),
  ],
  searched: ["name", "runtime"],
};

export const siteWords: ComputeWords = {
  root: "sites",
  kind: "site",
  id: "siteId",
  noun: "Site",
  notFound: "site_not_found",
  alreadyExists: "site_already_exists",
  check(params) {
    const adapter = params.text("adapter");
    const framework = frameworks.find(({ key }) => key === params.text("framework"));
    if (adapter !== "" && !framework?.adapters.some(({ key }) => key === adapter))
      throw invalidArgument("Adapter not supported for the selected framework.");
  },
  settings: (params, before) => ({
    ...commonSettings(params, before),
    framework: params.text("framework"),
    installCommand: params.text("installCommand"),
    buildCommand: params.text("buildCommand"),
    startCommand: params.text("startCommand"),
    outputDirectory: params.text("outputDirectory"),
    buildRuntime: params.text("buildRuntime"),
    adapter: params.text("adapter"),
    fallbackFile: params.text("fallbackFile"),
    deploymentScreenshotLight: before?.["deploymentScreenshotLight"] ?? "",
    deploymentScreenshotDark: before?.["deploymentScreenshotDark"] ?? "",
  }),
  livens: "name buildCommand installCommand startCommand outputDirectory providerRootDirectory framework".split(" "),
  inherits: ["installCommand", "buildCommand", "outputDirectory"],
  shown: [
    ..."name enabled live logging framework deploymentRetention deploymentId deploymentCreatedAt".split(" "),
    ..."deploymentScreenshotLight deploymentScreenshotDark latestDeploymentId latestDeploymentCreatedAt".split(" "),
    ..."latestDeploymentStatus vars timeout installCommand buildCommand startCommand outputDirectory".split(" "),
    ..."installationId providerRepositoryId providerBranch providerRootDirectory providerSilentMode".split(" "),
    ..."providerBranches providerPaths buildSpecification runtimeSpecification buildRuntime adapter".split(" "),
    "fallbackFile",
  ],
  searched: ["name", "framework"],
};

/** The function or site of a request; 404 when there is none. */
export function findResource(context: Pick<Context, "store" | "project">, words: ComputeWords, id: string): Stored {
  const found = context.store.get({ scope: context.project.id, collection: words.root }, id);
  if (!found) throw new ServerError(words.notFound);
  return found;
}

/** A function or site as the owner of its variables. */
export function ownerOf(words: ComputeWords, { id, sequence }: Stored): VariableOwner {
  return { type: words.kind, id, sequence };
}

function commonSettings(params: Params, before: JsonObject | null): JsonObject {
  if (params.text("installationId") !== "") throw new ServerError("installation_not_found");
  if (params.text("providerRepositoryId") !== "") {
    const message =
      'When connecting to VCS (Version Control System), you need to provide "installationId" and "providerBranch".';
    throw invalidArgument(message);
  }
  return {
    name: params.text("name"),
    enabled: params.flag("enabled"),
    logging: params.flag("logging"),
    timeout: params.whole("timeout"),
    deploymentRetention: params.whole("deploymentRetention"),
    installationId: "",
    providerRepositoryId: "",
    providerBranch: params.text("providerBranch"),
    providerRootDirectory: params.text("providerRootDirectory"),
    providerSilentMode: params.flag("providerSilentMode"),
    providerBranches: params.listOrNull("providerBranches") ?? before?.["providerBranches"] ?? [],
    providerPaths: params.listOrNull("providerPaths") ?? before?.["providerPaths"] ?? [],
    buildSpecification: params.text("buildSpecification"),
    runtimeSpecification: params.text("runtimeSpecification"),
  };
}
