import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from 'pg';
import { signIn } from '../../../test/harness/county';
import { createTestDatabase } from '../../../test/harness/postgres';
import { signedExam } from '../../../test/harness/signed-exam';
import type { System } from '../../../test/harness/system';
import { backup } from '../../cli/backup';
import { restore } from '../../cli/restore';
import { verify } from '../../cli/verify';
import type { Config } from '../../platform/config';
import { installationCtx } from '../../platform/context';
import { png } from '../../signature/handwriting/picture.fixture';
import type { Desk } from '../desk.fixture';
import { Archive } from './archive.fixture';
import { ReportSealer } from './report-chain';

let archive: Archive;
let system: System;
let desk: Desk;
let owner: Client;

beforeAll(async () => {
  archive = await Archive.open();
  ({ system, desk, owner } = archive);
});
afterAll(() => archive.close());

/** Runs the command and answers what it says and why it failed. */
async function cli(args: string[], config: Config = system.config): Promise<{ said: string; failed: string | null }> {
  const said: string[] = [];
  const stderr = jest.spyOn(process.stderr, 'write').mockImplementation((line) => said.push(String(line)) > 0);
  try {
    await verify(args, config);
    return { said: said.join(''), failed: null };
  } catch (error) {
    return { said: said.join(''), failed: (error as Error).message };
  } finally {
    stderr.mockRestore();
  }
}

/** Handwriting lies under its person and not under a clinic: what copies and checks files has to know of both. */
async function putHandwriting(name: string): Promise<void> {
  const { identity } = await signIn(system, archive.county, name);
  const answer = await fetch(`${system.url}/api/people/${archive.county.people.get(name)!.id}/signature-image`, {
    method: 'PUT',
    headers: { ...identity, 'content-type': 'image/png' },
    body: new Uint8Array(png()),
  });
  expect(answer.status).toBe(200);
}

describe('the chain', () => {
  it('is sealed after the commit, in order, and says how far', async () => {
    await archive.sealAll();
    const before = await archive.chain();
    expect(before).toMatchObject({ unsealed: 0, brokenAt: null });
    const { verificationCode } = await desk.signed();
    expect(await archive.chain()).toEqual({ ...before, unsealed: 1 });
    expect((await archive.look(verificationCode)).sealedAt).toBeNull();
    expect(await archive.seal()).toBe(1);
    const after = await archive.chain();
    expect(after).toMatchObject({ sealed: before.sealed + 1, unsealed: 0, brokenAt: null });
    expect(after.head).not.toBe(before.head);
    expect((await archive.look(verificationCode)).sealedAt).not.toBeNull();
    expect(await archive.seal()).toBe(0);
  });

  it('goes on where a sealer that died left it, and two at once make no fork', async () => {
    await archive.sealAll();
    const before = await archive.chain();
    await desk.signed();
    const died = system.db.relay(installationCtx('test'), async (tx) => {
      await system.get(ReportSealer).sweep(tx);
      throw new Error('killed before the commit');
    });
    await expect(died).rejects.toThrow('killed');
    expect(await archive.chain()).toEqual({ ...before, unsealed: 1 });
    await desk.signed();
    await Promise.allSettled([archive.seal(), archive.seal(), archive.seal()]);
    await archive.sealAll();
    expect(await archive.chain()).toMatchObject({ sealed: before.sealed + 2, unsealed: 0, brokenAt: null });
  });

  it('breaks where a version was taken out, together with its link or without', async () => {
    const taken = await desk.signed();
    await desk.signed();
    await archive.sealAll();
    const whole = await archive.chain();
    await archive.changed(taken.versionId, `id = gen_random_uuid()`, async () => {
      expect(await archive.chain()).toMatchObject({ brokenAt: whole.sealed - 1, sealed: whole.sealed - 2 });
    });
    const { rows } = await owner.query('DELETE FROM report_seal WHERE version_id = $1 RETURNING *', [taken.versionId]);
    expect((await archive.chain()).brokenAt).toBe(whole.sealed - 1);
    const { county_id, version_id, seq, prev_hash, hash, sealed_at } = rows[0];
    await owner.query('INSERT INTO report_seal VALUES ($1, $2, $3, $4, $5, $6)', [
      county_id,
      version_id,
      seq,
      prev_hash,
      hash,
      sealed_at,
    ]);
    expect(await archive.chain()).toEqual(whole);
  });

  it('is not for the application to change, nor for anybody else as long as the walls stand', async () => {
    const asApp = system.db.write(system.ctx(archive.county.countyId), (tx) =>
      tx.change('UPDATE report_seal SET hash = NULL'),
    );
    await expect(asApp).rejects.toThrow('permission denied');
    const asRelay = system.db.relay(installationCtx('test'), (tx) =>
      tx.change("UPDATE report_seal SET hash = 'x' WHERE seq IS NOT NULL"),
    );
    await expect(asRelay).rejects.toThrow('a seal is never changed');
  });
});

