import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { openPlace } from "../../provider/protocol/place.ts";

/** Where a provider listens, on every system and in odd surroundings. */

const servers: Server[] = [];
const folders: string[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function listening(
  environment: { readonly [name: string]: string },
  platform: NodeJS.Platform,
): Promise<readonly [network: string, address: string]> {
  const server = createServer();
  servers.push(server);
  return new Promise((resolve, reject) => {
    const place = openPlace(environment, platform);
    place.listen(
      server,
      (network, address) => {
        if (network === "unix") folders.push(dirname(address));
        resolve([network, address]);
      },
      reject,
    );
  });
}

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), "place-"));
  folders.push(folder);
  return folder;
}

/** A port that is in use. */
async function taken(): Promise<number> {
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

test("the socket is where go-plugin wants it", async () => {
  const folder = temporary();
  const [network, address] = await listening({ PLUGIN_UNIX_SOCKET_DIR: folder }, "linux");
  expect(network).toBe("unix");
  expect(dirname(dirname(address))).toBe(folder);
  expect(existsSync(address)).toBe(true);
});

test.each([
  ["is not there", "/nowhere/at/all"],
  ["is longer than a socket's path may be", join("/tmp", "x".repeat(60), "y".repeat(60))],
])("a folder that %s is passed over", async (_, folder) => {
  const [network, address] = await listening({ PLUGIN_UNIX_SOCKET_DIR: folder }, "linux");
  expect(network).toBe("unix");
  expect(dirname(dirname(address))).toBe("/tmp");
  expect(existsSync(address)).toBe(true);
});

test("on Windows it takes the first port that is free of those that Terraform allows", async () => {
  const first = await taken();
  const bounds = { PLUGIN_MIN_PORT: String(first), PLUGIN_MAX_PORT: String(first + 50) };
  const [network, address] = await listening(bounds, "win32");
  expect(network).toBe("tcp");
  const port = Number(address.replace("127.0.0.1:", ""));
  expect(port).toBeGreaterThan(first);
  expect(port).toBeLessThanOrEqual(first + 50);
});

test("where no port is free it says so", async () => {
  const port = String(await taken());
  await expect(listening({ PLUGIN_MIN_PORT: port, PLUGIN_MAX_PORT: port }, "win32")).rejects.toThrow("EADDRINUSE");
});
