import type { Answer, JsonClient } from '../harness/json-client';
import { Installation, personAt, type ServerProcess } from '../harness/processes';
import { until } from '../harness/wait';
import { byTurns, type Claim, CountyWork, must } from './county-work';
import { testExam } from './studies';

/** Exams that are brought under review together, and pairs that sign at the same moment. */
const BATCH = 50;
const AT_ONCE = 10;
const SETTING_OUT = 8;

/** One of two sessions that both believe to hold the exam: what it has on its screen, and what it does with it. */
interface Session {
  readonly findings: string;
  /** What it has done before the other one comes in. */
  readonly before?: (examId: string, claim: Claim) => Promise<Claim>;
  readonly sign: (examId: string, claim: Claim) => Promise<Answer>;
}

/** What came of two sessions, in their order. */
interface Duel {
  readonly examId: string;
  readonly answers: readonly Answer[];
}

const SUBMITTED = '两肺清晰。';
const MINE = '两肺清晰，心影不大。';
const OTHER = '两肺清晰，膈面光整。';

let installation: Installation;
let apis: ServerProcess[];
let work: CountyWork;
/** The same reviewer in two windows, at two servers; the chief of his hospital at the second one. */
let windows: [JsonClient, JsonClient];
let chief: JsonClient;
let registered = 0;

beforeAll(async () => {
  installation = await Installation.make();
  const county = await installation.seed();
  apis = await Promise.all([installation.start('api'), installation.start('api')]);
  await installation.start('worker');
  const [first, second] = [apis[0]!.url, apis[1]!.url];
  work = await CountyWork.begin(first, county);
  windows = [await personAt(first, county, 'reviewer21'), await personAt(second, county, 'reviewer21')];
  chief = await personAt(second, county, 'chief2');
});
afterAll(() => installation.end());

/** Exams under review: the reviewer's claim is what both sessions go out from. */
async function underReview(count: number): Promise<{ examId: string; claim: Claim }[]> {
  const numbers = Array.from({ length: count }, () => `D${(registered += 1)}`);
  const ids = await byTurns(numbers, SETTING_OUT, (number, n) =>
    work.register(n % 2, testExam(number, { metadataOnly: true })),
  );
  const listed = (): Promise<unknown[]> =>
    installation.rows("SELECT 1 FROM reading_item WHERE exam_id = ANY($1) AND state = 'QUEUED'", ids);
  await until('all are on the list', async () => (await listed()).length === count);
  return byTurns(ids, SETTING_OUT, async (examId) => ({ examId, claim: await work.underReview(examId) }));
}

function put(who: JsonClient, examId: string, { fence, version }: Claim, findings: string): Promise<Answer> {
  const text = { technique: '胸部平扫', findings, impression: '胸部未见异常。', recommendation: '', positive: 0 };
  return who.put(`/api/exams/${examId}/report/draft`, { fence, version, ...text });
}

/** Tries to save the text; what is then before the session, whatever became of that. */
async function save(who: JsonClient, examId: string, claim: Claim, findings: string): Promise<Claim> {
  const saved = await put(who, examId, claim, findings);
  return saved.status === 200 ? { ...claim, version: saved.body.version } : claim;
}

const saveAndSign = async (who: JsonClient, examId: string, claim: Claim, findings: string): Promise<Answer> =>
  work.sign(examId, await save(who, examId, claim, findings), who);

/** Signs its own text or nothing: a save that is refused is the last thing it hears. */
async function signRewritten(who: JsonClient, examId: string, claim: Claim, findings: string): Promise<Answer> {
  const saved = await put(who, examId, claim, findings);
  return saved.status === 200 ? work.sign(examId, { ...claim, version: saved.body.version }, who) : saved;
}

async function takeOverAndSign(examId: string, claim: Claim): Promise<Answer> {
  const taken = await chief.post(`/api/worklist/${examId}/takeover`, { reason: '审核医师被叫走' });
  return saveAndSign(chief, examId, taken.status === 200 ? await work.claim(chief, examId) : claim, OTHER);
}

const edits = (window: 0 | 1, findings: string): Session => ({
  findings,
  sign: (examId, claim) => saveAndSign(windows[window], examId, claim, findings),
});
/** It must not sign what it has not rewritten: that would be the other window's signature once more, and as good. */
const rewrites: Session = {
  findings: OTHER,
  sign: (examId, claim) => signRewritten(windows[1], examId, claim, OTHER),
};
const signsAsSubmitted: Session = {
  findings: SUBMITTED,
  sign: (examId, claim) => work.sign(examId, claim, windows[0]),
};
const signsAsSaved: Session = {
  findings: MINE,
  before: (examId, claim) => save(windows[0], examId, claim, MINE),
  sign: (examId, claim) => work.sign(examId, claim, windows[0]),
};
const takesOver: Session = { findings: OTHER, sign: takeOverAndSign };

