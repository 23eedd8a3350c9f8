import type { Json } from "./json.ts";
import table from "./routes.json";
import { compileRule, type Rule } from "./rules.ts";

/** A version of the server that the emulator can answer as. */
export type ServerVersion = "1.9.0" | "1.9.5" | "1.9.6";

/** One parameter of a route, with its compiled rule. */
export type RouteParam = {
  readonly name: string;
  readonly inPath: boolean;
  /** Other names that a request may give it. */
  readonly aliases: readonly string[];
  readonly optional: boolean;
  readonly fallback: Json;
  readonly rule: Rule;
};

/** One route of the server. */
export type Route = {
  /** Method and path: the key under which its handler is registered. */
  readonly key: string;
  readonly method: string;
  readonly path: string;
  readonly aliases: readonly string[];
  readonly namespace: string;
  readonly scopes: readonly string[];
  readonly success: number;
  readonly abuse: { readonly limit: number; readonly seconds: number } | undefined;
  readonly params: readonly RouteParam[];
};

/** A route that a request asks for, with the raw (not percent-decoded) values of its path and the path that matched. */
export type RouteMatch = {
  readonly route: Route;
  readonly path: string;
  readonly values: Readonly<Record<string, string>>;
};

/** Finds the route for a method and path. */
export type RouteTable = {
  readonly routes: readonly Route[];
  readonly match: (method: string, path: string) => RouteMatch | undefined;
};

/** Builds the route table of one version of the server, from its own definitions (`routes.json`). */
export function routeTable(version: ServerVersion): RouteTable {
  const served = (table as readonly DumpedRoute[]).filter((route) => route.versions.includes(version));
  const routes = served.map((route) => routeOf(route, version));
  const byShape = new Map<string, { segments: readonly string[]; route: Route; path: string }[]>();
  for (const route of routes) {
    for (const path of [route.path, ...route.aliases]) {
      const segments = path.split("/");
      const shape = `${route.method} ${segments.length}`;
      byShape.set(shape, [...(byShape.get(shape) ?? []), { segments, route, path }]);
    }
  }
  // A literal segment wins over a parameter, and a route's own path over another's alias.
  for (const candidates of byShape.values()) candidates.sort((one, other) => rank(one) - rank(other));
  return {
    routes,
    match(method, path) {
      const segments = path.split("/");
      const candidates = byShape.get(`${method} ${segments.length}`) ?? [];
      const found = candidates.find((candidate) =>
        candidate.segments.every((part, index) => part.startsWith(":") || part === segments[index]),
      );
      if (!found) return undefined;
      const values = found.segments.flatMap((part, index) =>
        part.startsWith(":") ? [[part.slice(1), segments[index] ?? ""] as const] : [],
      );
      return { route: found.route, path: found.path, values: Object.fromEntries(values) };
    },
  };
}

type DumpedParam = {
  name: string;
  aliases?: string[];
  rule: string;
  in?: string;
  optional?: boolean;
  default?: Json;
};
type DumpedRoute = {
  method: string;
  path: string;
  aliases?: string[];
  namespace?: string;
  scopes: string[];
  success?: number;
  versions: string[];
  abuse?: { limit: number; seconds: number };
  params: DumpedParam[];
  before195?: { scopes?: string[]; params?: Record<string, string | null> };
};

function routeOf(dumped: DumpedRoute, version: ServerVersion): Route {
  const old = version === "1.9.0" ? dumped.before195 : undefined;
  const kept = dumped.params.filter((param) => old?.params?.[param.name] !== null);
  // What only the old version took was optional, without exception.
  const gone = Object.entries(old?.params ?? {}).flatMap(([name, rule]): DumpedParam[] =>
    rule === null || dumped.params.some((param) => param.name === name) ? [] : [{ name, rule, optional: true }],
  );
  const params = [...kept, ...gone];
  return {
    key: `${dumped.method} ${dumped.path}`,
    method: dumped.method,
    path: dumped.path,
    aliases: dumped.aliases ?? [],
    namespace: dumped.namespace ?? "",
    scopes: old?.scopes ?? dumped.scopes,
    success: dumped.success ?? 200,
    abuse: dumped.abuse,
    params: params.map((param) => paramOf(param, ruleIn(version, old?.params?.[param.name] ?? param.rule))),
  };
}

/** Before the rule of a parameter that an older version does not let out. */
const REQUIRED = "required ";

/**
 * 1.9.0 reads the text "false" as false, where later versions take any text but "" and "0" for true (recordings 10 and 11); and it
 * knows fewer events.
 */
function ruleIn(version: ServerVersion, rule: string): string {
  if (version !== "1.9.0") return rule;
  return rule.replace("Boolean(loose)", "Boolean(loose, words)").replace("Event{", "Event{before 1.9.5 ");
}

function paramOf(param: DumpedParam, rule: string): RouteParam {
  const isRequired = rule.startsWith(REQUIRED);
  return {
    name: param.name,
    aliases: param.aliases ?? [],
    inPath: param.in === "path",
    // What is missing of a file is told by the route, as an empty file.
    optional: !isRequired && (param.optional ?? rule === "File"),
    fallback: param.default ?? null,
    rule: lazyRule(isRequired ? rule.slice(REQUIRED.length) : rule),
  };
}

/** Compiles a rule when it is first used: most of a run's routes are never asked for, and starting must be quick. */
function lazyRule(text: string): Rule {
  let compiled: Rule | undefined;
  const get = () => (compiled ??= compileRule(text));
  return {
    nullable: text.startsWith("nullable "),
    fault: (value) => get().fault(value),
    read: (value) => get().read(value),
  };
}

function rank(candidate: { segments: readonly string[]; route: Route; path: string }): number {
  const parameters = candidate.segments.filter((part) => part.startsWith(":")).length;
  return parameters * 2 + (candidate.path === candidate.route.path ? 0 : 1);
}
