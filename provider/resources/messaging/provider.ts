import {
  type Attribute,
  type AttributeOptions,
  camelCase,
  collection,
  type Diagnostic,
  defineResource,
  error,
  id,
  isUnknown,
  type Row,
  secret,
  standard,
  t,
  UNKNOWN,
  warning,
} from "../../schema/index.ts";
import { EMAIL, NOT_ZERO, PHONE } from "../addresses.ts";
import { PROVIDER_KINDS, type ProviderKind } from "./provider-kinds.ts";

/** The server takes any text for these two, and sends nothing then. */
const SENDING_DOMAIN = {
  expression: /^(?!0$)[^\s/:]+$/,
  words: "a domain without scheme and path, such as mg.example.com",
} as const;
const MAIL_HOSTS = {
  expression: /^(?!0$)(?:(?:ssl|tls):\/\/)?[^\s/]+(?:;\s*(?:(?:ssl|tls):\/\/)?[^\s/]+)*$/,
  words: 'a host such as "smtp.example.com", or several separated by semicolons',
} as const;

export const provider = defineResource({
  type: "appwrite_messaging_provider",
  noun: "messaging provider",
  summary: "A provider of e-mail, text messages or push notifications, with its credentials.",
  notes:
    "Each `type` takes attributes of its own, and refuses the others. Appwrite cannot take a text away from a provider once it is set: removing one replaces the provider. A credential that is removed is left to the server.",
  scopes: { read: "providers.read", write: "providers.write" },

  attributes: {
    id: id("providerId", "provider"),
    name: t.string.required("Name shown in the console.", { length: [1, 128], pattern: NOT_ZERO }),
    type: t
      .oneOf(...Object.keys(PROVIDER_KINDS))
      .required("The service that sends.", { replace: true, wire: false, read: "provider" }),
    enabled: t.bool.default(
      true,
      "Whether messages go out by it, for which it needs all credentials of its type. When not set, a provider that lacks one is disabled.",
    ),

    from_email: text("options.fromEmail", "Address that e-mails come from.", { pattern: EMAIL }),
    from_name: text("options.fromName", "Name that e-mails come from.", { length: [0, 128], unset: "" }),
    reply_to_email: text("options.replyToEmail", "Address that answers go to. That of the sender when not set.", {
      length: [1, 128],
      pattern: EMAIL,
    }),
    reply_to_name: text("options.replyToName", "Name that answers go to.", { length: [0, 128], unset: "" }),
    from: text("options.from", "Number in E.164 that text messages come from, such as `+12065550100`.", {
      pattern: PHONE,
    }),

    ...credential("api_key", "API key (Mailgun, SendGrid, Resend, Vonage, Telesign, Textmagic)."),
    ...credential("api_secret", "API secret (Vonage)."),
    domain: text("credentials.domain", "Domain that sends (Mailgun).", { pattern: SENDING_DOMAIN }),
    is_eu_region: t.bool.optional(
      "Whether the domain is in Mailgun's EU region. Mailgun needs one of both to be said.",
      {
        replace: "cleared",
        read: "credentials.isEuRegion",
      },
    ),
    access_key: text("credentials.accessKey", "ID of the access key (Amazon SES).", { since: "1.9.5" }),
    ...credential("secret_key", "Secret access key (Amazon SES)."),
    region: text("credentials.region", "Region, such as `eu-west-1` (Amazon SES).", {
      length: [1, 128],
      since: "1.9.5",
    }),
    host: text("credentials.host", "Host, or several with their ports, separated by semicolons (SMTP).", {
      pattern: MAIL_HOSTS,
    }),
    port: t.int.optional("Port, 587 when not set (SMTP).", {
      range: [1, 65_535],
      read: "credentials.port",
      absent: [587],
      unset: 587,
      clear: 587,
    }),
    username: text("credentials.username", "User name (SMTP, Textmagic)."),
    ...credential("password", "Password (SMTP)."),
    encryption: t
      .oneOfAnyCase("none", "ssl", "tls")
      .optional("Encryption of the connection, none when not set (SMTP).", {
        read: "options.encryption",
        absent: ["", "none"],
        unset: "none",
        clear: "none",
      }),
    auto_tls: t.bool.optional("Change to TLS where the host offers it, true when not set (SMTP).", {
      wire: "autoTLS",
      read: "options.autoTLS",
      absent: [true],
      unset: true,
      clear: true,
    }),
    mailer: text("options.mailer", "What the header X-Mailer says (SMTP)."),
    account_sid: text("credentials.accountSid", "Account SID (Twilio)."),
    ...credential("auth_token", "Auth token (Twilio)."),
    template_id: text("credentials.templateId", "ID of the template (MSG91)."),
    sender_id: text("credentials.senderId", "ID of the sender (MSG91)."),
    customer_id: text("credentials.customerId", "ID of the customer (Telesign)."),
    ...credential("auth_key", "Authentication key (MSG91), or the content of the .p8 key (APNS)."),
    auth_key_id: text("credentials.authKeyId", "ID of the key (APNS)."),
    team_id: text("credentials.teamId", "ID of the developer team (APNS)."),
    bundle_id: text("credentials.bundleId", "Bundle ID of the app (APNS). The server's update does not reach it.", {
      replace: true,
    }),
    sandbox: t.bool.optional("Use Apple's sandbox, false when not set (APNS).", {
      read: "options.sandbox",
      absent: [false],
      unset: false,
      clear: false,
    }),
    ...secret(
      "service_account_json",
      'Service account as JSON text, such as `file("account.json")` (FCM).',
      { wire: "serviceAccountJSON", read: "credentials.serviceAccountJSON", readWhenSet: true },
      t.json,
    ),
    ...standard,
  },

  api: {
    ...collection("/messaging/providers", "providers"),
    create: "POST /messaging/providers/{type}",
    update: "PATCH /messaging/providers/{type}/{id}",
  },
  hooks: { validate: faults, foresee },
  importId: ["id"],
  lookup: { by: ["name"], plural: "appwrite_messaging_providers" },
  cloning: {
    // SMTP sends without a password too.
    needsSecret: { enabled: ["api_key", "api_secret", "secret_key", "auth_token", "auth_key", "service_account_json"] },
  },
});

