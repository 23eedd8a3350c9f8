import { request } from "node:http";
import { type Emulator, startEmulator } from "../../emulator/index.ts";
import { apiOf } from "../support/api.ts";

/** Files in chunks and parts of files, by the server's actions (`Modules/Storage`). */

let emulator: Emulator;

const FILES = "/storage/buckets/b/files";

beforeAll(async () => {
  emulator = await startEmulator();
});

afterAll(() => emulator.close());

beforeEach(async () => {
  emulator.reset();
  await apiOf(emulator)("POST", "/storage/buckets", { bucketId: "b", name: "B" });
});

type Upload = { readonly id: string; readonly content: string; readonly range?: string };

/** Sends a file, or a chunk of one, as a form. */
async function upload({ id, content, range }: Upload): Promise<number> {
  const part = (head: string, body: string) => `--limit\r\nContent-Disposition: form-data; ${head}\r\n\r\n${body}\r\n`;
  const form = `${part('name="fileId"', id)}${part('name="file"; filename="a.txt"', content)}--limit--\r\n`;
  const response = await fetch(`${emulator.endpoint}${FILES}`, {
    method: "POST",
    headers: {
      "x-appwrite-project": emulator.projectId,
      "x-appwrite-key": emulator.apiKey,
      "content-type": "multipart/form-data; boundary=limit",
      ...(range ? { "content-range": range, "x-appwrite-id": id } : {}),
    },
    body: form,
  });
  return response.status;
}

test("a file that is not whole yet is not on the disk, but may be looked at", async () => {
  const api = apiOf(emulator);
  const chunk = 5 * 1024 * 1024;
  const first = `bytes 0-${chunk - 1}/${chunk + 5}`;
  expect(await upload({ id: "f", content: "x".repeat(chunk), range: first })).toBe(201);
  expect((await api("GET", `${FILES}/f`)).body).toMatchObject({ chunksTotal: 2, chunksUploaded: 1, signature: "" });
  for (const way of ["download", "view"]) {
    expect(await api("GET", `${FILES}/f/${way}`)).toMatchObject({
      status: 404,
      body: {
        type: "storage_file_not_found",
        message: `File not found in /storage/uploads/app-${emulator.projectId}/b/f.txt`,
      },
    });
  }
  const rest = `bytes ${chunk}-${chunk + 4}/${chunk + 5}`;
  expect(await upload({ id: "f", content: "after", range: rest })).toBe(201);
  expect(await ranged("f", "download", `bytes=${chunk}-`)).toEqual([
    206,
    5,
    `bytes ${chunk}-${chunk + 4}/${chunk + 5}`,
  ]);
});

test("a large file in one piece is whole at once", async () => {
  const size = 6 * 1024 * 1024;
  expect(await upload({ id: "f", content: "x".repeat(size) })).toBe(201);
  const told = (await apiOf(emulator)("GET", `${FILES}/f`)).body;
  expect(told).toMatchObject({ sizeOriginal: size, chunksTotal: 1, chunksUploaded: 1, mimeType: "text/plain" });
});

test("a range that is open or wide is answered with a piece, of a download with a smaller one", async () => {
  const size = 24_000_000;
  expect(await upload({ id: "f", content: "x".repeat(1000) })).toBe(201);
  expect(await ranged("f", "download", "bytes=0-9")).toEqual([206, 10, "bytes 0-9/1000"]);
  for (const wrong of ["bytes=0-1000", "bytes=5-5", "bytes=-5", "items=0-9"])
    expect(await ranged("f", "download", wrong)).toEqual([416, expect.any(Number), undefined]);

  const chunk = 5 * 1024 * 1024;
  for (let start = 0; start < size; start += chunk) {
    const end = Math.min(start + chunk, size) - 1;
    await upload({ id: "g", content: "x".repeat(end - start + 1), range: `bytes ${start}-${end}/${size}` });
  }
  const piece = 10 * 1024 * 1024;
  expect(await ranged("g", "download", "bytes=0-")).toEqual([206, piece, `bytes 0-${piece - 1}/${size}`]);
  expect(await ranged("g", "download", "bytes=0-23000000")).toEqual([206, piece, `bytes 0-${piece - 1}/${size}`]);
  expect(await ranged("g", "view", "bytes=0-")).toEqual([206, 20_000_000, `bytes 0-19999999/${size}`]);
});

/** The status, the number of bytes and the range of what is answered to a range. */
function ranged(id: string, way: string, range: string): Promise<[number, number, string | undefined]> {
  const { port } = new URL(emulator.endpoint);
  const headers = { "x-appwrite-project": emulator.projectId, "x-appwrite-key": emulator.apiKey, range };
  return new Promise((resolve, reject) => {
    const asked = request({ port, path: `/v1${FILES}/${id}/${way}`, headers }, (answer) => {
      let length = 0;
      answer.on("data", (bytes: Buffer) => {
        length += bytes.length;
      });
      answer.on("end", () => resolve([answer.statusCode ?? 0, length, answer.headers["content-range"]]));
    });
    asked.on("error", reject);
    asked.end();
  });
}
