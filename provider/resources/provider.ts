import { type Attributes, t } from "../schema/index.ts";

/** The provider block: how Appwrite is reached. The same options and environment variables as Appwrite's own provider, and more. */
export const providerAttributes: Attributes = {
  endpoint: t.string.optional(
    "API endpoint, such as `https://cloud.appwrite.io/v1`. By environment: `APPWRITE_ENDPOINT`.",
  ),
  project_id: t.string.optional("ID of the project. By environment: `APPWRITE_PROJECT_ID`."),
  api_key: t.string.optional("API key of the project. By environment: `APPWRITE_API_KEY`.", { sensitive: true }),
  organization_id: t.string.optional("ID of the organization. By environment: `APPWRITE_ORGANIZATION_ID`."),
  organization_api_key: t.string.optional(
    "API key of the organization, for projects and their keys. `api_key` when not set. By environment: `APPWRITE_ORGANIZATION_API_KEY`.",
    { sensitive: true },
  ),
  self_signed: t.bool.optional("Accept a self-signed certificate of the server. False when not set."),
  http_timeout_seconds: t.int.optional("Longest time for one request, in seconds. 120 when not set.", {
    range: [1, 3600],
  }),
  max_retries: t.int.optional("How often a request is tried again. 5 when not set; 0 = never.", { range: [0, 100] }),
  data_loss: t
    .oneOf("warn", "refuse", "allow")
    .optional(
      "What a plan does that would destroy rows, documents, files or column values: `warn` names and counts them (the default), `refuse` makes it an error, `allow` asks nothing.",
    ),
  console_email: t.string.optional(
    "E-mail of a console user, for what an API key cannot do: project settings on Appwrite 1.9.0, creating projects on self-hosted servers, and resources of other projects than the key's. By environment: `APPWRITE_CONSOLE_EMAIL`.",
  ),
  console_password: t.string.optional("Password of the console user. By environment: `APPWRITE_CONSOLE_PASSWORD`.", {
    sensitive: true,
  }),
  console_session: t.string.optional(
    "Session secret of a console user, instead of e-mail and password. By environment: `APPWRITE_CONSOLE_SESSION`.",
    { sensitive: true },
  ),
};

/** Environment variables that stand in for options that are not set. */
export const providerEnvironment: { readonly [attribute: string]: string } = {
  endpoint: "APPWRITE_ENDPOINT",
  project_id: "APPWRITE_PROJECT_ID",
  api_key: "APPWRITE_API_KEY",
  organization_id: "APPWRITE_ORGANIZATION_ID",
  organization_api_key: "APPWRITE_ORGANIZATION_API_KEY",
  console_email: "APPWRITE_CONSOLE_EMAIL",
  console_password: "APPWRITE_CONSOLE_PASSWORD",
  console_session: "APPWRITE_CONSOLE_SESSION",
};
