import { createHash } from 'node:crypto';
import { seedCounty, type TestCounty } from '../../test/harness/county';
import { ApiClient, openUpload } from '../../test/harness/http';
import { DAY, ManualClock, SECOND } from '../../test/harness/manual-clock';
import { poison } from '../../test/harness/poison';
import { startSystem, type System } from '../../test/harness/system';
import { filesOf, filmOrder } from '../studies/studies.fixture';
import { ExpireUploadsSweep } from './expire-uploads.sweep';

let system: System;
let county: TestCounty;
let client: ApiClient;
const clock = new ManualClock();

beforeAll(async () => {
  system = await startSystem({ clock, env: { SWEEP_SECONDS: '3600' } });
  county = await seedCounty(system);
  client = ApiClient.withKey(system.url, county.clinics[0]!.key);
});
afterAll(async () => {
  client?.close();
  await system?.stop();
});

const stateOf = async (uploadId: string): Promise<unknown> =>
  (await client.call<{ state: string }>('GET', `/api/uploads/${uploadId}`)).state;

it('gives up the uploads behind one that cannot be given up, and says so', async () => {
  const ids: string[] = [];
  for (const { sopInstanceUid, bytes } of filesOf(filmOrder({ seed: 'poisoned', slices: 2 }))) {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const { id } = await openUpload<{ id: string }>(client, {
      instances: [{ sopInstanceUid, bytes: bytes.length, sha256 }],
    });
    ids.push(id);
    clock.advance(SECOND);
  }
  const [poisoned, sound] = ids as [string, string];
  await poison(system, 'upload', poisoned);
  clock.advance(15 * DAY);
  const sweep = system.db.relay(system.ctx(county.countyId), (tx) =>
    system.get(ExpireUploadsSweep).sweep(tx, clock.now()),
  );
  await expect(sweep).rejects.toThrow(AggregateError);
  expect([await stateOf(poisoned), await stateOf(sound)]).toEqual(['open', 'abandoned']);
});
