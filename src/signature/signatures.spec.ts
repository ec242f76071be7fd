import { Logger } from '../platform/logging';
import { loadConfig } from '../platform/config';
import { Signatures } from './signatures';
import { Signer, type Stamp } from './signer';

const stamp: Stamp = { keyId: 'k', algorithm: 'Ed25519', signature: 'c2lnbmVk' };

/** A signing service outside, as it may behave. */
class Outside extends Signer {
  constructor(private readonly answer: () => Promise<Stamp>) {
    super();
  }

  sign(): Promise<Stamp> {
    return this.answer();
  }
}

const signing = (answer: () => Promise<Stamp>): Signatures =>
  new Signatures(new Outside(answer), new Logger(loadConfig({ LOG_LEVEL: 'silent' })));

it('hands on what a signer in time has made', async () => {
  await expect(signing(() => Promise.resolve(stamp)).sign(Buffer.from('x'))).resolves.toEqual(stamp);
});

it.each([
  ['fails', () => Promise.reject(new Error('the card is not in the reader'))],
  ['never answers', () => new Promise<Stamp>(() => undefined)],
])('refuses when the signer %s', async (_, answer) => {
  await expect(signing(answer).sign(Buffer.from('x'), 20)).rejects.toMatchObject({
    kind: { code: 'signer_unavailable', category: 'unavailable' },
    params: { retryAfterSeconds: 30 },
  });
});
