// Installs what package-lock.json names, where that has not been done yet, so that the README's two commands work on a fresh clone.
const { spawnSync } = require("node:child_process");
const { existsSync, statSync } = require("node:fs");
const { join } = require("node:path");

const [major] = process.versions.node.split(".").map(Number);
if (major < 20) {
  process.stderr.write(`appwrite-iac needs Node.js 20 or later; this is ${process.version}.\n`);
  process.exit(1);
}

const root = join(__dirname, "..");
const done = join(root, "node_modules", ".package-lock.json");
const lock = join(root, "package-lock.json");
if (existsSync(done) && statSync(done).mtimeMs >= statSync(lock).mtimeMs) process.exit(0);
process.stdout.write("Installing what package-lock.json names (once, about 20 seconds)…\n");
const command = process.platform === "win32" ? "npm.cmd" : "npm";
// Warnings about packages that we do not write would only worry a newcomer; errors are shown.
const { status } = spawnSync(command, ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
  cwd: root,
  stdio: ["ignore", "ignore", "inherit"],
});
process.exit(status ?? 1);
