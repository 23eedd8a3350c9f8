import { AppwriteProvider, Bucket, Database, Role, Table } from "appwrite-iac";
import { c, table } from "appwrite-iac/schema";
import { App, LocalBackend, TerraformStack } from "cdktf";

const app = new App();
const stack = new TerraformStack(app, "adopt");
new LocalBackend(stack, { path: "terraform.tfstate" });
new AppwriteProvider(stack, "appwrite");

// Made in the console once: the first apply imports it, and from then on it is managed here.
const avatars = new Bucket(stack, "avatars", { importFrom: "5f2a6c1d9b", name: "Avatars", maximumFileSize: "2MB" });
avatars.grantRead(Role.any());

// Belongs to someone else: it is referred to and never changed.
const legacy = Database.fromDatabaseId(stack, "legacy", "legacy");

// Was called "purchases" in an earlier version of this program: it moves along, with its rows.
new Table(stack, "orders", {
  database: legacy,
  renamedFrom: "purchases",
  schema: table({ total: c.float({ min: 0 }).required(), paid: c.boolean().default(false) }),
});

app.synth();
