import {
  AppwriteStack,
  Bucket,
  Database,
  Environments,
  Gate,
  MessagingProvider,
  OAuth,
  Permission,
  Role,
  Secret,
  Team,
  Topic,
} from "appwrite-iac";
import type { Construct } from "constructs";
import { shop } from "./schema";

/** Everything in which staging and production differ. */
export const environments = Environments.define({
  staging: { endpoint: "https://staging.example.com/v1", project: "shop-staging", largestCover: "5MB" },
  production: {
    endpoint: "https://api.example.com/v1",
    project: "shop",
    largestCover: "20MB",
    protect: true,
  },
});

/** The backend of the shop, in one environment. */
export class Shop extends AppwriteStack<typeof environments> {
  constructor(scope: Construct, env: typeof environments.Env) {
    super(scope, `shop-${env.name}`, { env });

    const editors = new Team(this, "editors", { name: "Editors" });
    const database = new Database(this, "main", {
      name: "Shop",
      schema: shop,
      permissions: { books: [Permission.read(Role.any())] },
    });
    database.table("books").grantWrite(Role.team(editors, "owner"));

    const covers = new Bucket(this, "covers", {
      name: "Covers",
      maximumFileSize: env.largestCover,
      allowedFileExtensions: ["png", "webp"],
      antivirus: env.pick({ staging: false, production: true }),
    });
    covers.grantRead(Role.any()).grantWrite(Role.team(editors));

    // Secrets come as TF_VAR_github_secret and TF_VAR_sendgrid_key, and are neither in the output nor in Terraform's plan and state.
    OAuth.github(this, {
      clientId: env.pick({ staging: "Iv1.1a2b3c", production: "Iv1.4d5e6f" }),
      clientSecret: Secret.variable("github_secret"),
    });
    const mail = new MessagingProvider.Sendgrid(this, "mail", {
      name: "Mail",
      fromEmail: "no-reply@shop.example.com",
      apiKey: Secret.variable("sendgrid_key"),
    });
    new Topic(this, "news", { name: "News", subscribe: [Role.users("verified")] }).deliverThrough(mail);

    new Gate(this, "ready", {
      after: [database.table("books"), covers],
      triggers: { books: database.table("books").id },
    });
    this.exportApp("generated/appwrite.ts");
  }
}
