import { capital } from "../../provider/engine/sentence.ts";

/** The part of Appwrite that a type belongs to, as the registry groups its pages: told by the word after `appwrite_`. */
export function serviceOf(type: string): string {
  const word = type.split("_")[1] ?? type;
  return SERVICES[word.replace(/s$/, "")] ?? capital(word);
}

const SERVICES: { readonly [word: string]: string } = {
  tablesdb: "TablesDB",
  database: "Databases (classic)",
  collection: "Databases (classic)",
  document: "Databases (classic)",
  documentsdb: "DocumentsDB",
  vectorsdb: "VectorsDB",
  function: "Functions",
  site: "Sites",
  proxy: "Domains",
  webhook: "Webhooks",
};
