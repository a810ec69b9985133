import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

/** A certificate with its key, in PEM. */
export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
}

interface Authority extends TestCertificate {
  readonly privateKey: KeyObject;
}

interface CertificateRequest {
  readonly host: string;
  readonly until: Date;
  /** Who signs it; itself where nobody does. */
  readonly issuer?: Authority;
}

const FROM = new Date('2020-01-01T00:00:00Z');
const ECDSA_WITH_SHA256 = '2a8648ce3d040302';
const COMMON_NAME = '550403';
const ALTERNATIVE_NAMES = '551d11';
const BASIC_CONSTRAINTS = '551d13';

/** A certificate of a host, or of an authority that may sign others, made on the spot. */
export function makeCertificate({ host, until, issuer }: CertificateRequest): Authority {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(oid(ECDSA_WITH_SHA256));
  const to = sequence(
    tlv(0xa0, integer(2)),
    integer(Math.floor(Math.random() * 1e9) + 1),
    algorithm,
    name(issuer === undefined ? host : AUTHORITY),
    sequence(utcTime(FROM), utcTime(until)),
    name(host),
    publicKey.export({ type: 'spki', format: 'der' }),
    tlv(
      0xa3,
      sequence(
        extension(ALTERNATIVE_NAMES, sequence(tlv(0x82, Buffer.from(host)))),
        extension(BASIC_CONSTRAINTS, sequence(tlv(0x01, Buffer.from([0xff])))),
      ),
    ),
  );
  const signature = sign('sha256', to, issuer?.privateKey ?? privateKey);
  const der = sequence(to, algorithm, tlv(0x03, Buffer.concat([Buffer.from([0]), signature])));
  // No blank line behind a last one that is full: it would end the text for a reader.
  const lines = der
    .toString('base64')
    .match(/.{1,64}/g)
    ?.join('\n');
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    privateKey,
  };
}

/** The name under which an authority must be made to sign others. */
export const AUTHORITY = 'test-authority';

function tlv(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tlv(0x30, Buffer.concat(parts));
}

function oid(hex: string): Buffer {
  return tlv(0x06, Buffer.from(hex, 'hex'));
}

function integer(value: number): Buffer {
  const bytes = Buffer.alloc(5);
  bytes.writeUInt32BE(value, 1);
  const start = bytes.findIndex((byte, at) => byte !== 0 || at === 4);
  const signed = (bytes[start] ?? 0) >= 0x80 ? start - 1 : start;
  return tlv(0x02, bytes.subarray(signed));
}

function name(text: string): Buffer {
  const attribute = sequence(oid(COMMON_NAME), tlv(0x0c, Buffer.from(text)));
  return sequence(tlv(0x31, attribute));
}

function utcTime(at: Date): Buffer {
  const text = at.toISOString().replace(/[-:T]/g, '').slice(2, 14);
  return tlv(0x17, Buffer.from(`${text}Z`));
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(oid(id), tlv(0x04, value));
}
