import type { Pattern } from "../schema/index.ts";

/** An e-mail address, as the server checks it: a local part of the usual characters, and a domain with a dot. */
export const EMAIL: Pattern = {
  expression:
    /^(?=.{1,64}@)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/,
  words: 'an e-mail address, such as "ada@example.com"',
};

/** A text that PHP does not take for nothing: the server's PATCH passes over "0" as it does over an empty text. */
export const NOT_ZERO: Pattern = {
  expression: /^(?!0$)/,
  words: 'something else than "0", which Appwrite takes for nothing',
};

/** A phone number in E.164. */
export const PHONE: Pattern = {
  expression: /^\+[1-9]\d{6,14}$/,
  words: 'a phone number in E.164: a plus, the country code and the number, 7 to 15 digits, such as "+12065550100"',
};
