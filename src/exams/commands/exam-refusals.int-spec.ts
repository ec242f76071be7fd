import { gateway, seedCounty, signIn, type TestCounty } from '../../../test/harness/county';
import type { Answer, JsonClient } from '../../../test/harness/json-client';
import { ManualClock } from '../../../test/harness/manual-clock';
import { refusalsOf } from '../../../test/harness/refusals';
import { type System, startSystem } from '../../../test/harness/system';
import { newId } from '../../platform/ids';
import { BEFORE_CLAIM, EXAM_STATES, type ExamState, mayComeFrom, OPEN_FOR_READING } from '../exam.state';
import { ClinicExams, type TestExam } from '../exams.fixture';

/**
 * Every command of /api/exams in every state of the exam in which it has no place, by everybody whose it is not, and by
 * other clinics and counties: refused with the present state, nothing changed, one trace in the caller's name. The readers'
 * commands are in test/faults/reading-refusals.int-spec.ts; what the state allows and something else does not, in
 * exam-conflicts.int-spec.ts.
 */
const PEOPLE = ['tech01', 'doctor01', 'tech02', 'doctor02', 'writer11', 'reviewer11', 'chief1', 'admin'] as const;
type Person = (typeof PEOPLE)[number];

const clock = new ManualClock();
let system: System;
let county: TestCounty;
let elsewhere: TestCounty;
let strangers: ReadonlyMap<string, JsonClient>;
let exams: ClinicExams;
const clients = new Map<Person, JsonClient>();

beforeAll(async () => {
  system = await startSystem({ role: 'api', clock, env: { REQUESTS_PER_SECOND: '1000' } });
  county = await seedCounty(system);
  elsewhere = await seedCounty(system, { code: 'b' });
  for (const name of PEOPLE) clients.set(name, await signIn(system, county, name));
  strangers = new Map([
    ['tech02', await signIn(system, elsewhere, 'tech02')],
    ['doctor02', await signIn(system, elsewhere, 'doctor02')],
    ['chief1', await signIn(system, elsewhere, 'chief1')],
  ]);
  exams = new ClinicExams(system, county, clock, gateway(system, county.clinics[0]!));
});
afterAll(() => system?.stop());

const as = (person: Person): JsonClient => clients.get(person)!;
const rows = <T>(sql: string, ...params: unknown[]): Promise<T[]> =>
  system.db.relay(system.ctx(county.countyId), (tx) => tx.rows<T>(sql, params));
const change = (sql: string, ...params: unknown[]): Promise<number> =>
  system.db.relay(system.ctx(county.countyId), (tx) => tx.change(sql, params));

const refusals = (exam: string) => refusalsOf(system, county.countyId, exam);

/** Everything that a command on these exams could have changed. */
async function stored(ids: readonly string[]): Promise<object> {
  const [row] = await rows<{ stored: object }>(
    `SELECT jsonb_build_object(
       'exams', (SELECT jsonb_agg(e ORDER BY e.id) FROM exam e WHERE e.county_id = $2),
       'links', (SELECT jsonb_agg(l ORDER BY l.id) FROM exam_study l WHERE l.exam_id = ANY($1)),
       'moves', (SELECT jsonb_agg(m ORDER BY m.id) FROM exam_image_move m WHERE m.from_exam_id = ANY($1) OR m.to_exam_id = ANY($1)),
       'flags', (SELECT jsonb_agg(f ORDER BY f.id) FROM exam_flag f WHERE f.exam_id = ANY($1)),
       'patients', (SELECT jsonb_agg(p ORDER BY p.id) FROM patient p WHERE p.county_id = $2),
       'news', (SELECT count(*) FROM outbox_message m WHERE m.subject_id = ANY($1))) AS stored`,
    ids,
    county.countyId,
  );
  return row!.stored;
}

/** The exams a command is about, the first of them in its path, and what it says. */
interface Scene {
  readonly exams: readonly TestExam[];
  readonly body: object;
}

interface Command {
  readonly verb: string;
  readonly action: string;
  /** Where it has its place. */
  readonly allowed: readonly ExamState[];
  readonly scene: () => Promise<Scene>;
  readonly by: Person;
  readonly notFor: readonly Person[];
  /** Of another clinic, where its people have such a command at all. */
  readonly neighbour?: Person;
  readonly code?: string;
  /** Columns that go with any state. */
  readonly columns?: object;
}

