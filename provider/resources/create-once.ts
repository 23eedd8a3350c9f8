import { type JsonObject, type Listing, mayBeDone, type Session } from "../schema/index.ts";

/**
 * Creates an object whose id the server chooses, so that nothing tells a second one from the first: `send` must be a call of the
 * kind `once` that wants the answer to tell the id. When its answer is lost, the object that is new in the list is the one, if `isWhole` says so; a part of one is
 * removed at `path` and the call made again. Several new ones cannot be told apart, so the error stays.
 */
export async function createOnce(
  session: Session,
  listing: Listing,
  isWhole: (object: JsonObject) => boolean,
  send: () => Promise<JsonObject>,
  pathOf: (id: string) => string,
): Promise<JsonObject> {
  const { backend } = session;
  const before = new Set((await backend.list(listing)).map((object) => object[listing.key]));
  try {
    return await send();
  } catch (cause) {
    if (!mayBeDone(cause)) throw cause;
    const fresh = (await backend.list(listing)).filter((object) => !before.has(object[listing.key]));
    const [only] = fresh;
    if (fresh.length > 1) throw cause;
    if (only && isWhole(only)) return only;
    if (only) await backend.call({ method: "DELETE", path: pathOf(String(only[listing.key])) });
    return send();
  }
}
