import {
  type Backend,
  type Change,
  collection,
  type Diagnostic,
  defineResource,
  error,
  id,
  type PlanAdjustment,
  type Row,
  standard,
  t,
  UNKNOWN,
  warning,
} from "../../schema/index.ts";
import { FRAMEWORKS, RUNTIME_PATTERN } from "../functions/catalogue.ts";
import { computeFaults, repositoryAttributes, resourceAttributes, SITES, text } from "../functions/compute.ts";
import { describeVariables, syncVariables, variableFaults, variablesMap } from "../functions/variables-map.ts";
import { isKnownServer, unknownWord } from "../vocabulary.ts";

export const site = defineResource({
  type: "appwrite_site",
  noun: "site",
  summary: "A site: a web application that Appwrite builds and serves.",
  notes: "Its code comes with `appwrite_site_deployment`, or from a connected Git repository.",
  scopes: SITES.scopes,

  attributes: {
    id: id("siteId", "site"),
    name: t.string.required("Name shown in the console.", { length: [1, 128] }),
    framework: t.string.required("Framework that it is made with, such as `nextjs`, `astro`, `vite` or `other`.", {
      length: [1, 128],
    }),
    build_runtime: t.string.required("Language and version that build it, such as `node-22`.", {
      length: [1, 128],
      pattern: RUNTIME_PATTERN,
    }),
    enabled: t.bool.default(true, "A disabled site is out of reach for visitors."),
    logging: t.bool.default(true, "Keep the logs of requests."),
    timeout: t.int.default(
      15,
      "Seconds that a request may take. The server's limit is 30 unless it is set up otherwise.",
      {
        range: [1, 86_400],
      },
    ),
    install_command: text("Command that installs what the build needs, such as `npm install`.", 8192),
    build_command: text("Command that builds it, such as `npm run build`.", 8192),
    start_command: text("Command that starts the server of a site with the adapter `ssr`.", 8192),
    output_directory: text("Folder that the build writes to, such as `./dist`.", 8192),
    adapter: t
      .oneOf("static", "ssr")
      .serverDefault("How it is served: as files (`static`) or by a server (`ssr`). Found by the build when not set.", {
        absent: [""],
      }),
    fallback_file: text("File that is served for paths that have none, for single-page applications.", 255),
    variables: variablesMap(SITES),
    ...repositoryAttributes("site"),
    ...resourceAttributes(),
    ...standard,
  },

  api: collection("/sites", "sites"),
  hooks: {
    validate: faults,
    plan: planAdapter,
    check: serverFaults,
    complete: (session, step) => syncVariables(SITES, session, step),
    fromWire: describeVariables,
  },
  importId: ["id"],
  lookup: { by: ["name"], plural: "appwrite_sites" },
  cloning: { config: "sites" },
});

/** An adapter that the build found for another framework is not sent along: it is found anew where the new one does not have it. */
function planAdapter({ planned, config }: Change): PlanAdjustment {
  const { framework, adapter } = planned ?? {};
  const adapters = typeof framework === "string" ? FRAMEWORKS[framework] : undefined;
  const isStale =
    (config?.["adapter"] ?? null) === null && typeof adapter === "string" && adapters?.includes(adapter) === false;
  return planned !== null && isStale ? { planned: { ...planned, adapter: UNKNOWN } } : {};
}

function faults(config: Row): readonly Diagnostic[] {
  const { framework, adapter, timeout } = config;
  const adapters = typeof framework === "string" ? FRAMEWORKS[framework] : undefined;
  const isWrong = typeof adapter === "string" && adapters !== undefined && !adapters.includes(adapter);
  const wrong = `The framework ${String(framework)} has no adapter ${String(adapter)}; it has ${adapters?.join(" and ")}.`;
  const isLong = typeof timeout === "number" && timeout > 30;
  const long = `A timeout of ${String(timeout)} seconds is above Appwrite's default limit of 30. The server refuses it unless _APP_SITES_TIMEOUT is raised there.`;
  return [
    ...(isWrong ? [error("Invalid value", wrong, "adapter")] : []),
    ...(isLong ? [warning("Timeout above the usual limit", long, "timeout")] : []),
    ...variableFaults(config),
  ];
}

async function serverFaults(backend: Backend, change: Change): Promise<readonly Diagnostic[]> {
  const found = await computeFaults(SITES, backend, change, "build_runtime");
  const framework = change.config?.["framework"];
  const known = Object.keys(FRAMEWORKS);
  if (typeof framework !== "string" || known.includes(framework) || !(await isKnownServer(backend))) return found;
  return [...found, unknownWord([{ kind: "attribute", name: "framework" }], framework, "framework", known)];
}
