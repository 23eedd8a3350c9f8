import { type Context, empty, type Handlers, type JobHandlers, json, type Reply } from "../context.ts";
import { addDocument, amend } from "../documents.ts";
import { ServerError } from "../errors.ts";
import { identifier } from "../identifiers.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";
import { messageRoutes, sendMessage } from "../messaging/messages.ts";
import { changedProvider, newProvider, type ProviderKind, providerKinds } from "../messaging/providers.ts";
import {
  countSubscribers,
  removeSubscriber,
  subscribersPlace,
  subscriptionOf,
  subscriptionsPlace,
  topicsPlace,
} from "../messaging/subscribers.ts";
import type { Params } from "../params.ts";
import { type ListView, listItems } from "../queries.ts";
import type { Place, Stored } from "../store.ts";
import { showTarget, targetsPlace, usersPlace } from "../users/users.ts";

const PROVIDERS = "/v1/messaging/providers";
const TOPIC = "/v1/messaging/topics/:topicId";
const SUBSCRIBER = `${TOPIC}/subscribers/:subscriberId`;

/** Messaging: providers with their credentials, topics, subscribers and messages. */
export const messagingRoutes: Handlers = {
  ...Object.fromEntries(
    Object.entries(providerKinds).flatMap(([provider, kind]) => [
      [`POST ${PROVIDERS}/${provider}`, (context, params) => createProvider(context, params, provider, kind)],
      [
        `PATCH ${PROVIDERS}/${provider}/:providerId`,
        (context, params) => updateProvider(context, params, provider, kind),
      ],
    ]) satisfies [string, Handlers[string]][],
  ),
  [`GET ${PROVIDERS}`]: (context, params) => {
    const { total, items } = listItems(context.store.list(providersPlace(context)), params.asked(), providersView);
    return json({ total, providers: items.map(showProvider) });
  },
  [`GET ${PROVIDERS}/:providerId`]: (context, params) => json(showProvider(providerOf(context, params))),
  [`DELETE ${PROVIDERS}/:providerId`]: (context, params) => {
    context.store.remove(providersPlace(context), providerOf(context, params).id);
    return empty();
  },

  "POST /v1/messaging/topics": createTopic,
  "GET /v1/messaging/topics": (context, params) => {
    return listTopics(context, params);
  },
  [`GET ${TOPIC}`]: (context, params) => json(showTopic(topicOf(context, params))),
  [`PATCH ${TOPIC}`]: (context, params) => {
    const topic = topicOf(context, params);
    const name = params.textOrNull("name");
    const subscribe = params.listOrNull("subscribe");
    const changes = { ...(name === null ? {} : { name }), ...(subscribe === null ? {} : { subscribe }) };
    return json(showTopic(amend(context, topicsPlace(context), topic, changes)));
  },
  [`DELETE ${TOPIC}`]: (context, params) => {
    const topic = topicOf(context, params);
    context.store.remove(topicsPlace(context), topic.id);
    context.enqueue("delete-topic", { sequence: topic.sequence });
    return empty();
  },

  [`POST ${TOPIC}/subscribers`]: createSubscriber,
  [`GET ${TOPIC}/subscribers`]: (context, params) => {
    const found = context.store.tagged(subscribersPlace(context), String(topicOf(context, params).sequence));
    const { total, items } = listItems(found, params.asked(), subscribersView);
    return json({ total, subscribers: items.map((one) => showSubscriber(context, one)) });
  },
  [`GET ${SUBSCRIBER}`]: (context, params) => json(showSubscriber(context, subscriberOf(context, params).subscriber)),
  [`DELETE ${SUBSCRIBER}`]: (context, params) => {
    const { topic, subscriber } = subscriberOf(context, params);
    const target = context.store.get(targetsPlace(context), String(subscriber.data["targetId"]));
    if (!target) throw new ServerError("target_provider_invalid_type");
    removeSubscriber(context, subscriber);
    countSubscribers(context, topic, String(target.data["providerType"]), -1);
    return empty();
  },
  // The audit of requests is not kept.
  [`GET ${PROVIDERS}/:providerId/logs`]: (context, params) => noLogs(providerOf(context, params)),
  [`GET ${TOPIC}/logs`]: (context, params) => noLogs(topicOf(context, params)),
  "GET /v1/messaging/subscribers/:subscriberId/logs": (context, params) => {
    const subscriber = context.store.get(subscribersPlace(context), params.text("subscriberId"));
    if (!subscriber) throw new ServerError("subscriber_not_found");
    return noLogs(subscriber);
  },
  ...messageRoutes,
};

/** What the worker does for messaging. */
export const messagingJobs: JobHandlers = {
  "send-message": sendMessage,
  "delete-topic": ({ store, scope, now }, { sequence = 0 }) => {
    const context = { store, now, project: { id: scope } };
    for (const subscriber of store.tagged(subscribersPlace(context), String(sequence)))
      removeSubscriber(context, subscriber);
  },
};

const providersView: ListView<Stored> = {
  noun: "Provider",
  value: ({ data }, name) => data[name],
  id: ({ id }) => id,
  searchText: ({ id, data }) => `${id} ${data["name"]} ${data["provider"]} ${data["type"]}`,
};

const topicsView: ListView<Stored> = {
  noun: "Topic",
  value: ({ data }, name) => data[name],
  id: ({ id }) => id,
  searchText: ({ id, data }) => `${id} ${data["name"]}`,
};

const subscribersView: ListView<Stored> = {
  noun: "Subscriber",
  value: ({ data }, name) => data[name],
  id: ({ id }) => id,
  searchText: ({ id, data }) => `${id} ${data["targetId"]} ${data["userId"]} ${data["providerType"]}`,
};

