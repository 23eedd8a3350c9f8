/** A time as the database writes it, without zone; test phone numbers and ephemeral keys carry such times. */
export function plain(time: string): string {
  return time.replace("T", " ").replace(/\+00:00$/, "");
}
