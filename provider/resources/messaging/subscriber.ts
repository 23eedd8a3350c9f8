import {
  ApiError,
  collection,
  defineResource,
  ID_PATTERN,
  id,
  parent,
  type Row,
  type Session,
  standard,
  t,
} from "../../schema/index.ts";

export const subscriber = defineResource({
  type: "appwrite_messaging_subscriber",
  noun: "subscriber",
  summary: "The subscription of a user's target to a messaging topic.",
  notes: "A target subscribes to a topic once.",
  scopes: { read: "subscribers.read", write: "subscribers.write" },

  attributes: {
    id: id("subscriberId", "subscriber"),
    topic_id: parent("appwrite_messaging_topic", "topic"),
    target_id: t.string.required("ID of the target, such as `email_target_id` of a user.", {
      replace: true,
      ref: "appwrite_auth_target",
      length: [1, 255],
      pattern: ID_PATTERN,
    }),
    user_id: t.string.computed("ID of the user whose target it is.", { read: "userId", clone: "skip" }),
    provider_type: t.string.computed("What kind of messages go to it: email, sms or push.", {
      read: "providerType",
      clone: "skip",
    }),
    ...standard,
  },

  api: collection("/messaging/topics/{topic_id}/subscribers", "subscribers", { unbounded: true }),
  hooks: { delete: remove },
  importId: ["topic_id", "id"],
  lookup: { by: ["target_id"], plural: "appwrite_messaging_subscribers" },
  cloning: { data: "users" },
});

/** Where the target is gone already, the server deletes the subscriber and answers with an error all the same. */
async function remove({ backend }: Session, { topic_id, id: subscriberId }: Row): Promise<void> {
  try {
    await backend.call({ method: "DELETE", path: `/messaging/topics/${topic_id}/subscribers/${subscriberId}` });
  } catch (cause) {
    if (cause instanceof ApiError && cause.details.type === "target_provider_invalid_type") return;
    throw cause;
  }
}