describe('cli verify', () => {
  it('says what one code stands for', async () => {
    const { versionId, verificationCode } = await desk.signed();
    const { said, failed } = await cli([verificationCode.toLowerCase()]);
    expect(failed).toBeNull();
    expect(said).toMatch(
      new RegExp(`^${verificationCode}: v1 final unchanged, Ed25519 ed25519-[0-9a-f]{16} \\(not reliable`),
    );
    await archive.changed(versionId, "impression = '未见异常。'", async () => {
      const tampered = await cli([verificationCode]);
      expect(tampered.failed).toMatch(/^1 finding/);
      expect(tampered.said).toContain('v1 final tampered');
      expect(tampered.said).toContain('content: 报告内容与签发时不一致');
    });
    expect((await cli(['0000-0000-0000-0001'])).failed).toContain('没有这个验证码');
  });

  it('walks a county with its chain, or all, and fails when anything is wrong', async () => {
    await archive.sealAll();
    const { versionId } = await desk.signed();
    for (const args of [['--county', 'a'], ['--all'], ['--all', '--images']]) {
      const { said, failed } = await cli(args);
      expect(failed).toBeNull();
      expect(said).toMatch(
        /^a: \d+ versions, 0 tampered; chain whole: \d+ sealed, 1 not sealed yet, head [0-9a-f]{64}\n$/,
      );
    }
    await archive.seal();
    await archive.changed(versionId, "verification_code = '0000-0000-0000-0000'", async () => {
      const { said, failed } = await cli(['--all']);
      expect(failed).toMatch(/^2 finding/);
      expect(said).toMatch(
        /0000-0000-0000-0000: v1 final tampered[\s\S]*seal: 封存链不符[\s\S]*1 tampered; chain BROKEN at \d+/,
      );
    });
    expect((await cli(['--county', 'nowhere'])).failed).toContain('no county nowhere');
    expect((await cli([])).failed).toContain('usage');
    expect((await cli(['--all', '0000-0000-0000-0000'])).failed).toContain('usage');
  });

  it('finds everything as it was signed after a backup and a restore', async () => {
    await signedExam(system, archive.county);
    await archive.sealAll();
    await putHandwriting('reviewer21');
    await desk.signed();
    const before = await cli(['--all', '--images']);
    const folder = mkdtempSync(join(tmpdir(), 'cic-verify-'));
    const database = await createTestDatabase();
    try {
      await backup(['--to', join(folder, 'backup')], system.config);
      const elsewhere = system.config.with({
        DATABASE_URL: database.url,
        DATA_DIR: join(folder, 'data'),
        BLOB_DIR: join(folder, 'data', 'blobs'),
      });
      await restore(['--from', join(folder, 'backup')], elsewhere);
      expect(before.failed).toBeNull();
      expect(await cli(['--all', '--images'], elsewhere)).toEqual(before);
    } finally {
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
