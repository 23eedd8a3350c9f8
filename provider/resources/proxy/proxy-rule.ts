import {
  type Diagnostic,
  defineResource,
  error,
  ID_PATTERN,
  isConflict,
  isUnknown,
  type JsonObject,
  mayBeDone,
  type Row,
  type Session,
  standard,
  t,
  UserError,
  type Value,
  warning,
} from "../../schema/index.ts";
import { DOMAIN, URL_TEXT } from "../patterns.ts";

export const proxyRule = defineResource({
  type: "appwrite_proxy_rule",
  noun: "proxy rule",
  summary: "A custom domain that leads to a site, to a function, to the API, or to another address.",
  notes:
    "Appwrite looks the domain up when the rule is made. While its DNS does not point to the server yet, `status` is `unverified`, and `logs` tells why; making the rule succeeds all the same. A domain is unique over the whole server. Every change makes the rule anew.",
  scopes: { read: "rules.read", write: "rules.write" },

  attributes: {
    id: t.string.computed("ID of the rule.", { wire: false, read: "$id", clone: "skip" }),
    domain: t.string.required("The domain, such as `app.example.com`.", {
      replace: true,
      pattern: DOMAIN,
      perEnvironment: true,
    }),
    type: t
      .oneOf("site", "function", "api", "redirect")
      .required(
        "Where the domain leads: to a `site`, to a `function`, to the `api`, or on to another address (`redirect`).",
        {
          replace: true,
          wire: false,
          read: "type",
        },
      ),
    resource_id: t.string.optional(
      "ID of the site or function. For a redirect, that of the site or function that the rule belongs to.",
      {
        replace: true,
        wire: false,
        read: "resourceId",
        length: [1, 255],
        pattern: ID_PATTERN,
        absent: [""],
        // A redirect says in `resource_type` what the other types say by themselves.
        refBy: {
          attributes: ["resource_type", "type"],
          types: { site: "appwrite_site", function: "appwrite_function" },
        },
      },
    ),
    resource_type: t.oneOf("site", "function").optional('What `resource_id` names. For `type = "redirect"`.', {
      replace: true,
      wire: false,
      read: "resourceType",
    }),
    branch: t.string.optional("Branch whose deployments the domain leads to. Those in service when not set.", {
      replace: true,
      wire: false,
      read: "deploymentVcsProviderBranch",
      absent: [""],
      unset: "",
      length: [0, 255],
    }),
    redirect_url: t.string.optional('Where visitors are sent. For `type = "redirect"`.', {
      replace: true,
      wire: false,
      read: "redirectUrl",
      absent: [""],
      pattern: URL_TEXT,
      perEnvironment: true,
    }),
    redirect_status_code: t.int.optional(
      'Status of the redirect: 301 and 308 last for ever, 302 and 307 for this time. For `type = "redirect"`.',
      { replace: true, wire: false, read: "redirectStatusCode" },
    ),
    status: t.string.computed("Status: `unverified`, `verifying` or `verified`.", { clone: "skip", volatile: true }),
    logs: t.string.computed("Why the domain is not verified.", { clone: "skip", volatile: true }),
    renew_at: t.string.computed("When the certificate is renewed, in ISO 8601.", {
      clone: "skip",
      volatile: true,
      absent: ["", "datetime"],
    }),
    ...standard,
  },

  api: {
    read: "GET /proxy/rules/{id}",
    delete: "DELETE /proxy/rules/{id}",
    list: { path: "/proxy/rules", items: "rules", key: "$id" },
  },
  hooks: { validate: faults, create, fromWire: describe },
  importId: ["id"],
  lookup: { by: ["domain"], plural: "appwrite_proxy_rules" },
  knownBy: ["domain"],
  cloning: { onePerServer: "domain", owns: ({ trigger }) => trigger === "manual" },
});

/** What each type of rule needs, and which other attributes it may have. */
const SHAPES: { readonly [type: string]: { readonly needs: readonly string[]; readonly takes: readonly string[] } } = {
  site: { needs: ["resource_id"], takes: ["branch"] },
  function: { needs: ["resource_id"], takes: ["branch"] },
  api: { needs: [], takes: [] },
  redirect: { needs: ["redirect_url", "redirect_status_code", "resource_id", "resource_type"], takes: [] },
};

