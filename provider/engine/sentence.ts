/** A text with its first letter in upper case, for the beginning of a message. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