async function duels(count: number, [one, another]: readonly [Session, Session]): Promise<Duel[]> {
  const done: Duel[] = [];
  for (let left = count; left > 0; left -= BATCH) {
    const exams = await underReview(Math.min(BATCH, left));
    const duel = async ({ examId, claim: first }: (typeof exams)[number]): Promise<Duel> => {
      const claim = (await one.before?.(examId, first)) ?? first;
      return { examId, answers: await Promise.all([one.sign(examId, claim), another.sign(examId, claim)]) };
    };
    done.push(...(await byTurns(exams, AT_ONCE, duel)));
  }
  return done;
}

interface Outcome {
  readonly numbers: number[];
  readonly findings: string[];
  readonly audited: number;
  /** Rows of the one consumer that delivers. */
  readonly told: number;
  readonly state: string;
}

const outcomes = async (ids: readonly string[]): Promise<Map<string, Outcome>> => {
  const rows = await installation.rows<Outcome & { id: string }>(
    `SELECT e.id, e.state, array_agg(v.number) AS numbers, array_agg(v.findings) AS findings,
       (SELECT count(*)::int FROM audit_event a
        WHERE a.action = 'report.sign' AND a.details->>'examId' = e.id::text) AS audited,
       (SELECT count(*)::int FROM outbox_message m WHERE m.event = 'ReportSigned' AND m.consumer = 'delivery.fan-out'
          AND m.payload->>'examId' = e.id::text) AS told
     FROM exam e JOIN report_version v ON v.exam_id = e.id WHERE e.id = ANY($1) GROUP BY e.id`,
    ids,
  );
  return new Map(rows.map(({ id, ...outcome }) => [id, outcome]));
};

/** Every text of an exam that the county's readers can still look at: kept beside the draft, or handed in. */
async function keptTexts(examId: string): Promise<string[]> {
  const { kept } = must<{ kept: { findings: string }[] }>(await windows[0].get(`/api/exams/${examId}/report/trace`));
  const { submissions } = must<{ submissions: { findings: string }[] }>(
    await windows[0].get(`/api/exams/${examId}/report`),
  );
  return [...kept, ...submissions].map(({ findings }) => findings);
}

const wins = (all: readonly Duel[], session: 0 | 1): number =>
  all.filter(({ answers }) => answers[session]!.status === 200).length;

const fought: Duel[] = [];

describe.each<[string, number, readonly [Session, Session]]>([
  ['two windows with two texts', 200, [edits(0, MINE), edits(1, OTHER)]],
  ['a reviewer and the chief who takes over from him', 200, [signsAsSaved, takesOver]],
  ['one window that signs what the other one rewrites', 100, [signsAsSubmitted, rewrites]],
])('%s, %s times at once', (_, count, sessions) => {
  let all: Duel[];
  beforeAll(async () => {
    all = await duels(count, sessions);
    fought.push(...all);
  }, 600_000);

  it('one signature wins and puts into force what its signer had before him', async () => {
    const found = await outcomes(all.map(({ examId }) => examId));
    expect(found.size).toBe(count);
    for (const { examId, answers } of all) {
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
      const winner = answers[0]!.status === 200 ? 0 : 1;
      expect(found.get(examId)).toEqual({
        numbers: [1],
        findings: [sessions[winner].findings],
        audited: 1,
        told: 1,
        state: 'SIGNED',
      });
    }
    // A race in which always the same one is first is none.
    expect(wins(all, 0)).toBeGreaterThan(0);
    expect(wins(all, 1)).toBeGreaterThan(0);
  });

  it('the other one learns where things stand, and his text is kept', async () => {
    await byTurns(all, AT_ONCE, async ({ examId, answers }) => {
      const loser = answers[0]!.status === 409 ? 0 : 1;
      const { code, params } = answers[loser]!.body;
      expect(['stale_fence', 'stale_version', 'exam_state_conflict']).toContain(code);
      expect(['REVIEWING', 'SIGNED']).toContain(params.state);
      if (code === 'stale_version') expect(params).toMatchObject({ fence: 2, version: expect.any(Number) });
      expect(await keptTexts(examId)).toContain(sessions[loser].findings);
    });
  });
});

it('every exam is delivered to its clinic once, under one id', async () => {
  const arrived = async (): Promise<Set<string>[]> => {
    const entries = [...(await work.inbox(0)), ...(await work.inbox(1))];
    return [new Set(entries.map(({ examId }) => examId)), new Set(entries.map(({ deliveryId }) => deliveryId))];
  };
  await until('all are delivered', async () => (await arrived())[0]!.size === fought.length);
  const [exams, deliveries] = await arrived();
  expect([...exams!].sort()).toEqual(fought.map(({ examId }) => examId).sort());
  expect(deliveries!.size).toBe(500);
});
