/**
 * Says whether one version is older than another, as PHP compares versions: part by part, where a number beats a word, no part beats a
 * word, and any number beats no part.
 */
export function isOlder(one: string, other: string): boolean {
  const [left, right] = [partsOf(one), partsOf(other)];
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const difference = rank(left[at]) - rank(right[at]);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

function partsOf(version: string): string[] {
  return version.match(/\d+|[^\d._+-]+/g) ?? [];
}

/** What ends sooner ranks between words, such as those of a pre-release, and numbers. */
function rank(part: string | undefined): number {
  if (part === undefined) return -1;
  return /^\d/.test(part) ? Number(part) : -2;
}
