import { existsSync, mkdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seedCounty, signIn } from '../../test/harness/county';
import { JsonClient } from '../../test/harness/json-client';
import { stow } from '../../test/harness/stow';
import { startSystem } from '../../test/harness/system';
import { makeStudy } from '../demo/synthetic';

const film = [
  ...makeStudy({
    seed: 'images',
    modality: 'DX',
    bodyPart: 'CHEST',
    accessionNumber: 'A1',
    patientId: 'P1',
    patientName: '张三',
    sex: 'M',
    charset: 'GB18030',
    slices: 1,
    width: 64,
    startedAt: new Date('2026-03-02T01:00:00Z'),
    institution: '第1卫生院',
    stationName: 'DR01',
    description: 'DR胸部正位',
  }),
][0]!;

it('refuses images on a full disk while everything else goes on, and raises the alarm', async () => {
  const system = await startSystem({ role: 'api', env: { DISK_ALARM_RATIO: '0.1', DISK_REFUSE_RATIO: '0.1' } });
  try {
    const county = await seedCounty(system);
    const answer = await stow(system.url, county.clinics[0]!.key, [film.bytes]);
    expect([answer.status, JSON.parse(answer.text).code]).toEqual([507, 'disk_full']);
    const client = new JsonClient(system.url, { authorization: `Bearer ${county.clinics[0]!.key}` });
    const upload = await client.post('/api/uploads', {
      instances: [{ sopInstanceUid: film.sopInstanceUid, bytes: film.bytes.length, sha256: 'a'.repeat(64) }],
    });
    expect(upload.status).toBe(201);
    const piece = await client.request(
      'PATCH',
      `/api/uploads/${upload.body.id}/instances/${film.sopInstanceUid}`,
      undefined,
      {
        'content-type': 'application/offset+octet-stream',
        'upload-offset': '0',
      },
    );
    expect(piece.status).toBe(507);
    const tech = await signIn(system, county, 'tech01');
    expect((await tech.get('/api/me')).status).toBe(200);
    expect((await client.get('/api/health/ready')).status).toBe(200);
    const metrics = await client.get<string>('/metrics');
    expect(metrics.body).toMatch(/^cic_disk_pressure 2$/m);
    expect(metrics.body).toMatch(/^cic_disk_used_ratio 0\.\d+$/m);
  } finally {
    await system.stop();
  }
});

it('clears away at start what a killed process has left half-received, not what may still be coming', async () => {
  const first = await startSystem({ role: 'api' });
  const incoming = join(first.config.blobDir, '.incoming');
  mkdirSync(incoming, { recursive: true });
  const [stale, fresh] = ['stale', 'fresh'].map((name) => join(incoming, name)) as [string, string];
  for (const file of [stale, fresh]) writeFileSync(file, 'half');
  const hourAgo = statSync(fresh).mtimeMs / 1_000 - 3_600;
  utimesSync(stale, hourAgo, hourAgo);
  const second = await startSystem({ role: 'api', beside: first });
  try {
    expect([existsSync(stale), existsSync(fresh)]).toEqual([false, true]);
  } finally {
    await second.stop();
    await first.stop();
  }
});
