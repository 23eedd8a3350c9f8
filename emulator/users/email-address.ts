import type { JsonObject } from "../json.ts";

/** What the server knows of an e-mail address; all null when there is none. */
export function emailDetails(email: string | null): JsonObject {
  const [local = "", domain = ""] = (email ?? "").trim().toLowerCase().split("@");
  if (local === "" || domain === "") return noDetails;
  const canonical = canonicalAddress(local, domain);
  if (canonical.startsWith("@")) return noDetails;
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

const microsoftEndings =
  "com at be cl co.il co.nz co.th co.uk com.ar com.au com.br com.gr com.pe com.tr com.vn cz de dk es fr hu id ie in it jp kr lv my ph pt sa sg sk".split(
    " ",
  );

type Family = { readonly domains: readonly string[]; readonly local: (local: string) => string };

const same = (local: string) => local;
const withoutPlus = (local: string) => (local.indexOf("+") > 0 ? local.slice(0, local.indexOf("+")) : local);
const withoutLastHyphen = (local: string) => (local.includes("-") ? local.slice(0, local.lastIndexOf("-")) : local);

// Mail services whose addresses have several spellings; the first domain is the canonical one.
const families: readonly Family[] = [
  { domains: ["gmail.com", "googlemail.com"], local: (local) => withoutPlus(local).replaceAll(".", "") },
  {
    domains: [
      ..."outlook hotmail".split(" ").flatMap((name) => microsoftEndings.map((ending) => `${name}.${ending}`)),
      ..."hotmail.ca hotmail.com.mx msn.com passport.com".split(" "),
      ..."com be co.uk com.ar com.mx de es eu fr it nl".split(" ").map((ending) => `live.${ending}`),
    ],
    local: withoutPlus,
  },
  {
    domains: [
      ..."com co.uk ca de fr in it".split(" ").map((ending) => `yahoo.${ending}`),
      "ymail.com",
      "rocketmail.com",
    ],
    local: withoutLastHyphen,
  },
  { domains: ["icloud.com", "me.com", "mac.com"], local: withoutPlus },
  { domains: ["protonmail.com", "proton.me", "pm.me"], local: same },
  { domains: ["fastmail.com", "fastmail.fm"], local: same },
  { domains: ["walla.co.il", "walla.com"], local: same },
];

function canonicalAddress(local: string, domain: string): string {
  const family = families.find(({ domains }) => domains.includes(domain));
  return family ? `${family.local(local)}@${family.domains[0]}` : `${local}@${domain}`;
}

// Spellings of those services that the server's list of free mail services does not have.
const countedAsCompanies: ReadonlySet<string> = new Set([
  ..."outlook.co.uk outlook.com.ar outlook.id live.es live.eu passport.com".split(" "),
  ..."at be cl co.th com.ar com.gr com.mx com.pe com.vn cz dk hu id ie in jp kr lv my ph pt sa sg sk"
    .split(" ")
    .map((ending) => `hotmail.${ending}`),
]);

// The server has lists of thousands of domains; these are the ones that are met in practice. `example.com` is recorded.
const freeDomains: ReadonlySet<string> = new Set([
  ...families.flatMap(({ domains }) => domains).filter((domain) => !countedAsCompanies.has(domain)),
  ..."aol.com gmx.com gmx.de gmx.net gmx.at web.de mail.com email.com mail.ru yandex.com yandex.ru ya.ru zoho.com".split(
    " ",
  ),
  ..."tutanota.com hey.com freenet.de t-online.de posteo.de bluewin.ch orange.fr free.fr laposte.net wanadoo.fr".split(
    " ",
  ),
  ..."libero.it 163.com 126.com sina.com naver.com hanmail.net yahoo.co.jp rediffmail.com seznam.cz wp.pl onet.pl".split(
    " ",
  ),
  ..."comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net earthlink.net shaw.ca rogers.com".split(" "),
  ..."btinternet.com sky.com virginmedia.com ziggo.nl inbox.com lycos.com usa.com post.com europe.com".split(" "),
]);
const disposableDomains: ReadonlySet<string> = new Set([
  ..."example.com test.com a.com mailinator.com guerrillamail.com 10minutemail.com yopmail.com tempmail.org".split(" "),
  ..."throwaway.email temp-mail.org temp-mail.io trashmail.com sharklasers.com getnada.com dispostable.com".split(" "),
  ..."maildrop.cc mailnesia.com fakeinbox.com mail.tm qq.com duck.com hushmail.com".split(" "),
]);
