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
