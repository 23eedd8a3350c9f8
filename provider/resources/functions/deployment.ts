import {
  type Attributes,
  type Call,
  type Change,
  type Completion,
  type Diagnostic,
  error,
  isList,
  isUnknown,
  type JsonObject,
  type Listing,
  type PlanAdjustment,
  parent,
  type ResourceDefinition,
  type Row,
  type Session,
  standard,
  t,
  UNKNOWN,
  type UploadSource,
  UserError,
  warning,
} from "../../schema/index.ts";
import { createOnce } from "../create-once.ts";
import { INSIDE } from "./catalogue.ts";
import type { Compute } from "./compute.ts";
import { packSource, type Source } from "./source.ts";

/** Attributes that a template needs or takes, and that mean nothing for code. */
const NEEDED = ["repository", "owner", "type", "reference"] as const;
const TEMPLATE = [...NEEDED, "root_directory"] as const;

/**
 * The resource of one deployment of a function or site. `settings` are the attributes of the build that this kind may set
 * apart from those of its function or site.
 */
export function deploymentResource(compute: Compute, settings: Attributes): ResourceDefinition {
  const { root, noun, type, parentId, scopes } = compute;
  const template = (doc: string) =>
    t.string.optional(`${doc} For \`source_type = "template"\`.`, {
      replace: true,
      wire: false,
      read: false,
      length: [1, 128],
    });
  const path = `${root}/{${parentId}}/deployments` as const;
  return {
    type: `${type}_deployment`,
    noun: "deployment",
    summary: `A deployment of a ${noun}: its code, built by Appwrite.`,
    notes: `A changed content of the folder makes a new deployment; a file that is only touched does not. With \`lifecycle { create_before_destroy = true }\` the old deployment stays in service until the new one is built. What \`.appwriteignore\` in the folder and \`ignore\` name is left out, as are \`.git\`, \`node_modules\`, \`.terraform\` and state files.`,
    scopes,
    attributes: {
      id: t.string.computed("ID of the deployment.", { wire: false, read: "$id", clone: "skip" }),
      [parentId]: parent(type, noun),
      source_type: t
        .oneOf("code", "template")
        .required(
          "Where the code comes from: a local folder or archive (`code`), or a public Git repository (`template`).",
          {
            replace: true,
            wire: false,
            read: "sourceType",
          },
        ),
      code_path: local(
        'Path of the folder with the code, or of an archive of the kind `.tar.gz`. For `source_type = "code"`.',
      ),
      ignore: t.list(t.string).optional("Patterns of files that are not deployed, as in `.gitignore`.", {
        wire: false,
        read: false,
        clone: "skip",
        length: [0, 1000],
        each: { length: [1, 1000] },
      }),
      content_hash: t.string.computed("SHA-256 of the code. When it changes, a new deployment is made.", {
        replace: true,
        wire: false,
        read: false,
        clone: "skip",
      }),
      code_hash: t.string.optional(
        "Any text whose change makes a new deployment. `content_hash` sees changes of the code by itself.",
        { replace: true, wire: false, read: false, clone: "skip" },
      ),
      ...settings,
      type: t.oneOf("branch", "tag", "commit").optional('What `reference` names. For `source_type = "template"`.', {
        replace: true,
        wire: false,
        read: false,
      }),
      reference: template("Branch, tag or commit that is deployed."),
      repository: template("Name of the repository."),
      owner: template("Owner of the repository."),
      root_directory: template("Folder of the code in the repository. Its root when not set."),
      activate: t.bool.default(
        false,
        `Put it in service when it is built. To take it out of service again, activate another one.`,
        {
          read: false,
        },
      ),
      wait_for_ready: t.bool.default(true, "Wait until it is built, and fail when the build fails.", {
        wire: false,
        read: false,
        clone: "skip",
      }),
      status: t.string.computed("Status: `waiting`, `processing`, `building`, `ready`, `failed` or `canceled`.", {
        clone: "skip",
      }),
      build_logs: t.string.computed("What the build wrote.", { clone: "skip" }),
      build_duration: t.int.computed("Seconds that the build took.", { clone: "skip" }),
      source_size: t.int.computed("Size of the code in bytes.", { clone: "skip" }),
      build_size: t.int.computed("Size of the build in bytes.", { clone: "skip" }),
      total_size: t.int.computed("Size of code and build in bytes.", { clone: "skip" }),
      ...standard,
    },
    api: {
      read: `GET ${path}/{id}`,
      delete: `DELETE ${path}/{id}`,
      list: { path, items: "deployments", key: "$id" },
    },
    hooks: {
      validate: faults,
      foresee,
      plan: adoptImported,
      check: (_, change) => missingCodeFaults(change),
      create: (session, planned) => create(compute, settings, session, planned),
      update: (session, prior, planned) => activateLater(compute, session, prior, planned),
      complete: (session, step) => complete(compute, session, step),
      fromWire: describe,
    },
    importId: [parentId, "id"],
    lookup: { by: [], plural: `${type}_deployments` },
    timeouts: { create: 30 },
    cloning: {
      skip: {
        reason: "The code of a deployment is not configuration.",
        remedy: "Deploy it to the other environment from its source.",
      },
    },
  };
}

