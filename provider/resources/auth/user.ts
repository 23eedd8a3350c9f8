import {
  type Backend,
  type Change,
  collection,
  type Diagnostic,
  defineResource,
  error,
  id,
  isConflict,
  isList,
  isRecord,
  type Json,
  type JsonObject,
  type PlanAdjustment,
  type Row,
  secret,
  standard,
  t,
} from "../../schema/index.ts";
import { EMAIL, PHONE } from "../addresses.ts";

export const user = defineResource({
  type: "appwrite_auth_user",
  noun: "user",
  summary: "A user of the project, with a way to sign in, labels and verified addresses.",
  notes:
    "A new e-mail address or phone number is not verified; where the configuration says that it is, that is written again. An address belongs to one user of a project only; on Appwrite 1.9 this holds even for the empty one that is left when an address is taken away.",
  scopes: { read: "users.read", write: "users.write" },

  attributes: {
    id: id("userId", "user"),
    name: t.string.optional("Name of the user.", { length: [1, 128], absent: [""], clear: "" }),
    email: t.folded.optional("E-mail address. The server keeps it in lower case.", {
      length: [1, 320],
      pattern: EMAIL,
      absent: [""],
      clear: "",
    }),
    phone: t.string.optional("Phone number in E.164, such as `+12065550100`.", {
      pattern: PHONE,
      absent: [""],
      clear: "",
    }),
    ...secret("password", "Password, from 8 to 256 characters. When it is taken away here, the user keeps it.", {
      unreadable: true,
    }),
    status: t.bool.default(true, "A user whose status is false cannot sign in.", { send: "update" }),
    labels: t
      .unordered(t.string)
      .serverDefault("Labels of letters and digits, for roles such as `label:vip`. Left as they are when not set.", {
        send: "update",
        length: [0, 1000],
        each: {
          length: [1, 36],
          pattern: { expression: /^[A-Za-z0-9]+$/, words: "a label of letters and digits, such as vip" },
        },
      }),
    email_verification: t.bool.default(false, "The e-mail address is verified.", { send: "update" }),
    phone_verification: t.bool.default(false, "The phone number is verified.", { send: "update" }),
    email_target_id: t.string.computed("ID of the messaging target that comes with the e-mail address.", {
      wire: false,
      read: "emailTargetId",
      clone: "skip",
    }),
    phone_target_id: t.string.computed("ID of the messaging target that comes with the phone number.", {
      wire: false,
      read: "phoneTargetId",
      clone: "skip",
    }),
    ...standard,
  },

  api: {
    ...collection("/users", "users", { unbounded: true }),
    update: {
      name: "PATCH /users/{id}/name",
      email: "PATCH /users/{id}/email",
      phone: { call: "PATCH /users/{id}/phone", field: "number" },
      password: "PATCH /users/{id}/password",
      password_wo: "PATCH /users/{id}/password",
      status: "PATCH /users/{id}/status",
      labels: "PUT /users/{id}/labels",
      email_verification: "PATCH /users/{id}/verification",
      phone_verification: { call: "PATCH /users/{id}/verification/phone", field: "phoneVerification" },
    },
  },
  hooks: { validate: passwordFaults, plan: targetsThatGo, fromWire: withTargets },
  importId: ["id"],
  lookup: { by: ["email", "phone"], plural: "appwrite_auth_users" },
  cloning: { data: "users", role: "user", recreate: recreateUser },
});

/** The server counts bytes, so that a password of few but long characters may do. */
function passwordFaults(config: Row): readonly Diagnostic[] {
  return ["password", "password_wo"].flatMap((name) => {
    const value = config[name];
    const size = typeof value === "string" ? Buffer.byteLength(value) : 8;
    if (size >= 8 && size <= 256) return [];
    return [error("Invalid value", `${name} must have from 8 to 256 characters; it has ${size}.`, name)];
  });
}

