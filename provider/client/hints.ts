/** What a user can do about an error of the server, by its type, or by its status where the type says nothing. */
export function hintOf(status: number, type: string, message: string): string {
  return BY_TYPE[type] ?? (type === "html" ? hintOfHtml(status, message) : (BY_STATUS[status] ?? ""));
}

/** What a user can do about a connection that could not be made or broke. */
export function hintOfBreak(code: string, byProxy: boolean): string {
  const proxy = byProxy && !/CERT|SIGNATURE|ALTNAME/.test(code) ? BY_CODE["PROXY"] : undefined;
  return (
    proxy ??
    BY_CODE[code] ??
    (code.includes("CERT") || code.includes("SIGNATURE") || code.includes("ALTNAME")
      ? CERTIFICATE
      : "Try again; if it stays, check the server and the network between.")
  );
}

const CERTIFICATE =
  "The server's certificate is not trusted. If it is self-signed on purpose, set self_signed = true on the provider; else correct the endpoint or the certificate.";

const BY_TYPE: { readonly [type: string]: string } = {
  user_unauthorized:
    "The API key is wrong, or belongs to another project. Check api_key (APPWRITE_API_KEY) and project_id (APPWRITE_PROJECT_ID).",
  general_unauthorized_scope:
    "The API key lacks a scope, or was not recognised as a key. Check its scopes in the console (Overview, Integrations, API keys).",
  general_access_forbidden: "The API key may not use this route.",
  project_not_found:
    "There is no such project on this server. Check project_id (APPWRITE_PROJECT_ID) and the endpoint.",
  project_id_missing: "The API key belongs to another project than project_id names, or project_id is missing.",
  project_key_expired: "The API key has expired. Make a new one in the console.",
  key_creation_denied: "This server does not let an API key make API keys. Make it in the console, then import it.",
  key_already_exists: "Ids of API keys are unique over the whole server. Leave id out, or choose another one.",
  webhook_already_exists: "Ids of webhooks are unique over the whole server. Leave id out, or choose another one.",
  platform_already_exists: "Ids of platforms are unique over the whole server. Leave id out, or choose another one.",
  project_smtp_config_invalid:
    "Appwrite connects to the mail server when SMTP is enabled. Check host, port, secure, username and password, and that the Appwrite server reaches the mail server; or write enabled = false for now.",
  general_service_disabled: "The service is switched off in the project's settings.",
  redirect: "The API is somewhere else. Write the address that the server redirects to, up to /v1, as the endpoint.",
  general_rate_limit_exceeded:
    "The server limits how fast it is called. Try again later, or run terraform with -parallelism=2.",
  general_feature_unsupported: "The database behind this server does not support this.",
  general_unknown: "The server failed without a reason. Its own log says more.",
  general_server_error: "The server failed. Its own log says more.",
  user_already_exists:
    "Another user of the project has this id, e-mail address or phone number. Import that user, or choose another.",
  user_email_already_exists:
    "Another user has this e-mail address. Appwrite 1.9 counts an address that was taken away as the empty address, which only one user may have: give this user another address, or replace the user.",
  user_phone_already_exists: "Another user has this phone number.",
  user_target_already_exists:
    "An e-mail address, phone number or device token is a target only once in a project, and so is a target's id. Somebody has it already.",
  subscriber_already_exists:
    "A target subscribes to a topic once. Import the subscriber that is there, or remove this one.",
  provider_missing_credentials:
    "A provider can be enabled only with all credentials that its type needs. Set them, or set enabled = false.",
  column_limit_exceeded:
    "The columns of a table share a row of 65535 bytes. Use text, mediumtext or longtext for long texts.",
  attribute_limit_exceeded:
    "The attributes of a collection share a row of 65535 bytes. Use text, mediumtext or longtext for long texts.",
  column_invalid_resize: "A row holds a longer value than the new size allows. Shorten it first.",
  attribute_invalid_resize: "A document holds a longer value than the new size allows. Shorten it first.",
};

const BY_STATUS: { readonly [status: number]: string } = {
  402: "The project's plan does not include this, or its limit is reached.",
  404: "",
  413: "The request is larger than the server takes.",
  429: "The server limits how fast it is called. Try again later, or run terraform with -parallelism=2.",
};

const BY_CODE: { readonly [code: string]: string } = {
  ECONNREFUSED: "Nothing listens at this address. Check the endpoint (APPWRITE_ENDPOINT), and that the server runs.",
  ENOTFOUND: "The host name does not exist. Check the endpoint (APPWRITE_ENDPOINT).",
  EAI_AGAIN: "The host name could not be looked up. Check the network and the endpoint (APPWRITE_ENDPOINT).",
  ECONNRESET: "The server, or a proxy before it, closed the connection. A request above 12 MiB is cut off like this.",
  TIMEOUT: "The server did not answer in time. Raise http_timeout_seconds on the provider, or look after the server.",
  ETIMEDOUT: "No connection could be made in time. Check the endpoint, and firewalls between.",
  PROXY:
    "The proxy is named by HTTPS_PROXY or HTTP_PROXY. Check it, or name the server's host in NO_PROXY to reach it directly.",
  EPROTO: "The server does not speak TLS at this address. Try http:// instead of https://, or another port.",
  ERR_SSL_WRONG_VERSION_NUMBER:
    "The server does not speak TLS at this address. Try http:// instead of https://, or another port.",
};

function hintOfHtml(status: number, text: string): string {
  if (/Router protection/i.test(text)) {
    return "Appwrite 1.9.0 answers only under its own host names (_APP_DOMAIN). Use that name in the endpoint.";
  }
  if (status === 404)
    return "The server answered with a web page: this is no route of its API. Check the endpoint, and the server's version.";
  return "The server answered with a web page instead of JSON. Check that the endpoint is that of the API, and that no proxy asks for a login.";
}
