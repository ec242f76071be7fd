import { startSystem, type System } from '../../../test/harness/system';
import { ManualClock } from '../../../test/harness/manual-clock';
import { Shift } from '../shift.fixture';

/**
 * The one rule for chiefs (docs/how-to/rosters.md): an exam is the county's, whatever hospital reads it, and any chief decides
 * about it; a person is his hospital's, and only its chief speaks for him.
 */
let system: System;
let shift: Shift;

beforeAll(async () => {
  system = await startSystem({ clock: new ManualClock(), role: 'api' });
  shift = await Shift.begin(system, ['writer11', 'writer12', 'chief2', 'admin']);
});
afterAll(() => system.stop());

describe('about an exam that another hospital reads', () => {
  it('takes its claim over', async () => {
    const { examId } = await shift.held('writer11');
    expect((await shift.command('chief2', examId, 'takeover', { reason: '急诊，原医师未应答' })).status).toBe(200);
    expect(await shift.room.item(examId)).toMatchObject({ holder_id: shift.id('chief2') });
  });

  it('assigns it, to whomever of the county', async () => {
    const examId = await shift.room.queued();
    for (const to of [{ personId: shift.id('writer11') }, { hospitalId: shift.hospital(1) }])
      expect((await shift.command('chief2', examId, 'assign', { ...to, reason: '均衡负荷' })).status).toBe(200);
  });

  it('claims it although it is meant for others', async () => {
    const examId = await shift.room.queued();
    await shift.command('admin', examId, 'assign', { hospitalId: shift.hospital(1), reason: '骨科方向' });
    expect(await shift.claim('chief2', examId)).toBe(1);
  });
});

describe('about a person of another hospital', () => {
  const refused = ({ status, body }: { status: number; body: { code?: string } }) => [status, body.code];

  it('does not say that he has left, or is back', async () => {
    const body = { personId: shift.id('writer11'), reason: '离岗' };
    expect(refused(await shift.as('chief2').post('/api/worklist/off-duty', body))).toEqual([403, 'wrong_hospital']);
    const back = { personId: shift.id('writer11') };
    expect(refused(await shift.as('chief2').post('/api/worklist/on-duty', back))).toEqual([403, 'wrong_hospital']);
  });

  it('does not hand his work over in his name', async () => {
    const { examId } = await shift.held('writer11');
    const body = { from: shift.id('writer11'), to: shift.id('writer12'), examIds: [examId], note: '夜班' };
    expect(refused(await shift.as('chief2').post('/api/worklist/handover', body))).toEqual([403, 'wrong_hospital']);
    expect(await shift.room.item(examId)).toMatchObject({ holder_id: shift.id('writer11') });
  });

  it('does not arrange his duty', async () => {
    const weekly = { kind: 'weekly', weekdays: [1], start: '08:00', end: '17:00', validFrom: '2026-01-01' };
    const body = { ...weekly, hospitalId: shift.hospital(1), personId: shift.id('writer11') };
    expect((await shift.as('chief2').post('/api/rosters', body)).status).toBe(403);
    expect((await shift.as('admin').post('/api/rosters', body)).status).toBe(201);
  });
});
