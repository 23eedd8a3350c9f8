/** The words in which every sign-in provider is described, beside its id and its secret. */
export const EXTRAS = [
  "endpoint",
  "tenant",
  "domain",
  "realm_name",
  "authorization_server_id",
  "prompt",
  "well_known_url",
  "authorization_url",
  "token_url",
  "user_info_url",
  "key_id",
  "team_id",
] as const;

export type Extra = (typeof EXTRAS)[number];

/** How one provider calls what all of them have (API reference, R6). */
export interface OAuth2Provider {
  /** Name of the id in the provider's route. */
  readonly id: string;
  /** Name of the secret in the provider's route. */
  readonly secret: string;
  /** The secret's attribute: Apple has a key file instead. */
  readonly secretIs: "client_secret" | "p8_file";
  /** Names of the other attributes that it knows. */
  readonly extras: { readonly [attribute in Extra]?: string };
  /** What must be set to enable it: each of these, or all of one of these groups. */
  readonly needs: readonly (readonly (readonly Extra[])[])[];
  /** Where 1.9.0 keeps the secret and the extras: properties of the JSON text that is its secret. Plain text without. */
  readonly inSecret?: { readonly [wire: string]: string };
  /** First version that has it. */
  readonly since?: string;
}

type Details = Partial<Pick<OAuth2Provider, "secretIs" | "extras" | "needs" | "inSecret" | "since">>;

function provider(id = "clientId", secret = "clientSecret", details: Details = {}): OAuth2Provider {
  return { id, secret, secretIs: "client_secret", extras: {}, needs: [], ...details };
}

const NEW = "1.9.5";

/** A provider that runs at an address of one's own. */
function hosted(property: string, since?: string): OAuth2Provider {
  return provider(undefined, undefined, {
    extras: { endpoint: "endpoint" },
    needs: [[["endpoint"]]],
    inSecret: { clientSecret: "clientSecret", endpoint: property },
    ...(since === undefined ? {} : { since }),
  });
}

/** Every OAuth2 provider of Appwrite 1.9.6, by its type. */
export const OAUTH2_PROVIDERS: { readonly [type: string]: OAuth2Provider } = {
  amazon: provider(),
  apple: provider("serviceId", "p8File", {
    secretIs: "p8_file",
    extras: { key_id: "keyId", team_id: "teamId" },
    needs: [[["key_id"]], [["team_id"]]],
    inSecret: { p8File: "p8", keyId: "keyID", teamId: "teamID" },
  }),
  auth0: hosted("auth0Domain"),
  authentik: hosted("authentikDomain"),
  autodesk: provider(),
  bitbucket: provider("key", "secret"),
  bitly: provider(),
  box: provider(),
  dailymotion: provider("apiKey", "apiSecret"),
  discord: provider(),
  disqus: provider("publicKey", "secretKey"),
  dropbox: provider("appKey", "appSecret"),
  etsy: provider("keyString", "sharedSecret"),
  facebook: provider("appId", "appSecret"),
  figma: provider(),
  fusionauth: hosted("fusionAuthDomain", NEW),
  github: provider(),
  gitlab: provider("applicationId", "secret", {
    extras: { endpoint: "endpoint" },
    inSecret: { secret: "clientSecret", endpoint: "endpoint" },
  }),
  // 1.9.0 keeps its secret as plain text, and always asks for consent.
  google: provider(undefined, undefined, { extras: { prompt: "prompt" } }),
  keycloak: provider(undefined, undefined, {
    extras: { endpoint: "endpoint", realm_name: "realmName" },
    needs: [[["endpoint"]], [["realm_name"]]],
    inSecret: { clientSecret: "clientSecret", endpoint: "keycloakDomain", realmName: "keycloakRealm" },
    since: NEW,
  }),
  kick: provider(undefined, undefined, { since: NEW }),
  linkedin: provider("clientId", "primaryClientSecret"),
  microsoft: provider("applicationId", "applicationSecret", {
    extras: { tenant: "tenant" },
    needs: [[["tenant"]]],
    inSecret: { applicationSecret: "clientSecret", tenant: "tenantID" },
  }),
  notion: provider("oauthClientId", "oauthClientSecret"),
  oidc: provider(undefined, undefined, {
    extras: {
      well_known_url: "wellKnownURL",
      authorization_url: "authorizationURL",
      token_url: "tokenURL",
      user_info_url: "userInfoURL",
    },
    needs: [[["well_known_url"], ["authorization_url", "token_url", "user_info_url"]]],
    inSecret: {
      clientSecret: "clientSecret",
      wellKnownURL: "wellKnownEndpoint",
      authorizationURL: "authorizationEndpoint",
      tokenURL: "tokenEndpoint",
      userInfoURL: "userInfoEndpoint",
    },
  }),
  okta: provider(undefined, undefined, {
    extras: { domain: "domain", authorization_server_id: "authorizationServerId" },
    needs: [[["domain"]]],
    inSecret: {
      clientSecret: "clientSecret",
      domain: "oktaDomain",
      authorizationServerId: "authorizationServerId",
    },
  }),
  paypal: provider("clientId", "secretKey"),
  paypalSandbox: provider("clientId", "secretKey"),
  podio: provider(),
  salesforce: provider("customerKey", "customerSecret"),
  slack: provider(),
  spotify: provider(),
  stripe: provider("clientId", "apiSecretKey"),
  tradeshift: provider("oauth2ClientId", "oauth2ClientSecret"),
  tradeshiftBox: provider("oauth2ClientId", "oauth2ClientSecret"),
  twitch: provider(),
  wordpress: provider(),
  x: provider("customerKey", "secretKey", { since: NEW }),
  yahoo: provider(),
  yandex: provider(),
  zoho: provider(),
  zoom: provider(),
};
