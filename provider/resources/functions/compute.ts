import {
  type Attributes,
  type Backend,
  type Change,
  type Diagnostic,
  error,
  type JsonObject,
  t,
} from "../../schema/index.ts";
import { isKnownServer, unknownWord } from "../vocabulary.ts";
import { RUNTIMES } from "./catalogue.ts";

/** Functions and sites are built and run alike; these are the words in which they differ. */
export interface Compute {
  readonly root: "/functions" | "/sites";
  readonly noun: "function" | "site";
  readonly type: "appwrite_function" | "appwrite_site";
  /** Attribute that names the function or site in what belongs to it. */
  readonly parentId: "function_id" | "site_id";
  readonly scopes: { readonly read: string; readonly write: string };
}

export const FUNCTIONS: Compute = {
  root: "/functions",
  noun: "function",
  type: "appwrite_function",
  parentId: "function_id",
  scopes: { read: "functions.read", write: "functions.write" },
};

export const SITES: Compute = {
  root: "/sites",
  noun: "site",
  type: "appwrite_site",
  parentId: "site_id",
  scopes: { read: "sites.read", write: "sites.write" },
};

/** A command or path that is empty when it is not set, and may be written so; a PUT that leaves it out clears it. */
export function text(doc: string, most: number) {
  return t.string.optional(doc, { length: [0, most], absent: [""], unset: "" });
}

/** Where the source comes from when the server fetches it itself. A PUT keeps the repository unless it is cleared (F33). */
export function repositoryAttributes(noun: string): Attributes {
  const own = (doc: string) => t.string.optional(doc, { length: [0, 128], absent: [""], unset: "", clear: "" });
  const names = (doc: string, since: string) =>
    t
      .list(t.string)
      .optional(doc, { length: [0, 100], each: { length: [1, 128] }, absent: [[]], unset: [], clear: [], since });
  return {
    installation_id: t.string.optional(
      `ID of the installation of Appwrite's Git app that reaches the ${noun}'s repository.`,
      {
        length: [0, 128],
        absent: [""],
        unset: "",
        clear: "",
        clone: "skip",
      },
    ),
    provider_repository_id: t.string.optional(
      "ID of the repository at the Git provider. It needs `installation_id` and `provider_branch`.",
      {
        length: [0, 128],
        absent: [""],
        unset: "",
        clear: "",
        clone: "skip",
        requires: ["installation_id", "provider_branch"],
      },
    ),
    provider_branch: own("Branch whose commits are deployed to production."),
    provider_silent_mode: t.bool.optional("Do not comment on commits and pull requests.", {
      absent: [false],
      unset: false,
    }),
    provider_root_directory: own(`Folder of the ${noun} in the repository.`),
    provider_branches: names("Branches whose commits are deployed. All when not set.", "1.9.5"),
    provider_paths: names("Paths whose changes lead to a deployment. All when not set.", "1.9.5"),
  };
}

/** What a build and its runs are given, and how long old deployments stay. */
export function resourceAttributes(): Attributes {
  const slug = (doc: string) =>
    t.string.serverDefault(`${doc}, such as \`s-1vcpu-512mb\`. The server's largest when not set.`, {
      length: [1, 128],
    });
  return {
    build_specification: slug("CPU and memory of builds"),
    runtime_specification: slug("CPU and memory of runs"),
    deployment_retention: t.int.optional("Days after which old deployments are removed. They stay when not set or 0.", {
      range: [0, 36500],
      absent: [0],
      unset: 0,
    }),
    deployment_id: t.string.computed("ID of the deployment that is in service.", { clone: "skip" }),
  };
}

/**
 * What only the server can say of a planned function or site: runtimes and frameworks that it does not know, and
 * specifications that it does not offer.
 */
export async function computeFaults(
  { root }: Compute,
  backend: Backend,
  { config, planned, prior, action }: Change,
  runtime: "runtime" | "build_runtime",
): Promise<readonly Diagnostic[]> {
  if (!planned || action === "delete") return [];
  const isNew = (name: string) => typeof config?.[name] === "string" && config[name] !== prior?.[name];
  const found: Diagnostic[] = [];
  if (isNew(runtime) && !RUNTIMES.includes(String(planned[runtime])) && (await isKnownServer(backend)))
    found.push(unknownWord([{ kind: "attribute", name: runtime }], String(planned[runtime]), "runtime", RUNTIMES));
  const named = ["build_specification", "runtime_specification"].filter(isNew);
  if (named.length === 0) return found;
  const { specifications } = (await backend.call({
    method: "GET",
    path: `${root}/specifications`,
    items: "specifications",
  })) as {
    readonly specifications: readonly JsonObject[];
  };
  const slugs = specifications.map(({ slug }) => String(slug));
  const unknown = named.filter((name) => !slugs.includes(String(planned[name])));
  return [
    ...found,
    ...unknown.map((name) => unknownWord([{ kind: "attribute", name }], String(planned[name]), "specification", slugs)),
    ...named
      .filter((name) => specifications.some(({ slug, enabled }) => slug === planned[name] && enabled === false))
      .map((name) => error("Invalid value", `This project may not use the specification ${planned[name]}.`, name)),
  ];
}
