import { EXAM_STATES, type ExamState } from '../../src/exams';
import { Desk, report, type Seen, TEXT } from '../../src/reporting/desk.fixture';
import { ReadingRoom } from '../../src/worklist/reading-room.fixture';
import { gateway, seedCounty, signIn, type TestCounty } from '../harness/county';
import type { Answer, JsonClient } from '../harness/json-client';
import { ManualClock, MINUTE } from '../harness/manual-clock';
import { refusalsOf } from '../harness/refusals';
import { startSystem, type System } from '../harness/system';
import { until } from '../harness/wait';

/**
 * Every command of reading, from the claim to the amendment, in every state of the exam in which it has no place, and by
 * everybody whose it is not. The worklist's own deeds by state are in src/worklist/handover/refusals.int-spec.ts; stale
 * fence, version and images of draft, submit, reject and sign in src/reporting/reporting.int-spec.ts.
 */
const PEOPLE = ['writer11', 'writer12', 'reviewer21', 'chief1', 'trainee11', 'tech01', 'auditor', 'admin'] as const;
type Person = (typeof PEOPLE)[number];

let clock: ManualClock;
let system: System;
let county: TestCounty;
let desk: Desk;
let room: ReadingRoom;
const clients = new Map<Person, JsonClient>();

beforeAll(async () => {
  clock = new ManualClock();
  system = await startSystem({ clock, env: { SWEEP_SECONDS: '3600', REQUESTS_PER_SECOND: '1000' } });
  county = await seedCounty(system);
  for (const name of PEOPLE) clients.set(name, await signIn(system, county, name));
  const clinic = gateway(system, county.clinics[0]!);
  room = new ReadingRoom(system, county);
  desk = new Desk(clinic, as('writer11'), as('reviewer21'), until);
});
afterAll(() => system.stop());

const as = (person: Person): JsonClient => clients.get(person)!;
const rows = <T>(sql: string, ...params: unknown[]): Promise<T[]> =>
  system.db.relay(system.ctx(county.countyId), (tx) => tx.rows<T>(sql, params));

/** Until the list has heard everything: what a command leaves unchanged must not change by itself. */
async function settled(): Promise<void> {
  const open = 'SELECT 1 FROM outbox_message WHERE handled_at IS NULL AND not_before IS NULL';
  await until('every message is handled', async () => (await rows(open)).length === 0);
}

const refusals = (exam: string) => refusalsOf(system, county.countyId, exam);

/** Everything that a command on an exam could have changed. */
async function stored(exam: string): Promise<object> {
  const [row] = await rows<{ stored: object }>(
    `SELECT jsonb_build_object('exam', to_jsonb(e), 'item', to_jsonb(i),
       'draft', (SELECT to_jsonb(d) FROM report_draft d WHERE d.exam_id = e.id),
       'submissions', (SELECT jsonb_agg(s ORDER BY s.id) FROM report_submission s WHERE s.exam_id = e.id),
       'versions', (SELECT jsonb_agg(v.id ORDER BY v.id) FROM report_version v WHERE v.exam_id = e.id),
       'recalls', (SELECT jsonb_agg(r) FROM report_recall r WHERE r.exam_id = e.id),
       'amendments', (SELECT jsonb_agg(a ORDER BY a.id) FROM report_amendment a WHERE a.exam_id = e.id),
       'news', (SELECT count(*) FROM outbox_message m WHERE m.subject_id = e.id OR m.payload->>'examId' = e.id::text)
     ) AS stored
     FROM exam e JOIN reading_item i ON i.exam_id = e.id WHERE e.id = $1`,
    exam,
  );
  return row!.stored;
}

/** An exam as the command finds it where it has its place, and what its caller has before him. */
type Scene = () => Promise<{ exam: string; seen: Seen }>;

/** In these somebody holds the exam; nobody can claim it there, whoever that is. */
const HELD: readonly ExamState[] = ['CLAIMED', 'REVIEWING', 'CONSULTING'];

interface Command {
  readonly action: string;
  /** Where it has its place, or is refused for another reason. */
  readonly allowed: readonly ExamState[];
  readonly scene: Scene;
  readonly by: Person;
  readonly run: (who: JsonClient, exam: string, seen: Seen) => Promise<Answer>;
  /** People whose roles do not hold it. */
  readonly notFor: readonly Person[];
}

const NOBODY: Seen = { fence: 1, version: 0, imageSet: 0 };
const queued: Scene = async () => ({ exam: await desk.queued(), seen: NOBODY });
const written: Scene = () => desk.written();
const underReview: Scene = () => desk.underReview();
const signed: Scene = async () => ({ exam: (await desk.signed()).exam, seen: NOBODY });
const submitted: Scene = async () => {
  const { exam, seen } = await desk.written();
  expect((await as('writer11').post(report(exam, '/submit'), seen)).status).toBe(200);
  return { exam, seen };
};

