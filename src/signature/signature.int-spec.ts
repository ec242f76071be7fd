import { createPrivateKey } from 'node:crypto';
import { Client } from 'pg';
import { seedCounty, type TestCounty } from '../../test/harness/county';
import { startSystem, type System } from '../../test/harness/system';
import { SecretBox } from '../platform/secrets';
import { Signatures, SigningKeys, SoftwareSigner, stampState, type StampState } from '.';
import type { Stamp } from './signer';

let system: System;
let county: TestCounty;
let owner: Client;

beforeAll(async () => {
  system = await startSystem({ role: 'api' });
  county = await seedCounty(system);
  owner = new Client({ connectionString: system.databaseUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await system.stop();
});

const bytes = Buffer.from('报告');
const sign = (on = system): Promise<Stamp> => on.get(Signatures).sign(bytes);

async function stateOf(stamp: Stamp): Promise<StampState> {
  const keys = await system.db.read(system.ctx(county.countyId), (tx) =>
    system.get(SigningKeys).publicKeys(tx, [stamp.keyId]),
  );
  expect(keys.get(stamp.keyId)?.reliable).toBe(false);
  return stampState(bytes, stamp, keys.get(stamp.keyId));
}

const keys = async (): Promise<{ key_id: string; sealed_private_key: string | null; retired: boolean }[]> =>
  (
    await owner.query(
      'SELECT key_id, sealed_private_key, retired_at IS NOT NULL AS retired FROM signing_key ORDER BY created_at',
    )
  ).rows;

it('makes its key when it is first needed: one, however many processes sign at that moment', async () => {
  const beside = await startSystem({ beside: system, role: 'api' });
  expect(await keys()).toEqual([]);
  const stamps = await Promise.all([1, 2, 3, 4, 5, 6].map((i) => sign(i % 2 ? system : beside)));
  await beside.stop();
  expect(new Set(stamps.map(({ keyId }) => keyId)).size).toBe(1);
  for (const stamp of stamps) expect(await stateOf(stamp)).toBe('valid');
  expect(await keys()).toHaveLength(1);
  const { rows } = await owner.query("SELECT county_id FROM audit_event WHERE action = 'signing_key.create'");
  expect(rows).toEqual([{ county_id: county.countyId }]);
});

it('keeps the private half sealed: the database alone cannot sign, the same secret opens it elsewhere', async () => {
  const { key_id, sealed_private_key } = (await keys())[0]!;
  expect(sealed_private_key).toMatch(/^v1\./);
  expect(() => createPrivateKey(sealed_private_key!)).toThrow();
  const opened = new SecretBox(system.config.appSecret, 'signing-key').open(sealed_private_key!, key_id);
  expect(createPrivateKey(opened).asymmetricKeyType).toBe('ed25519');
  // What serves requests does not even read the sealed form.
  const asApp = system.db.read(system.ctx(county.countyId), (tx) =>
    tx.rows('SELECT sealed_private_key FROM signing_key'),
  );
  await expect(asApp).rejects.toThrow('permission denied');
});

it('signs with a new key after a rotation, in every process, and keeps verifying what the old one signed', async () => {
  const beside = await startSystem({ beside: system, role: 'api' });
  const before = await sign(beside);
  const rotation = await system.get(SoftwareSigner).rotate();
  expect(rotation.retired).toBe(before.keyId);
  const after = await sign(beside);
  await beside.stop();
  expect(after.keyId).toBe(rotation.active);
  expect([await stateOf(before), await stateOf(after)]).toEqual(['valid', 'valid']);
  expect(await keys()).toMatchObject([
    { key_id: before.keyId, retired: true, sealed_private_key: null },
    { key_id: after.keyId, retired: false },
  ]);
  const { rows } = await owner.query("SELECT details FROM audit_event WHERE action = 'signing_key.rotate'");
  expect(rows).toEqual([{ details: rotation }]);
});

it('loses no key: the database refuses to change or delete one, even for its owner', async () => {
  for (const statement of [
    'DELETE FROM signing_key',
    "UPDATE signing_key SET public_key = 'x'",
    'UPDATE signing_key SET retired_at = NULL',
  ])
    await expect(owner.query(statement)).rejects.toThrow('only ever retired');
});

it('refuses to sign with a key that was sealed under another secret, and signs again after a rotation', async () => {
  // As a restore with --other-secret leaves it.
  const { key_id } = (await keys()).find(({ retired }) => !retired)!;
  const foreign = new SecretBox('another-secret-0123456789-abcdefghijklmnop', 'signing-key').seal('key', key_id);
  await owner.query("SET session_replication_role = 'replica'");
  await owner.query('UPDATE signing_key SET sealed_private_key = $2 WHERE key_id = $1', [key_id, foreign]);
  const restored = await startSystem({ beside: system, role: 'api' });
  await expect(sign(restored)).rejects.toMatchObject({ kind: { code: 'signer_unavailable' } });
  await restored.get(SoftwareSigner).rotate();
  expect(await stateOf(await sign(restored))).toBe('valid');
  await restored.stop();
});
