/** The first sentence of a text: what a thing is. Those that follow tell how it is written. */
export function firstSentence(text: string): string {
  return /^.*?[.](?=\s|$)/s.exec(text)?.[0] ?? text;
}

/** A text with its first letter in upper case, for the beginning of a message. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