const REASON = { reason: '核对' };
const onList =
  (verb: string, body: (seen: Seen) => object = () => REASON): Command['run'] =>
  (who, exam, seen) =>
    who.post(`/api/worklist/${exam}/${verb}`, body(seen));
const onReport =
  (step: string, body: (seen: Seen) => object = (seen) => seen): Command['run'] =>
  (who, exam, seen) =>
    who.post(report(exam, step), body(seen));
const inAnHour = (): string => new Date(clock.now().getTime() + 60 * MINUTE).toISOString();

const READERS_NOT: readonly Person[] = ['tech01', 'auditor', 'admin'];
const WRITERS_NOT: readonly Person[] = [...READERS_NOT, 'trainee11'];
const SIGNERS_NOT: readonly Person[] = [...WRITERS_NOT, 'writer12'];

const COMMANDS: readonly Command[] = [
  {
    action: 'exam.claim',
    allowed: ['QUEUED', 'REVISING', 'PENDING_REVIEW', 'PRELIM_ISSUED', ...HELD],
    scene: queued,
    by: 'reviewer21',
    run: onList('claim', () => ({})),
    notFor: READERS_NOT,
  },
  {
    action: 'exam.park',
    allowed: ['CLAIMED', 'REVIEWING'],
    scene: written,
    by: 'writer11',
    run: onList('park', ({ fence }) => ({ fence, ...REASON, until: inAnHour() })),
    notFor: READERS_NOT,
  },
  {
    action: 'exam.takeover',
    allowed: ['CLAIMED', 'REVIEWING', 'CONSULTING'],
    scene: written,
    by: 'chief1',
    run: onList('takeover'),
    notFor: ['tech01', 'auditor'],
  },
  {
    action: 'report.draft',
    allowed: HELD,
    scene: written,
    by: 'writer11',
    run: (who, exam, { fence, version }) => who.put(report(exam, '/draft'), { fence, version, ...TEXT }),
    notFor: READERS_NOT,
  },
  {
    action: 'report.submit',
    allowed: ['CLAIMED'],
    scene: written,
    by: 'writer11',
    run: onReport('/submit'),
    notFor: WRITERS_NOT,
  },
  {
    action: 'report.takeback',
    allowed: ['PENDING_REVIEW'],
    scene: submitted,
    by: 'writer11',
    run: onReport('/takeback'),
    notFor: WRITERS_NOT,
  },
  {
    action: 'report.reject',
    allowed: ['REVIEWING'],
    scene: underReview,
    by: 'reviewer21',
    run: onReport('/reject', (seen) => ({ ...seen, ...REASON })),
    notFor: SIGNERS_NOT,
  },
  {
    action: 'report.sign',
    allowed: ['REVIEWING'],
    scene: underReview,
    by: 'reviewer21',
    run: onReport('/sign'),
    notFor: SIGNERS_NOT,
  },
  {
    action: 'report.recall',
    allowed: ['SIGNED'],
    scene: signed,
    by: 'reviewer21',
    run: onReport('/recall', () => REASON),
    notFor: SIGNERS_NOT,
  },
  {
    action: 'report.amend',
    allowed: ['SIGNED'],
    scene: signed,
    by: 'reviewer21',
    run: onReport('/amend', () => REASON),
    notFor: SIGNERS_NOT,
  },
];

/**
 * Puts the exam into a state behind everybody's back. A held one is met there before its list has heard of it: what counts
 * is the exam.
 */
async function putInto(state: ExamState, exam: string): Promise<void> {
  await room.changeExam(exam, { state, state_before_consulting: state === 'CONSULTING' ? 'CLAIMED' : null });
  if ((await room.item(exam)).holder_id === null && !HELD.includes(state)) await room.project(exam);
}

describe.each(COMMANDS)('$action', ({ action, allowed, scene, by, run, notFor }) => {
  let exam: string;
  let seen: Seen;
  beforeAll(async () => {
    ({ exam, seen } = await scene());
    await settled();
  });

  /** The attempt is refused with this status, changes nothing, and leaves one trace in the caller's name. */
  async function expectRefused(who: Person, status: number): Promise<Answer> {
    const [before, earlier] = [await stored(exam), (await refusals(exam)).length];
    const answer = await run(as(who), exam, seen);
    expect([who, answer.status]).toEqual([who, status]);
    expect(await stored(exam)).toEqual(before);
    const traces = (await refusals(exam)).slice(earlier);
    expect(traces).toMatchObject([
      { actor_id: county.people.get(who)!.id, details: { code: answer.body.code, ...answer.body.params } },
    ]);
    return answer;
  }

  it.each(notFor)('is nothing for %s', async (who) => {
    const { body } = await expectRefused(who, 403);
    expect(body.code).toBe('forbidden');
  });

  it.each(EXAM_STATES.filter((state) => !allowed.includes(state)))('has no place in %s', async (state) => {
    await putInto(state, exam);
    const { body } = await expectRefused(by, 409);
    expect([body.code, body.params.state]).toEqual(['exam_state_conflict', state]);
    expect((await refusals(exam)).at(-1)!.action).toBe(`${action}.refused`);
  });
});

