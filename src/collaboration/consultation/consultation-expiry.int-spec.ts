import { seedCounty, signIn, type TestCounty } from '../../../test/harness/county';
import type { JsonClient } from '../../../test/harness/json-client';
import { HOUR, ManualClock, MINUTE } from '../../../test/harness/manual-clock';
import { startSystem, type System } from '../../../test/harness/system';
import { until } from '../../../test/harness/wait';
import { type Message, Sweeper } from '../../platform/outbox';
import { ReadingRoom } from '../../worklist/reading-room.fixture';
import { EXPIRE_CONSULTATION } from '../collaboration.subscriptions';
import { ExpireConsultation } from './consultation-expiry';

const NO_SWEEP = '3600';

describe.each([
  ['timer', { SWEEP_SECONDS: NO_SWEEP }],
  ['sweep', { SWEEP_SECONDS: '1' }],
])('a consultation that nobody answers, ended by %s', (how, env) => {
  let clock: ManualClock;
  let system: System;
  let county: TestCounty;
  let room: ReadingRoom;
  let asker: JsonClient;
  let asked: JsonClient;

  beforeAll(async () => {
    clock = new ManualClock();
    system = await startSystem({ clock, env });
    county = await seedCounty(system);
    room = new ReadingRoom(system, county);
    asker = await signIn(system, county, 'writer11');
    asked = await signIn(system, county, 'reviewer21');
  });
  afterAll(() => system.stop());

  const ask = async (hours: number): Promise<{ id: string; examId: string; fence: number }> => {
    const examId = await room.queued();
    const { fence } = (await asker.post(`/api/worklist/${examId}/claim`, {})).body;
    const { body } = await asker.post(`/api/worklist/${examId}/consult`, {
      fence,
      hours,
      to: { hospitalId: county.hospitals[1]!.id },
      access: 'read_only',
      deidentified: false,
      question: '是否结核？',
    });
    // The net alone: as if an emptied queue had lost the timer.
    if (how === 'sweep')
      await system.db.relay(system.ctx(county.countyId), (tx) =>
        tx.change('DELETE FROM outbox_message WHERE consumer = $1', [EXPIRE_CONSULTATION]),
      );
    return { id: body.consultationId, examId, fence };
  };
  /** The queue counts real seconds: what it would hand out by the test's clock is handed out here, by its own rows. */
  const due = async (): Promise<void> => {
    if (how === 'sweep') return void (await system.get(Sweeper).sweepOnce());
    const ctx = system.ctx(county.countyId);
    const timers = await system.db.relay(ctx, (tx) =>
      tx.rows<{ subject_id: string }>(
        'SELECT subject_id FROM outbox_message WHERE consumer = $1 AND not_before <= $2',
        [EXPIRE_CONSULTATION, clock.now()],
      ),
    );
    for (const { subject_id: subjectId } of timers)
      await system.db.write(ctx, (tx) => system.get(ExpireConsultation).handle(tx, { subjectId } as Message));
  };
  const state = async (id: string): Promise<string> => (await asker.get(`/api/consultations/${id}`)).body.state;

  it('ends in time, accepted or not, and the exam goes on under its claim', async () => {
    const waiting = await ask(2);
    const accepted = await ask(2);
    const later = await ask(24);
    await asked.post(`/api/consultations/${accepted.id}/accept`, {});
    clock.advance(2 * HOUR - MINUTE);
    await due();
    expect([await state(waiting.id), await state(accepted.id)]).toEqual(['REQUESTED', 'ACCEPTED']);
    clock.advance(MINUTE);
    await due();
    for (const { id, examId, fence } of [waiting, accepted]) {
      await until('it expires', async () => (await state(id)) === 'EXPIRED');
      expect(await room.examState(examId)).toBe('CLAIMED');
      expect(await room.item(examId)).toMatchObject({ fence, holder_id: county.people.get('writer11')!.id });
      expect((await room.audit(id)).at(-1)).toMatchObject({ action: 'consultation.expire', actor_kind: 'system' });
    }
    expect([await state(later.id), await room.examState(later.examId)]).toEqual(['REQUESTED', 'CONSULTING']);
    expect((await asked.post(`/api/consultations/${accepted.id}/answer`, { opinion: '晚了' })).body).toMatchObject({
      code: 'consultation_state_conflict',
      params: { state: 'EXPIRED' },
    });
    const told = (await asker.get('/api/notices?limit=200')).body.items as { text: string }[];
    expect(told.filter(({ text }) => text.endsWith('超时未答复，检查已回到书写（审核）医师'))).toHaveLength(2);
  });
});
