import { mkdtempSync, rmdirSync, unlinkSync } from "node:fs";
import type { AddressInfo, Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where a provider listens for the Terraform that started it. */
export interface Place {
  /** `told` gets network and address once it listens; `failed`, why it cannot. */
  listen(server: Server, told: (network: string, address: string) => void, failed: (cause: Error) => void): void;
  remove(): void;
}

/** What go-plugin says about places. */
type Environment = { readonly [name: string]: string | undefined };

/** A unix socket that nobody else can reach; on Windows, and where no folder can hold one, a port of this machine. */
export function openPlace(environment: Environment, platform: NodeJS.Platform): Place {
  const folder = platform === "win32" ? null : socketFolder(environment);
  return folder === null ? portPlace(environment) : socketPlace(folder);
}

/** The longest path of a socket that every system takes: longer ones are cut without a word. */
const LONGEST = 103;
const SOCKET = "s";

function socketFolder(environment: Environment): string | null {
  for (const parent of [environment["PLUGIN_UNIX_SOCKET_DIR"] || tmpdir(), "/tmp"]) {
    if (Buffer.byteLength(join(parent, "appwrite-XXXXXX", SOCKET)) > LONGEST) continue;
    try {
      return mkdtempSync(join(parent, "appwrite-"));
    } catch {
      // The next one may be there, and let us write.
    }
  }
  return null;
}

function socketPlace(folder: string): Place {
  const path = join(folder, SOCKET);
  return {
    listen: (server, told, failed) => {
      server.once("error", failed);
      server.listen(path, () => {
        server.off("error", failed);
        told("unix", path);
      });
    },
    remove: () => {
      // The server may have taken its socket away already.
      for (const step of [() => unlinkSync(path), () => rmdirSync(folder)]) {
        try {
          step();
        } catch {}
      }
    },
  };
}

function portPlace(environment: Environment): Place {
  const bound = (name: string): number => Number(environment[name]) || 0;
  return {
    listen: (server, told, failed) =>
      listenOnPort(server, bound("PLUGIN_MIN_PORT"), bound("PLUGIN_MAX_PORT"), told, failed),
    remove: () => {},
  };
}

/** Takes the first port that is free. */
function listenOnPort(
  server: Server,
  port: number,
  most: number,
  told: (network: string, address: string) => void,
  failed: (cause: Error) => void,
): void {
  const retry = (cause: NodeJS.ErrnoException): void => {
    if (cause.code !== "EADDRINUSE" || port >= most) return failed(cause);
    listenOnPort(server, port + 1, most, told, failed);
  };
  server.once("error", retry);
  server.listen(port, "127.0.0.1", () => {
    server.off("error", retry);
    told("tcp", `127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
}
