import { spawnSync } from "node:child_process";
import { findTerraform } from "../../environments/terraform.ts";

/** Parts of the language that came with a version of Terraform and one of OpenTofu. */
const FEATURES = {
  "removed blocks": { terraform: [1, 7], tofu: [1, 7], words: /^removed \{/m },
  "provider functions": { terraform: [1, 8], tofu: [1, 7], words: /provider::/ },
  "ephemeral values": { terraform: [1, 10], tofu: [1, 11], words: /^ephemeral "|^ {2}ephemeral +=/m },
  "write-only arguments": { terraform: [1, 11], tofu: [1, 11], words: /^ +\w+_wo +=/m },
} as const;

export type Feature = keyof typeof FEATURES;

let found: { readonly isTofu: boolean; readonly major: number; readonly minor: number } | undefined;

/** Does the terraform (or tofu) that drives the tests know this? */
function knows(feature: Feature): boolean {
  found ??= ask();
  const { isTofu, major, minor } = found;
  const [leastMajor, leastMinor] = FEATURES[feature][isTofu ? "tofu" : "terraform"];
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

/** `test`, or its skipping twin where the terraform that drives the tests does not know this (undefined: all versions do). */
export function testWhereKnown(feature: Feature | undefined): jest.It {
  return feature === undefined || knows(feature) ? test : test.skip;
}

/** Does it know all that a configuration uses? */
export function knowsAllOf(configuration: string): boolean {
  return (Object.keys(FEATURES) as Feature[]).every(
    (feature) => !FEATURES[feature].words.test(configuration) || knows(feature),
  );
}

function ask(): { readonly isTofu: boolean; readonly major: number; readonly minor: number } {
  const { stdout } = spawnSync(findTerraform(process.env), ["version"], {
    encoding: "utf8",
    env: { ...process.env, CHECKPOINT_DISABLE: "1" },
  });
  const [, name = "", major = "0", minor = "0"] = /^(Terraform|OpenTofu) v(\d+)\.(\d+)/m.exec(stdout) ?? [];
  return { isTofu: name === "OpenTofu", major: Number(major), minor: Number(minor) };
}
