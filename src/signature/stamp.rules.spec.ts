import { createPrivateKey } from 'node:crypto';
import { ED25519, keyIdOf, newEd25519, signEd25519 } from './algorithms';
import { stampState } from './stamp.rules';

/** RFC 8032, section 7.1, TEST 3, wrapped as RFC 8410 says. */
const SECRET = 'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7';
const PUBLIC = 'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025';
const MESSAGE = Buffer.from('af82', 'hex');
const SIGNATURE =
  '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a';

const key = {
  keyId: 'k',
  algorithm: ED25519,
  publicKey: Buffer.from(`302a300506032b6570032100${PUBLIC}`, 'hex').toString('base64'),
};
const stamp = { keyId: 'k', algorithm: ED25519, signature: Buffer.from(SIGNATURE, 'hex').toString('base64url') };

it('makes and takes the signature of RFC 8032', () => {
  const der = Buffer.from(`302e020100300506032b657004220420${SECRET}`, 'hex');
  const secret = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  expect(signEd25519(MESSAGE, secret)).toBe(stamp.signature);
  expect(stampState(MESSAGE, stamp, key)).toBe('valid');
});

it('takes no other bytes, and no other signature', () => {
  expect(stampState(Buffer.from('af83', 'hex'), stamp, key)).toBe('invalid');
  expect(stampState(MESSAGE, { ...stamp, signature: stamp.signature.slice(2) }, key)).toBe('invalid');
  expect(stampState(MESSAGE, stamp, { ...key, publicKey: newEd25519().publicKey })).toBe('invalid');
});

it('says nothing for a key that it does not know, or knows under another scheme', () => {
  expect(stampState(MESSAGE, stamp, undefined)).toBe('unknown_key');
  expect(stampState(MESSAGE, stamp, { ...key, algorithm: 'SM2' })).toBe('unknown_key');
  expect(stampState(MESSAGE, { ...stamp, algorithm: 'toString' }, { ...key, algorithm: 'toString' })).toBe(
    'unknown_key',
  );
  expect(stampState(MESSAGE, stamp, { ...key, publicKey: 'AAAA' })).toBe('unknown_key');
});

it('names a key by what it is', () => {
  const { publicKey } = newEd25519();
  expect(keyIdOf(ED25519, publicKey)).toMatch(/^ed25519-[0-9a-f]{16}$/);
  expect(keyIdOf(ED25519, publicKey)).not.toBe(keyIdOf(ED25519, newEd25519().publicKey));
});
