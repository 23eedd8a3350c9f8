import { deflateSync } from "node:zlib";

const INPUTS = ["image/jpeg", "image/png", "image/heic", "image/webp", "image/gif"];
const OUTPUTS: Readonly<Record<string, string>> = {
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  png: "image/png",
  webp: "image/webp",
  heic: "image/heic",
  avif: "image/avif",
  gif: "image/gif",
};

/** The image that stands for a file, and what it says that it is. Images are told as they are: nothing is drawn anew. */
export function previewOf(
  file: { readonly name: string; readonly mimeType: string; readonly content: Buffer },
  output: string,
) {
  const isImage = INPUTS.includes(file.mimeType);
  const extension = isImage ? (/\.([^.]*)$/.exec(file.name)?.[1] ?? "").toLowerCase() : "png";
  const found = Object.keys(OUTPUTS).find((name) => OUTPUTS[name] === file.mimeType);
  const own = extension === "" ? (found ?? "jpg") : Object.hasOwn(OUTPUTS, extension) ? extension : "jpg";
  return { contentType: OUTPUTS[output === "" ? own : output] ?? "image/jpeg", body: isImage ? file.content : icon() };
}

/** What is no image is shown as a grey square. */
function icon(): Buffer {
  const side = 64;
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(side * 3, 0xec)]);
  const size = Buffer.alloc(8);
  size.writeUInt32BE(side, 0);
  size.writeUInt32BE(side, 4);
  const header = Buffer.concat([size, Buffer.from([8, 2, 0, 0, 0])]);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: side }, () => row)));
  const name = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
  return Buffer.concat([name, chunk("IHDR", header), chunk("IDAT", pixels), chunk("IEND", Buffer.alloc(0))]);
}

function chunk(kind: string, data: Buffer): Buffer {
  const content = Buffer.concat([Buffer.from(kind, "latin1"), data]);
  const frame = Buffer.alloc(4);
  frame.writeUInt32BE(data.length, 0);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(checksum(content), 0);
  return Buffer.concat([frame, content, sum]);
}

/** CRC-32, which `node:zlib` has from 22.2 on only. */
function checksum(bytes: Buffer): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
}