/** An attribute that names something on this machine. */
function local(doc: string) {
  return t.string.optional(doc, { wire: false, read: false, clone: "skip", length: [1, 4096] });
}

/** A setting of the build that a deployment may have apart from its function or site. The server does not tell it. */
export function buildSetting(doc: string, most: number, inside = false) {
  return t.string.optional(doc, {
    replace: true,
    wire: false,
    read: false,
    length: [inside ? 1 : 0, most],
    ...(inside ? { pattern: INSIDE } : {}),
  });
}

function faults(config: Row): readonly Diagnostic[] {
  const source = config["source_type"];
  const isSet = (name: string) => (config[name] ?? null) !== null;
  const needs = (name: string) =>
    error("Attribute missing", `${name} must be set for source_type = "${String(source)}".`, name);
  const useless = (name: string) =>
    error("Attribute without effect", `${name} means nothing for source_type = "${String(source)}". Remove it.`, name);
  if (source === "template") {
    return [
      ...NEEDED.filter((name) => !isSet(name)).map(needs),
      ...["code_path", "ignore", "code_hash"].filter(isSet).map(useless),
    ];
  }
  if (source !== "code") return [];
  return [...(isSet("code_path") ? [] : [needs("code_path")]), ...TEMPLATE.filter(isSet).map(useless)];
}

/** The hash of the local code is known before anything is sent. */
async function foresee(config: Row, prior: Row | null) {
  if (config["source_type"] !== "code") return { known: {}, diagnostics: [] };
  const source = await packed(config);
  if (source === "unknown") return { known: { content_hash: UNKNOWN }, diagnostics: [] };
  if ("fault" in source && source.isGone && prior !== null && prior["code_path"] === config["code_path"]) {
    const text = `${source.fault} The deployment is taken as unchanged.`;
    const known = { content_hash: prior["content_hash"] ?? null };
    return { known, diagnostics: [warning("Code not readable", text, source.attribute)] };
  }
  if ("fault" in source)
    return { known: {}, diagnostics: [error("Code not readable", source.fault, source.attribute)] };
  // Where the content was never hashed (imported, or in a state of the peer's), its size tells: the same code has the same.
  const isHashed = prior === null || (prior["content_hash"] ?? null) !== null;
  const size = isHashed ? null : (await source.archive()).length;
  const isOther = size !== null && prior?.["source_size"] !== size;
  if (!isOther && size !== null && prior?.["code_path"] === config["code_path"])
    return { known: { content_hash: null }, diagnostics: [] };
  const diagnostics =
    isOther && isImported(prior)
      ? [
          warning(
            "Imported deployment has other code",
            `The imported deployment has ${String(prior["source_size"])} bytes of code, ${String(config["code_path"])} has ${String(size)}. It is taken over as it is; its code is deployed with the next change, or by terraform apply -replace=ADDRESS.`,
            "code_path",
          ),
        ]
      : [];
  return { known: { content_hash: source.hash }, diagnostics };
}

/** A replacement needs the code, which an unchanged deployment can do without. */
async function missingCodeFaults({ action, planned }: Change): Promise<readonly Diagnostic[]> {
  if (action !== "replace" || planned?.["source_type"] !== "code") return [];
  const source = await packed(planned);
  return source !== "unknown" && "fault" in source ? [error("Code not readable", source.fault, source.attribute)] : [];
}

async function packed(row: Row) {
  const { code_path: path, ignore } = row;
  if (isUnknown(path) || isUnknown(ignore) || (isList(ignore) && ignore.some(isUnknown))) return "unknown" as const;
  return packSource(String(path), isList(ignore) ? ignore.map(String) : []);
}

/** Was it imported, so that what it was made from is not known? */
function isImported(prior: Row | null): prior is Row {
  if (prior === null) return false;
  const origin = prior["source_type"] === "code" ? ["code_path", "content_hash"] : TEMPLATE;
  return origin.every((name) => (prior[name] ?? null) === null);
}

/** What an import could not tell is written down without making another deployment. */
function adoptImported({ prior, planned, action }: Change): PlanAdjustment {
  if (action !== "replace" || !prior || !planned || !isImported(prior)) return {};
  return { inPlace: Object.keys(planned).filter((name) => (prior[name] ?? null) === null) };
}

