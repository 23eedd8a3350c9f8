import type { Emulator } from "../../emulator/index.ts";
import type { JsonObject } from "../../emulator/json.ts";

/** Calls an emulator as its first project's key: gives the status and the parsed body (an empty one for none). */
export function client(emulator: Pick<Emulator, "endpoint" | "projectId" | "apiKey">) {
  return async (method: string, path: string, body?: object): Promise<{ status: number; body: JsonObject }> => {
    const response = await fetch(`${emulator.endpoint}${path}`, {
      method,
      headers: {
        "content-type": "application/json",
        "x-appwrite-project": emulator.projectId,
        "x-appwrite-key": emulator.apiKey,
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    return { status: response.status, body: text === "" ? {} : (JSON.parse(text) as JsonObject) };
  };
}
