import { newWebhookSecret, rotated, signingNow } from './signing-secrets.rules';
import { isWebhookSecret } from '../webhook';

const NOW = new Date('2026-03-02T08:00:00Z');
const LATER = new Date('2026-03-03T08:00:00Z');

it('makes secrets that Standard Webhooks accepts, each another', () => {
  const [one, two] = [newWebhookSecret(), newWebhookSecret()];
  expect(one).not.toBe(two);
  expect(isWebhookSecret(one)).toBe(true);
});

it('lets the old secret sign beside the new one until the overlap is over', () => {
  const secrets = rotated([{ secret: 'old', until: null }], 'new', NOW, 24);
  expect(signingNow(secrets, NOW)).toEqual(['new', 'old']);
  expect(signingNow(secrets, new Date(LATER.getTime() - 1))).toEqual(['new', 'old']);
  expect(signingNow(secrets, LATER)).toEqual(['new']);
});

it('ends a leaked secret at once', () => {
  expect(rotated([{ secret: 'old', until: null }], 'new', NOW, 0)).toEqual([{ secret: 'new', until: null }]);
});

it('never has more than two sign', () => {
  const twice = rotated(rotated([{ secret: 'a', until: null }], 'b', NOW, 24), 'c', NOW, 24);
  expect(signingNow(twice, NOW)).toEqual(['c', 'b']);
});
