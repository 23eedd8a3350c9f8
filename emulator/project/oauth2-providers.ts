import { isList, isObject, type Json, type JsonObject } from "../json.ts";
import type { Project } from "../projects.ts";
import { isOlder } from "../versions.ts";
import { columnOf } from "./settings.ts";

/**
 * How one OAuth2 provider calls its credentials. Where a provider has more than an id and a secret, the server keeps the
 * secret and the rest as JSON in one text: `inSecret` names the JSON property of each field.
 */
export type Provider = {
  readonly label: string;
  readonly id: readonly [field: string, name: string];
  readonly secret: readonly [field: string, name: string];
  readonly inSecret?: { readonly [field: string]: string };
  /** The text is written with every change, so that a provider without a secret has one for the server (source: its action). */
  readonly alwaysWrites?: boolean;
  /** Further fields with their names on the console. */
  readonly extra?: { readonly [field: string]: string };
  /** What must not be empty to enable it, with the server's name for it, in the order in which the server looks. */
  readonly needs?: { readonly [field: string]: string };
  readonly check?: (values: JsonObject) => string | undefined;
};

const client = { id: ["clientId", "Client ID"], secret: ["clientSecret", "Client Secret"] } as const;

/** The providers that have typed routes, in the order in which the server lists them. */
export const providers: { readonly [id: string]: Provider } = {
  amazon: { label: "Amazon", ...client },
  apple: {
    label: "Apple",
    id: ["serviceId", "Service ID"],
    secret: ["p8File", "P8 File"],
    extra: { keyId: "Key ID", teamId: "Team ID" },
    inSecret: { p8File: "p8", keyId: "keyID", teamId: "teamID" },
  },
  auth0: {
    label: "Auth0",
    ...client,
    extra: { endpoint: "Domain" },
    inSecret: { clientSecret: "clientSecret", endpoint: "auth0Domain" },
  },
  authentik: {
    label: "Authentik",
    ...client,
    extra: { endpoint: "Domain" },
    inSecret: { clientSecret: "clientSecret", endpoint: "authentikDomain" },
    alwaysWrites: true,
    needs: { endpoint: "Authentik endpoint" },
  },
  autodesk: { label: "Autodesk", ...client },
  bitbucket: { label: "BitBucket", id: ["key", "Key"], secret: ["secret", "Secret"] },
  bitly: { label: "Bitly", ...client },
  box: { label: "Box", ...client },
  dailymotion: { label: "Dailymotion", id: ["apiKey", "API Key"], secret: ["apiSecret", "API Secret"] },
  discord: { label: "Discord", ...client },
  disqus: { label: "Disqus", id: ["publicKey", "Public Key"], secret: ["secretKey", "Secret Key"] },
  dropbox: { label: "Dropbox", id: ["appKey", "App Key"], secret: ["appSecret", "App Secret"] },
  etsy: { label: "Etsy", id: ["keyString", "Keystring"], secret: ["sharedSecret", "Shared Secret"] },
  facebook: { label: "Facebook", id: ["appId", "App ID"], secret: ["appSecret", "App Secret"] },
  figma: { label: "Figma", ...client },
  fusionauth: {
    label: "FusionAuth",
    ...client,
    extra: { endpoint: "Domain" },
    inSecret: { clientSecret: "clientSecret", endpoint: "fusionAuthDomain" },
    alwaysWrites: true,
    needs: { endpoint: "FusionAuth endpoint" },
  },
  github: { label: "GitHub", ...client },
  gitlab: {
    label: "GitLab",
    id: ["applicationId", "Application ID"],
    secret: ["secret", "Secret"],
    extra: { endpoint: "Endpoint" },
    inSecret: { secret: "clientSecret", endpoint: "endpoint" },
  },
  google: {
    label: "Google",
    ...client,
    extra: { prompt: "Prompt" },
    inSecret: { clientSecret: "clientSecret", prompt: "prompt" },
    alwaysWrites: true,
    check: ({ prompt }) => {
      if (!isList(prompt)) return undefined;
      if (prompt.length === 0) return "Prompt array cannot be empty.";
      if (!prompt.includes("none") || prompt.length === 1) return undefined;
      return 'When "none" is used as a prompt value, it must be the only element in the array.';
    },
  },
  keycloak: {
    label: "Keycloak",
    ...client,
    extra: { endpoint: "Domain", realmName: "Realm name" },
    inSecret: { clientSecret: "clientSecret", endpoint: "keycloakDomain", realmName: "keycloakRealm" },
    alwaysWrites: true,
    needs: { endpoint: "Keycloak endpoint", realmName: "Keycloak realm name" },
  },
  kick: { label: "Kick", ...client },
  linkedin: { label: "LinkedIn", id: client.id, secret: ["primaryClientSecret", "Primary Client Secret"] },
  microsoft: {
    label: "Microsoft",
    id: ["applicationId", "Application ID"],
    secret: ["applicationSecret", "Application Secret"],
    extra: { tenant: "Tenant" },
    inSecret: { applicationSecret: "clientSecret", tenant: "tenantID" },
    alwaysWrites: true,
    needs: { tenant: "Microsoft tenant" },
  },
  notion: {
    label: "Notion",
    id: ["oauthClientId", "OAuth Client ID"],
    secret: ["oauthClientSecret", "OAuth Client Secret"],
  },
  oidc: {
    label: "OpenID Connect",
    ...client,
    extra: {
      wellKnownURL: "Well-known URL",
      authorizationURL: "Authorization URL",
      tokenURL: "Token URL",
      userInfoURL: "User info URL",
    },
    inSecret: {
      clientSecret: "clientSecret",
      wellKnownURL: "wellKnownEndpoint",
      authorizationURL: "authorizationEndpoint",
      tokenURL: "tokenEndpoint",
      userInfoURL: "userInfoEndpoint",
    },
    alwaysWrites: true,
  },
  okta: {
    label: "Okta",
    ...client,
    extra: { domain: "Domain", authorizationServerId: "Authorization Server ID" },
    inSecret: {
      clientSecret: "clientSecret",
      domain: "oktaDomain",
      authorizationServerId: "authorizationServerId",
    },
  },
  paypal: { label: "PayPal", id: client.id, secret: ["secretKey", "Secret Key"] },
  paypalSandbox: { label: "PayPal Sandbox", id: client.id, secret: ["secretKey", "Secret Key"] },
  podio: { label: "Podio", ...client },
  salesforce: {
    label: "Salesforce",
    id: ["customerKey", "Customer Key"],
    secret: ["customerSecret", "Customer Secret"],
  },
  slack: { label: "Slack", ...client },
  spotify: { label: "Spotify", ...client },
  stripe: { label: "Stripe", id: client.id, secret: ["apiSecretKey", "API Secret Key"] },
  tradeshift: {
    label: "Tradeshift",
    id: ["oauth2ClientId", "OAuth2 Client ID"],
    secret: ["oauth2ClientSecret", "OAuth2 Client Secret"],
  },
  tradeshiftBox: {
    label: "Tradeshift Sandbox",
    id: ["oauth2ClientId", "OAuth2 Client ID"],
    secret: ["oauth2ClientSecret", "OAuth2 Client Secret"],
  },
  twitch: { label: "Twitch", ...client },
  wordpress: { label: "WordPress", ...client },
  x: { label: "X", id: ["customerKey", "Customer Key"], secret: ["secretKey", "Secret Key"] },
  yahoo: { label: "Yahoo", ...client },
  yandex: { label: "Yandex", ...client },
  zoho: { label: "Zoho", ...client },
  zoom: { label: "Zoom", ...client },
};

