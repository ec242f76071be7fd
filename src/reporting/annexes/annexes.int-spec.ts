import { seedCounty, signIn, gateway, type TestCounty } from '../../../test/harness/county';
import { ManualClock, MINUTE } from '../../../test/harness/manual-clock';
import { startSystem, type System } from '../../../test/harness/system';
import { until } from '../../../test/harness/wait';
import type { PersonActor } from '../../platform/context';
import type { Tx } from '../../platform/database';
import { newId } from '../../platform/ids';
import type { Opinion } from './annex.rules';
import { Annexes } from './annexes';
import { type Client, Desk } from '../desk.fixture';

let clock: ManualClock;
let system: System;
let county: TestCounty;
let desk: Desk;
let writer: Client;
let annexes: Annexes;

beforeAll(async () => {
  clock = new ManualClock();
  system = await startSystem({ clock });
  county = await seedCounty(system);
  const clinic = gateway(system, county.clinics[0]!);
  writer = await signIn(system, county, 'writer11');
  desk = new Desk(clinic, writer, await signIn(system, county, 'reviewer21'), until);
  annexes = system.get(Annexes);
});
afterAll(() => system.stop());

/** A transaction of the writer, as the slice that hands an opinion over has it. */
const asWriter = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => {
  const { id } = county.people.get('writer11')!;
  const actor: PersonActor = {
    kind: 'person',
    id,
    name: '报告11',
    permissions: new Set(['report.draft']),
    clinicIds: [],
    hospitalIds: [county.hospitals[0]!.id],
    countyWide: false,
  };
  return system.db.write({ ...system.ctx(county.countyId), actor }, work);
};

const opinion = (change: Partial<Opinion> = {}): Opinion => ({
  sourceId: newId(),
  institution: '省立医院',
  doctor: '周教授',
  title: '主任医师',
  text: '右肺上叶结节，考虑炎性可能性大，建议三个月后复查。',
  givenAt: new Date('2026-03-02T02:00:00Z'),
  ...change,
});

const joined = (exam: string) => asWriter((tx) => annexes.joined(tx, exam));

describe('an opinion that joins a report', () => {
  it('joins once, however often it is handed over, and says whose word it is', async () => {
    const { exam } = await desk.written();
    const given = opinion();
    const first = await asWriter((tx) => annexes.join(tx, exam, given));
    clock.advance(MINUTE);
    expect(await asWriter((tx) => annexes.join(tx, exam, { ...given, text: '另一段话' }))).toEqual(first);
    const { sourceId, institution, doctor, title, text } = given;
    const givenAt = '2026-03-02T02:00:00.000Z';
    expect(await joined(exam)).toEqual([
      {
        annexId: first.annexId,
        kind: 'consultation',
        sourceId,
        institution,
        doctor,
        title,
        text,
        givenAt,
        joinedAt: first.joinedAt,
      },
    ]);
  });

  it('stands in the order in which the opinions were given', async () => {
    const { exam } = await desk.written();
    for (const [text, hour] of [
      ['后', 9],
      ['先', 7],
      ['中', 8],
    ] as const)
      await asWriter((tx) => annexes.join(tx, exam, opinion({ text, givenAt: new Date(Date.UTC(2026, 2, 2, hour)) })));
    expect((await joined(exam)).map(({ text }) => text)).toEqual(['先', '中', '后']);
  });

  it('is taken back once, and put back with the same words', async () => {
    const { exam } = await desk.written();
    const given = opinion();
    await asWriter((tx) => annexes.join(tx, exam, given));
    expect(await asWriter((tx) => annexes.withdraw(tx, given.sourceId))).toBe(true);
    expect(await asWriter((tx) => annexes.withdraw(tx, given.sourceId))).toBe(false);
    expect(await asWriter((tx) => annexes.withdraw(tx, newId()))).toBe(false);
    expect(await joined(exam)).toEqual([]);
    await asWriter((tx) => annexes.join(tx, exam, { ...given, text: '另一段话' }));
    expect((await joined(exam)).map(({ text }) => text)).toEqual([given.text]);
  });

  it('joins no second exam, and none that is not there', async () => {
    const [{ exam }, other] = [await desk.written(), await desk.queued()];
    const given = opinion();
    await asWriter((tx) => annexes.join(tx, exam, given));
    const notFound = { kind: expect.objectContaining({ category: 'not_found' }) as unknown };
    await expect(asWriter((tx) => annexes.join(tx, other, given))).rejects.toMatchObject(notFound);
    await expect(asWriter((tx) => annexes.join(tx, newId(), opinion()))).rejects.toMatchObject(notFound);
    expect(await joined(other)).toEqual([]);
  });

  it('leaves its words as they are, whoever asks', async () => {
    const { exam } = await desk.written();
    await asWriter((tx) => annexes.join(tx, exam, opinion()));
    const rewrite = asWriter((tx) => tx.change(`UPDATE report_annex SET text = '改' WHERE exam_id = $1`, [exam]));
    await expect(rewrite).rejects.toThrow(/permission denied/);
  });

  it('leaves a trace of both, without its text', async () => {
    const { exam } = await desk.written();
    const given = opinion();
    await asWriter((tx) => annexes.join(tx, exam, given));
    await asWriter((tx) => annexes.withdraw(tx, given.sourceId));
    const rows = await asWriter((tx) =>
      tx.rows<{ action: string; details: object }>(
        `SELECT action, details FROM audit_event WHERE subject_id = $1 AND action LIKE 'report.annex%' ORDER BY id`,
        [exam],
      ),
    );
    expect(rows.map(({ action }) => action)).toEqual(['report.annex-join', 'report.annex-withdraw']);
    for (const { details } of rows) expect(Object.keys(details)).toEqual(['kind', 'annexId', 'sourceId']);
  });
});
