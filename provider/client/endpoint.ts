/**
 * Judges an endpoint before anything is sent to it: an http or https address whose path ends in `/v1`. Gives it without a slash
 * at its end, or what is wrong with it and how it should read.
 */
export function checkEndpoint(text: string): { readonly endpoint: string } | { readonly fault: string } {
  const example = 'such as "https://cloud.appwrite.io/v1"';
  const parsed = URL.canParse(text) ? new URL(text) : null;
  if (parsed === null || !/^https?:\/\//i.test(text)) {
    const guess =
      /^[a-z][a-z0-9+.-]*:\/\//i.test(text) || text === "" ? example : `such as "https://${text.replace(/^\/+/, "")}"`;
    return {
      fault: `The endpoint must be a URL that begins with https:// or http://, ${guess}; it is ${JSON.stringify(text)}.`,
    };
  }
  if (parsed.username !== "" || parsed.password !== "") {
    return {
      fault: "The endpoint must not hold a user name or password. Give the API key by api_key or APPWRITE_API_KEY.",
    };
  }
  if (parsed.search !== "" || parsed.hash !== "") {
    return {
      fault: `The endpoint must not have a query or fragment: write ${JSON.stringify(`${parsed.origin}${parsed.pathname}`)}.`,
    };
  }
  const path = parsed.pathname.replace(/\/+$/, "");
  if (!path.endsWith("/v1")) {
    return {
      fault: `The endpoint must end in /v1: write ${JSON.stringify(`${parsed.origin}${path}/v1`)} instead of ${JSON.stringify(text)}.`,
    };
  }
  return { endpoint: `${parsed.origin}${path}` };
}
