import { createECDH, createSign, randomBytes } from "node:crypto";

/** A self-signed certificate for one run of the provider: its DER, and both parts as PEM for the server. */
export interface Certificate {
  readonly der: Buffer;
  readonly certificate: string;
  readonly key: string;
}

/**
 * Makes a certificate as go-plugin's AutoMTLS wants it: EC P-256, for localhost, its own authority. The few DER structures are
 * written here because certificate libraries cost a hundred times the milliseconds, at every launch.
 */
export function createCertificate(now: Date): Certificate {
  // Not by generateKeyPairSync: its key objects take a millisecond more, at every launch.
  const keys = createECDH("prime256v1");
  const point = keys.generateKeys();
  const key = pem("PRIVATE KEY", privateKeyInfo(keys.getPrivateKey(), point));
  const body = tbsCertificate(point, now);
  const signature = createSign("SHA256").update(body).sign(key);
  const der = sequence(body, ECDSA_WITH_SHA256, bitString(signature));
  return { der, certificate: pem("CERTIFICATE", der), key };
}

/** The DER of the first certificate in a PEM text; null when there is none. */
export function derOfPem(text: string): Buffer | null {
  const base64 = /-----BEGIN CERTIFICATE-----([\s\S]*?)-----END CERTIFICATE-----/.exec(text)?.[1];
  return base64 === undefined ? null : Buffer.from(base64, "base64");
}

const ECDSA_WITH_SHA256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
const LOCALHOST = sequence(tagged(0x31, sequence(oid(0x55, 0x04, 0x03), tagged(0x0c, Buffer.from("localhost")))));
const HOUR = 3_600_000;
const YEARS = 30 * 365 * 24 * HOUR;

/** Algorithm of a public key: id-ecPublicKey on the curve prime256v1 (RFC 5480). */
const EC_P256 = sequence(
  oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01),
  oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07),
);

/** PKCS #8 around the key's own structure (RFC 5915), whose scalar is as long as the curve's order. */
function privateKeyInfo(scalar: Buffer, point: Buffer): Buffer {
  const padded = Buffer.concat([Buffer.alloc(32 - scalar.length), scalar]);
  const key = sequence(integer(Buffer.of(1)), tagged(0x04, padded), tagged(0xa1, bitString(point)));
  return sequence(integer(Buffer.of(0)), EC_P256, tagged(0x04, key));
}

function tbsCertificate(point: Buffer, now: Date): Buffer {
  const version = tagged(0xa0, integer(Buffer.of(2)));
  const serial = integer(Buffer.concat([Buffer.of(0x01), randomBytes(15)]));
  const validity = sequence(time(new Date(now.getTime() - HOUR)), time(new Date(now.getTime() + YEARS)));
  const key = sequence(EC_P256, bitString(point));
  return sequence(
    version,
    serial,
    ECDSA_WITH_SHA256,
    LOCALHOST,
    validity,
    LOCALHOST,
    key,
    tagged(0xa3, sequence(...extensions())),
  );
}

function extensions(): readonly Buffer[] {
  return [
    // basicConstraints: an authority, because the client trusts nothing but this certificate.
    extension([0x55, 0x1d, 0x13], sequence(tagged(0x01, Buffer.of(0xff))), true),
    // keyUsage: digitalSignature, keyEncipherment, keyAgreement, keyCertSign.
    extension([0x55, 0x1d, 0x0f], tagged(0x03, Buffer.of(0x02, 0xac)), true),
    // extKeyUsage: client and server.
    extension([0x55, 0x1d, 0x25], sequence(usage(0x02), usage(0x01)), false),
    // subjectAltName: localhost.
    extension([0x55, 0x1d, 0x11], sequence(tagged(0x82, Buffer.from("localhost"))), false),
  ];
}

function extension(id: readonly number[], value: Buffer, isCritical: boolean): Buffer {
  return sequence(oid(...id), ...(isCritical ? [tagged(0x01, Buffer.of(0xff))] : []), tagged(0x04, value));
}

function usage(last: number): Buffer {
  return oid(0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, last);
}

function time(date: Date): Buffer {
  const text = `${date.toISOString().replace(/[-:T]/g, "").slice(0, 14)}Z`;
  // Before 2050 a time has two digits for its year (RFC 5280).
  return date.getUTCFullYear() < 2050 ? tagged(0x17, Buffer.from(text.slice(2))) : tagged(0x18, Buffer.from(text));
}

function oid(...bytes: readonly number[]): Buffer {
  return tagged(0x06, Buffer.from(bytes));
}

function integer(bytes: Buffer): Buffer {
  return tagged(0x02, bytes);
}

function bitString(bytes: Buffer): Buffer {
  return tagged(0x03, Buffer.concat([Buffer.of(0), bytes]));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts));
}

function tagged(tag: number, content: Buffer): Buffer {
  const size = content.length;
  const header = size < 0x80 ? [tag, size] : size < 0x100 ? [tag, 0x81, size] : [tag, 0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from(header), content]);
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}