function createProvider(context: Context, params: Params, provider: string, kind: ProviderKind): Reply {
  const fields = { name: params.text("name"), provider, ...newProvider(kind, params, context.version) };
  const added = addDocument(context, providersPlace(context), identifier(params.text("providerId")), fields);
  if (!added) throw new ServerError("provider_already_exists");
  return json(showProvider(added));
}

function updateProvider(context: Context, params: Params, provider: string, kind: ProviderKind): Reply {
  const stored = providerOf(context, params);
  if (stored.data["provider"] !== provider) throw new ServerError("provider_incorrect_type");
  const changes = changedProvider(kind, stored.data, params);
  if (!changes) throw new ServerError("provider_missing_credentials");
  return json(showProvider(amend(context, providersPlace(context), stored, changes)));
}

function providerOf(context: Context, params: Params): Stored {
  const provider = context.store.get(providersPlace(context), params.text("providerId"));
  if (!provider) throw new ServerError("provider_not_found");
  return provider;
}

/** Empty credentials and options are empty lists, as PHP has them. */
function showProvider({ data }: Stored): JsonObject {
  return {
    $id: data["$id"] ?? "",
    $createdAt: data["$createdAt"] ?? "",
    $updatedAt: data["$updatedAt"] ?? "",
    name: data["name"] ?? "",
    provider: data["provider"] ?? "",
    enabled: data["enabled"] ?? false,
    type: data["type"] ?? "",
    credentials: asPhp(data["credentials"]),
    options: asPhp(data["options"]),
  };
}

function asPhp(value: Json | undefined): Json {
  return isObject(value) && Object.keys(value).length > 0 ? value : [];
}

const opposite: Readonly<Record<string, string>> = { orderAsc: "orderDesc", orderDesc: "orderAsc" };

/**
 * The server looks a cursor up and then follows none: after any topic comes the first page again, before it the last (source: its
 * action takes the first of a document's fields for the document).
 */
function listTopics(context: Context, params: Params): Reply {
  const asked = params.asked();
  const topics = context.store.list(topicsPlace(context));
  const cursor = asked.queries.find(({ method }) => method === "cursorAfter" || method === "cursorBefore");
  // Throws where the cursor names nothing.
  if (cursor) listItems(topics, { queries: [cursor], total: false }, topicsView);
  const isBefore = cursor?.method === "cursorBefore";
  const queries = asked.queries
    .filter((query) => query !== cursor)
    .map((query) => ({ ...query, method: (isBefore && opposite[query.method]) || query.method }));
  const { total, items } = listItems(isBefore ? topics.toReversed() : topics, { ...asked, queries }, topicsView);
  return json({ total, topics: (isBefore ? items.toReversed() : items).map(showTopic) });
}

function createTopic(context: Context, params: Params): Reply {
  const fields = {
    name: params.text("name"),
    emailTotal: 0,
    smsTotal: 0,
    pushTotal: 0,
    subscribe: params.list("subscribe"),
  };
  const added = addDocument(context, topicsPlace(context), identifier(params.text("topicId")), fields);
  if (!added) throw new ServerError("topic_already_exists");
  return json(showTopic(added));
}

function topicOf(context: Context, params: Params): Stored {
  const topic = context.store.get(topicsPlace(context), params.text("topicId"));
  if (!topic) throw new ServerError("topic_not_found");
  return topic;
}

function showTopic({ data }: Stored): JsonObject {
  return data;
}

function createSubscriber(context: Context, params: Params): Reply {
  const topic = topicOf(context, params);
  const target = context.store.get(targetsPlace(context), params.text("targetId"));
  if (!target) throw new ServerError("user_target_not_found");
  const fields = {
    targetId: target.id,
    targetSequence: target.sequence,
    userId: target.data["userId"] ?? "",
    topicId: topic.id,
    topicSequence: topic.sequence,
    providerType: target.data["providerType"] ?? "",
  };
  const id = identifier(params.text("subscriberId"));
  const added = addDocument(context, subscribersPlace(context), id, fields, String(topic.sequence));
  const subscription = subscriptionOf(topic.sequence, target.sequence);
  if (!added || context.store.insert(subscriptionsPlace(context), subscription, { owner: id }) === undefined)
    throw new ServerError("subscriber_already_exists");
  countSubscribers(context, topic, String(target.data["providerType"]), 1);
  return json(showSubscriber(context, added));
}

function subscriberOf(context: Context, params: Params): { topic: Stored; subscriber: Stored } {
  const topic = topicOf(context, params);
  const subscriber = context.store.get(subscribersPlace(context), params.text("subscriberId"));
  if (subscriber?.data["topicId"] !== params.text("topicId")) throw new ServerError("subscriber_not_found");
  return { topic, subscriber };
}

function showSubscriber(context: Context, { data }: Stored): JsonObject {
  const target = context.store.get(targetsPlace(context), String(data["targetId"]));
  const user = context.store.get(usersPlace(context), String(data["userId"]));
  return {
    $id: data["$id"] ?? "",
    $createdAt: data["$createdAt"] ?? "",
    $updatedAt: data["$updatedAt"] ?? "",
    targetId: data["targetId"] ?? "",
    target: target ? showTarget(target) : {},
    userId: data["userId"] ?? "",
    userName: user?.data["name"] ?? "",
    topicId: data["topicId"] ?? "",
    providerType: data["providerType"] ?? "",
  };
}

function noLogs(_of: Stored): Reply {
  return json({ total: 0, logs: [] });
}

function providersPlace({ project }: Context): Place {
  return { scope: project.id, collection: "providers" };
}
