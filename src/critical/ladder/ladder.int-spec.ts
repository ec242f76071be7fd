import { seedCounty } from '../../../test/harness/county';
import { ManualClock, MINUTE, SECOND } from '../../../test/harness/manual-clock';
import { startSystem, type System } from '../../../test/harness/system';
import { until } from '../../../test/harness/wait';
import { Sweeper } from '../../platform/outbox';
import { CriticalService } from '../critical.service';
import { MarkingService } from '../marking.service';
import { DEFAULTS, Settings } from '../settings';
import { Ward } from '../ward.fixture';

const NO_SWEEP = '3600';
const FINDING = '急性肺栓塞';

/** An api of its own, so that the worker can be stopped and started beside it. */
async function open(clock?: ManualClock): Promise<{ api: System; ward: Ward; stop: () => Promise<void> }> {
  const api = await startSystem({ role: 'api', ...(clock && { clock }) });
  const ward = new Ward(api, await seedCounty(api));
  return { api, ward, stop: () => api.stop() };
}

const mark = async (ward: Ward, examId: string): Promise<string> =>
  (await ward.system.get(MarkingService).mark(ward.person('writer11', 'writer'), examId, { finding: FINDING }))
    .criticalId;

const rungs = async (ward: Ward, criticalId: string): Promise<number[]> =>
  (
    await ward.rows<{ s: number }>(
      `SELECT (details->>'afterSeconds')::int AS s FROM critical_event WHERE cycle_id = $1 AND action = 'rung' ORDER BY at, id`,
      [criticalId],
    )
  ).map((row) => row.s);

