import { Construct } from "constructs";
import { StorageBucket, type StorageBucketConfig } from "./generated/storage-bucket.ts";
import { Granting } from "./granting.ts";
import {
  idOf,
  type ManagedProps,
  manage,
  type OwnConfig,
  ownOf,
  type ProtectedProps,
  protectedMetaOf,
} from "./managed.ts";
import { bytesOf, type Size } from "./size.ts";

/** A bucket, made here or there already. */
export interface IBucket {
  /** Its id, as a reference that makes a dependency where the bucket is made here. */
  readonly bucketId: string;
}

/** What a bucket is. */
export interface BucketProps
  extends Partial<Omit<OwnConfig<StorageBucketConfig>, "maximumFileSize">>,
    ManagedProps,
    ProtectedProps {
  /** Id in Appwrite: the construct's own when not set. */
  readonly bucketId?: string | undefined;
  /** Largest file accepted: bytes, or a size such as `"5MB"`. The server's limit when not set. */
  readonly maximumFileSize?: number | bigint | Size | undefined;
}

/** A bucket of files. */
export class Bucket extends Granting implements IBucket {
  /** The word for it in what applications are told. */
  readonly exportedAs = "buckets";
  /** The resource in Terraform. */
  readonly resource: StorageBucket;
  /** Its id in Appwrite, as it is known at synth. */
  readonly id: string;

  /** Makes a bucket whose name and id are those of the construct unless given. */
  constructor(scope: Construct, id: string, props: BucketProps = {}) {
    super(scope, id, props.permissions);
    const { bucketId, maximumFileSize, permissions: _, ...own } = ownOf(props);
    this.id = idOf(this, "bucketId", bucketId, props);
    const resource = new StorageBucket(this, "Default", {
      ...own,
      ...protectedMetaOf(this, props),
      id: this.id,
      name: props.name ?? id,
      ...(maximumFileSize === undefined
        ? {}
        : { maximumFileSize: bytesOf(maximumFileSize, `${this.node.path}: maximumFileSize`) }),
    });
    this.grants.giveTo(resource);
    this.resource = manage(this, resource, props);
  }

  /** A bucket that is there already and is not managed here. */
  static fromBucketId(scope: Construct, id: string, bucketId: string): IBucket {
    return Object.assign(new Construct(scope, id), { bucketId });
  }

  /** Its id, as a reference that makes a dependency. */
  get bucketId(): string {
    return this.resource.id;
  }
}
