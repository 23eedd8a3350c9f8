/** Forms of text that Appwrite asks for in several kinds, with the words that a user is told. */

/** A host name as platforms and mail servers take it: no scheme, port or path; `*` stands for a label. */
export const HOSTNAME = {
  expression:
    /^(?:\*|[A-Za-z0-9*](?:[A-Za-z0-9*_-]*[A-Za-z0-9*])?)(?:\.[A-Za-z0-9*](?:[A-Za-z0-9*_-]*[A-Za-z0-9*])?)*$/,
  words: "a host name without scheme, port and path, such as app.example.com",
} as const;

const LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";

/** A port as a URL has it. */
export const URL_PORT = String.raw`(?::(?:\d{1,4}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5]))?`;

/** What may follow the host and the port of a URL: the server takes ASCII only, so that all else has to be percent-encoded. */
export const URL_TAIL = "(?:[/?#][!-~]*)?";

/** A URL as Appwrite takes it. */
export const URL_TEXT = {
  expression: new RegExp(
    String.raw`^https?://(?:[!-.0-9;-?A-~]+(?::[!-.0-9;-?A-~]*)?@)?(?:${LABEL}(?:\.${LABEL})*|\[[0-9A-Fa-f:.]+\])${URL_PORT}${URL_TAIL}$`,
    "i",
  ),
  words: "a URL with https:// or http:// and in ASCII, such as https://example.com",
} as const;

/** A domain name of at least two labels, without wildcards. */
export const DOMAIN = {
  expression: new RegExp(String.raw`^(?=.{1,253}$)(?:${LABEL}\.)+${LABEL}$`),
  words: 'a domain without scheme, port, path and wildcard, such as "app.example.com"',
} as const;
