export { AppwriteDataSource, AppwriteResource } from "./appwrite-element.ts";
export { AppwriteStack, type AppwriteStackProps } from "./appwrite-stack.ts";
export {
  type ITeam,
  type IUser,
  Membership,
  type MembershipProps,
  Target,
  type TargetProps,
  Team,
  type TeamProps,
  User,
  type UserProps,
} from "./auth.ts";
export { Bucket, type BucketProps, type IBucket } from "./bucket.ts";
export {
  FunctionApp,
  type FunctionAppProps,
  type IFunctionApp,
  type ISite,
  Site,
  type SiteProps,
  type Variables,
} from "./compute.ts";
export { BucketFile, type BucketFileProps, SeedRow, type SeedRowProps } from "./content.ts";
export { ClassicDatabase, type ClassicDatabaseProps, Database, type DatabaseProps } from "./database.ts";
export { Duration } from "./duration.ts";
export {
  type AnyEnvironment,
  type Definitions,
  type Environment,
  type EnvironmentSet,
  type EnvironmentSettings,
  Environments,
} from "./environments.ts";
export { Expr } from "./expression.ts";
export { Gate, type GateCommand, type GateProps } from "./gate.ts";
export * from "./generated/index.ts";
/** All generated classes, one for each resource and data source, also those whose name a construct of the same name has here. */
export * as l1 from "./generated/index.ts";
/** The messaging providers, one class for each service. */
export * as MessagingProvider from "./generated/messaging-providers.ts";
/** The sign-in providers, one function for each. */
export * as OAuth from "./generated/oauth.ts";
export type { JsonValue } from "./json-template.ts";
export type { ManagedProps, ProtectedProps } from "./managed.ts";
export {
  type ITopic,
  Sender,
  type SenderProps,
  Subscriber,
  type SubscriberProps,
  Topic,
  type TopicProps,
} from "./messaging.ts";
export { SignIn, type SignInProps } from "./oauth.ts";
export { type Named, Permission, Role, type Verb } from "./permission.ts";
export { ApiKey, type ApiKeyProps, Platform, type PlatformProps, Webhook, type WebhookProps } from "./project.ts";
export { Secret, type SecretOptions } from "./secret.ts";
export {
  AuthSettings,
  type AuthSettingsProps,
  type EmailTemplate,
  ProjectSettings,
  type ProjectSettingsProps,
} from "./settings.ts";
export type { Size } from "./size.ts";
export {
  Collection,
  type CollectionProps,
  type ICollection,
  type IDatabase,
  type ITable,
  Table,
  type TableProps,
} from "./table.ts";
