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
  const contents = Object.entries(parts) as readonly (readonly [string, Buffer])[];
  let rest = contents.reduce((sum, [, { length }]) => sum + length, 0);
  const places = contents.map(([name, { length }]) => {
    const place = `${name}:[${rest},${length}]`;
    rest -= length;
    return place;
  });
  return Buffer.concat([Buffer.from(shell(loader(places)), "latin1"), ...contents.map(([, content]) => content)]);
}

/**
 * Runs a part: its source, what V8 made of it (another version of Node passes it over and compiles), and what it may ask for. A part is found by how far
 * from the end of the file it begins, and by its length. No single quotes: the shell has the text between two.
 */
const loader = (places: readonly string[]): string => `"use strict";
const { fstatSync, openSync, readSync } = require("fs"), { Script } = require("vm");
const places = {${places.join(",")}}, file = openSync(process.argv[1]), { size } = fstatSync(file);
const part = (name) => {
  const [fromEnd, length] = places[name], bytes = Buffer.allocUnsafeSlow(length);
  readSync(file, bytes, 0, length, size - fromEnd);
  return bytes;
};
const run = (name) => {
  const script = new Script(part(name).toString("latin1"), { filename: name, cachedData: part(name + "Code") });
  const module = { exports: {} };
  script.runInThisContext()(module, module.exports, require, { part, run });
  return module.exports;
};
run("main");`;

const shell = (program: string): string => `#!/bin/sh
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
${program}
' -- "$0" "$@"
`;
