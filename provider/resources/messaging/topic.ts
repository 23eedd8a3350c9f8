import { collection, defineResource, id, standard, t } from "../../schema/index.ts";
import { roleFaults } from "../roles.ts";

export const topic = defineResource({
  type: "appwrite_messaging_topic",
  noun: "topic",
  summary: "A messaging topic: a list of targets that a message can go to at once.",
  scopes: { read: "topics.read", write: "topics.write" },

  attributes: {
    id: id("topicId", "topic"),
    name: t.string.required("Name shown in the console.", { length: [1, 128] }),
    subscribe: t
      .unordered(t.string)
      .default(["users"], "Roles that may subscribe, such as `users` or `team:editors`. Their order has no meaning.", {
        length: [0, 100],
      }),
    ...standard,
  },

  api: { ...collection("/messaging/topics", "topics"), update: "PATCH /messaging/topics/{id}" },
  hooks: { validate: (config) => roleFaults(config, "subscribe") },
  importId: ["id"],
  lookup: { by: ["name"], plural: "appwrite_messaging_topics" },
  cloning: { config: "topics" },
});
