import type { Json } from "./json.ts";

/**
 * Says whether a value names events as webhooks and functions subscribe to them: `users.*.create`,
 * `databases.*.tables.*.rows.*.update`. Up to seven parts: kinds of objects with an id or `*` after each, then an action,
 * then the attribute that an update concerns. Source: the server's event list and its way to take a pattern apart, which looks for
 * an action of the third kind among those of the second. 1.9.0 knows no reports.
 */
export function isEvent(value: Json, isBefore195 = false): boolean {
  if (typeof value !== "string") return false;
  const parts = value.split(".");
  const [type = "", id = "", second = "", , third = ""] = parts;
  if (parts.length < 2 || parts.length > 7 || type === "" || id === "") return false;
  const top = child(events, type);
  if (!top || (isBefore195 && type === "reports")) return false;
  const below = parts.length > 3 ? resource(child(top, second)) : undefined;
  if (!below) {
    if (parts.length < 3) return true;
    const action = child(top, second);
    return (
      action !== undefined && (parts.length !== 4 || parts[3] === "" || child(action, parts[3] ?? "") !== undefined)
    );
  }
  if (parts[3] === "") return false;
  const isDeepest = parts.length > 5 && resource(child(below, third)) !== undefined;
  const actionName = isDeepest ? parts[6] : parts[4];
  if (actionName === undefined || actionName === "") return true;
  const action = child(below, actionName);
  if (!action) return false;
  const attribute = !isDeepest && parts.length === 6 ? parts[5] : undefined;
  return attribute === undefined || attribute === "" || child(action, attribute) !== undefined;
}

/** What may follow in an event's name. A kind of object holds `$resource`, an action the attributes that it may name. */
type Events = { readonly [name: string]: Events };

function child(tree: Events, name: string): Events | undefined {
  return Object.hasOwn(tree, name) ? tree[name] : undefined;
}

function resource(tree: Events | undefined): Events | undefined {
  return tree && Object.hasOwn(tree, "$resource") ? tree : undefined;
}

/** A kind of object with its actions, and what lives below it or what an action names. */
function kind(actions: string, more: Events = {}): Events {
  return { $resource: {}, $model: {}, ...named(actions), ...more };
}

function named(names: string): Events {
  return Object.fromEntries(names.split(" ").map((name) => [name, {}]));
}

const ALL = "create update delete";

const tables = kind(ALL, { rows: kind(`${ALL} upsert`), indexes: kind(ALL), columns: kind(ALL) });
const collections = kind(ALL, { documents: kind(`${ALL} upsert`), indexes: kind(ALL), attributes: kind(ALL) });

const events: Events = {
  users: kind("create delete", {
    sessions: kind("create delete"),
    recovery: kind("create update"),
    verification: kind("create update"),
    targets: kind(ALL),
    tokens: kind("create"),
    update: named("email name password status prefs"),
  }),
  databases: kind(ALL, { tables, collections }),
  buckets: kind(ALL, { files: kind(ALL) }),
  teams: kind("create delete", {
    memberships: kind("create delete", { update: named("status") }),
    update: named("prefs"),
  }),
  sites: kind(ALL, { deployments: kind(ALL) }),
  functions: kind(ALL, { deployments: kind(ALL), executions: kind(ALL) }),
  messages: kind("create update"),
  topics: kind(ALL, { subscribers: kind("create delete") }),
  providers: kind(ALL),
  schedules: kind("create"),
  rules: kind(ALL),
  reports: kind(ALL, { insights: kind(ALL) }),
};
