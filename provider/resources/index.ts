import type { Catalogue } from "../schema/catalogue.ts";
import { jwt } from "./auth/jwt.ts";
import { membership } from "./auth/membership.ts";
import { authMethods } from "./auth/methods.ts";
import { authMockPhone } from "./auth/mock-phone.ts";
import { authPolicies } from "./auth/policies.ts";
import { authProvider } from "./auth/provider.ts";
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
import { documentsdb } from "./documents/documentsdb.ts";
import { documentsdbCollection } from "./documents/documentsdb-collection.ts";
import { documentsdbDocument } from "./documents/documentsdb-document.ts";
import { documentsdbIndex } from "./documents/documentsdb-index.ts";
import { vectorsdb } from "./documents/vectorsdb.ts";
import { vectorsdbCollection } from "./documents/vectorsdb-collection.ts";
import { vectorsdbDocument } from "./documents/vectorsdb-document.ts";
import { vectorsdbIndex } from "./documents/vectorsdb-index.ts";
import { functionResource } from "./functions/function.ts";
import { functionDeployment } from "./functions/function-deployment.ts";
import { functionVariable } from "./functions/function-variable.ts";
import { provider } from "./messaging/provider.ts";
import { subscriber } from "./messaging/subscriber.ts";
import { topic } from "./messaging/topic.ts";
import { projectEmailTemplate } from "./project/email-template.ts";
import { projectEphemeralKey } from "./project/ephemeral-key.ts";
import { projectKey } from "./project/key.ts";
import { projectLabels } from "./project/labels.ts";
import { projectPlatform } from "./project/platform.ts";
import { project } from "./project/project.ts";
import { projectProtocols } from "./project/protocols.ts";
import { projectServices } from "./project/services.ts";
import { projectSmtp } from "./project/smtp.ts";
import { projectVariable } from "./project/variable.ts";
import { webhook } from "./project/webhook.ts";
import { providerAttributes } from "./provider.ts";
import { functions } from "./provider-functions.ts";
import { proxyRule } from "./proxy/proxy-rule.ts";
import { site } from "./sites/site.ts";
import { siteDeployment } from "./sites/site-deployment.ts";
import { siteVariable } from "./sites/site-variable.ts";
import { bucket } from "./storage/bucket.ts";
import { file } from "./storage/file.ts";
import { fileToken } from "./storage/file-token.ts";

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
    documentsdb,
    documentsdbCollection,
    documentsdbIndex,
    documentsdbDocument,
    vectorsdb,
    vectorsdbCollection,
    vectorsdbIndex,
    vectorsdbDocument,
    // Storage
    bucket,
    file,
    fileToken,
    // Auth
    user,
    team,
    membership,
    target,
    authProvider,
    authMethods,
    authPolicies,
    authMockPhone,
    // Messaging
    provider,
    topic,
    subscriber,
    // Functions and sites
    functionResource,
    functionVariable,
    functionDeployment,
    site,
    siteVariable,
    siteDeployment,
    proxyRule,
    // Project
    project,
    projectKey,
    projectPlatform,
    projectServices,
    projectProtocols,
    projectSmtp,
    projectEmailTemplate,
    projectLabels,
    projectVariable,
    webhook,
  ],
  dataSources: [],
  ephemerals: [session, jwt, projectEphemeralKey],
  functions,
};
