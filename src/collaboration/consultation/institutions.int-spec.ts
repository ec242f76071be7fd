import { seedCounty, signIn } from '../../../test/harness/county';
import type { JsonClient } from '../../../test/harness/json-client';
import { startSystem, type System } from '../../../test/harness/system';
import { institutionOutside } from './consultants.fixture';

let system: System;
let institution: string;
const clients = new Map<string, JsonClient>();

beforeAll(async () => {
  system = await startSystem({ role: 'api' });
  const county = await seedCounty(system);
  for (const name of ['sysadmin', 'writer11', 'reviewer21', 'chief1', 'tech01', 'trainee11', 'auditor'])
    clients.set(name, await signIn(system, county, name));
  institution = await institutionOutside(system, county);
  clients.set('expert1', await signIn(system, county, 'expert1'));
});
afterAll(() => system.stop());

const list = (who: string) => clients.get(who)!.get('/api/consult-institutions');

it.each(['sysadmin', 'writer11', 'reviewer21', 'chief1'])(
  'institutions are shown to who registers or asks them: %s',
  async (who) => {
    const items = expect.arrayContaining([expect.objectContaining({ institution })]);
    expect((await list(who)).body).toMatchObject({ items });
  },
);

it.each(['tech01', 'trainee11', 'auditor', 'expert1'])('and to nobody else: %s', async (who) => {
  expect((await list(who)).status).toBe(403);
});
