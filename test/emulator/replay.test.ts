import type { ServerVersion } from "../../emulator/route-table.ts";
import { agreement, labelOf, numberOf, recordings, replay } from "../support/replay.ts";
import table from "./agreement.json";

/**
 * The emulator answers as a real Appwrite did. `agreement.json` says how many per cent of each recording's exchanges agree at least
 * (status, kind of content, every name and value of the body); raise a number when the emulator gets better, never lower it. The guide
 * to the embedded Appwrite publishes them.
 */
const FLOORS: { readonly [version in "1.9.6" | "1.9.0"]: { readonly [file: string]: number } } = table;

/** Why an exchange differs, by file and by what its label holds. Anything that is not here is a fault. */
const KNOWN: { readonly [version in "1.9.6" | "1.9.0"]: { readonly [file: string]: readonly Reason[] } } = {
  "1.9.6": {
    "71": [
      ["template get locale", "the built-in e-mail texts, which are Appwrite's own, are not carried in every language"],
    ],
    "94": [
      [
        "guest /",
        "the console's catalogues (scopes, providers, templates) are told by name, not by Appwrite's own texts",
      ],
    ],
  },
  "1.9.0": {},
};

type Reason = readonly [label: string, reason: string];

for (const version of ["1.9.6", "1.9.0"] as const satisfies readonly ServerVersion[]) {
  describe(`recordings of ${version}`, () => {
    test("every recording has a floor", () => {
      expect(Object.keys(FLOORS[version]).sort()).toEqual(recordings(version).map(nameOf).sort());
    });

    test.each(recordings(version))("%s", async (file) => {
      const outcomes = await replay(version, file);
      const floor = FLOORS[version][nameOf(file)] ?? 0;
      const differing = outcomes.filter(({ differences }) => differences.length > 0).map(labelOf);
      const known = KNOWN[version][numberOf(file)] ?? [];
      expect(differing.filter((label) => !known.some(([part]) => label.includes(part)))).toEqual([]);
      // The list is what a failing run shows.
      expect(agreement(outcomes) >= floor ? [] : differing).toEqual([]);
    });
  });
}

function nameOf(file: string): string {
  return file.replace(/\.jsonl$/, "");
}
