import { Construct } from "constructs";
import type { IBucket } from "./bucket.ts";
import { StorageFile, type StorageFileConfig } from "./generated/storage-file.ts";
import { TablesdbRow, type TablesdbRowConfig } from "./generated/tablesdb-row.ts";
import type { JsonValue } from "./json-template.ts";
import { idOf, type ManagedProps, manage, metaOf, type OwnConfig, ownOf } from "./managed.ts";
import { pathFromStack } from "./paths.ts";
import type { Table } from "./table.ts";

/** What a file is. */
export interface BucketFileProps extends Omit<OwnConfig<StorageFileConfig>, "bucketId" | "filePath">, ManagedProps {
  /** The bucket that it is in. */
  readonly bucket: IBucket;
  /** The local file, relative to where the program runs. Without it, `contentBase64` and `name` must be set. */
  readonly path?: string | undefined;
  /** Id in Appwrite: the construct's own when not set. */
  readonly fileId?: string | undefined;
}

/** A file that belongs to the configuration, such as a logo. It is sent again when its content changes. */
export class BucketFile extends Construct {
  /** The resource in Terraform. */
  readonly resource: StorageFile;
  /** Its id in Appwrite, as it is known at synth. */
  readonly id: string;

  /** Makes a file whose id is that of the construct unless given. */
  constructor(scope: Construct, id: string, props: BucketFileProps) {
    super(scope, id);
    const { bucket, path, fileId, permissions = [], ...own } = ownOf(props);
    this.id = idOf(this, "fileId", fileId, props);
    const config = {
      ...own,
      ...metaOf(props),
      id: this.id,
      bucketId: bucket.bucketId,
      permissions,
      ...(path === undefined ? {} : { filePath: pathFromStack(this, path) }),
    };
    this.resource = manage(this, new StorageFile(this, "Default", config), props);
  }

  /** Its id, as a reference that makes a dependency. */
  get fileId(): string {
    return this.resource.id;
  }
}

/** What a row is. `Database.seed` makes one whose data is checked against the schema. */
export interface SeedRowProps
  extends Omit<OwnConfig<TablesdbRowConfig>, "databaseId" | "tableId" | "data">,
    ManagedProps {
  /** The table that it is in. */
  readonly table: Table;
  /** The values by key of the column. */
  readonly data: { readonly [column: string]: JsonValue };
  /** Id in Appwrite: the construct's own when not set. */
  readonly rowId?: string | undefined;
}

/** A row that belongs to the configuration: seed data. */
export class SeedRow extends Construct {
  /** The resource in Terraform. */
  readonly resource: TablesdbRow;
  /** Its id in Appwrite, as it is known at synth. */
  readonly id: string;

  /** Makes a row whose id is that of the construct unless given. */
  constructor(scope: Construct, id: string, props: SeedRowProps) {
    super(scope, id);
    const { table, data, rowId, permissions = [], ...own } = ownOf(props);
    this.id = idOf(this, "rowId", rowId, props);
    // Columns that are resources of their own are not there as soon as the table is.
    const awaited = [...(props.dependsOn ?? []), ...table.parts];
    const config = {
      ...own,
      ...metaOf({ ...props, dependsOn: awaited }),
      databaseId: table.resource.databaseId,
      tableId: table.tableId,
      id: this.id,
      permissions,
      data,
    };
    this.resource = manage(this, new TablesdbRow(this, "Default", config), props);
  }

  /** Its id, as a reference that makes a dependency. */
  get rowId(): string {
    return this.resource.id;
  }
}
