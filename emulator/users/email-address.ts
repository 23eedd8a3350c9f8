import type { JsonObject } from "../json.ts";

/** What the server knows of an e-mail address; all null when there is none. */
export function emailDetails(email: string | null): JsonObject {
  const [local = "", domain = ""] = (email ?? "").toLowerCase().split("@");
  if (local === "" || domain === "") return noDetails;
  const canonical = canonicalAddress(local, domain);
  const disposable = disposableDomains.has(domain);
  const free = !disposable && freeDomains.has(domain);
  return {
    emailCanonical: canonical,
    emailIsFree: free,
    emailIsDisposable: disposable,
    emailIsCorporate: !free && !disposable,
    emailIsCanonical: canonical === `${local}@${domain}`,
  };
}

const noDetails: JsonObject = {
  emailCanonical: null,
  emailIsFree: null,
  emailIsDisposable: null,
  emailIsCorporate: null,
  emailIsCanonical: null,
};

type Family = { readonly domains: readonly string[]; readonly local: (local: string) => string };

const same = (local: string) => local;
const withoutPlus = (local: string) => (local.indexOf("+") > 0 ? local.slice(0, local.indexOf("+")) : local);
const withoutLastHyphen = (local: string) => (local.includes("-") ? local.slice(0, local.lastIndexOf("-")) : local);

// Mail services whose addresses have several spellings; the first domain is the canonical one.
const families: readonly Family[] = [
  { domains: ["gmail.com", "googlemail.com"], local: (local) => withoutPlus(local).replaceAll(".", "") },
  { domains: ["outlook.com", "hotmail.com", "live.com", "msn.com", "passport.com"], local: withoutPlus },
  { domains: ["yahoo.com", "ymail.com", "rocketmail.com"], local: withoutLastHyphen },
  { domains: ["icloud.com", "me.com", "mac.com"], local: withoutPlus },
  { domains: ["protonmail.com", "proton.me", "pm.me"], local: same },
  { domains: ["fastmail.com", "fastmail.fm"], local: same },
  { domains: ["walla.co.il", "walla.com"], local: same },
];

function canonicalAddress(local: string, domain: string): string {
  const family = families.find(({ domains }) => domains.includes(domain));
  return family ? `${family.local(local)}@${family.domains[0]}` : `${local}@${domain}`;
}

// The server has lists of thousands of domains; these are the ones that are met in practice. `example.com` is recorded.
const freeDomains: ReadonlySet<string> = new Set([
  ...families.flatMap(({ domains }) => domains),
  ..."aol.com gmx.com gmx.de gmx.net web.de mail.com mail.ru yandex.com yandex.ru zoho.com tutanota.com hey.com".split(
    " ",
  ),
  ..."freenet.de t-online.de orange.fr free.fr laposte.net libero.it qq.com 163.com 126.com naver.com".split(" "),
  ..."hotmail.co.uk hotmail.fr hotmail.de yahoo.co.uk yahoo.fr yahoo.de live.co.uk outlook.de outlook.fr".split(" "),
]);
const disposableDomains: ReadonlySet<string> = new Set(
  "example.com test.com mailinator.com guerrillamail.com 10minutemail.com yopmail.com tempmail.org throwaway.email temp-mail.org trashmail.com sharklasers.com".split(
    " ",
  ),
);
