import type { Context } from "../context.ts";
import { addDocument, amend, claimUnique, ownerOf, releaseUnique } from "../documents.ts";
import { ServerError } from "../errors.ts";
import { identifier, uniqueIdentifier } from "../identifiers.ts";
import type { Json, JsonObject } from "../json.ts";
import type { Place, Stored } from "../store.ts";
import { emailDetails } from "./email-address.ts";
import type { PasswordHash } from "./passwords.ts";

/** The users of a project. */
export function usersPlace({ project }: Pick<Context, "project">): Place {
  return { scope: project.id, collection: "users" };
}

/** The messaging targets of a project's users, tagged with the user's id. */
export function targetsPlace({ project }: Pick<Context, "project">): Place {
  return { scope: project.id, collection: "targets" };
}

/** The unique index over a field of users or targets. */
export function uniquePlace({ project }: Pick<Context, "project">, field: UniqueField): Place {
  return { scope: project.id, collection: field };
}

type UniqueField = "users.email" | "users.phone" | "targets.identifier";

/** The user of a request; 404 `user_not_found` when there is none. */
export function findUser(context: Pick<Context, "store" | "project">, id: string): Stored {
  const user = context.store.get(usersPlace(context), id);
  if (!user) throw new ServerError("user_not_found");
  return user;
}

/** The user with an e-mail address or phone number, if there is one. */
export function userWith(context: Context, field: "email" | "phone", value: string): Stored | undefined {
  const id = ownerOf(context, uniquePlace(context, `users.${field}`), value);
  return id === undefined ? undefined : context.store.get(usersPlace(context), id);
}

/** What a new user is made of. */
export type NewUser = {
  readonly id: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly name: string;
  readonly password: PasswordHash;
  readonly passwordUpdate: string;
  readonly passwordHistory?: readonly Json[];
};

/** Stores a user; 409 `user_already_exists` when its id, e-mail address or phone number is taken. */
export function insertUser(context: Context, user: NewUser): Stored {
  const id = identifier(user.id);
  const stored = addDocument(context, usersPlace(context), id, {
    name: user.name,
    ...user.password,
    registration: context.now,
    status: true,
    labels: [],
    passwordUpdate: user.passwordUpdate,
    email: user.email,
    phone: user.phone,
    emailVerification: false,
    ...emailDetails(user.email),
    phoneVerification: false,
    mfa: false,
    prefs: {},
    accessedAt: "",
    impersonator: false,
    impersonatorUserId: null,
    passwordHistory: user.passwordHistory ?? [],
    mfaRecoveryCodes: [],
  });
  const isNew =
    stored !== undefined &&
    claimUnique(context, uniquePlace(context, "users.email"), user.email, id) &&
    claimUnique(context, uniquePlace(context, "users.phone"), user.phone, id);
  if (!isNew) throw new ServerError("user_already_exists");
  return stored;
}

/** Changes fields of a user. */
export function amendUser(context: Context, user: Stored, changes: JsonObject): Stored {
  return amend(context, usersPlace(context), user, changes);
}

/** Moves a user's unique value; `taken` is the error when another user has it. */
export function moveUnique(
  context: Context,
  user: Stored,
  field: "email" | "phone",
  to: string | null,
  taken: "user_email_already_exists" | "user_phone_already_exists",
): void {
  const place = uniquePlace(context, `users.${field}`);
  releaseUnique(context, place, user.data[field] ?? null);
  if (!claimUnique(context, place, to, user.id)) throw new ServerError(taken);
}

/** The targets of a user, oldest first. */
export function targetsOf(context: Pick<Context, "store" | "project">, user: Stored): Stored[] {
  return context.store.tagged(targetsPlace(context), user.id);
}

/** What a new target is made of. */
export type NewTarget = {
  readonly id?: string;
  readonly providerType: string;
  readonly identifier: string;
  readonly providerId?: string | null;
  readonly name?: string;
};

/** Stores a target of a user; undefined when its id or identifier is taken in the project. */
export function insertTarget(context: Context, user: Stored, target: NewTarget): Stored | undefined {
  const id = target.id ?? uniqueIdentifier();
  if (!claimUnique(context, uniquePlace(context, "targets.identifier"), target.identifier, id)) return undefined;
  const fields = {
    name: target.name ?? "",
    userId: user.id,
    providerId: target.providerId ?? null,
    providerType: target.providerType,
    identifier: target.identifier,
    expired: false,
  };
  return addDocument(context, targetsPlace(context), id, fields, user.id);
}

/** Removes a target; its subscribers are another matter. */
export function removeTarget(context: Pick<Context, "store" | "project">, target: Stored): void {
  context.store.remove(targetsPlace(context), target.id);
  releaseUnique(context, uniquePlace(context, "targets.identifier"), target.data["identifier"] ?? null);
}

/** The target with an identifier, if any user has one. */
export function targetWith(context: Context, identifierText: string): Stored | undefined {
  const id = ownerOf(context, uniquePlace(context, "targets.identifier"), identifierText);
  return id === undefined ? undefined : context.store.get(targetsPlace(context), id);
}

/** A user as the server tells it: null as "", without what is kept for itself, with the targets. */
export function showUser(context: Context, user: Stored, targets = targetsOf(context, user)): JsonObject {
  const { passwordHistory: _history, mfaRecoveryCodes: _codes, ...fields } = user.data;
  const told = context.version === "1.9.0" ? withoutEmailFlags(fields) : fields;
  return {
    ...told,
    email: fields["email"] ?? "",
    phone: fields["phone"] ?? "",
    targets: targets.map(showTarget),
  };
}

/** A target as the server tells it. */
export function showTarget({ data }: Stored): JsonObject {
  return data;
}

function withoutEmailFlags(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !flags.has(name)));
}

// Told since 1.9.5.
const flags: ReadonlySet<string> = new Set([
  "emailCanonical",
  "emailIsFree",
  "emailIsDisposable",
  "emailIsCorporate",
  "emailIsCanonical",
]);