describe('the ladder, sweep by sweep', () => {
  let clock: ManualClock;
  let system: System;
  let ward: Ward;

  beforeAll(async () => {
    clock = new ManualClock();
    // Sweeps are called by hand: what is not due must be seen not to happen.
    system = await startSystem({ clock, env: { SWEEP_SECONDS: NO_SWEEP } });
    ward = new Ward(system, await seedCounty(system));
    await ward.hire('head01', 'clinic_head');
  });
  afterAll(() => system.stop());
  const sweepAt = async (milliseconds: number): Promise<void> => {
    clock.advance(milliseconds);
    await system.get(Sweeper).sweepOnce();
  };

  it('tells the ordering doctor, then the clinic, then its head and the chief, and writes the breach down', async () => {
    const examId = await ward.exam();
    const criticalId = await mark(ward, examId);
    expect(await ward.told(examId, 'critical.marked')).toEqual(['doctor01', 'head01', 'tech01']);

    await sweepAt(2 * MINUTE - SECOND);
    expect(await rungs(ward, criticalId)).toEqual([]);
    await sweepAt(SECOND);
    expect(await rungs(ward, criticalId)).toEqual([120]);
    expect(await ward.told(examId, 'critical.rung')).toEqual(['doctor01']);
    expect(await ward.told(examId, 'critical.call')).toEqual(['writer11']);

    await sweepAt(3 * MINUTE);
    expect(await ward.told(examId, 'critical.rung')).toEqual(['doctor01', 'head01', 'tech01']);
    expect((await ward.cycle(criticalId)).state).toBe('CONFIRMED');
    await sweepAt(3 * MINUTE);
    expect(await ward.told(examId, 'critical.rung')).toEqual(['chief1', 'doctor01', 'head01', 'tech01']);
    expect((await ward.cycle(criticalId)).state).toBe('ESCALATED');

    await sweepAt(2 * MINUTE);
    expect(await ward.told(examId, 'critical.breach')).toEqual(['admin', 'chief1', 'head01', 'writer11']);
    const { breached_at: at, breach_at: limit, next_due_at: next } = await ward.cycle(criticalId);
    expect([at, next]).toEqual([limit, null]);
    expect(await ward.trail(criticalId)).toEqual(['confirm', 'rung', 'rung', 'rung', 'escalate', 'breach']);
  });

  it('stops at the recorded call, while the limit for the clinic’s own word runs on', async () => {
    const examId = await ward.exam();
    const criticalId = await mark(ward, examId);
    clock.advance(MINUTE);
    const reader = ward.person('writer11', 'writer');
    await system.get(CriticalService).notify(reader, criticalId, { receiver: '王医师', readBack: true, way: 'phone' });
    await sweepAt(8 * MINUTE);
    expect(await rungs(ward, criticalId)).toEqual([]);
    await sweepAt(MINUTE);
    expect(await ward.cycle(criticalId)).toMatchObject({ state: 'NOTIFIED', rung: 0, next_due_at: null });
    expect((await ward.cycle(criticalId)).breached_at).toEqual((await ward.cycle(criticalId)).breach_at);
  });

  it('goes no further once the clinic has acknowledged, and no breach follows', async () => {
    const examId = await ward.exam();
    const criticalId = await mark(ward, examId);
    await sweepAt(2 * MINUTE);
    await system.get(CriticalService).acknowledge(ward.person('doctor01', 'ordering_doctor'), criticalId, {});
    await sweepAt(30 * MINUTE);
    expect(await rungs(ward, criticalId)).toEqual([120]);
    expect(await ward.cycle(criticalId)).toMatchObject({ state: 'ACKNOWLEDGED', breached_at: null, next_due_at: null });
  });

  it('tells the chiefs, then all who may confirm, of a suspicion that nobody answers, until a radiologist does', async () => {
    const suspect = async (examId: string): Promise<string> => {
      const technician = ward.person('tech01', 'technician');
      return (await system.get(MarkingService).mark(technician, examId, { finding: FINDING })).criticalId;
    };
    const [examId, answeredExam] = [await ward.exam(), await ward.exam()];
    const [criticalId, answeredId] = [await suspect(examId), await suspect(answeredExam)];
    await sweepAt(5 * MINUTE - SECOND);
    expect(await rungs(ward, criticalId)).toEqual([]);
    await sweepAt(SECOND);
    expect(await rungs(ward, criticalId)).toEqual([300]);
    expect(await ward.told(examId, 'critical.unanswered')).toEqual(['chief1', 'chief2']);
    // The mark starts a ladder of its own, from its foot.
    await system.get(MarkingService).confirm(ward.person('writer11', 'writer'), answeredId, {});
    expect(await ward.cycle(answeredId)).toMatchObject({ state: 'CONFIRMED', rung: 0 });
    await sweepAt(5 * MINUTE);
    expect(await rungs(ward, criticalId)).toEqual([300, 600]);
    expect(await rungs(ward, answeredId)).toEqual([300, 120, 300]);
    expect(await ward.told(examId, 'critical.unanswered')).toEqual(
      expect.arrayContaining(['chief1', 'chief2', 'reviewer21', 'writer11']),
    );
    expect(await ward.told(answeredExam, 'critical.unanswered')).toEqual(['chief1', 'chief2']);
    // The clinic hears of none of it, and the county reckons no breach.
    expect(await ward.told(examId, 'critical.rung')).toEqual([]);
    await sweepAt(60 * MINUTE);
    expect(await ward.cycle(criticalId)).toMatchObject({ state: 'SUSPECTED', breached_at: null, next_due_at: null });
  });

  it('keeps the steps it began with when the county changes them meanwhile', async () => {
    const criticalId = await mark(ward, await ward.exam());
    const admin = ward.person('admin', 'county_admin');
    const changed = await system.get(Settings).change(admin, {
      ...DEFAULTS,
      ladder: [{ afterSeconds: 30, to: ['county_admin'] }],
      findings: [...DEFAULTS.findings],
    } as never);
    expect(changed.version).toBe(1);
    await sweepAt(MINUTE);
    expect(await rungs(ward, criticalId)).toEqual([]);
    const later = await ward.exam();
    const laterId = await mark(ward, later);
    await sweepAt(31 * SECOND);
    expect(await rungs(ward, laterId)).toEqual([30]);
    expect(await ward.told(later, 'critical.rung')).toEqual(['admin']);
  });
});

