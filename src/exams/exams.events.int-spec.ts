import { gateway, seedCounty, signIn, type TestCounty } from '../../test/harness/county';
import type { JsonClient } from '../../test/harness/json-client';
import { ManualClock } from '../../test/harness/manual-clock';
import { startSystem, type System } from '../../test/harness/system';
import { ClinicExams } from './exams.fixture';
import { type DoubtFacts, IDENTITY_DOUBT } from './exams.events';

const clock = new ManualClock();
let system: System;
let county: TestCounty;
let exams: ClinicExams;
let chief: JsonClient;
let admin: JsonClient;

beforeAll(async () => {
  system = await startSystem({ role: 'api', clock });
  county = await seedCounty(system);
  exams = new ClinicExams(system, county, clock, gateway(system, county.clinics[0]!));
  chief = await signIn(system, county, 'chief1');
  admin = await signIn(system, county, 'admin');
});
afterAll(() => system.stop());

const REASON = { reason: '姓名与申请单不符' };

async function must(client: JsonClient, exam: string, verb: string, body: object = REASON): Promise<void> {
  const { status, body: said } = await client.post(`/api/exams/${exam}/${verb}`, body);
  if (status >= 300) throw new Error(`${verb}: ${status} ${JSON.stringify(said)}`);
}

/** What was said of an exam's doubt, first to last, without who did it. */
async function said(exam: string): Promise<Omit<DoubtFacts, 'by'>[]> {
  const rows = await system.db.relay(system.ctx(county.countyId), (tx) =>
    tx.rows<{ payload: DoubtFacts }>(
      'SELECT payload FROM outbox_message WHERE event = $1 AND subject_id = $2 ORDER BY created_at, id',
      [IDENTITY_DOUBT, exam],
    ),
  );
  return rows.map(({ payload: { by: _, ...facts } }) => facts);
}

const BEGAN = { held: true, ended: null };

describe('the facts of a doubt', () => {
  it('are those of a release by hand, with or without images', async () => {
    for (const studies of [0, 1]) {
      const { id } = await exams.with(studies);
      await must(chief, id, 'hold');
      await must(chief, id, 'release');
      expect(await said(id)).toEqual([BEGAN, { held: false, ended: 'released' }]);
    }
  });

  it('are those of a move of images, of all that there were or for others', async () => {
    const [wrong, right] = [await exams.with(1), await exams.with(0, 'REGISTERED')];
    await must(chief, wrong.id, 'hold');
    await must(chief, wrong.id, 'rebind', { studyInstanceUid: wrong.uids[0], toExamId: right.id, ...REASON });
    expect(await said(wrong.id)).toEqual([BEGAN, { held: false, ended: 'images_gone' }]);
    const [one, other] = [await exams.with(1), await exams.with(1)];
    await must(chief, one.id, 'hold');
    await must(chief, one.id, 'exchange', { withExamId: other.id, ...REASON });
    expect(await said(one.id)).toEqual([BEGAN, { held: false, ended: 'images_moved' }]);
    for (const untouched of [right, other]) expect(await said(untouched.id)).toEqual([]);
  });

  it('are those of 作废, where there was a doubt', async () => {
    const [held, trusted] = [await exams.with(1), await exams.with(1)];
    await must(chief, held.id, 'hold');
    for (const { id } of [held, trusted]) await must(admin, id, 'void');
    expect(await said(held.id)).toEqual([BEGAN, { held: false, ended: 'voided' }]);
    expect(await said(trusted.id)).toEqual([]);
  });
});