describe('a hospital that is not the caller’s', () => {
  const elsewhere = (): object => ({ hospitalId: county.hospitals[1]!.id });

  it.each<[string, Scene, Person, () => object]>([
    ['claim', queued, 'writer11', elsewhere],
    ['takeover', written, 'chief1', () => ({ ...REASON, ...elsewhere() })],
  ])('%s is refused with the present state', async (verb, scene, who, body) => {
    const { exam } = await scene();
    await settled();
    const before = await stored(exam);
    const { status, body: refusal } = await as(who).post(`/api/worklist/${exam}/${verb}`, body());
    expect([status, refusal.code]).toEqual([403, 'wrong_hospital']);
    expect(refusal.params.state).toBe(verb === 'claim' ? 'QUEUED' : 'CLAIMED');
    expect(await stored(exam)).toEqual(before);
    expect(await refusals(exam)).toMatchObject([
      { action: `exam.${verb}.refused`, details: { code: 'wrong_hospital', state: refusal.params.state } },
    ]);
  });
});

describe('another’s claim', () => {
  it.each<[string, Scene, Person, Command['run']]>([
    ['report.draft', written, 'writer12', COMMANDS[3]!.run],
    ['report.submit', written, 'writer12', COMMANDS[4]!.run],
    ['report.reject', underReview, 'chief1', COMMANDS[6]!.run],
    ['report.sign', underReview, 'chief1', COMMANDS[7]!.run],
  ])('%s names its holder and the fence', async (action, scene, who, run) => {
    const { exam, seen } = await scene();
    await settled();
    const before = await stored(exam);
    const { status, body } = await run(as(who), exam, seen);
    expect([status, body.code]).toEqual([409, 'stale_fence']);
    expect(body.params).toMatchObject({ fence: seen.fence, holder: scene === written ? '报告11' : '审核21' });
    expect(body.params.state).toBe(scene === written ? 'CLAIMED' : 'REVIEWING');
    expect(await stored(exam)).toEqual(before);
    expect(await refusals(exam)).toMatchObject([{ action: `${action}.refused`, details: { code: 'stale_fence' } }]);
  });
});

describe('a text that comes too late', () => {
  const text = (findings: string): object => ({ ...TEXT, findings });
  const keptBy = async (exam: string): Promise<{ findings: string; name: string }[]> => {
    const { kept } = (await as('writer11').get(report(exam, '/trace'))).body as {
      kept: { findings: string; by: { name: string } }[];
    };
    return kept.map(({ findings, by }) => ({ findings, name: by.name }));
  };

  it('is kept when a correction was saved in another window', async () => {
    const { exam } = await signed();
    const { fence, version } = (await as('reviewer21').post(report(exam, '/amend'), REASON)).body as Seen;
    const save = (findings: string): Promise<Answer> =>
      as('reviewer21').put(report(exam, '/draft'), { fence, version, ...text(findings) });
    const both = await Promise.all([save('左肺上叶见小结节。'), save('左肺下叶见小结节。')]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    const [refused, late] = both[0].status === 409 ? [both[0], '左肺上叶见小结节。'] : [both[1], '左肺下叶见小结节。'];
    expect(refused.body).toMatchObject({ code: 'stale_version', params: { state: 'AMENDING', version: version + 1 } });
    expect(await keptBy(exam)).toEqual([{ findings: late, name: '审核21' }]);
  });

  it('is kept when the correction was cancelled meanwhile', async () => {
    const { exam } = await signed();
    const { fence, version } = (await as('reviewer21').post(report(exam, '/amend'), REASON)).body as Seen;
    expect((await as('chief1').post(report(exam, '/amend/cancel'), REASON)).status).toBe(200);
    const late = await as('reviewer21').put(report(exam, '/draft'), { fence, version, ...text('左肺见小结节。') });
    expect([late.status, late.body.params.state]).toEqual([409, 'SIGNED']);
    expect(await keptBy(exam)).toEqual([{ findings: '左肺见小结节。', name: '审核21' }]);
  });
});
