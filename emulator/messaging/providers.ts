import type { Json, JsonObject } from "../json.ts";
import type { Params } from "../params.ts";
import type { ServerVersion } from "../route-table.ts";

/**
 * What the server does with the parameters of one kind of provider. Source: the server's actions, one for each kind and method,
 * and recorded answers; most of it is regular, and what is not is data here.
 */
export type ProviderKind = {
  readonly type: "email" | "sms" | "push";
  /** Parameters that are kept as credentials, in the order of the answer. Left out when empty. */
  readonly credentials: readonly string[];
  /** Parameters that are kept as options. */
  readonly options: readonly string[];
  /** Credentials are there with their defaults even when nothing is given (SMTP). */
  readonly keepsEmptyCredentials?: boolean;
  /** A change of `apiKey` (or of the one credential) replaces all credentials, as for options of `from`. */
  readonly replacesCredentials?: boolean;
  /** What must be there to be enabled: by POST, and by PATCH where that asks for other things. */
  readonly needs: readonly string[];
  readonly needsByPatch?: readonly string[];
  /** What 1.9.0 asks for besides: of MSG91 a sender that it cannot have, so that a POST never enables one there (recorded). */
  readonly neededBefore195?: string;
  /** A PATCH is content with options that are there but empty. */
  readonly acceptsEmptyByPatch?: boolean;
  /** Parameters that a PATCH keeps under another name. */
  readonly patchedAs?: Readonly<Record<string, string>>;
};

const sender = ["fromName", "fromEmail", "replyToName", "replyToEmail"];

const sms = (...credentials: readonly string[]): ProviderKind => ({
  type: "sms",
  credentials,
  options: ["from"],
  needs: [...credentials, "from"],
});

const keyedMail: ProviderKind = {
  type: "email",
  credentials: ["apiKey"],
  options: sender,
  replacesCredentials: true,
  needs: ["apiKey", "fromEmail"],
  acceptsEmptyByPatch: true,
};

/** The kinds of providers, by the word of their routes. */
export const providerKinds: Readonly<Record<string, ProviderKind>> = {
  mailgun: {
    type: "email",
    credentials: ["isEuRegion", "apiKey", "domain"],
    options: sender,
    needs: ["isEuRegion", "apiKey", "domain", "fromEmail"],
    acceptsEmptyByPatch: true,
  },
  sendgrid: keyedMail,
  resend: keyedMail,
  ses: {
    type: "email",
    credentials: ["accessKey", "secretKey", "region"],
    options: sender,
    needs: ["accessKey", "secretKey", "region", "fromEmail"],
  },
  smtp: {
    type: "email",
    credentials: ["port", "username", "password", "host"],
    options: [...sender, "encryption", "autoTLS", "mailer"],
    keepsEmptyCredentials: true,
    needs: ["host", "fromEmail"],
  },
  msg91: {
    type: "sms",
    credentials: ["templateId", "senderId", "authKey"],
    options: [],
    needs: ["senderId", "authKey"],
    needsByPatch: ["templateId", "senderId", "authKey"],
    neededBefore195: "from",
  },
  telesign: sms("customerId", "apiKey"),
  textmagic: sms("username", "apiKey"),
  twilio: sms("accountSid", "authToken"),
  vonage: sms("apiKey", "apiSecret"),
  fcm: { type: "push", credentials: ["serviceAccountJSON"], options: [], needs: ["serviceAccountJSON"] },
  apns: {
    type: "push",
    credentials: ["authKey", "authKeyId", "teamId", "bundleId"],
    options: ["sandbox"],
    needs: ["authKey", "authKeyId", "teamId", "bundleId"],
    // The server's PATCH keeps a new bundle id where nothing reads it.
    patchedAs: { bundleId: "bundle" },
  },
};

/** The credentials, options and state of a new provider. */
export function newProvider(kind: ProviderKind, params: Params, version: ServerVersion): JsonObject {
  const credentials = kind.keepsEmptyCredentials
    ? valuesOf(kind.credentials, params, () => true)
    : valuesOf(kind.credentials, params, isSet);
  const isSender = kind.type === "sms";
  const options = valuesOf(kind.options, params, (value) => !isSender || isSet(value));
  const known = { ...credentials, ...options };
  const needs = [...kind.needs, ...(version === "1.9.0" && kind.neededBefore195 ? [kind.neededBefore195] : [])];
  return {
    type: kind.type,
    enabled: params.raw("enabled") === true && needs.every((name) => isSet(known[name] ?? null)),
    credentials,
    options,
  };
}

/** What a PATCH makes of a provider; undefined when it is to be enabled without what that needs. */
export function changedProvider(kind: ProviderKind, stored: JsonObject, params: Params): JsonObject | undefined {
  const given = valuesOf(kind.credentials, params, isSet);
  const renamed = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [kind.patchedAs?.[name] ?? name, value]),
  );
  const before = stored["credentials"] as JsonObject;
  const isReplaced = kind.replacesCredentials === true && Object.keys(renamed).length > 0;
  const credentials = isReplaced ? renamed : { ...before, ...renamed };
  const options = { ...(stored["options"] as JsonObject), ...valuesOf(kind.options, params, isSet) };
  const enabled = params.raw("enabled");
  const known = { ...credentials, ...options };
  const has = (name: string) => (kind.acceptsEmptyByPatch ? Object.hasOwn(known, name) : isSet(known[name] ?? null));
  if (enabled === true && !(kind.needsByPatch ?? kind.needs).every(has)) return undefined;
  const name = params.text("name");
  return {
    ...(isSet(name) ? { name } : {}),
    ...(enabled === null ? {} : { enabled }),
    credentials,
    options,
  };
}

/** A value in the form that it is kept in: FCM's account may come as text, and SMTP's word for no encryption is kept empty. */
function valuesOf(names: readonly string[], params: Params, keep: (value: Json) => boolean): JsonObject {
  return Object.fromEntries(
    names.flatMap((name): [string, Json][] => {
      const value = params.raw(name);
      if (!keep(value)) return [];
      return [[name, name === "encryption" && value === "none" ? "" : value]];
    }),
  );
}

/** PHP's `empty` of a text holds for "" and "0"; other kinds of values count as set unless they are null. */
function isSet(value: Json): boolean {
  return value !== null && value !== "" && value !== "0";
}
