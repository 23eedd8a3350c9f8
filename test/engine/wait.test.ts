import { createWait } from "../../provider/engine/wait.ts";
import type { Backend, JsonObject, Listing } from "../../provider/schema/backend.ts";

/** Polls that are shared, against a list that is there at once. */

const listing: Listing = { path: "/tablesdb/shop/tables/books/columns", items: "columns", key: "key" };

function backend(objects: readonly JsonObject[] | Error): Backend & { asked: number } {
  const made: Partial<Backend> & { asked: number } = {
    projectId: "p1",
    asked: 0,
    now: () => 0,
    sleep: async () => {},
    list: async () => {
      made.asked += 1;
      if (objects instanceof Error) throw objects;
      return objects;
    },
  };
  return made as Backend & { asked: number };
}

const isThere = (object: JsonObject | null) => (object === null ? "wait" : "done");

test("who waits in the very moment in which a poll ends is not forgotten", async () => {
  const wait = createWait();
  const server = backend([{ key: "title" }, { key: "author" }]);
  const first = wait(server, listing, "title", isThere, 1000);
  const second = first.then(() => wait(server, listing, "author", isThere, 1000));
  expect(await second).toEqual({ key: "author" });
});

test("who waits in the very moment in which a poll fails is told", async () => {
  const wait = createWait();
  const server = backend(new Error("no"));
  const first = wait(server, listing, "title", isThere, 1000);
  const second = first.catch(() => wait(server, listing, "author", isThere, 1000));
  await expect(second).rejects.toThrow("no");
});

test("those who wait for one list on one server are served by one request, and those on another server are not", async () => {
  const wait = createWait();
  const [one, other] = [backend([{ key: "title" }, { key: "author" }]), backend([{ key: "title", of: "other" }])];
  const ends = await Promise.all([
    wait(one, listing, "title", isThere, 1000),
    wait(one, listing, "author", isThere, 1000),
    wait(other, listing, "title", isThere, 1000),
  ]);
  expect(ends).toEqual([{ key: "title" }, { key: "author" }, { key: "title", of: "other" }]);
  expect([one.asked, other.asked]).toEqual([1, 1]);
});
