import { isOlder } from "../../schema/index.ts";

const NAMES =
  "project keys platforms mocks policies project.policies templates oauth2 users sessions teams databases tables columns indexes rows collections attributes documents buckets files tokens functions executions execution sites log providers topics subscribers targets messages rules webhooks migrations schedules vcs insights reports presences";

/** Scopes of versions after 1.9.6: `oauth2` is called `project.oauth2` there. */
const LATER = ["project.oauth2.read", "project.oauth2.write", "stages.read", "stages.write", "embeddings.write"];

/**
 * The scopes that an API key can have, of all versions together: a server refuses those that it does not know, which 1.9.0 has fewer of.
 * Source: the servers' own scope lists.
 */
export const KEY_SCOPES: readonly string[] = [
  ...NAMES.split(" ").flatMap((name) => [`${name}.read`, `${name}.write`]),
  "locale.read",
  "avatars.read",
  "health.read",
  "assistant.read",
  ...LATER,
];

/** Scopes that 1.9.0 does not know, by the first part of their names. */
const NOT_IN_OLD =
  /^(keys|platforms|mocks|policies|project\.policies|templates|oauth2|executions|insights|reports|presences)\.|^sessions\.read$/;

/** Why a server of a version does not take a scope, and what to write instead; null when it takes it. */
export function scopeFault(scope: string, version: string): string | null {
  const shown = JSON.stringify(scope);
  if (isOlder(LAST_KNOWN, version)) {
    const isRenamed = scope.startsWith("oauth2.");
    return isRenamed ? `${shown} is called "project.${scope}" since the version after Appwrite ${LAST_KNOWN}.` : null;
  }
  const isLater = LATER.includes(scope);
  if (isLater || (isOlder(version, "1.9.5") && NOT_IN_OLD.test(scope))) {
    const instead =
      scope.startsWith("project.oauth2.") && !isOlder(version, "1.9.5")
        ? ` Write ${JSON.stringify(scope.replace("project.", ""))}.`
        : " Leave it out, or upgrade the server.";
    return `${shown} is no scope of Appwrite ${version}.${instead}`;
  }
  return null;
}

const LAST_KNOWN = "1.9.6";