/** What the server chooses where it is not said, for the types that take it. */
const DEFAULTED = Object.entries<Attribute>(provider.attributes)
  .filter(([, { options }]) => options.unset !== undefined)
  .map(([name]) => name);

/** A text that the server tells at `read`, and cannot take away again. */
function text(read: string, doc: string, options: AttributeOptions = {}): Attribute {
  return t.string.optional(doc, {
    replace: "cleared",
    absent: [""],
    read,
    length: [1, Number.MAX_SAFE_INTEGER],
    pattern: NOT_ZERO,
    ...options,
  });
}

/** A secret that the server tells. */
function credential(name: string, doc: string) {
  return secret(name, doc, {
    read: `credentials.${camelCase(name)}`,
    readWhenSet: true,
    absent: [""],
    pattern: NOT_ZERO,
  });
}

/** Attributes that some types take and others do not. */
const PARTICULAR = [...new Set(Object.values(PROVIDER_KINDS).flatMap(({ needs, takes }) => [...needs, ...takes]))];

function faults(config: Row): readonly Diagnostic[] {
  const { type, enabled } = config;
  const kind = kindOf(config);
  if (!kind) return [];
  const known = [...kind.needs, ...kind.takes];
  const strange = PARTICULAR.filter((name) => !known.includes(name)).flatMap((name) =>
    [name, `${name}_wo`]
      .filter((one) => (config[one] ?? null) !== null)
      .map((one) =>
        error(
          "Attribute of another type",
          `${one} is not for ${type}. A provider of this type takes ${sentence(known)}.`,
          one,
        ),
      ),
  );
  const needed = enabled === true ? kind.needs : (kind.always ?? []);
  const missing = lacking(config, needed).map((name) =>
    error("Attribute missing", wanting(String(type), name, kind), name),
  );
  return [...strange, ...missing];
}

/**
 * A provider that lacks a credential is left disabled by the server. Where the configuration does not say `enabled`, that is planned, and
 * said, so that one may be made in advance. What a type does not take has no default either.
 */
async function foresee(config: Row): Promise<{ readonly known: Row; readonly diagnostics: readonly Diagnostic[] }> {
  const isOpen = (config["enabled"] ?? null) === null;
  const kind = kindOf(config);
  const foreign = DEFAULTED.filter((name) => !kind?.takes.includes(name));
  const untaken: Row = Object.fromEntries(foreign.map((name) => [name, isUnknown(config["type"]) ? UNKNOWN : null]));
  if (isOpen && isUnknown(config["type"])) return { known: { ...untaken, enabled: UNKNOWN }, diagnostics: [] };
  const missing = kind && isOpen ? lacking(config, kind.needs) : [];
  if (missing.length === 0) return { known: untaken, diagnostics: [] };
  const text = `A provider of type ${config["type"]} sends nothing without ${sentence(missing)}. Set what is missing, or set enabled = false if that is meant.`;
  return {
    known: { ...untaken, enabled: false },
    diagnostics: [warning("Messaging provider stays disabled", text, "enabled")],
  };
}

function kindOf({ type }: Row): ProviderKind | undefined {
  return typeof type === "string" && Object.hasOwn(PROVIDER_KINDS, type) ? PROVIDER_KINDS[type] : undefined;
}

/** The names among `needed` that are set neither as they are nor by their write-only twin. */
function lacking(config: Row, needed: readonly string[]): readonly string[] {
  return needed.filter((name) => [name, `${name}_wo`].every((one) => (config[one] ?? null) === null));
}

function wanting(type: string, name: string, kind: ProviderKind): string {
  if (kind.always?.includes(name)) return `A provider of type ${type} needs ${name}.`;
  const also = name === "is_eu_region" ? " to be said, true or false" : "";
  return `An enabled provider of type ${type} needs ${name}${also}; Appwrite would leave it disabled without saying so. Set ${name}, or set enabled = false.`;
}

function sentence(words: readonly string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
