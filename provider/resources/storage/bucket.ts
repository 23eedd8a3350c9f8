import {
  type Backend,
  type Change,
  collection,
  containerPermissions,
  type DataLoss,
  defineResource,
  deletionProtection,
  id,
  standard,
  t,
} from "../../schema/index.ts";

export const bucket = defineResource({
  type: "appwrite_storage_bucket",
  noun: "bucket",
  summary: "A storage bucket: a container of files with its own permissions, limits and processing rules.",
  scopes: { read: "buckets.read", write: "buckets.write" },

  attributes: {
    id: id("bucketId", "bucket"),
    name: t.string.required("Name shown in the console.", { length: [1, 128] }),
    permissions: containerPermissions("bucket"),
    file_security: t.bool.default(false, "Check the permissions of each file as well as those of the bucket."),
    enabled: t.bool.default(true, "A disabled bucket is out of reach for clients; API keys still reach it."),
    maximum_file_size: t.int.serverDefault("Largest file accepted, in bytes. The server's limit when not set.", {
      range: [1, Number.MAX_SAFE_INTEGER],
    }),
    allowed_file_extensions: t
      .unordered(t.string)
      .serverDefault("File extensions accepted, without the dot. All when empty or not set.", {
        length: [0, 100],
        each: { length: [1, 64] },
      }),
    compression: t.oneOf("none", "gzip", "zstd").default("none", "Compression of stored files up to 20 MB."),
    encryption: t.bool.default(true, "Encrypt stored files up to 20 MB."),
    antivirus: t.bool.default(true, "Scan uploaded files up to 20 MB."),
    transformations: t.bool.default(false, "Allow image previews and transformations.", { unsaid: true }),
    deletion_protection: deletionProtection("bucket", "files"),
    ...standard,
  },

  api: collection("/storage/buckets", "buckets"),
  hooks: { atRisk: filesOfBucket },
  importId: ["id"],
  lookup: { by: ["name"], plural: "appwrite_storage_buckets" },
  cloning: { config: "buckets" },
  holds: "files",
});

/** Counts the files of a bucket that is about to be destroyed. */
async function filesOfBucket(backend: Backend, { action, prior }: Change): Promise<readonly DataLoss[]> {
  if (!prior || (action !== "delete" && action !== "replace")) return [];
  const count = await backend.count({
    path: `/storage/buckets/${prior["id"]}/files`,
    items: "files",
    key: "$id",
    unbounded: true,
  });
  const remedy =
    "To keep them, leave the bucket in the configuration, take it out of Terraform with a removed block (destroy = false), or set deletion_protection = true.";
  return [{ what: "files", count, remedy }];
}
