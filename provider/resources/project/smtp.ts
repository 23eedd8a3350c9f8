import {
  type Backend,
  type Change,
  type Diagnostic,
  defineResource,
  error,
  type Json,
  type JsonObject,
  projectId,
  type Row,
  type Session,
  secret,
  t,
} from "../../schema/index.ts";
import { EMAIL } from "../addresses.ts";
import { HOSTNAME } from "../patterns.ts";
import { isOldServer, SETTINGS_QUEUE, SETTINGS_SINCE, type SettingsAccess, settingsAccess } from "./settings.ts";

export const projectSmtp = defineResource({
  type: "appwrite_project_smtp",
  noun: "SMTP configuration",
  summary: "The mail server by which a project sends its e-mails.",
  notes:
    "Appwrite connects to the mail server when SMTP is enabled, and refuses what it cannot reach. Attributes that are not set are left alone; Appwrite cannot clear the host, the port and the encryption once they are set.",
  scopes: { read: "project.read", write: "project.write" },
  since: SETTINGS_SINCE,
  byConsole: true,

  attributes: {
    enabled: t.bool.default(true, "Send e-mails by this server. Appwrite's own is used otherwise."),
    host: t.string.kept("Host name of the mail server.", {
      wire: "smtpHost",
      absent: [""],
      pattern: HOSTNAME,
      perEnvironment: true,
    }),
    port: t.int.kept("Port of the mail server, such as 587.", { wire: "smtpPort", absent: [0], range: [1, 65_535] }),
    username: t.string.kept('User name for the mail server. `""` clears it.', {
      wire: "smtpUsername",
      length: [0, 256],
    }),
    ...secret("password", "Password for the mail server.", { unreadable: true, length: [1, 256] }),
    secure: t.oneOf("tls", "ssl").kept("Encryption: `tls` begins it after the connection is made, `ssl` with it.", {
      wire: "smtpSecure",
      absent: [""],
    }),
    sender_name: t.string.kept('Name of the sender. `""` clears it.', { wire: "smtpSenderName", length: [0, 256] }),
    sender_email: t.string.kept("E-mail address of the sender.", {
      wire: "smtpSenderEmail",
      absent: [""],
      pattern: EMAIL,
    }),
    reply_to_name: t.string.kept('Name for replies. `""` clears it.', {
      wire: "smtpReplyToName",
      length: [0, 256],
      since: SETTINGS_SINCE,
    }),
    reply_to_email: t.string.kept('E-mail address for replies. `""` clears it.', {
      wire: "smtpReplyToEmail",
      pattern: { ...EMAIL, expression: new RegExp(`^$|${EMAIL.expression.source}`) },
    }),
    project_id: projectId,
  },

  api: { queue: SETTINGS_QUEUE },
  hooks: {
    validate: enabledFaults,
    check: oldServerFaults,
    fromWire: (project) => ({ ...project, enabled: project["smtpEnabled"] ?? false }),
    create: (session, planned, config) => write(session, null, planned, config),
    update: write,
    read: async ({ backend }) => read(await settingsAccess(backend)),
    delete: async ({ backend }) => {
      const access = await settingsAccess(backend);
      const body = access.isOld ? { enabled: false } : { enabled: false, username: "", password: "" };
      await access.call({ method: "PATCH", path: access.isOld ? "/smtp" : "/project/smtp", body });
    },
  },
  importId: ["project_id"],
  lookup: { by: [], plural: null },
  singleton: {
    onDestroy:
      "Custom SMTP is switched off, and its user name and password are cleared. Appwrite keeps the host, the port and the encryption, which it cannot clear.",
    untouched: () => ({ enabled: false, username: "", sender_name: "", reply_to_name: "", reply_to_email: "" }),
  },
});

/** Attributes with their names in requests. */
const FIELDS = {
  host: "host",
  port: "port",
  username: "username",
  secure: "secure",
  sender_name: "senderName",
  sender_email: "senderEmail",
  reply_to_name: "replyToName",
  reply_to_email: "replyToEmail",
} as const;

