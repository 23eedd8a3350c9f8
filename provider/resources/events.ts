import { isOlder, nearest } from "../schema/index.ts";

/**
 * What is wrong with the name of an event, such as `databases.*.tables.*.rows.*.create`; null when nothing is. Kinds of
 * objects stand with an id or `*` after each; an action may follow, and after an update the attribute that it concerns.
 * Source: the server's list of events (1.9.6). A newer server may know more, so the caller asks for its version; `version` is null
 * where it cannot be told.
 */
export function eventFault(event: string, version: string | null = null): string | null {
  const parts = event.split(".");
  const shown = JSON.stringify(event);
  if (parts.length < 2 || parts.some((part) => part === "")) {
    return `${shown} is no event. Write a kind of object, an id or *, and an action, such as "users.*.create".`;
  }
  const [first = ""] = parts;
  if (FAMILIES.includes(first))
    return `${shown}: this version of Appwrite has no events of ${first}. Those of tables and rows begin with "databases", such as "databases.*.tables.*.rows.*.create".`;
  if (first === "reports" && version !== null && isOlder(version, "1.9.5"))
    return `${shown}: reports need Appwrite 1.9.5 or later; this server is ${version}.`;
  let known: Events = EVENTS;
  for (let at = 0; at < parts.length; ) {
    const word = parts[at] ?? "";
    const inner = Object.hasOwn(known, word) ? known[word] : undefined;
    if (inner === undefined) {
      const words = Object.keys(known).filter((name) => name !== ID);
      if (words.length === 0) return `${shown}: nothing may follow after ${JSON.stringify(parts[at - 1])}.`;
      const near = nearest(word, words);
      const meant = near === null ? "" : ` Did you mean ${JSON.stringify(near)}?`;
      const place = at === 0 ? "a kind of object" : `what follows ${JSON.stringify(parts.slice(0, at).join("."))}`;
      return `${shown}: ${JSON.stringify(word)} is not ${place}; it must be one of ${words.join(", ")}.${meant}`;
    }
    known = inner;
    at += Object.hasOwn(inner, ID) ? 2 : 1;
  }
  return null;
}

/** What may follow. A kind of object (marked by `ID`) is followed by an id or `*`; `{}` ends. */
type Events = { readonly [word: string]: Events };

const ID = "*";

function kind(actions: string, more: Events = {}): Events {
  return { [ID]: {}, ...plain(actions), ...more };
}

function plain(words: string): Events {
  return Object.fromEntries(words.split(" ").map((word) => [word, {}]));
}

const CHANGES = "create update delete";
// Rows and documents can be upserted, but the server takes no such event: it looks for it among those of tables.
const TABLES = kind(CHANGES, { rows: kind(CHANGES), columns: kind(CHANGES), indexes: kind(CHANGES) });
const COLLECTIONS = kind(CHANGES, { documents: kind(CHANGES), attributes: kind(CHANGES), indexes: kind(CHANGES) });

/** The newer families of databases, whose events come with the version after 1.9.6. */
const FAMILIES: readonly string[] = ["tablesdb", "documentsdb", "vectorsdb"];

const EVENTS: Events = {
  users: kind("create delete", {
    update: plain("email name password status prefs"),
    sessions: kind("create delete"),
    recovery: kind("create update"),
    verification: kind("create update"),
    targets: kind(CHANGES),
    tokens: kind("create"),
  }),
  teams: kind("create delete", {
    update: plain("prefs"),
    memberships: kind("create delete", { update: plain("status") }),
  }),
  databases: kind(CHANGES, { tables: TABLES, collections: COLLECTIONS }),
  buckets: kind(CHANGES, { files: kind(CHANGES) }),
  functions: kind(CHANGES, { deployments: kind(CHANGES), executions: kind(CHANGES) }),
  sites: kind(CHANGES, { deployments: kind(CHANGES) }),
  messages: kind("create update"),
  topics: kind(CHANGES, { subscribers: kind("create delete") }),
  providers: kind(CHANGES),
  schedules: kind("create"),
  rules: kind(CHANGES),
  reports: kind(CHANGES, { insights: kind(CHANGES) }),
};