async function create(
  { root, parentId }: Compute,
  settings: Attributes,
  session: Session,
  planned: Row,
): Promise<JsonObject> {
  const path = `${root}/${String(planned[parentId])}/deployments`;
  const listing: Listing = { path, items: "deployments", key: "$id" };
  const own = Object.entries(settings).flatMap(([name]): [string, string][] =>
    typeof planned[name] === "string" ? [[camelOf(name), planned[name]]] : [],
  );
  if (planned["source_type"] === "template") {
    // The server wants all of them, and takes the repository's root as an empty text.
    const given = TEMPLATE.map((name) => [camelOf(name), String(planned[name] ?? "")] as const);
    const body = { ...Object.fromEntries(given), activate: planned["activate"] === true };
    const call: Call = { method: "POST", path: `${path}/template`, body, once: true, tells: "$id" };
    const isWhole = ({ type }: JsonObject) => type === "vcs";
    const send = async () => (await session.backend.call(call)) as JsonObject;
    return createOnce(session, listing, isWhole, send, (id) => `${path}/${id}`);
  }
  const archive = await (await plannedSource(planned)).archive();
  const source: UploadSource = {
    name: "code.tar.gz",
    size: archive.length,
    mimeType: "application/gzip",
    read: async (start, length) => archive.subarray(start, start + length),
  };
  const fields = { ...Object.fromEntries(own), activate: planned["activate"] === true };
  const send = async () =>
    (await session.backend.upload({ method: "POST", path, field: "code", source, fields, once: true })) as JsonObject;
  // Of a source of several parts only the first may have arrived.
  const isWhole = (made: JsonObject) => made["sourceSize"] === archive.length && archive.length <= ONE_PART;
  return createOnce(session, listing, isWhole, send, (id) => `${path}/${id}`);
}

/** The code as it was when it was planned: Terraform applies what was planned, and nothing else. */
async function plannedSource(planned: Row): Promise<Source> {
  const source = await packed(planned);
  if (source === "unknown") throw new UserError(error("Code not readable", "code_path is not known yet.", "code_path"));
  if ("fault" in source) throw new UserError(error("Code not readable", source.fault, source.attribute));
  const { content_hash: hash } = planned;
  if (typeof hash === "string" && hash !== source.hash) {
    const text = `The code at ${String(planned["code_path"])} is not what it was when this was planned. Plan again.`;
    throw new UserError(error("Code changed since the plan", text, "code_path"));
  }
  return source;
}

function camelOf(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** Nothing of a deployment can be changed but whether it is in service. */
async function activateLater(
  { root, parentId }: Compute,
  session: Session,
  prior: Row,
  planned: Row,
): Promise<JsonObject> {
  const resource = `${root}/${String(prior[parentId])}`;
  const id = String(prior["id"]);
  if (planned["activate"] === true && prior["activate"] !== true) {
    await session.backend.call({ method: "PATCH", path: `${resource}/deployment`, body: { deploymentId: id } });
  }
  return (await session.backend.call({ method: "GET", path: `${resource}/deployments/${id}` })) as JsonObject;
}

/** Waits for the build of a new deployment, and tells the end of its log when it fails. */
async function complete(
  { root, noun, parentId }: Compute,
  session: Session,
  step: Completion,
): Promise<JsonObject | null> {
  const { prior, planned, reached } = step;
  if (prior !== null || planned["wait_for_ready"] === false) return null;
  const listing: Listing = {
    path: `${root}/${String(reached[parentId])}/deployments`,
    items: "deployments",
    key: "$id",
  };
  return session.wait(listing, String(reached["id"]), (deployment) => {
    const status = deployment?.["status"];
    if (status === "ready") return "done";
    if (status !== "failed" && status !== "canceled") return "wait";
    const log = logTail(String(deployment?.["buildLogs"] ?? ""));
    const told = log === "" ? "The build wrote no log." : `The build's log ends with:\n\n${log}\n`;
    const what = status === "failed" ? "could not be built" : "was canceled";
    return {
      failed: `The deployment ${String(reached["id"])} of the ${noun} ${String(reached[parentId])} ${what}. ${told}\nCorrect the cause and apply again: a new deployment takes its place.`,
    };
  });
}

/** A deployment as the attributes have it. The log is told without the marks for a terminal, which would colour plans. */
function describe(answer: JsonObject): JsonObject {
  const sourceType = answer["type"] === "vcs" ? "template" : "code";
  return { ...answer, sourceType, buildLogs: plainText(String(answer["buildLogs"] ?? "")) };
}

function plainText(log: string): string {
  return log.replaceAll(COLOUR, "");
}

/** The last lines of a log. */
function logTail(log: string): string {
  return plainText(log).trimEnd().split(/\r?\n/).slice(-LAST_LINES).join("\n").slice(-LONGEST_TAIL);
}

/** What tells a terminal colours: an escape character and what follows it. */
const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*[A-Za-z]`, "g");
/** The largest source that is sent in one part (API chapter A7). */
const ONE_PART = 5 * 1024 * 1024;
const LAST_LINES = 20;
const LONGEST_TAIL = 4000;
