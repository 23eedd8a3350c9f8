/**
 * What kind of content bytes are, as far as PHP's `mime_content_type` tells it from the bytes alone: a file's name is no matter.
 * Rare kinds are told as text or as bytes.
 */
export function mimeOf(bytes: Buffer): string {
  if (bytes.length === 0) return "application/x-empty";
  const known = SIGNATURES.find(([, at, signature]) => bytes.subarray(at, at + signature.length).equals(signature));
  if (known) return known[0] === RIFF ? riffOf(bytes) : known[0];
  return isText(bytes) ? textOf(bytes.toString("utf8")) : "application/octet-stream";
}

const RIFF = "riff";

const signature = (mime: string, text: string, at = 0): readonly [string, number, Buffer] => [
  mime,
  at,
  Buffer.from(text, "latin1"),
];

const SIGNATURES = [
  signature("image/png", "\x89PNG\r\n\x1a\n"),
  signature("image/jpeg", "\xff\xd8\xff"),
  signature("image/gif", "GIF8"),
  signature(RIFF, "RIFF"),
  signature("image/vnd.microsoft.icon", "\0\0\x01\0"),
  signature("image/avif", "ftypavif", 4),
  signature("image/heic", "ftypheic", 4),
  signature("video/mp4", "ftyp", 4),
  signature("video/webm", "\x1aE\xdf\xa3"),
  signature("audio/mpeg", "ID3"),
  signature("audio/ogg", "OggS"),
  signature("application/pdf", "%PDF-"),
  signature("application/zip", "PK\x03\x04"),
  signature("application/gzip", "\x1f\x8b"),
  signature("application/x-bzip2", "BZh"),
  signature("application/x-7z-compressed", "7z\xbc\xaf\x27\x1c"),
  signature("application/x-tar", "ustar", 257),
  signature("application/wasm", "\0asm"),
];

function riffOf(bytes: Buffer): string {
  const kind = bytes.subarray(8, 12).toString("latin1");
  const kinds: Readonly<Record<string, string>> = {
    WEBP: "image/webp",
    WAVE: "audio/x-wav",
    "AVI ": "video/x-msvideo",
  };
  return kinds[kind] ?? "application/octet-stream";
}

/** Text has no control characters but those that printers know. */
function isText(bytes: Buffer): boolean {
  return !bytes.some((byte) => (byte < 0x20 && !(byte >= 7 && byte <= 13) && byte !== 0x1b) || byte === 0x7f);
}

function textOf(text: string): string {
  const head = text.trimStart().slice(0, 4096).toLowerCase();
  if (head.startsWith("<?xml") || head.startsWith("<svg")) return head.includes("<svg") ? "image/svg+xml" : "text/xml";
  if (head.startsWith("<?php")) return "text/x-php";
  if (/^#!\s*\/(usr\/)?bin\/(env )?(ba|z|k|c)?sh\b/.test(head)) return "text/x-shellscript";
  if (/^(<!--.*?-->\s*)?<(!doctype html|html|head|title|body|script|style|table|h1)\b/s.test(head)) return "text/html";
  if (isStructure(text)) return "application/json";
  return isTable(text) ? "text/csv" : "text/plain";
}

/** A JSON object or list. */
function isStructure(text: string): boolean {
  if (!/^\s*[{[]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** At least two lines, of the first ten all with as many commas, one or more. */
function isTable(text: string): boolean {
  const lines = text.split("\n");
  const whole = lines.slice(0, -1).slice(0, 10);
  const commas = whole.map((line) => line.replace(/"[^"]*"/g, "").split(",").length - 1);
  return whole.length >= 2 && commas.every((count) => count > 0 && count === commas[0]);
}