// Providers that only the old, untyped console route knows, in the place where the server lists them.
const untyped = { yammer: "Yammer", mock: "Mock", "mock-unverified": "MockUnverified" } as const;
const sinceNewRoutes = ["fusionauth", "keycloak", "kick", "x"];

/** Names of all providers as the flat project document lists them, for a version of the server. */
function listedProviders(version: string): readonly (readonly [id: string, label: string])[] {
  const labels = Object.entries(providers).map(([id, { label }]) => [id, label] as const);
  const known = isOlder(version, "1.9.5") ? labels.filter(([id]) => !sinceNewRoutes.includes(id)) : labels;
  const before = known.filter(([id]) => id < "yammer");
  return [
    ...before,
    ["yammer", untyped.yammer],
    ...known.slice(before.length),
    ["mock", untyped.mock],
    ["mock-unverified", untyped["mock-unverified"]],
  ];
}

/** A provider's credentials as they are stored. */
export type Stored = { readonly appId: string; readonly secret: string; readonly enabled: boolean };

/** Reads a provider's credentials. */
export function stored(project: Project, id: string): Stored {
  const entry = columnOf(project, "oAuthProviders")[id];
  const { appId = "", secret = "", enabled = false } = isObject(entry) ? entry : {};
  return { appId: String(appId), secret: String(secret), enabled: enabled === true };
}

/** The providers as the flat project document has them; 1.9.0 tells the secret, later versions do not. */
export function flatProviders(version: string, project: Project): Json {
  return listedProviders(version).map(([key, name]) => {
    const { appId, secret, enabled } = stored(project, key);
    return { key, name, appId, secret: isOlder(version, "1.9.5") ? secret : "", enabled };
  });
}

/** What the console shows of each provider: its fields with their names. */
export function describedProviders(): readonly JsonObject[] {
  return Object.entries(providers).map(([id, { id: first, secret, extra = {} }]) => {
    const fields =
      id === "apple" ? [first, ...Object.entries(extra), secret] : [first, secret, ...Object.entries(extra)];
    return { $id: id, parameters: fields.map(([field, name]) => ({ $id: field, name, example: "", hint: "" })) };
  });
}
