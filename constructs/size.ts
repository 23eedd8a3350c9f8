/** A size in bytes, in words: `"500KB"`, `"5MB"`, `"1.5GB"`, of 1000 each; `"5MiB"` of 1024. */
export type Size = `${number}${"B" | "KB" | "MB" | "GB" | "KiB" | "MiB" | "GiB"}`;

const FACTORS: { readonly [unit: string]: number } = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
};

/** A size as the number of its bytes. Throws for what is no size, with where it stands. */
export function bytesOf(size: number | bigint | Size, where: string): number | bigint {
  if (typeof size !== "string") return size;
  const [, number = "", unit = ""] = /^(\d+(?:\.\d+)?)([KMG]?i?B)$/.exec(size) ?? [];
  const factor = FACTORS[unit];
  if (factor === undefined)
    throw new Error(`${where}: ${JSON.stringify(size)} is no size. Write a number of bytes, or such as "5MB".`);
  return Math.round(Number(number) * factor);
}
