import { defineResource, type JsonObject, type Row, type Session, standard, t } from "../../schema/index.ts";
import { PHONE } from "../addresses.ts";
import { SETTINGS_QUEUE, SETTINGS_SINCE, type SettingsAccess, settingsAccess } from "../project/settings.ts";

const PATH = "/project/mock-phones";

export const authMockPhone = defineResource({
  type: "appwrite_auth_mock_phone",
  noun: "test phone number",
  summary: "A phone number that signs in with a fixed code, for tests and app reviews.",
  notes: "No text message is sent to such a number.",
  scopes: { read: "mocks.read", write: "mocks.write" },
  since: SETTINGS_SINCE,
  byConsole: true,
  attributes: {
    number: t.string.required("Phone number in international form, such as `+12065550100`.", {
      replace: true,
      pattern: PHONE,
    }),
    otp: t.string.required("Code of six digits with which the number signs in.", {
      sensitive: true,
      pattern: { expression: /^\d{6}$/, words: "six digits" },
    }),
    ...standard,
  },
  api: {
    create: `POST ${PATH}`,
    read: `GET ${PATH}/{number}`,
    update: `PUT ${PATH}/{number}`,
    delete: `DELETE ${PATH}/{number}`,
    list: { path: PATH, items: "mockNumbers", key: "number", queries: false },
    queue: SETTINGS_QUEUE,
  },
  hooks: {
    create: async ({ backend }, { number, otp }) => {
      const access = await settingsAccess(backend);
      if (!access.isOld) return created(await access.call({ method: "POST", path: PATH, body: phone(number, otp) }));
      await replaceOld(access, number, phone(number, otp));
      return phone(number, otp);
    },
    update: async ({ backend }, _prior, { number, otp }) => {
      const access = await settingsAccess(backend);
      if (!access.isOld)
        return created(await access.call({ method: "PUT", path: `${PATH}/${number}`, body: { otp: String(otp) } }));
      await replaceOld(access, number, phone(number, otp));
      return phone(number, otp);
    },
    read,
    delete: async ({ backend }, { number }) => {
      const access = await settingsAccess(backend);
      if (access.isOld) await replaceOld(access, number, null);
      else await access.call({ method: "DELETE", path: `${PATH}/${number}` });
    },
    list: async (backend) => numbersOf(await settingsAccess(backend)),
  },
  importId: ["number"],
  lookup: { by: [], plural: "appwrite_auth_mock_phones" },
  cloning: { config: "settings.auth.security.mockNumbers", configNames: { number: "phone" } },
});

function phone(number: Row[string] | undefined, otp: Row[string] | undefined): JsonObject {
  return { number: String(number), otp: String(otp) };
}

function created(answer: unknown): JsonObject {
  return answer as JsonObject;
}

async function read({ backend }: Session, { number }: Row): Promise<JsonObject | null> {
  const access = await settingsAccess(backend);
  if (access.isOld) return (await numbersOf(access)).find((one) => one["number"] === number) ?? null;
  return backend.find({ path: PATH, items: "mockNumbers", key: "number", queries: false }, String(number));
}

/** All test numbers; 1.9.0 calls the number `phone`, and knows no times. */
async function numbersOf(access: SettingsAccess): Promise<readonly JsonObject[]> {
  if (!access.isOld) {
    const { mockNumbers } = (await access.call({ method: "GET", path: PATH, items: "mockNumbers" })) as JsonObject;
    return mockNumbers as readonly JsonObject[];
  }
  const numbers = (await access.project())["authMockNumbers"];
  return (Array.isArray(numbers) ? (numbers as readonly JsonObject[]) : []).map(({ phone: number = "", otp = "" }) => ({
    number,
    otp,
  }));
}

/** 1.9.0 takes the whole list at once. */
async function replaceOld(
  access: SettingsAccess,
  number: Row[string] | undefined,
  fresh: JsonObject | null,
): Promise<void> {
  const others = (await numbersOf(access)).filter((one) => one["number"] !== number);
  const numbers = [...others, ...(fresh ? [fresh] : [])].map((one) => ({
    phone: one["number"] ?? "",
    otp: one["otp"] ?? "",
  }));
  await access.call({ method: "PATCH", path: "/auth/mock-numbers", body: { numbers } });
}
