import type { Context } from "../context.ts";
import { amend } from "../documents.ts";
import type { Place, Stored } from "../store.ts";

type Scoped = Pick<Context, "store" | "now"> & { readonly project: { readonly id: string } };

/** The topics of a project. */
export function topicsPlace({ project }: Pick<Scoped, "project">): Place {
  return { scope: project.id, collection: "topics" };
}

/** The subscribers of all topics of a project, tagged with the sequence of their topic. */
export function subscribersPlace({ project }: Pick<Scoped, "project">): Place {
  return { scope: project.id, collection: "subscribers" };
}

/** The unique index of subscribers: a target subscribes to a topic once. */
export function subscriptionsPlace({ project }: Pick<Scoped, "project">): Place {
  return { scope: project.id, collection: "subscribers.target" };
}

/** How the unique index names a subscription. */
export function subscriptionOf(topic: number, target: number): string {
  return `${topic}:${target}`;
}

/** Adds to a topic's count of subscribers of a kind of provider; it never goes below nothing. */
export function countSubscribers(context: Scoped, topic: Stored, providerType: string, change: number): void {
  const total = `${providerType}Total`;
  amend(context, topicsPlace(context), topic, { [total]: Math.max(0, Number(topic.data[total] ?? 0) + change) });
}

/** Removes a subscriber and its place in the unique index. */
export function removeSubscriber(context: Scoped, subscriber: Stored): void {
  const { topicSequence, targetSequence } = subscriber.data;
  context.store.remove(subscribersPlace(context), subscriber.id);
  context.store.remove(subscriptionsPlace(context), subscriptionOf(Number(topicSequence), Number(targetSequence)));
}

/** Removes the subscribers of a target that is gone, and counts them off. */
export function removeSubscribersOf(context: Scoped, target: number, providerType: string): void {
  for (const subscriber of context.store.list(subscribersPlace(context))) {
    if (subscriber.data["targetSequence"] !== target) continue;
    removeSubscriber(context, subscriber);
    const topic = context.store.get(topicsPlace(context), String(subscriber.data["topicId"]));
    if (topic && topic.sequence === subscriber.data["topicSequence"])
      countSubscribers(context, topic, providerType, -1);
  }
}
