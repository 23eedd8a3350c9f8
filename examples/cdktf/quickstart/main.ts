import { AppwriteProvider, Bucket, Database, Permission, Role } from "appwrite-iac";
import { c, schema, table } from "appwrite-iac/schema";
import { App, LocalBackend, TerraformStack } from "cdktf";

const notes = schema({
  notes: table(
    { title: c.varchar(120).required(), body: c.text(), done: c.boolean().default(false) },
    { byTitle: { type: "fulltext", on: ["title"] } },
  ),
});

const app = new App();
const stack = new TerraformStack(app, "quickstart");
new LocalBackend(stack, { path: "terraform.tfstate" });

// Endpoint, project and API key come by APPWRITE_ENDPOINT, APPWRITE_PROJECT_ID and APPWRITE_API_KEY.
new AppwriteProvider(stack, "appwrite");
const database = new Database(stack, "main", { schema: notes, permissions: { notes: [Permission.read(Role.any())] } });
database.table("notes").grantWrite(Role.users());
new Bucket(stack, "pictures", { maximumFileSize: "5MB", allowedFileExtensions: ["png", "webp"] }).grantRead(Role.any());

app.synth();
