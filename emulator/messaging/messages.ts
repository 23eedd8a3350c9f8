import { type Context, empty, type Handlers, type JobContext, json, type Reply } from "../context.ts";
import { readDatetime } from "../dates.ts";
import { addDocument, amend } from "../documents.ts";
import { ServerError } from "../errors.ts";
import { identifier } from "../identifiers.ts";
import { isList, type Json, type JsonObject } from "../json.ts";
import type { Params } from "../params.ts";
import { type ListView, listItems } from "../queries.ts";
import type { Place, Stored } from "../store.ts";
import { subscribersPlace, topicsPlace } from "./subscribers.ts";

const MESSAGE = "/v1/messaging/messages/:messageId";

/** Messages: drafts, scheduled ones, and those that are handed to the worker at once. */
export const messageRoutes: Handlers = {
  ...routesOf("email", { data: emailData, errorOfTarget: "message_target_not_email" }),
  ...routesOf("sms", { data: smsData, errorOfTarget: "message_target_not_sms" }),
  ...routesOf("push", { data: pushData, errorOfTarget: "message_target_not_push" }),
  "GET /v1/messaging/messages": (context, params) => {
    const { total, items } = listItems(context.store.list(messagesPlace(context)), params.asked(), messagesView);
    return json({ total, messages: items.map(showMessage) });
  },
  [`GET ${MESSAGE}`]: (context, params) => json(showMessage(messageOf(context, params))),
  [`GET ${MESSAGE}/targets`]: (context, params) => {
    const ids = textsOf(messageOf(context, params).data["targets"]);
    const found = context.store.list(targetsPlace(context)).filter(({ id }) => ids.includes(id));
    const { total, items } = listItems(found, params.asked(), targetsView);
    return json({ total, targets: items.map(({ data }) => data) });
  },
  // The audit of requests is not kept.
  [`GET ${MESSAGE}/logs`]: (context, params) => {
    messageOf(context, params);
    return json({ total: 0, logs: [] });
  },
  [`DELETE ${MESSAGE}`]: (context, params) => {
    const message = messageOf(context, params);
    if (message.data["status"] === "processing") throw new ServerError("message_already_scheduled");
    if (message.data["status"] === "scheduled" && isPast(context, message.data["scheduledAt"]))
      throw new ServerError("message_already_scheduled");
    context.store.remove(messagesPlace(context), message.id);
    return empty();
  },
};

/** What distinguishes the three kinds of messages. */
type MessageKind = {
  /** The content of a message: of a new one, or of one that is changed (`before`), where only what is given counts. */
  readonly data: (context: Context, params: Params, before: JsonObject | null) => JsonObject;
  readonly errorOfTarget: "message_target_not_email" | "message_target_not_sms" | "message_target_not_push";
};

function routesOf(providerType: string, kind: MessageKind): Handlers {
  const path = `/v1/messaging/messages/${providerType}`;
  return {
    [`POST ${path}`]: (context, params) => createMessage(context, params, providerType, kind),
    [`PATCH ${path}/:messageId`]: (context, params) => updateMessage(context, params, kind),
  };
}

function createMessage(context: Context, params: Params, providerType: string, kind: MessageKind): Reply {
  const scheduledAt = params.textOrNull("scheduledAt");
  const status = params.flag("draft") ? "draft" : scheduledAt === null ? "processing" : "scheduled";
  const recipients = { topics: params.list("topics"), users: params.list("users"), targets: params.list("targets") };
  if (status !== "draft") refuseWithoutRecipients(params);
  if (providerType === "email") refuseNull(params, ["targets", "cc", "bcc"]);
  const addressed = [...recipients.targets, ...params.list("cc"), ...params.list("bcc")];
  const isRight = (id: Json) =>
    context.store.get(targetsPlace(context), String(id))?.data["providerType"] === providerType;
  // The server counts what it finds, so that a target which is named twice is one too few.
  if (new Set(addressed).size !== addressed.length || !addressed.every(isRight))
    throw new ServerError(kind.errorOfTarget);
  const fields = {
    providerType,
    ...recipients,
    // The server does not keep the schedule of an SMS (source: its action).
    scheduledAt: providerType === "sms" ? null : scheduledAt,
    deliveredAt: null,
    deliveryErrors: [],
    deliveredTotal: 0,
    data: kind.data(context, params, null),
    status,
  };
  const message = addDocument(context, messagesPlace(context), identifier(params.text("messageId")), fields);
  if (!message) throw new ServerError("message_already_exists");
  if (status === "processing") context.enqueue("send-message", { id: message.id });
  return json(showMessage(message));
}

