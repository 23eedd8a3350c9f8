/** Forms of text that Appwrite asks for in several kinds, with the words that a user is told. */

/** A host name as platforms and mail servers take it: no scheme, port or path; `*` stands for a label. */
export const HOSTNAME = {
  expression:
    /^(?:\*|[A-Za-z0-9*](?:[A-Za-z0-9*_-]*[A-Za-z0-9*])?)(?:\.[A-Za-z0-9*](?:[A-Za-z0-9*_-]*[A-Za-z0-9*])?)*$/,
  words: "a host name without scheme, port and path, such as app.example.com",
} as const;

/** An e-mail address. */
export const EMAIL = {
  expression:
    /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?\.[A-Za-z0-9-]+$/,
  words: "an e-mail address, such as hello@example.com",
} as const;

/** A phone number in E.164. */
export const PHONE = {
  expression: /^\+[1-9]\d{6,14}$/,
  words: 'a phone number with country code and without spaces, such as "+12065550100"',
} as const;
