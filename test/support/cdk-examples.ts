import type { Emulator } from "../../emulator/index.ts";
import type { Feature } from "./features.ts";

/** A program under examples/cdktf, and what it makes. */
export interface Story {
  readonly story: string;
  readonly stack: string;
  readonly addresses: readonly string[];
  /** What the terraform that applies it must know, beyond what every version does. */
  readonly needs?: Feature;
  /** What must be there before. */
  readonly prepare?: (emulator: Emulator) => Promise<void>;
}

export const STORIES: readonly Story[] = [
  {
    story: "quickstart",
    stack: "quickstart",
    addresses: ["appwrite_storage_bucket.pictures", "appwrite_tablesdb.main", "appwrite_tablesdb_table.notes"],
  },
  {
    story: "shop",
    stack: "shop-staging",
    needs: "write-only arguments",
    addresses: [
      "appwrite_auth_provider.github",
      "appwrite_auth_team.editors",
      "appwrite_messaging_provider.mail",
      "appwrite_messaging_topic.news",
      "appwrite_storage_bucket.covers",
      "appwrite_tablesdb.main",
      "appwrite_tablesdb_table.authors",
      "appwrite_tablesdb_table.books",
      "terraform_data.ready",
    ],
  },
  {
    story: "adopt",
    stack: "adopt",
    addresses: ["appwrite_storage_bucket.avatars", "appwrite_tablesdb_table.orders"],
    prepare: async (emulator) => {
      await post(emulator, "/storage/buckets", { bucketId: "5f2a6c1d9b", name: "Pictures of users" });
      await post(emulator, "/tablesdb", { databaseId: "legacy", name: "Legacy" });
    },
  },
];

async function post(emulator: Emulator, path: string, body: object): Promise<void> {
  const headers = {
    "content-type": "application/json",
    "x-appwrite-project": emulator.projectId,
    "x-appwrite-key": emulator.apiKey,
  };
  const answer = await fetch(`${emulator.endpoint}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(await answer.text());
}
