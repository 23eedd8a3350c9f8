import type { Pattern } from "../schema/index.ts";

/** An e-mail address, as the server checks it: a local part of the usual characters, and a domain with a dot, whose last part begins with a letter. */
export const EMAIL: Pattern = {
  expression:
    /^(?=.{1,64}@)(?=.{1,254}$)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/,
  words: 'an e-mail address, such as "ada@example.com"',
};

/** A text that PHP does not take for nothing: the server's PATCH passes over "0" as it does over an empty text. */
export const NOT_ZERO: Pattern = {
  expression: /^(?!0$)/,
  words: 'something else than "0", which Appwrite takes for nothing',
};

// The codes of countries and worldwide services that are given out (ITU-T E.164): the server refuses numbers with another.
const CALLING_CODES = [
  "[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]",
  String.raw`21[12368]|2[2346]\d|25[0-8]|29[0178]|35\d|37[0-8]|38[0-35-79]|42[013]`,
  String.raw`5[09]\d|67[02-9]|68[0-35-9]|69[0-2]|80[08]|85[02356]|87[08]|88[0-368]|96[0-8]|97[0-79]|99[2-68]`,
].join("|");

/** A phone number in E.164. */
export const PHONE: Pattern = {
  expression: new RegExp(String.raw`^(?=\+\d{7,15}$)\+(?:${CALLING_CODES})\d*$`),
  words:
    'a phone number in E.164: a plus, the code of a country and the number, 7 to 15 digits without spaces, such as "+12065550100"',
};
