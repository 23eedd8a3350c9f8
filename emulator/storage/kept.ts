import * as zlib from "node:zlib";

/** Larger content is neither compressed nor encrypted. */
const LARGEST_KEPT = 20_000_000;

/** How a bucket keeps a file's content: how it is compressed, whether it is encrypted, and the bytes that it takes. */
export type Kept = { readonly compression: string; readonly encryption: boolean; readonly sizeActual: number };

/** What becomes of a file's content in a bucket with these settings. */
export function keptIn(
  settings: { readonly compression: string; readonly encryption: boolean },
  content: Buffer,
): Kept {
  if (content.length > LARGEST_KEPT) return { compression: "none", encryption: false, sizeActual: content.length };
  const { compression, encryption } = settings;
  const size = compression === "none" ? content.length : compressedSize(compression, content);
  // Encrypted content is written as base64.
  return { compression, encryption, sizeActual: encryption ? Math.ceil(size / 3) * 4 : size };
}

/** A zstd frame around content that is kept as it is: 4 bytes of name, 2 to 5 of size, 3 before each block of 128 KiB. */
function storedFrame(length: number): number {
  const header = length < 256 ? 6 : length < 65_792 ? 7 : 9;
  return header + length + 3 * Math.max(1, Math.ceil(length / 131_072));
}

function compressedSize(compression: string, content: Buffer): number {
  if (compression === "gzip") return zlib.gzipSync(content).length;
  // Node knows zstd from 22.15 on; before, the size is that of content that cannot be compressed.
  const compress: unknown = Reflect.get(zlib, "zstdCompressSync");
  const made: unknown = typeof compress === "function" ? compress(content) : undefined;
  return Buffer.isBuffer(made) ? made.length : storedFrame(content.length);
}
