import {
  ApiError,
  type Backend,
  type Change,
  type Diagnostic,
  defineResource,
  error,
  type JsonObject,
  projectId,
  type Row,
  type Session,
  t,
  UserError,
  warning,
} from "../../schema/index.ts";
import { EMAIL } from "../addresses.ts";
import { LOCALES } from "./locales.ts";
import { isOldServer, SETTINGS_QUEUE, SETTINGS_SINCE, type SettingsAccess, settingsAccess } from "./settings.ts";

const PATH = "/project/templates/email";
const FIELDS = {
  subject: "subject",
  message: "message",
  sender_name: "senderName",
  sender_email: "senderEmail",
  reply_to_name: "replyToName",
  reply_to_email: "replyToEmail",
} as const;
const EMPTY = { absent: [""], clear: "" } as const;

export const projectEmailTemplate = defineResource({
  type: "appwrite_project_email_template",
  noun: "e-mail template",
  summary: "The text of one kind of e-mail in one language.",
  notes:
    "Appwrite takes templates only while custom SMTP is enabled: refer to `appwrite_project_smtp` by `depends_on`. Only a console user can go back to the built-in text: without console credentials the template stays when the resource is destroyed.",
  scopes: { read: "templates.read", write: "templates.write" },
  since: SETTINGS_SINCE,
  byConsole: true,

  attributes: {
    template: t
      .oneOf("verification", "magicSession", "recovery", "invitation", "mfaChallenge", "sessionAlert", "otpSession")
      .required("The kind of e-mail.", { replace: true, wire: "templateId" }),
    locale: t.oneOf(...LOCALES).default("en", "The language, such as `en` or `pt-br`.", { replace: true }),
    subject: t.string.required("Subject of the e-mail.", { length: [1, 255] }),
    message: t.string.required("Body of the e-mail, as HTML with placeholders such as `{{redirect}}`.", {
      length: [1, 10_485_760],
    }),
    sender_name: t.string.optional("Name of the sender.", { length: [1, 255], ...EMPTY }),
    sender_email: t.string.optional("E-mail address of the sender.", { pattern: EMAIL, ...EMPTY }),
    reply_to_name: t.string.optional("Name for replies.", { length: [1, 255], since: SETTINGS_SINCE, ...EMPTY }),
    reply_to_email: t.string.optional("E-mail address for replies.", { pattern: EMAIL, ...EMPTY }),
    project_id: projectId,
  },

  api: { queue: SETTINGS_QUEUE, list: { path: PATH, items: "templates", key: "templateId", queries: false } },
  hooks: {
    check: foretellDelete,
    create: (session, planned) => write(session, planned),
    update: (session, _prior, planned) => write(session, planned),
    read: async ({ backend }, row) => find(await settingsAccess(backend), row),
    delete: remove,
    list: async (backend) => customised(await settingsAccess(backend)),
  },
  importId: ["template", "locale"],
  cloning: { after: ["appwrite_project_smtp"] },
  lookup: { by: [], plural: null },
});

/** Everything is sent each time, what is not set as an empty text: so nothing of an earlier text is left. */
async function write(session: Session, planned: Row): Promise<JsonObject> {
  const access = await settingsAccess(session.backend);
  const { template, locale } = planned;
  const fields = Object.fromEntries(
    Object.entries(FIELDS).map(([name, wire]) => [wire, String(planned[name] ?? "")]),
  ) as JsonObject;
  if (access.isOld) {
    const { replyToEmail, replyToName: _, ...others } = fields;
    // 1.9.0 takes no empty texts.
    const body = Object.fromEntries(
      Object.entries({ ...others, replyTo: replyToEmail ?? "" }).filter(([, value]) => value !== ""),
    );
    const path = `/templates/email/${template}/${locale}`;
    return fromOld((await access.call({ method: "PATCH", path, body })) as JsonObject);
  }
  const body = { templateId: String(template), locale: String(locale), ...fields };
  try {
    await access.call({ method: "PATCH", path: PATH, body });
  } catch (cause) {
    throw withRemedy(cause);
  }
  const kept = await find(access, planned);
  if (kept === null) {
    session.report(
      warning(
        "E-mail template not found",
        "Somebody else changed the project's templates at the same time. Apply again.",
      ),
    );
  }
  return kept ?? body;
}

/** Appwrite says that it needs SMTP, but not how a configuration sees to that. */
function withRemedy(cause: unknown): unknown {
  if (!(cause instanceof ApiError) || !cause.details.message.startsWith("SMTP must be enabled")) return cause;
  const text =
    "Appwrite takes e-mail templates only while custom SMTP is enabled. Enable it by appwrite_project_smtp, and name that resource in depends_on.";
  return new UserError(error("SMTP not enabled", text, "template"));
}

/** The customised template. 1.9.0 does not tell the customised from the built-in ones. */
async function find(access: SettingsAccess, { template, locale }: Row): Promise<JsonObject | null> {
  if (access.isOld) {
    const path = `/templates/email/${template}/${locale}`;
    return fromOld((await access.call({ method: "GET", path, tells: "type" })) as JsonObject);
  }
  const all = await customised(access);
  return all.find((one) => one["templateId"] === template && one["locale"] === locale) ?? null;
}

async function customised(access: SettingsAccess): Promise<readonly JsonObject[]> {
  if (access.isOld) return [];
  const { templates } = (await access.call({ method: "GET", path: PATH, items: "templates" })) as JsonObject;
  return templates as readonly JsonObject[];
}

function fromOld({ type = "", replyTo = "", ...answer }: JsonObject): JsonObject {
  return { ...answer, templateId: type, replyToEmail: replyTo, replyToName: "" };
}

const STAYS =
  "Only a console user can go back to the built-in text of an e-mail, so that the template stays as it is on the server. Give the provider console_email and console_password to have it deleted.";

async function foretellDelete(backend: Backend, { action }: Change): Promise<readonly Diagnostic[]> {
  if (action !== "delete" && action !== "replace") return [];
  return (await backend.console()) === null ? [warning("E-mail template stays", STAYS)] : [];
}

async function remove(session: Session, { template, locale }: Row): Promise<void> {
  const console = await session.backend.console();
  if (console === null) {
    session.report(warning("E-mail template stays", STAYS));
    return;
  }
  const path = `/projects/${session.backend.projectId}/templates/email`;
  const [type, language] = [String(template), String(locale)];
  if (await isOldServer(session.backend))
    await console.call({ method: "DELETE", path: `${path}/${type}/${language}`, tells: "message" });
  else await console.call({ method: "DELETE", path, body: { type, locale: language }, tells: "message" });
}
