import { randomBytes } from "node:crypto";
import { type Context, empty, type Handlers, json, type Reply } from "../context.ts";
import { amend } from "../documents.ts";
import { ServerError } from "../errors.ts";
import { identifier } from "../identifiers.ts";
import type { JsonObject } from "../json.ts";
import type { Params } from "../params.ts";
import type { Project } from "../projects.ts";
import { listItems } from "../queries.ts";
import type { Place, Stored } from "../store.ts";
import { isOlder } from "../versions.ts";

/** Webhooks of all projects: their ids are unique over the whole server (real-server.md, F10). */
export const webhooksPlace: Place = { scope: "*", collection: "webhooks" };

/** Webhooks. The secret is told by its creation and its change alone; 1.9.0 tells it always, and under another name. */
export const webhookRoutes: Handlers = {
  "GET /v1/webhooks": (context, params) => {
    const all = webhooksOf(context, context.project).map((one) => showWebhook(context, one));
    const { total, items } = listItems(
      all,
      { queries: params.queries(), total: params.flag("total") },
      { noun: "Webhook", value: (one, name) => one[name], id: (one) => String(one["$id"]) },
    );
    return json({ total, webhooks: items });
  },
  "POST /v1/webhooks": create,
  "GET /v1/webhooks/:webhookId": (context, params) => json(showWebhook(context, webhookOf(context, params))),
  "PUT /v1/webhooks/:webhookId": (context, params) => {
    const webhook = webhookOf(context, params);
    return json(showWebhook(context, amend(context, webhooksPlace, webhook, fieldsOf(context, params))));
  },
  "DELETE /v1/webhooks/:webhookId": (context, params) => {
    context.store.remove(webhooksPlace, webhookOf(context, params).id);
    return empty();
  },
  "PATCH /v1/webhooks/:webhookId/secret": changeSecret,
  "PATCH /v1/webhooks/:webhookId/signature": changeSecret,
};

/** The webhooks of a project, oldest first. */
export function webhooksOf({ store }: Pick<Context, "store">, project: Project): readonly Stored[] {
  return store.list(webhooksPlace).filter(({ data }) => data["projectId"] === project.id);
}

/** A webhook as the server answers it, in the names of its version. */
export function showWebhook(
  { version }: Pick<Context, "version">,
  { id, data }: Stored,
  withSecret = false,
): JsonObject {
  const { $createdAt = "", $updatedAt = "", name = "", url = "", events = [], tls = false } = data;
  const { authUsername = "", authPassword = "", secret = "", enabled = true } = data;
  const head = { $id: id, $createdAt, $updatedAt, name, url, events };
  const tail = { enabled, logs: "", attempts: 0 };
  const isOld = isOlder(version, "1.9.5");
  const told = isOld || withSecret ? secret : "";
  if (isOld)
    return { ...head, security: tls, httpUser: authUsername, httpPass: authPassword, signatureKey: told, ...tail };
  return { ...head, tls, authUsername, authPassword, secret: told, ...tail };
}

function create(context: Context, params: Params): Reply {
  const id = identifier(params.text("webhookId"));
  const data = {
    projectId: context.project.id,
    $createdAt: context.now,
    $updatedAt: context.now,
    ...fieldsOf(context, params),
    secret: params.textOrNull("secret") ?? newSecret(),
  };
  const sequence = context.store.insert(webhooksPlace, id, data);
  if (sequence === undefined) throw new ServerError("webhook_already_exists");
  return json(showWebhook(context, { sequence, id, data }, true));
}

function changeSecret(context: Context, params: Params): Reply {
  const webhook = webhookOf(context, params);
  const secret = params.textOrNull("secret") ?? newSecret();
  const data = { ...webhook.data, secret, $updatedAt: context.now };
  context.store.update(webhooksPlace, webhook.id, data);
  return json(showWebhook(context, { ...webhook, data }, true));
}

/** What a PUT leaves out is reset (real-server.md, F33). */
function fieldsOf({ version }: Context, params: Params): JsonObject {
  const isOld = isOlder(version, "1.9.5");
  return {
    name: params.text("name"),
    url: params.text("url"),
    events: params.list("events"),
    enabled: params.raw("enabled") !== false,
    tls: params.flag(isOld ? "security" : "tls"),
    authUsername: params.text(isOld ? "httpUser" : "authUsername"),
    authPassword: params.text(isOld ? "httpPass" : "authPassword"),
  };
}

function newSecret(): string {
  return randomBytes(64).toString("hex");
}

function webhookOf({ store, project }: Context, params: Params): Stored {
  const webhook = store.get(webhooksPlace, params.text("webhookId"));
  if (!webhook || webhook.data["projectId"] !== project.id) throw new ServerError("webhook_not_found");
  return webhook;
}