function faults(config: Row): readonly Diagnostic[] {
  const { type, redirect_status_code: status } = config;
  const shape = typeof type === "string" ? SHAPES[type] : undefined;
  const isCode = status === null || status === undefined || isUnknown(status) || CODES.includes(Number(status));
  const codes = `redirect_status_code must be one of ${CODES.join(", ")}, not ${String(status)}.`;
  const wrong = isCode ? [] : [error("Invalid value", codes, "redirect_status_code")];
  if (!shape) return wrong;
  const takesCode = shape.needs.includes("redirect_status_code");
  const isSet = (name: string) => (config[name] ?? null) !== null;
  const others = [...new Set(Object.values(SHAPES).flatMap(({ needs, takes }) => [...needs, ...takes]))];
  return [
    ...(takesCode ? wrong : []),
    ...shape.needs
      .filter((name) => !isSet(name))
      .map((name) => error("Attribute missing", `${name} must be set for type = "${String(type)}".`, name)),
    ...others
      .filter((name) => isSet(name) && !shape.needs.includes(name) && !shape.takes.includes(name))
      .map((name) =>
        error("Attribute without effect", `${name} means nothing for type = "${String(type)}". Remove it.`, name),
      ),
  ];
}

const CODES: readonly number[] = [301, 302, 307, 308];

async function create(session: Session, planned: Row): Promise<JsonObject> {
  const { domain, type } = planned;
  try {
    const call = { method: "POST", path: `/proxy/rules/${String(type)}`, body: bodyOf(planned), tells: "$id" } as const;
    return (await session.backend.call(call)) as JsonObject;
  } catch (cause) {
    if (!isConflict(cause) && !mayBeDone(cause)) throw cause;
    const rules = await session.backend.list({ path: "/proxy/rules", items: "rules", key: "$id" });
    const own = rules.find((rule) => String(rule["domain"]).toLowerCase() === String(domain).toLowerCase());
    // The answer of an attempt was lost: this is the rule that it made, or that a run made which was cut off.
    if (own && isSame(own, planned)) {
      if (isConflict(cause) && !cause.details.afterLostAnswer) session.report(adopted(domain));
      return own;
    }
    if (!isConflict(cause)) throw cause;
    const remedy = own
      ? `This project has a rule for it already. To manage it, import it: terraform import ADDRESS ${String(own["$id"])}.`
      : "Another project of this server has a rule for it. Remove that one first, or choose another domain.";
    throw new UserError(
      error("Domain is already used", `The domain ${String(domain)} is already used. ${remedy}`, "domain"),
    );
  }
}

/** Does a rule lead where the plan wants it to? */
function isSame(rule: JsonObject, planned: Row): boolean {
  const told = describe(rule);
  const text = (value: unknown): string => String(value ?? "");
  return [
    ["type", "type"],
    ["resource_id", "resourceId"],
    ["branch", "deploymentVcsProviderBranch"],
    ["redirect_url", "redirectUrl"],
    ["redirect_status_code", "redirectStatusCode"],
  ].every(([name = "", wire = ""]) => text(planned[name]) === text(told[wire]));
}

function adopted(domain: Value | undefined): Diagnostic {
  const text = `The project has a rule for ${String(domain)} that leads to the same place, as after a run that was interrupted, so it is managed from now on. If somebody else manages it, remove it from this configuration with a removed block.`;
  return warning("Domain was in use already", text, "domain");
}

function bodyOf(planned: Row): JsonObject {
  const { domain, type } = planned;
  const given = (name: string) => (planned[name] ?? null) as string | number | null;
  const branch = (given("branch") ?? "") === "" ? {} : { branch: given("branch") };
  const body: JsonObject = { domain: String(domain) };
  switch (type) {
    case "site":
      return { ...body, siteId: given("resource_id"), ...branch };
    case "function":
      return { ...body, functionId: given("resource_id"), ...branch };
    case "redirect":
      return {
        ...body,
        url: given("redirect_url"),
        statusCode: given("redirect_status_code"),
        resourceId: given("resource_id"),
        resourceType: given("resource_type"),
      };
    default:
      return body;
  }
}

/** The server calls what leads to a site or function a deployment, and tells a redirect's status for all rules. */
function describe(answer: JsonObject): JsonObject {
  const isRedirect = answer["type"] === "redirect";
  const kind = answer["deploymentResourceType"] ?? null;
  return {
    ...answer,
    type: answer["type"] === "deployment" ? kind : (answer["type"] ?? null),
    resourceId: answer["deploymentResourceId"] ?? null,
    resourceType: isRedirect ? kind : null,
    redirectUrl: isRedirect ? (answer["redirectUrl"] ?? null) : null,
    redirectStatusCode: isRedirect ? (answer["redirectStatusCode"] ?? null) : null,
  };
}
