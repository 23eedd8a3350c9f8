import type { Context } from "../context.ts";
import type { JsonObject } from "../json.ts";
import { openSession, sessionsPlace, yearOfSeconds } from "../sessions.ts";
import type { Stored } from "../store.ts";
import { authSetting } from "./password-policy.ts";

/** Opens a session for a user as a server does (`provider` = "server") and tells it with its secret. */
export function openServerSession(context: Context, user: Stored): JsonObject {
  const { store, project } = context;
  const seconds = Number(authSetting(project, "duration") ?? yearOfSeconds);
  const opened = openSession(
    store,
    project.id,
    user.id,
    { provider: "server", factors: ["server"], ip: "127.0.0.1" },
    seconds,
  );
  const session = store.get(sessionsPlace(project.id), opened.id);
  return session ? { ...showSession(session), secret: opened.token } : {};
}

/** The sessions of a user, oldest first. */
export function sessionsOf({ store, project }: Pick<Context, "store" | "project">, user: Stored): Stored[] {
  return store.tagged(sessionsPlace(project.id), user.id);
}

/** Ends all sessions of a user. */
export function closeSessions(context: Pick<Context, "store" | "project">, user: Stored): void {
  for (const session of sessionsOf(context, user)) context.store.remove(sessionsPlace(context.project.id), session.id);
}

/** A session as the server tells it to a key; its secret is the stored hash but for the moment when it is opened. */
export function showSession({ data }: Stored): JsonObject {
  const { secretHash = "", ...fields } = data;
  return {
    ...unknownDevice,
    ...fields,
    secret: secretHash,
  };
}

// What the server finds of a caller whose user agent and address it does not know.
const unknownDevice: JsonObject = {
  provider: "",
  providerUid: "",
  providerAccessToken: "",
  providerAccessTokenExpiry: "",
  providerRefreshToken: "",
  ip: "",
  osCode: "",
  osName: "",
  osVersion: "",
  clientType: "",
  clientCode: "",
  clientName: "",
  clientVersion: "",
  clientEngine: "",
  clientEngineVersion: "",
  deviceName: "",
  deviceBrand: "",
  deviceModel: "",
  countryCode: "--",
  countryName: "Unknown",
  current: false,
  factors: [],
  mfaUpdatedAt: "",
};
