import { findResource, functionWords, siteWords } from "../compute/words.ts";
import { type Context, type Handlers, json } from "../context.ts";
import { databasesPlace, findDatabase } from "../databases/tables.ts";
import { collectionsWords, tablesWords, type Words } from "../databases/words.ts";
import { findDatabase as findDocumentsDatabase } from "../documents/places.ts";
import { type DocumentWords, documentsWords, vectorsWords } from "../documents/words.ts";
import { ServerError } from "../errors.ts";
import { timestamp } from "../identifiers.ts";
import type { JsonObject } from "../json.ts";
import type { Params } from "../params.ts";
import { bucketIn } from "./storage.ts";

const builds = "builds buildsStorage buildsTime buildsMbSeconds executions executionsTime executionsMbSeconds";
const ending = `${builds} buildsSuccess buildsFailed`;
const totals =
  "deploymentsTotal deploymentsStorageTotal buildsTotal buildsStorageTotal buildsTimeTotal buildsMbSecondsTotal " +
  "executionsTotal executionsTimeTotal executionsMbSecondsTotal";
const ofAll = `deployments deploymentsStorage buildsSuccessTotal buildsFailedTotal ${ending}`;
const ofOne =
  "deploymentsTotal deploymentsStorageTotal buildsTotal buildsSuccessTotal buildsFailedTotal buildsStorageTotal buildsTimeTotal " +
  "buildsTimeAverage buildsMbSecondsTotal executionsTotal executionsTimeTotal executionsMbSecondsTotal " +
  `deployments deploymentsStorage ${ending}`;
const traffic = "requestsTotal requests inboundTotal inbound outboundTotal outbound";

/**
 * How much of a project is used. On a real server a worker counts that, and all is 0 until it has run; none runs here. The names are in the
 * order of the answers; those that are no total and no average are series over the time that is asked for.
 */
export const usageRoutes: Handlers = {
  "GET /v1/storage/usage": usage("bucketsTotal filesTotal filesStorageTotal buckets files storage"),
  "GET /v1/storage/:bucketId/usage": usage(
    "filesTotal filesStorageTotal files storage imageTransformations imageTransformationsTotal",
    (context, params) => bucketIn(context, params.text("bucketId")),
  ),
  "GET /v1/users/usage": usage("usersTotal sessionsTotal users sessions"),
  "GET /v1/functions/usage": usage(`functionsTotal ${totals} functions ${ofAll}`),
  "GET /v1/functions/:functionId/usage": usage(ofOne, (context, params) =>
    findResource(context, functionWords, params.text("functionId")),
  ),
  "GET /v1/sites/usage": usage(`sitesTotal sites ${totals} ${traffic} ${ofAll}`),
  "GET /v1/sites/:siteId/usage": usage(`${ofOne} ${traffic}`, (context, params) =>
    findResource(context, siteWords, params.text("siteId")),
  ),
  ...ofTables(tablesWords),
  ...ofTables(collectionsWords),
  ...ofDocuments(documentsWords),
  ...ofDocuments(vectorsWords),
};

function ofTables(words: Words): Handlers {
  const both = "collectionsTotal tablesTotal documentsTotal rowsTotal storageTotal";
  const series = "collections tables documents rows storage";
  return {
    [`GET /v1/${words.root}/usage`]: usage(
      `databasesTotal ${both} databasesReadsTotal databasesWritesTotal databases ${series} databasesReads databasesWrites`,
    ),
    [`GET /v1/${words.root}/:databaseId/usage`]: usage(
      `${both} databaseReadsTotal databaseWritesTotal ${series} databaseReads databaseWrites`,
      (context, params) => findDatabase(context, words, params.text("databaseId")),
    ),
    [`GET /v1/${words.root}/:databaseId/${words.tables}/:${words.tableId}/usage`]: usage(
      `${words.rows}Total ${words.rows}`,
      (context, params) => refuseUnknown(context, params, "tables", words.tableId, `${words.table}_not_found`),
    ),
  };
}

function ofDocuments(words: DocumentWords): Handlers {
  const both = "collectionsTotal documentsTotal storageTotal";
  const series = "collections documents storage";
  return {
    [`GET /v1/${words.root}/usage`]: usage(
      `databasesTotal ${both} databasesReadsTotal databasesWritesTotal databases ${series} databasesReads databasesWrites`,
    ),
    [`GET /v1/${words.root}/:databaseId/usage`]: usage(
      `${both} databaseReadsTotal databaseWritesTotal ${series} databaseReads databaseWrites`,
      (context, params) => findDocumentsDatabase(context, words, params.text("databaseId")),
    ),
    [`GET /v1/${words.root}/:databaseId/collections/:collectionId/usage`]: usage(
      "documentsTotal documents",
      (context, params) => refuseUnknown(context, params, "collections", "collectionId", "collection_not_found"),
    ),
  };
}

/** The action looks for the table whatever the type of its database is, and does not expect that there is no database. */
function refuseUnknown(
  { store, project }: Context,
  params: Params,
  kind: string,
  name: string,
  error: "table_not_found" | "collection_not_found",
): void {
  const database = store.get(databasesPlace(project.id), params.text("databaseId"));
  if (!database) throw new ServerError("general_unknown");
  const id = params.text(name);
  if (!store.get({ scope: project.id, collection: `${kind}:${database.sequence}` }, id))
    throw new ServerError(error, { values: [id] });
}

function usage(names: string, find?: (context: Context, params: Params) => unknown): Handlers[string] {
  return (context, params) => {
    find?.(context, params);
    const range = params.text("range");
    const series = seriesOver(range);
    const values = names.split(" ").map((name) => [name, /(Total|Average)$/.test(name) ? 0 : series] as const);
    return json({ range, ...Object.fromEntries(values) });
  };
}

/** A zero for each hour of a day, or each day of a month or three. */
function seriesOver(range: string): JsonObject[] {
  const [count, step] = range === "24h" ? [24, 3_600_000] : [Number.parseInt(range, 10), 86_400_000];
  return Array.from({ length: count }, (_, at) => {
    const time = Date.now() - (count - 1 - at) * step;
    return { value: 0, date: timestamp(new Date(time - (time % step))) };
  });
}
