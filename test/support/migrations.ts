import type { Emulator } from "../../emulator/index.ts";
import type { Json, JsonObject } from "../../emulator/json.ts";

/** What an emulator answered; what is no JSON is in `text`. */
export type Answer = { readonly status: number; readonly body: JsonObject };

/** Calls an emulator; the path is relative to `/v1`. */
export type Call = (
  method: string,
  path: string,
  body?: JsonObject | FormData,
  more?: Readonly<Record<string, string>>,
) => Promise<Answer>;

/** Calls an emulator with the headers of whoever calls: a key, or a session. */
export function callWith({ endpoint }: Pick<Emulator, "endpoint">, own: Readonly<Record<string, string>>): Call {
  return async (method, path, body, more = {}) => {
    const isForm = body instanceof FormData;
    const headers = { ...own, ...(isForm ? {} : { "content-type": "application/json" }), ...more };
    const sent = body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) };
    const response = await fetch(`${endpoint}${path}`, { method, headers, ...sent });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.startsWith("application/json") ?? false;
    return { status: response.status, body: isJson && text !== "" ? (JSON.parse(text) as JsonObject) : { text } };
  };
}

/** Calls an emulator with the key of a project. */
export function callOf(
  emulator: Pick<Emulator, "endpoint">,
  { projectId, apiKey }: { readonly projectId: string; readonly apiKey: string },
): Call {
  return callWith(emulator, { "x-appwrite-project": projectId, "x-appwrite-key": apiKey });
}

/** A request that must go well. */
export type Step = readonly [method: string, path: string, body: JsonObject | FormData];

/** Makes things one after another, each whole before the next. */
export async function make(emulator: Emulator, call: Call, steps: readonly Step[]): Promise<void> {
  for (const [method, path, body] of steps) {
    const { status, body: told } = await call(method, path, body);
    if (status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(told)}`);
    await emulator.idle();
  }
}

/** The errors that a migration tells. */
export function failuresOf({ errors }: JsonObject): Json[] {
  return (errors as string[]).map((one) => JSON.parse(one) as Json);
}

/** The form of an upload: a file, or the source of a deployment when it says whether that is to be put in service. */
export function fileForm(
  name: string,
  content: Uint8Array<ArrayBuffer> | string,
  fields: Readonly<Record<string, string>>,
): FormData {
  const form = new FormData();
  for (const [key, value] of Object.entries(fields)) form.set(key, value);
  form.set(fields["activate"] === undefined ? "file" : "code", new Blob([content]), name);
  return form;
}
