import {
  type Backend,
  type Change,
  type Diagnostic,
  defineResource,
  id,
  isList,
  type JsonObject,
  type Row,
  type Session,
  secret,
  standard,
  t,
} from "../../schema/index.ts";
import { eventFault } from "../events.ts";
import { URL_PORT, URL_TAIL } from "../patterns.ts";
import { elementFaults, isKnownServer } from "../vocabulary.ts";
import { isOldServer, SETTINGS_SINCE } from "./settings.ts";

const PATH = "/webhooks";
const LISTING = { path: PATH, items: "webhooks", key: "$id" } as const;
// Endings that no public domain has, as far as private networks use them: the server looks for the ending in the public suffix list.
const PRIVATE =
  "localhost|local|internal|test|example|invalid|lan|home|corp|intranet|private|localdomain|domain|server|mail|docker|svc|cluster|www|web|api|staging|production";
const PUBLIC_URL = {
  expression: new RegExp(
    String.raw`^https?://(?:[^\s/@]+@)?(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+(?!(?:${PRIVATE})(?:[:/?#]|$))[A-Za-z]{2,}${URL_PORT}${URL_TAIL}$`,
  ),
  words: "an http or https URL in ASCII with a public domain: Appwrite takes neither localhost nor bare IP addresses",
} as const;

const SIGNS = "Key of the signature in the header `X-Appwrite-Webhook-Signature`.";
const SIGNING = { length: [8, 256], since: SETTINGS_SINCE } as const;

export const webhook = defineResource({
  type: "appwrite_webhook",
  noun: "webhook",
  summary: "A URL that Appwrite calls when something happens in a project.",
  notes:
    "Appwrite tells the secret only when the webhook is made or its secret changed; it is kept in state from then on. After ten failed calls Appwrite disables a webhook by itself.",
  scopes: { read: "webhooks.read", write: "webhooks.write" },

  attributes: {
    id: id("webhookId", "webhook"),
    name: t.string.required("Name shown in the console.", { length: [1, 128] }),
    url: t.string.required("URL to call.", { pattern: PUBLIC_URL, mayHoldIds: true, perEnvironment: true }),
    events: t
      .unordered(t.string)
      .required("Events to be called for, such as `users.*.create`. Their order has no meaning.", {
        length: [0, 100],
        mayHoldIds: true,
      }),
    enabled: t.bool.default(true, "A disabled webhook is not called."),
    tls: t.bool.default(false, "Check the certificate of the URL."),
    auth_username: t.string.optional("User name for HTTP basic authentication.", { length: [1, 256], absent: [""] }),
    ...secret("auth_password", "Password for HTTP basic authentication.", { length: [1, 256], absent: [""] }),
    ...secret("secret", SIGNS, SIGNING),
    secret: t.string.serverDefault(`${SIGNS} Appwrite makes one when it is not set.`, {
      ...SIGNING,
      sensitive: true,
      clone: "skip",
      conflictsWith: ["secret_wo"],
    }),
    ...standard,
  },

  api: { list: LISTING },
  hooks: {
    validate: (config) => elementFaults(config, "events", eventFaultOfShape),
    check: eventFaults,
    fromWire: ofToday,
    decode: keepUntold,
    create: async ({ backend }, planned, config) => {
      const isOld = await isOldServer(backend);
      const chosen = chosenSecret(planned, config);
      const signed = chosen === null || isOld ? {} : { secret: chosen };
      const body = { webhookId: String(planned["id"]), ...fields(planned, config, isOld), ...signed };
      return (await backend.call({ method: "POST", path: PATH, body })) as JsonObject;
    },
    update,
    read: async ({ backend }, { id: webhookId }) => backend.find(LISTING, String(webhookId)),
    delete: async ({ backend }, { id: webhookId }) => {
      await backend.call({ method: "DELETE", path: `${PATH}/${webhookId}` });
    },
  },
  importId: ["id"],
  lookup: { by: ["name"], plural: "appwrite_webhooks" },
  cloning: { ids: "server", config: "webhooks" },
});

async function update({ backend }: Session, prior: Row, planned: Row, config: Row): Promise<JsonObject> {
  const isOld = await isOldServer(backend);
  const path = `${PATH}/${planned["id"]}`;
  const body = fields(planned, config, isOld);
  const answer = (await backend.call({ method: "PUT", path, body })) as JsonObject;
  const fresh = chosenSecret(planned, config);
  const isSame = planned["secret"] === prior["secret"] && planned["secret_wo_version"] === prior["secret_wo_version"];
  if (isOld || fresh === null || isSame) return answer;
  return (await backend.call({ method: "PATCH", path: `${path}/secret`, body: { secret: fresh } })) as JsonObject;
}

/** The secret that the configuration gives, write-only or not. */
function chosenSecret(planned: Row, config: Row): string | null {
  const chosen = config["secret_wo"] ?? planned["secret"];
  return typeof chosen === "string" ? chosen : null;
}

/** The body of a PUT, which resets what it leaves out; 1.9.0 has other names for three of the fields. */
function fields(planned: Row, config: Row, isOld: boolean): JsonObject {
  const { name, url, events, enabled, tls, auth_username: user } = planned;
  const password = config["auth_password_wo"] ?? planned["auth_password"] ?? null;
  return {
    name: String(name),
    url: String(url),
    events: isList(events) ? events.map(String) : [],
    enabled: enabled === true,
    [isOld ? "security" : "tls"]: tls === true,
    ...(typeof user === "string" ? { [isOld ? "httpUser" : "authUsername"]: user } : {}),
    ...(typeof password === "string" ? { [isOld ? "httpPass" : "authPassword"]: password } : {}),
  };
}

/** An answer in today's names. */
function ofToday(answer: JsonObject): JsonObject {
  if (answer["signatureKey"] === undefined) return answer;
  const { security = false, httpUser = "", httpPass = "", signatureKey = "", ...rest } = answer;
  return { ...rest, tls: security, authUsername: httpUser, authPassword: httpPass, secret: signatureKey };
}

/** The secret is told once, and what was given write-only is not kept. */
function keepUntold(row: Row, answer: JsonObject, previous: Row | null): Row {
  const isHidden = answer["secret"] === "" || answer["secret"] === undefined;
  const told = { ...row, secret: (isHidden ? previous?.["secret"] : row["secret"]) ?? null };
  const writeOnly = ["secret", "auth_password"].filter((name) => (previous?.[`${name}_wo_version`] ?? null) !== null);
  return { ...told, ...Object.fromEntries(writeOnly.map((name) => [name, null])) };
}

/** What is wrong with an event on any version: its words are judged when the server's version is known. */
function eventFaultOfShape(event: string): string | null {
  const parts = event.split(".");
  const isShaped = parts.length >= 2 && parts.length <= 7 && parts.every((part) => part !== "");
  return isShaped ? null : eventFault(event);
}

async function eventFaults(backend: Backend, { action, config }: Change): Promise<readonly Diagnostic[]> {
  if (action === "delete" || config === null || !(await isKnownServer(backend))) return [];
  const version = await backend.version();
  return elementFaults(config, "events", (event) => eventFault(event, version));
}