const REASON = { reason: '核对' };
const alone =
  (body: object = REASON, studies = 1): Command['scene'] =>
  async () => ({ exams: [await exams.with(studies)], body });
const NOT_OF_CLINIC: readonly Person[] = ['writer11', 'reviewer11', 'chief1', 'admin'];
const CLINIC: readonly Person[] = ['tech01', 'doctor01'];
/** Of a technician: before a claim and after a return. */
const MOVABLE: readonly ExamState[] = [...BEFORE_CLAIM, 'RETURNED'];
const move = {
  by: 'tech01',
  neighbour: 'tech02',
  notFor: ['doctor01', 'writer11'],
  allowed: MOVABLE,
  code: 'images_fixed',
} as const;

const COMMANDS: readonly Command[] = [
  {
    verb: 'withdraw',
    action: 'exam.withdraw',
    allowed: BEFORE_CLAIM,
    scene: alone(),
    by: 'tech01',
    neighbour: 'tech02',
    notFor: NOT_OF_CLINIC,
  },
  {
    verb: 'resubmit',
    action: 'exam.resubmit',
    allowed: ['WITHDRAWN', 'RETURNED'],
    scene: alone({ note: '已补充' }),
    by: 'tech01',
    neighbour: 'tech02',
    notFor: NOT_OF_CLINIC,
  },
  {
    verb: 'supplement',
    action: 'exam.supplement',
    allowed: [...BEFORE_CLAIM, ...OPEN_FOR_READING, 'RETURNED'],
    scene: alone({ symptoms: '咳嗽三天' }),
    by: 'tech01',
    neighbour: 'tech02',
    notFor: NOT_OF_CLINIC,
    code: 'exam_content_locked',
  },
  {
    verb: 'urge',
    action: 'exam.urge',
    allowed: OPEN_FOR_READING,
    scene: alone({}),
    by: 'doctor01',
    neighbour: 'doctor02',
    notFor: NOT_OF_CLINIC,
    code: 'not_urgeable',
  },
  {
    verb: 'priority',
    action: 'exam.priority',
    allowed: [...BEFORE_CLAIM, ...OPEN_FOR_READING, 'RETURNED'],
    scene: alone({ priority: 'URGENT', ...REASON }),
    by: 'chief1',
    notFor: [...CLINIC, 'writer11', 'reviewer11'],
  },
  {
    verb: 'mode',
    action: 'exam.mode',
    allowed: BEFORE_CLAIM,
    scene: alone({ mode: 'review', ...REASON }),
    by: 'doctor01',
    neighbour: 'doctor02',
    notFor: ['tech01', 'writer11', 'reviewer11'],
  },
  {
    verb: 'hold',
    action: 'exam.hold',
    allowed: EXAM_STATES.filter((state) => state !== 'VOID'),
    scene: alone(),
    by: 'doctor01',
    neighbour: 'doctor02',
    notFor: ['admin'],
  },
  {
    verb: 'release',
    action: 'exam.hold-release',
    allowed: EXAM_STATES.filter((state) => state !== 'VOID'),
    scene: alone(),
    by: 'doctor01',
    neighbour: 'doctor02',
    notFor: ['admin'],
    columns: { identity_hold_at: new Date('2026-03-02T01:00:00Z') },
  },
  {
    verb: 'void',
    action: 'exam.void',
    allowed: mayComeFrom('VOID'),
    scene: alone(),
    by: 'admin',
    notFor: [...CLINIC, 'writer11', 'reviewer11'],
  },
  {
    ...move,
    verb: 'link',
    action: 'exam.images-link',
    scene: async () => {
      const [to, loose] = [await exams.with(0), await exams.with(1)];
      await change('UPDATE exam_study SET unlinked_at = $2 WHERE exam_id = $1', loose.id, clock.now());
      return { exams: [to, loose], body: { studyInstanceUid: loose.uids[0], ...REASON } };
    },
  },
  {
    ...move,
    verb: 'rebind',
    action: 'exam.images-rebind',
    scene: async () => {
      const [from, to] = [await exams.with(1), await exams.with(0)];
      return { exams: [from, to], body: { studyInstanceUid: from.uids[0], toExamId: to.id, ...REASON } };
    },
  },
  {
    ...move,
    verb: 'merge',
    action: 'exam.images-merge',
    scene: async () => {
      const [to, from] = [await exams.with(1), await exams.with(1)];
      return { exams: [to, from], body: { fromExamId: from.id, ...REASON } };
    },
  },
  {
    ...move,
    verb: 'split',
    action: 'exam.images-split',
    scene: async () => {
      const exam = await exams.with(2);
      return { exams: [exam], body: { studyInstanceUids: [exam.uids[0]], ...REASON } };
    },
  },
  {
    ...move,
    verb: 'exchange',
    action: 'exam.images-exchange',
    scene: async () => {
      const [one, other] = [await exams.with(1), await exams.with(1)];
      return { exams: [one, other], body: { withExamId: other.id, ...REASON } };
    },
  },
  {
    ...move,
    verb: 'undo',
    action: 'exam.images-undo',
    scene: async () => {
      const [one, other] = [await exams.with(1), await exams.with(1)];
      const { body } = await as('tech01').post(`/api/exams/${one.id}/exchange`, { withExamId: other.id, ...REASON });
      return { exams: [one, other], body: { moveId: body.moveId, ...REASON } };
    },
  },
];

