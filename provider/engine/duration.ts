/** Milliseconds of a duration as Terraform writes it (`90s`, `1h30m`); null when it is none. */
export function parseDuration(text: string): number | null {
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return null;
  return [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)].reduce(
    (sum, [, amount = "0", unit = "s"]) => sum + Number(amount) * (MILLISECONDS[unit] ?? 0),
    0,
  );
}

const MILLISECONDS: { readonly [unit: string]: number } = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
