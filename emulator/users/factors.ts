import { isList, type JsonObject } from "../json.ts";
import type { Stored } from "../store.ts";

/** By what a user may prove who it is; nobody has an authenticator here. Only the user is told of recovery codes. */
export function factorsOf({ data }: Stored, isOwn = true): JsonObject {
  const has = (name: string) => (data[name] ?? "") !== "" && data[`${name}Verification`] === true;
  const codes = data["mfaRecoveryCodes"];
  const recoveryCode = isOwn && isList(codes) && codes.length > 0;
  return { totp: false, phone: has("phone"), email: has("email"), recoveryCode };
}