async function putInto(state: ExamState, exam: TestExam, columns: object = {}): Promise<void> {
  const set = { state, state_before_consulting: state === 'CONSULTING' ? 'CLAIMED' : null, ...columns };
  const assignments = Object.keys(set).map((column, i) => `${column} = $${i + 2}`);
  await change(`UPDATE exam SET ${assignments.join()} WHERE id = $1`, exam.id, ...Object.values(set));
}

describe.each(COMMANDS)('$verb', ({ verb, action, allowed, scene, by, notFor, neighbour, code, columns }) => {
  let about: Scene;
  beforeAll(async () => {
    about = await scene();
    if (columns) await putInto('QUEUED', about.exams[0]!, columns);
  });

  /** The attempt changes nothing and leaves exactly these traces. */
  async function attempt(who: JsonClient, traces: (answer: Answer) => object[]): Promise<Answer> {
    const [{ id }] = about.exams as [TestExam];
    const ids = about.exams.map((exam) => exam.id);
    const [before, earlier] = [await stored(ids), (await refusals(id)).length];
    const answer = await who.post(`/api/exams/${id}/${verb}`, about.body);
    expect(await stored(ids)).toEqual(before);
    expect((await refusals(id)).slice(earlier)).toMatchObject(traces(answer));
    return answer;
  }
  const trace = (who: Person, row: object): object => ({ actor_id: county.people.get(who)!.id, ...row });

  it.each(notFor)('is nothing for %s', async (who) => {
    const answer = await attempt(as(who), ({ body }) => [
      trace(who, { action: 'access.refused', details: { code: 'forbidden', ...body.params } }),
    ]);
    expect([answer.status, answer.body.code]).toEqual([403, 'forbidden']);
  });

  it.each(EXAM_STATES.filter((state) => !allowed.includes(state)))('has no place in %s', async (state) => {
    await putInto(state, about.exams[0]!, columns);
    const answer = await attempt(as(by), ({ body }) => [
      trace(by, { action: `${action}.refused`, details: { code: body.code, state, ...body.params } }),
    ]);
    const expected = [409, code ?? 'exam_state_conflict', state];
    expect([answer.status, answer.body.code, answer.body.params.state]).toEqual(expected);
  });

  if (neighbour)
    it('finds nothing at another clinic, whose attempt is written down', async () => {
      const answer = await attempt(as(neighbour), () => [
        trace(neighbour, { action: `${action}.refused`, details: { code: 'not_found' } }),
      ]);
      expect([answer.status, answer.body.code, answer.body.params]).toEqual([404, 'not_found', {}]);
    });

  it('finds nothing from another county, which hears as much of an exam that never was', async () => {
    const stranger = strangers.get(neighbour ?? 'chief1')!;
    const { status, body } = await attempt(stranger, () => []);
    const never = await stranger.post(`/api/exams/${newId()}/${verb}`, about.body);
    expect([status, body.code, body.params]).toEqual([never.status, never.body.code, never.body.params]);
    expect(status).toBe(404);
  });
});