/** One list after another is counted until one has something in it; null cannot be counted. */
function refuseWithoutRecipients(params: Params): void {
  for (const name of ["topics", "users", "targets"]) {
    refuseNull(params, [name]);
    if (params.list(name).length > 0) return;
  }
  throw new ServerError("message_missing_target");
}

/** The action takes null for a list, and then breaks where it works with it. */
function refuseNull(params: Params, names: readonly string[]): void {
  if (names.some((name) => params.raw(name) === null)) throw new ServerError("general_unknown");
}

function updateMessage(context: Context, params: Params, kind: MessageKind): Reply {
  const message = messageOf(context, params);
  const { data } = message;
  const scheduledAt = params.textOrNull("scheduledAt");
  const status = statusOf(params, scheduledAt, String(data["status"]));
  const list = (name: string): readonly Json[] => params.listOrNull(name) ?? (data[name] as readonly Json[]);
  const recipients = { topics: list("topics"), users: list("users"), targets: list("targets") };
  if (status !== "draft" && Object.values(recipients).every((one) => one.length === 0))
    throw new ServerError("message_missing_target");
  refuseFinished(String(data["status"]));
  const current = data["scheduledAt"] ?? null;
  if (status === "scheduled" && scheduledAt === null && current === null)
    throw new ServerError("message_missing_schedule");
  if (isPast(context, current)) throw new ServerError("message_already_scheduled");
  const changed = amend(context, messagesPlace(context), message, {
    ...recipients,
    scheduledAt: scheduledAt ?? current,
    data: kind.data(context, params, data["data"] as JsonObject),
    status,
  });
  if (status === "processing") context.enqueue("send-message", { id: message.id });
  return json(showMessage(changed));
}

function statusOf(params: Params, scheduledAt: string | null, current: string): string {
  if (params.raw("draft") === null && scheduledAt === null) return current;
  if (params.flag("draft")) return "draft";
  return scheduledAt === null ? "processing" : "scheduled";
}

function refuseFinished(status: string): void {
  if (status === "processing") throw new ServerError("message_already_processing");
  if (status === "sent") throw new ServerError("message_already_sent");
  if (status === "failed") throw new ServerError("message_already_failed");
}

function isPast({ now }: Pick<Context, "now">, instant: Json | undefined): boolean {
  const date = readDatetime(instant ?? null);
  return date !== undefined && date < new Date(now);
}

function emailData(context: Context, params: Params, before: JsonObject | null): JsonObject {
  const given = params.listOrNull("attachments");
  const attachments = given?.map((one) => attachmentOf(context, String(one)));
  const fields = givenFields(params, ["subject", "content", "html", "cc", "bcc"], before === null);
  return { ...before, ...fields, ...(attachments ? { attachments } : before === null ? { attachments: null } : {}) };
}

function smsData(_context: Context, params: Params, before: JsonObject | null): JsonObject {
  return { ...before, ...givenFields(params, ["content"], before === null) };
}

/** What is left empty is left out of a push message. */
function pushData(context: Context, params: Params, before: JsonObject | null): JsonObject {
  const image = params.text("image") === "" ? {} : { image: imageOf(context, params.text("image")) };
  const names = [
    "title",
    "body",
    "data",
    "action",
    "icon",
    "sound",
    "color",
    "tag",
    "badge",
    "contentAvailable",
    "critical",
  ];
  const fields = givenFields(params, [...names, "priority"], false);
  const isKept = ([name, value]: [string, Json]) =>
    before !== null || !(value === "" || value === false || (name === "badge" && Number(value) < 0));
  const kept = Object.fromEntries(Object.entries(fields).filter(isKept));
  const { contentAvailable, critical, priority, badge, icon, sound, color, tag, ...head } = kept;
  const rest = given({ icon, sound, color, tag, badge, contentAvailable, critical, priority });
  return { ...before, ...head, ...image, ...rest };
}

function given(fields: { readonly [name: string]: Json | undefined }): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]): [string, Json][] => (value === undefined ? [] : [[name, value]])),
  );
}

/** The named parameters that are not null; with `all` also those. */
function givenFields(params: Params, names: readonly string[], all: boolean): JsonObject {
  const entries = names.map((name): [string, Json] => [name, params.raw(name)]);
  return Object.fromEntries(entries.filter(([, value]) => all || value !== null));
}

