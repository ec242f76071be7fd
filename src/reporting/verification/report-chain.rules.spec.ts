import { version } from '../report.fixture';
import { FIRST_HASH, linkHash, linkHolds, type StoredLink } from './report-chain.rules';

const chain: StoredLink[] = [];
for (const seq of [1, 2, 3]) {
  const link = { ...version, id: `v${seq}` };
  const prev_hash = chain.at(-1)?.hash ?? FIRST_HASH;
  chain.push({ seq, prev_hash, hash: linkHash(prev_hash, seq, link), version: link });
}
const [first, second, third] = chain as [StoredLink, StoredLink, StoredLink];

it('holds where every link stands on the one before', () => {
  expect([linkHolds(FIRST_HASH, first), linkHolds(first.hash, second), linkHolds(second.hash, third)]).toEqual([
    true,
    true,
    true,
  ]);
});

it('is the hash that another program gives', () => {
  // Python: hashlib.sha256(json.dumps([...], separators=(',',':')).encode())
  expect(first.hash).toBe('c1ca10fe289b11055a72e2aad0cb0fd576c60251e5de6280fe4500f77cb1accf');
});

it.each([
  ['the version', { id: 'v9' }],
  ['its content', { content_sha256: 'f'.repeat(64) }],
  ['its signature', { signature: 'b3RoZXI' }],
  ['a signature taken away', { signature: null }],
  ['the key', { signature_key_id: 'ed25519-fedcba9876543210' }],
  ['the code on the sheet', { verification_code: 'ZZZZ-ZZZZ-ZZZZ-ZZZZ' }],
])('breaks when %s changes', (_, change) => {
  expect(linkHolds(first.hash, { ...second, version: { ...version, id: 'v2', ...change } })).toBe(false);
});

it('breaks when a link is taken out, moved, or stands for a version that is gone', () => {
  expect(linkHolds(first.hash, third)).toBe(false);
  expect(linkHolds(first.hash, { ...second, seq: 3 })).toBe(false);
  expect(linkHolds(first.hash, { ...second, version: null })).toBe(false);
});

it('breaks behind a link that was made anew: a forger has to make all of them', () => {
  const forged = { ...version, id: 'v2', content_sha256: 'f'.repeat(64) };
  const remade = { ...second, hash: linkHash(first.hash, 2, forged), version: forged };
  expect(linkHolds(first.hash, remade)).toBe(true);
  expect(linkHolds(remade.hash, third)).toBe(false);
});
