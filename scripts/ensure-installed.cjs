// Installs what package-lock.json names, where that has not been done yet, so that the README's two commands work on a fresh clone.
const { spawnSync } = require("node:child_process");
const { existsSync, statSync } = require("node:fs");
const { join } = require("node:path");

const root = join(__dirname, "..");
const done = join(root, "node_modules", ".package-lock.json");
const lock = join(root, "package-lock.json");
if (existsSync(done) && statSync(done).mtimeMs >= statSync(lock).mtimeMs) process.exit(0);
const command = process.platform === "win32" ? "npm.cmd" : "npm";
const { status } = spawnSync(command, ["ci", "--no-audit", "--no-fund"], {
  cwd: root,
  stdio: ["ignore", "inherit", "inherit"],
});
process.exit(status ?? 1);