function attachmentOf(context: Context, compound: string): JsonObject {
  const { bucketId, file } = fileOf(context, compound, "storage_file_not_found");
  return { bucketId, fileId: file.id };
}

function imageOf(context: Context, compound: string): JsonObject {
  const { bucketId, file } = fileOf(context, compound, "storage_bucket_not_found");
  if (!["image/png", "image/jpeg"].includes(String(file.data["mimeType"])))
    throw new ServerError("storage_file_type_unsupported");
  const url = `${context.settings.endpoint}/storage/buckets/${bucketId}/files/${file.id}/push?project=${context.project.id}`;
  return { bucketId, fileId: file.id, url };
}

function fileOf(
  { store, project }: Context,
  compound: string,
  missing: "storage_file_not_found" | "storage_bucket_not_found",
): { bucketId: string; file: Stored } {
  const [bucketId = "", fileId = ""] = compound.split(":");
  const bucket = store.get({ scope: project.id, collection: "buckets" }, bucketId);
  if (!bucket) throw new ServerError("storage_bucket_not_found");
  const file = store.get({ scope: project.id, collection: `files:${bucket.sequence}` }, fileId);
  if (!file) throw new ServerError(missing);
  return { bucketId: bucket.id, file };
}

/**
 * Hands a message to nobody: without an enabled provider or recipients it fails as on the server; otherwise it counts as
 * delivered, because an emulator reaches no mail or phone service.
 */
export function sendMessage(job: JobContext, payload: JsonObject): void {
  const context = { store: job.store, now: job.now, project: { id: job.scope } };
  const place = messagesPlace(context);
  const message = job.store.get(place, String(payload["id"]));
  if (message?.data["status"] !== "processing") return;
  const { providerType } = message.data;
  const providers = job.store.list({ scope: job.scope, collection: "providers" });
  const fail = (reason: string) => void amend(context, place, message, { status: "failed", deliveryErrors: [reason] });
  if (!providers.some(({ data }) => data["enabled"] === true && data["type"] === providerType))
    return fail("No enabled provider found.");
  const recipients = recipientsOf(context, message);
  if (recipients.size === 0) return fail("No valid recipients found.");
  amend(context, place, message, { status: "sent", deliveredTotal: recipients.size, deliveredAt: job.now });
}

type Scoped = Pick<Context, "store"> & { readonly project: { readonly id: string } };

function recipientsOf(context: Scoped, { data }: Stored): ReadonlySet<string> {
  const { store } = context;
  const topics = textsOf(data["topics"]).flatMap((id) => store.get(topicsPlace(context), id) ?? []);
  const subscribed = topics
    .flatMap((topic) => store.tagged(subscribersPlace(context), String(topic.sequence)))
    .map((subscriber) => String(subscriber.data["targetId"]));
  const users = textsOf(data["users"]).flatMap((id) =>
    store.tagged(targetsPlace(context), id).map((target) => target.id),
  );
  const ids = [...subscribed, ...users, ...textsOf(data["targets"])];
  const isRight = (id: string) => store.get(targetsPlace(context), id)?.data["providerType"] === data["providerType"];
  return new Set(ids.filter(isRight));
}

const messagesView: ListView<Stored> = {
  noun: "Message",
  value: ({ data }, name) => data[name],
  id: ({ id }) => id,
  searchText: ({ id, data }) => `${id} ${data["status"]} ${headline(data)} ${data["providerType"]}`,
};

const targetsView: ListView<Stored> = { noun: "Target", value: ({ data }, name) => data[name], id: ({ id }) => id };

function headline({ data, providerType }: JsonObject): string {
  const content = data as JsonObject;
  const name = providerType === "email" ? "subject" : providerType === "sms" ? "content" : "title";
  return String(content[name] ?? "");
}

function messageOf(context: Context, params: Params): Stored {
  const message = context.store.get(messagesPlace(context), params.text("messageId"));
  if (!message) throw new ServerError("message_not_found");
  return message;
}

function showMessage({ data }: Stored): JsonObject {
  return data;
}

function textsOf(value: Json | undefined): string[] {
  return isList(value) ? value.map(String) : [];
}

/** The messages of a project. */
export function messagesPlace({ project }: Pick<Scoped, "project">): Place {
  return { scope: project.id, collection: "messages" };
}

function targetsPlace({ project }: Pick<Scoped, "project">): Place {
  return { scope: project.id, collection: "targets" };
}
