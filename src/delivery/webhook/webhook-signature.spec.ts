import { isWebhookSecret, signatureHeaders } from './webhook-signature';

const secretOf = (bytes: number): string => `whsec_${Buffer.alloc(bytes, 7).toString('base64')}`;
// The example of the Standard Webhooks specification's reference libraries.
const KNOWN = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  at: new Date(1614265330 * 1000),
  body: '{"test": 2432232314}',
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};

it('signs the known example as every other library does', () => {
  expect(signatureHeaders(KNOWN.id, KNOWN.at, KNOWN.body, [KNOWN.secret])).toEqual({
    'webhook-id': KNOWN.id,
    'webhook-timestamp': '1614265330',
    'webhook-signature': KNOWN.signature,
  });
});

it('signs with every secret while keys are rotated, newest first', () => {
  const signed = signatureHeaders(KNOWN.id, KNOWN.at, KNOWN.body, [secretOf(32), KNOWN.secret])['webhook-signature'];
  const [newest, old] = signed.split(' ');
  expect(old).toBe(KNOWN.signature);
  expect(newest).toMatch(/^v1,[A-Za-z0-9+/]{43}=$/);
  expect(newest).not.toBe(old);
});

it.each([24, 32, 64])('takes a secret of %i bytes', (bytes) => expect(isWebhookSecret(secretOf(bytes))).toBe(true));

it.each([
  '',
  'whsec_',
  secretOf(23),
  secretOf(65),
  secretOf(32).slice(6),
  `${secretOf(32)}\n`,
  'whsec_????',
  'whsec_abc',
])('refuses the secret %p', (secret) => {
  expect(isWebhookSecret(secret)).toBe(false);
  expect(() => signatureHeaders('id', KNOWN.at, '{}', [secret])).toThrow(TypeError);
});

it('refuses to sign with no secret at all', () => {
  expect(() => signatureHeaders('id', KNOWN.at, '{}', [])).toThrow(TypeError);
});

it.each(['', 'a.b', 'a b', 'a\r\nx: y', 'é', 'a'.repeat(129)])('refuses the id %p', (id) => {
  expect(() => signatureHeaders(id, KNOWN.at, '{}', [KNOWN.secret])).toThrow(TypeError);
});
