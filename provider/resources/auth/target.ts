import {
  type Backend,
  type Change,
  collection,
  type Diagnostic,
  defineResource,
  error,
  id,
  type JsonObject,
  parent,
  type Row,
  standard,
  t,
} from "../../schema/index.ts";
import { EMAIL, NOT_ZERO, PHONE } from "../addresses.ts";

export const target = defineResource({
  type: "appwrite_auth_target",
  noun: "target",
  summary: "A messaging target of a user: an address or a device that messages go to.",
  notes:
    "A user's own e-mail address and phone number are targets already: `email_target_id` and `phone_target_id` of the user. An address is a target only once in a project.",
  scopes: { read: ["users.read", "targets.read"], write: ["users.write", "targets.write"] },

  attributes: {
    id: id("targetId", "target"),
    user_id: parent("appwrite_auth_user", "user"),
    provider_type: t.oneOf("email", "sms", "push").required("What kind of messages go to it.", { replace: true }),
    identifier: t.string.required("The e-mail address, the phone number in E.164, or the token of the device.", {
      length: [1, 255],
      pattern: NOT_ZERO,
    }),
    provider_id: t.string.optional("ID of the messaging provider to use. Any enabled one of its kind when not set.", {
      replace: "cleared",
      ref: "appwrite_messaging_provider",
      length: [1, 255],
      absent: [""],
    }),
    name: t.string.optional("Name of the target.", {
      replace: "cleared",
      length: [1, 128],
      pattern: NOT_ZERO,
      absent: [""],
    }),
    expired: t.bool.computed("Whether the device no longer takes messages.", { read: "expired", clone: "skip" }),
    ...standard,
  },

  api: { ...collection("/users/{user_id}/targets", "targets"), update: "PATCH /users/{user_id}/targets/{id}" },
  hooks: { validate: addressFaults, check: providerOfAnotherKind },
  importId: ["user_id", "id"],
  lookup: { by: ["identifier"], plural: "appwrite_auth_targets" },
  knownBy: ["identifier"],
  cloning: { data: "users", recreate: recreateTarget },
});

function addressFaults(config: Row): readonly Diagnostic[] {
  const { provider_type: type, identifier } = config;
  const pattern = type === "email" ? EMAIL : type === "sms" ? PHONE : null;
  if (pattern === null || typeof identifier !== "string" || pattern.expression.test(identifier)) return [];
  return [
    error(
      "Invalid value",
      `identifier must be ${pattern.words}, because provider_type is ${type}; it is ${JSON.stringify(identifier)}.`,
      "identifier",
    ),
  ];
}

/** Which the server notices only when a target is changed. A provider that is not there yet may come in the same run. */
async function providerOfAnotherKind(backend: Backend, { prior, planned }: Change): Promise<readonly Diagnostic[]> {
  const id = planned?.["provider_id"];
  if (typeof id !== "string" || id === prior?.["provider_id"]) return [];
  const provider = await backend.find({ path: "/messaging/providers", items: "providers", key: "$id" }, id);
  const kind = provider?.["type"];
  if (provider === null || kind === planned?.["provider_type"]) return [];
  const text = `The messaging provider ${id} is for ${kind}, and the target for ${planned?.["provider_type"]}. Name another provider, or none.`;
  return [error("Provider of another kind", text, "provider_id")];
}

/** A user's own addresses come with targets, whose ids the server chooses: such a one is taken for what it is. */
async function recreateTarget(backend: Backend, planned: Row): Promise<JsonObject> {
  const path = `/users/${String(planned["user_id"])}/targets`;
  const there = await backend.list({ path, items: "targets", key: "$id" });
  const same = there.find(({ identifier }) => identifier === planned["identifier"]);
  if (same) return same;
  const { id: targetId, provider_type: providerType, identifier, provider_id: providerId, name } = planned;
  const given = Object.entries({ providerId, name }).filter(([, value]) => typeof value === "string");
  const body = { targetId, providerType, identifier, ...Object.fromEntries(given) } as JsonObject;
  return (await backend.call({ method: "POST", path, body })) as JsonObject;
}
