import type { ServerVersion } from "../../emulator/route-table.ts";
import { agreement, labelOf, recordings, replay } from "../support/replay.ts";

/**
 * The emulator answers as a real Appwrite did. The tables say how many per cent of each recording's exchanges agree at least (status,
 * kind of content, every name and value of the body); raise a number when the emulator gets better, never lower it.
 */

const FLOORS: { readonly [version in "1.9.6" | "1.9.0"]: { readonly [file: string]: number } } = {
  "1.9.6": {
    "00-bootstrap-console": 100,
    "10-tablesdb-databases-tables": 100,
    "11-tablesdb-columns": 100,
    "12-tablesdb-column-updates": 100,
    "13-tablesdb-indexes": 100,
    "13b-unique-index-on-duplicates": 100,
    "13d-recover-stuck-column": 100,
    "14-tablesdb-relationships": 100,
    "15-tablesdb-inline": 100,
    "16-tablesdb-rows-transactions": 100,
    "18-databases-legacy": 100,
    "30-storage": 100,
    "40-users-teams": 100,
    "50-messaging": 100,
    "60-functions-sites-webhooks-variables-rules": 100,
    "70-project-settings": 100,
    "71-project-platforms-keys-smtp-templates-misc": 99,
    "72-smtp-templates-mockphones-misc": 97,
    "75-console-session-old-paths": 100,
    "80-auth-and-scope-errors": 93,
    "85-migrations": 9,
    "86-migration-clean-clone": 3,
    "90-defaults-failed-columns-nulls": 98,
    "94-verification-extras": 89,
    "95-stale-after-delete": 100,
  },
  "1.9.0": {
    "00-bootstrap-console": 100,
    "10-tablesdb-databases-tables": 100,
    "11-tablesdb-columns": 100,
    "12-tablesdb-column-updates": 100,
    "13-tablesdb-indexes": 100,
    "13b-unique-index-on-duplicates": 100,
    "14-tablesdb-relationships": 100,
    "15-tablesdb-inline": 100,
    "16-tablesdb-rows-transactions": 100,
    "18-databases-legacy": 100,
    "30-storage": 100,
    "40-users-teams": 100,
    "50-messaging": 100,
    "60-functions-sites-webhooks-variables-rules": 97,
    "75-console-session-old-paths": 98,
    "90-defaults-failed-columns-nulls": 100,
  },
};

for (const version of ["1.9.6", "1.9.0"] as const satisfies readonly ServerVersion[]) {
  describe(`recordings of ${version}`, () => {
    test("every recording has a floor", () => {
      expect(Object.keys(FLOORS[version]).sort()).toEqual(recordings(version).map(nameOf).sort());
    });

    test.each(recordings(version))("%s", async (file) => {
      const outcomes = await replay(version, file);
      const floor = FLOORS[version][nameOf(file)] ?? 0;
      const differing = outcomes.filter(({ differences }) => differences.length > 0).map(labelOf);
      // The list is what a failing run shows.
      expect(agreement(outcomes) >= floor ? [] : differing).toEqual([]);
    });
  });
}

function nameOf(file: string): string {
  return file.replace(/\.jsonl$/, "");
}
