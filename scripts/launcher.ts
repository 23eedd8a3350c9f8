/** What the provider's file holds behind its launcher. */
export interface Parts {
  /** The program that terraform starts, and what V8 made of it. */
  readonly main: Buffer;
  readonly mainCode: Buffer;
  /** The calls of the protocol, loaded with the first that needs them. */
  readonly calls: Buffer;
  readonly callsCode: Buffer;
  /** The encoded answer of `GetProviderSchema`. */
  readonly schema: Buffer;
}

/**
 * The whole file: a shell script that hands the file over to Node, with the parts behind it. Node alone, by `#!/usr/bin/env node`, would read and
 * scan the whole file at each launch, and would read the bundle of NODE_EXTRA_CA_CERTS before anything else: twice the time that it takes
 * to start. The client reads that bundle instead, when it speaks HTTPS. A person without Node is told so.
 */
export function launcher(parts: Parts): Buffer {
  const sizes = Object.entries(parts).map(([name, { length }]) => [name, length] as const);
  const script = (start: number): string => {
    let end = start;
    const places = sizes.map(([name, length]) => {
      const begin = end;
      end += length;
      return `${name}:[${begin},${length}]`;
    });
    return SHELL.replace("LOADER", LOADER.replace("PLACES", `{${places.join(",")}}`));
  };
  // The places are as wide as the script makes them: settled when a longer script has stopped to make it longer.
  let text = script(0);
  while (script(text.length) !== text) text = script(text.length);
  return Buffer.concat([Buffer.from(text, "latin1"), ...Object.values(parts)]);
}

/** Runs a part: its source, what V8 made of it (another version of Node passes it over and compiles), and what it may ask for. */
const LOADER = `"use strict";
const { openSync, readSync } = require("fs"), { Script } = require("vm");
const places = PLACES, file = openSync(process.argv[1]);
const part = (name) => {
  const [start, length] = places[name], bytes = Buffer.allocUnsafeSlow(length);
  readSync(file, bytes, 0, length, start);
  return bytes;
};
const run = (name) => {
  const script = new Script(part(name).latin1Slice(), { filename: name, cachedData: part(name + "Code") });
  const module = { exports: {} };
  script.runInThisContext()(module, module.exports, require, { part, run });
  return module.exports;
};
run("main");`;

const SHELL = `#!/bin/sh
if ! command -v node >/dev/null; then
  echo "The Appwrite provider runs on Node.js 20 or later, and there is no node on PATH. Install it, or put its folder on PATH." >&2
  exit 1
fi
case "$NODE_OPTIONS" in
  *-ca*) ;;
  *)
    if [ -n "$NODE_EXTRA_CA_CERTS" ]; then
      export APPWRITE_EXTRA_CA_CERTS="$NODE_EXTRA_CA_CERTS"
      unset NODE_EXTRA_CA_CERTS
    fi
    ;;
esac
exec node --input-type=commonjs -e '
LOADER
' -- "$0" "$@"
`;
