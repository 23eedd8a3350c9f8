/** The known word that is closest to a mistyped one, at most two changes away; null when none is. */
export function nearest(word: string, known: readonly string[]): string | null {
  const isBegun = (one: string): boolean => word.length >= 3 && one.startsWith(word);
  const ranked = known
    // Words of other lengths are further away than that; and a text of a megabyte is compared with none.
    .filter((one) => Math.abs(one.length - word.length) <= 2 || isBegun(one))
    .map((one) => ({ one, far: distance(one.toLowerCase(), word.toLowerCase()) }))
    .filter(({ one, far }) => far <= 2 || isBegun(one))
    .sort((left, right) => left.far - right.far);
  return ranked[0]?.one ?? null;
}

function distance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [i, a] of [...left].entries()) {
    const next = [i + 1];
    for (const [j, b] of [...right].entries()) {
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (a === b ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
