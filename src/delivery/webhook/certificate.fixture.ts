import { generateKeyPairSync, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';

/** A certificate and its key, both PEM. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

/** A certificate authority: an identity that signs for others. */
export interface Authority extends Identity {
  readonly subject: Buffer;
}

/** DER: tag, length (up to 64 KiB), content. */
function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
const text = (tag: number, value: string): Buffer => der(tag, Buffer.from(value));
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const sequence = (...parts: Buffer[]): Buffer => der(0x30, ...parts);
const ECDSA_WITH_SHA256 = sequence(oid('2a8648ce3d040302'));
/** An X.501 name of one common name. */
const nameOf = (commonName: string): Buffer => sequence(der(0x31, sequence(oid('550403'), text(0x0c, commonName))));

/** An X.509 v3 certificate (RFC 5280 §4.1), made fresh so that no key lies about and none expires. */
function issue(subject: Buffer, extension: Buffer, issuer: Authority | undefined, lastYear: number): Identity {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const validity = sequence(text(0x17, '200101000000Z'), text(0x17, `${lastYear % 100}0101000000Z`));
  const toSign = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    ECDSA_WITH_SHA256,
    issuer?.subject ?? subject,
    validity,
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(extension)),
  );
  const signature = der(0x03, Buffer.from([0]), sign('sha256', toSign, issuer?.key ?? privateKey));
  const base64 = sequence(toSign, ECDSA_WITH_SHA256, signature).toString('base64');
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  };
}

/** An authority of one's own, as a county network runs it. */
export function authority(commonName: string): Authority {
  const subject = nameOf(commonName);
  const isAuthority = sequence(
    oid('551d13'),
    der(0x01, Buffer.from([0xff])),
    der(0x04, sequence(der(0x01, Buffer.from([0xff])))),
  );
  return { ...issue(subject, isAuthority, undefined, 2049), subject };
}

/** A server's certificate for a DNS name or an IPv4 address, by `issuer` or by itself. */
export function certificate(
  host: string,
  { issuer, lastYear = 2049 }: { issuer?: Authority; lastYear?: number } = {},
): Identity {
  const name = isIPv4(host) ? der(0x87, Buffer.from(host.split('.').map(Number))) : text(0x82, host);
  const altName = sequence(oid('551d11'), der(0x04, sequence(name)));
  return issue(nameOf(host), altName, issuer, lastYear);
}
