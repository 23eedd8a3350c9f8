import type { Catalogue } from "../schema/catalogue.ts";
import { jwt } from "./auth/jwt.ts";
import { membership } from "./auth/membership.ts";
import { session } from "./auth/session.ts";
import { target } from "./auth/target.ts";
import { team } from "./auth/team.ts";
import { user } from "./auth/user.ts";
import { collection } from "./databases/collection.ts";
import { collectionAttribute } from "./databases/collection-attribute.ts";
import { collectionIndex } from "./databases/collection-index.ts";
import { database } from "./databases/database.ts";
import { document } from "./databases/document.ts";
import { tablesdb } from "./databases/tablesdb.ts";
import { tablesdbColumn } from "./databases/tablesdb-column.ts";
import { tablesdbIndex } from "./databases/tablesdb-index.ts";
import { tablesdbRow } from "./databases/tablesdb-row.ts";
import { tablesdbTable } from "./databases/tablesdb-table.ts";
import { provider } from "./messaging/provider.ts";
import { subscriber } from "./messaging/subscriber.ts";
import { topic } from "./messaging/topic.ts";
import { providerAttributes } from "./provider.ts";
import { functions } from "./provider-functions.ts";
import { bucket } from "./storage/bucket.ts";
import { file } from "./storage/file.ts";

/** Everything that the provider offers: one line for each resource. */
export const catalogue: Catalogue = {
  provider: {
    summary: "Manages Appwrite projects: databases, storage, auth, messaging, functions, sites and all their settings.",
    attributes: providerAttributes,
  },
  resources: [
    // Databases
    tablesdb,
    tablesdbTable,
    tablesdbColumn,
    tablesdbIndex,
    tablesdbRow,
    database,
    collection,
    collectionAttribute,
    collectionIndex,
    document,
    // Storage
    bucket,
    file,
    // Auth
    user,
    team,
    membership,
    target,
    // Messaging
    provider,
    topic,
    subscriber,
  ],
  dataSources: [],
  ephemerals: [session, jwt],
  functions,
};