it('climbs by its timers alone', async () => {
  // By the clock of the machine, as the queue does: a timer that rings before a clock moved by hand would ring in vain.
  const { api, ward, stop } = await open();
  const worker = await startSystem({ role: 'worker', beside: api, env: { SWEEP_SECONDS: NO_SWEEP } });
  try {
    await api.get(Settings).change(ward.person('admin', 'county_admin'), {
      ...DEFAULTS,
      ladder: [{ afterSeconds: 1, to: ['ordering_doctor'] }],
      breachSeconds: 2,
      findings: [...DEFAULTS.findings],
    } as never);
    const examId = await ward.exam();
    const criticalId = await mark(ward, examId);
    await until('the first rung', async () => (await rungs(ward, criticalId)).length === 1);
    await until('the breach', async () => (await ward.cycle(criticalId)).breached_at !== null);
    expect(await ward.trail(criticalId)).toEqual(['confirm', 'rung', 'breach', 'escalate']);
  } finally {
    await worker.stop();
    await stop();
  }
});

it('takes every rung that was slept through while no worker ran', async () => {
  const clock = new ManualClock();
  const { api, ward, stop } = await open(clock);
  try {
    const before = await startSystem({ clock, role: 'worker', beside: api });
    const examId = await ward.exam();
    const criticalId = await mark(ward, examId);
    await until('the timer to be published', async () => {
      const [row] = await ward.rows<{ n: string }>(
        "SELECT count(*) AS n FROM outbox_message WHERE subject_id = $1 AND consumer = 'critical.ladder' AND sent_at IS NOT NULL",
        [criticalId],
      );
      return row!.n === '1';
    });
    await before.stop();
    clock.advance(9 * MINUTE);
    const after = await startSystem({ clock, role: 'worker', beside: api });
    try {
      await until('three rungs', async () => (await rungs(ward, criticalId)).length === 3);
      expect(await rungs(ward, criticalId)).toEqual([120, 300, 480]);
      expect(await ward.cycle(criticalId)).toMatchObject({ state: 'ESCALATED', breached_at: null });
      clock.advance(MINUTE);
      await until('the breach', async () => (await ward.cycle(criticalId)).breached_at !== null);
      // Timers of the past are published again; when all have rung, timer and sweep both have looked.
      clock.advance(MINUTE);
      await until('every timer to have rung', async () => {
        const left = await ward.rows(
          "SELECT 1 FROM outbox_message WHERE subject_id = $1 AND consumer = 'critical.ladder' AND handled_at IS NULL",
          [criticalId],
        );
        return left.length === 0;
      });
      // Each rung was told once.
      const notices = await ward.rows("SELECT 1 FROM notice WHERE exam_id = $1 AND kind = 'critical.rung'", [examId]);
      expect(notices).toHaveLength(3);
    } finally {
      await after.stop();
    }
  } finally {
    await stop();
  }
});

it('does not need the queue to remember: published timers that are lost are found in the row', async () => {
  const clock = new ManualClock();
  const { api, ward, stop } = await open(clock);
  try {
    const criticalId = await mark(ward, await ward.exam());
    // As after an emptied Redis: the relay has handed the timer over, and nothing has it any more.
    await ward.change('UPDATE outbox_message SET sent_at = $1 WHERE subject_id = $2', [clock.now(), criticalId]);
    clock.advance(2 * MINUTE);
    // The outbox's own republishing is far off: it is the row that is looked at.
    const worker = await startSystem({ clock, role: 'worker', beside: api, env: { REPUBLISH_SECONDS: '86400' } });
    try {
      await until('the first rung', async () => (await rungs(ward, criticalId)).length === 1);
    } finally {
      await worker.stop();
    }
  } finally {
    await stop();
  }
});