/** The target of an address that is taken away goes with it; that of a new address is not known before it is made. */
function targetsThatGo({ planned }: Change): PlanAdjustment {
  if (planned === null) return {};
  return {
    planned: {
      ...planned,
      ...(planned["email"] === null ? { email_target_id: null } : {}),
      ...(planned["phone"] === null ? { phone_target_id: null } : {}),
    },
  };
}

function withTargets(answer: JsonObject): JsonObject {
  const targets: readonly Json[] = isList(answer["targets"] as never) ? (answer["targets"] as readonly Json[]) : [];
  const idOf = (providerType: string, address: Json | undefined): Json => {
    const isDefault = (target: Json) =>
      isRecord(target as never) &&
      (target as JsonObject)["providerType"] === providerType &&
      (target as JsonObject)["identifier"] === address;
    return (targets.find(isDefault) as JsonObject | undefined)?.["$id"] ?? null;
  };
  return {
    ...answer,
    emailTargetId: idOf("email", answer["email"]),
    phoneTargetId: idOf("sms", answer["phone"]),
  };
}

/** The routes that take a hash instead of a password, by the algorithm that the server tells, and what they want beside it. */
const HASHES: {
  readonly [hash: string]: { readonly route: string; readonly options: { readonly [wire: string]: string } };
} = {
  argon2: { route: "argon2", options: {} },
  bcrypt: { route: "bcrypt", options: {} },
  md5: { route: "md5", options: {} },
  phpass: { route: "phpass", options: {} },
  sha: { route: "sha", options: { passwordVersion: "version" } },
  scrypt: {
    route: "scrypt",
    options: {
      passwordSalt: "salt",
      passwordCpu: "costCpu",
      passwordMemory: "costMemory",
      passwordParallel: "costParallel",
      passwordLength: "length",
    },
  },
  scryptMod: {
    route: "scrypt-modified",
    options: { passwordSalt: "salt", passwordSaltSeparator: "saltSeparator", passwordSignerKey: "signerKey" },
  },
};

/** A user of another project, with its password's hash and its preferences: both are told to API keys, and neither is an attribute. */
async function recreateUser(backend: Backend, planned: Row, answer: JsonObject): Promise<JsonObject> {
  const { email, name, phone } = planned;
  const known = HASHES[String(answer["hash"])];
  const hash = answer["password"];
  const base = { userId: String(planned["id"]), ...(typeof name === "string" ? { name } : {}) };
  const isHashed = known !== undefined && typeof hash === "string" && hash !== "" && typeof email === "string";
  const options = isRecord(answer["hashOptions"] as never) ? (answer["hashOptions"] as JsonObject) : {};
  const body: JsonObject = isHashed
    ? {
        ...base,
        email,
        password: hash,
        ...Object.fromEntries(
          Object.entries(known.options).flatMap(([wire, own]) =>
            options[own] === undefined ? [] : [[wire, options[own]]],
          ),
        ),
      }
    : { ...base, ...(typeof email === "string" ? { email } : {}), ...(typeof phone === "string" ? { phone } : {}) };
  const path = isHashed ? `/users/${known.route}` : "/users";
  const made = await createdOrThere(backend, path, body);
  const { prefs } = answer;
  if (isRecord(prefs as never) && Object.keys(prefs as JsonObject).length > 0) {
    await backend.call({
      method: "PATCH",
      path: `/users/${String(made["$id"])}/prefs`,
      body: { prefs: prefs as Json },
    });
  }
  return (await backend.call({ method: "GET", path: `/users/${String(made["$id"])}` })) as JsonObject;
}

/** The user that the call makes, or that an earlier one made whose answer was lost. */
async function createdOrThere(backend: Backend, path: string, body: JsonObject): Promise<JsonObject> {
  try {
    return (await backend.call({ method: "POST", path, body })) as JsonObject;
  } catch (cause) {
    if (!isConflict(cause) || !cause.details.afterLostAnswer) throw cause;
    return (await backend.call({ method: "GET", path: `/users/${String(body["userId"])}` })) as JsonObject;
  }
}