/** The project's document, whose fields begin with `smtp`; 1.9.0 has one field for replies. */
async function read(access: SettingsAccess): Promise<JsonObject> {
  const project = await access.project();
  return access.isOld ? { ...project, smtpReplyToEmail: project["smtpReplyTo"] ?? "", smtpReplyToName: "" } : project;
}

/** Sends what is set; what is not set stays. `enabled` always goes along, because Appwrite decides it otherwise. */
async function write({ backend }: Session, prior: Row | null, planned: Row, config: Row): Promise<JsonObject> {
  const access = await settingsAccess(backend);
  const set = Object.entries(FIELDS).filter(([name]) => (planned[name] ?? null) !== null);
  const fields = Object.fromEntries(set.map(([name, field]) => [field, planned[name] as Json]));
  const body = { ...fields, ...passwordOf(prior, planned, config), enabled: planned["enabled"] === true };
  if (access.isOld) {
    // Everything goes along, also the password that state knows.
    const known = typeof planned["password"] === "string" ? { password: planned["password"] } : {};
    const whole = oldBody(await access.project(), { ...known, ...body });
    await access.call({ method: "PATCH", path: "/smtp", body: whole });
  } else {
    await access.call({ method: "PATCH", path: "/project/smtp", body });
  }
  return read(access);
}

/** The password goes when it is new: Appwrite keeps it otherwise. Taken out of the configuration, it is cleared. */
function passwordOf(prior: Row | null, planned: Row, config: Row): JsonObject {
  const written = config["password_wo"] ?? planned["password"] ?? null;
  const isSame =
    prior !== null &&
    prior["password"] === planned["password"] &&
    prior["password_wo_version"] === planned["password_wo_version"];
  if (isSame) return {};
  if (written !== null) return { password: String(written) };
  return (prior?.["password"] ?? null) === null ? {} : { password: "" };
}

/** 1.9.0 replaces everything at once, and takes no empty texts. */
function oldBody(project: JsonObject, { replyToEmail, replyToName: _name, ...changes }: JsonObject): JsonObject {
  const before = {
    host: project["smtpHost"] ?? "",
    port: project["smtpPort"] ?? "",
    username: project["smtpUsername"] ?? "",
    password: project["smtpPassword"] ?? "",
    secure: project["smtpSecure"] ?? "",
    senderName: project["smtpSenderName"] ?? "",
    senderEmail: project["smtpSenderEmail"] ?? "",
    replyTo: project["smtpReplyTo"] ?? "",
  };
  const merged: JsonObject = {
    ...before,
    ...changes,
    ...(replyToEmail === undefined ? {} : { replyTo: replyToEmail }),
  };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== ""));
}

/** What enabling needs, as far as it is not on the server already. */
function enabledFaults(config: Row): readonly Diagnostic[] {
  const isEnabled = config["enabled"] !== false;
  const names = ["host", "port", "sender_email"];
  const set = names.filter((name) => (config[name] ?? null) !== null);
  if (!isEnabled || set.length === 0 || set.length === names.length) return [];
  return names
    .filter((name) => !set.includes(name))
    .map((name) =>
      error("Attribute missing", `${name} is needed to enable SMTP. Set it, or write enabled = false.`, name),
    );
}

/** 1.9.0 asks for a sender's name, and keeps nothing of an SMTP configuration that is not enabled. */
async function oldServerFaults(backend: Backend, { action, config }: Change): Promise<readonly Diagnostic[]> {
  if (action === "delete" || config === null || !(await isOldServer(backend))) return [];
  const set = Object.keys(FIELDS).filter((name) => (config[name] ?? null) !== null);
  if (config["enabled"] === false) {
    return set.map((name) =>
      error(
        "Not kept while disabled",
        `Appwrite ${SETTINGS_SINCE} and later keep ${name} while SMTP is disabled; this server does not. Leave it out, or enable SMTP.`,
        name,
      ),
    );
  }
  if (set.length === 0 || set.includes("sender_name")) return [];
  const text = `Before Appwrite ${SETTINGS_SINCE} the server enables SMTP only with sender_name. Set it.`;
  return [error("Attribute missing", text, "sender_name")];
}
