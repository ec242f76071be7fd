import { signIn } from '../../../test/harness/county';
import { codeOf, must, RevisionRoom, type Who } from './revisions.fixture';

/** At 17:10 in China, twenty minutes before duty ends, and ten minutes after it has ended. */
const AFTERNOON = new Date('2026-03-02T09:10:00Z');
const EVENING = new Date('2026-03-02T09:40:00Z');

let room: RevisionRoom;

beforeAll(async () => {
  room = await RevisionRoom.open(AFTERNOON);
});
afterAll(() => room.close());
beforeEach(() => room.clock.set(AFTERNOON));

const set = (who: Who, allowed: string, modality = 'CT') =>
  room.people[who].put('/api/preliminary-policy', { modality, allowed, reason: '科室约定' });

/** What the writer is answered who sends a preliminary report out. */
async function issued(content: object = {}): Promise<[number, string | undefined]> {
  const { exam, seen } = await room.desk.written({}, content);
  return codeOf(await room.post('writer11', exam, '/preliminary', seen));
}
const EMERGENCY = { priority: 'STAT', source: 'emergency' };
const ISSUED = [200, 'PRELIM_ISSUED'];

const duty = (name: Who): Promise<number> =>
  room.change(
    `INSERT INTO roster_shift (id, county_id, hospital_id, person_id, kind, weekdays, start_minute, end_minute, valid_from, created_at)
     VALUES (gen_random_uuid(), $1, $2, $3, 'weekly', '{1,2,3,4,5,6,7}', 0, 0, '2026-01-01', now())`,
    room.county.countyId,
    room.county.hospitals[0]!.id,
    room.idOf(name),
  );

it('is the report of the one on call: not in duty hours, unless it is an emergency', async () => {
  expect(await issued()).toEqual([409, 'preliminary_not_on_call']);
  expect(await issued(EMERGENCY)).toEqual(ISSUED);
  room.clock.set(EVENING);
  expect(await issued()).toEqual(ISSUED);
});

it('is refused as any other command: the exam stays as it was, and the audit says so', async () => {
  const { exam, seen } = await room.desk.written();
  const { body } = await room.post('writer11', exam, '/preliminary', seen);
  expect(body).toMatchObject({ code: 'preliminary_not_on_call', params: { state: 'CLAIMED', modality: 'CT' } });
  expect(await room.stateOf(exam)).toBe('CLAIMED');
  const audited = await room.rows(
    'SELECT action, details FROM audit_event WHERE subject_id = $1 ORDER BY at, id',
    exam,
  );
  expect(audited.at(-1)).toMatchObject({
    action: 'report.preliminary.refused',
    details: { code: 'preliminary_not_on_call' },
  });
});

it('follows the roster of his hospital: the only one on duty may, with a colleague he may not', async () => {
  await duty('writer11');
  expect(await issued()).toEqual(ISSUED);
  const { exam } = await alone();
  const [step] = await room.rows<{ details: object }>(
    "SELECT details FROM audit_event WHERE subject_id = $1 AND action = 'exam.preliminary'",
    exam,
  );
  expect(step!.details).toMatchObject({ ground: 'alone' });
  await duty('reviewer11');
  expect(await issued()).toEqual([409, 'preliminary_not_on_call']);
  await room.people.reviewer11.post('/api/worklist/off-duty', { reason: '急诊手术会诊' });
  expect(await issued()).toEqual(ISSUED);
  await room.change('DELETE FROM roster_shift WHERE county_id = $1', room.county.countyId);
});

async function alone(): Promise<{ exam: string }> {
  const { exam, seen } = await room.desk.written();
  must(await room.post('writer11', exam, '/preliminary', seen));
  return { exam };
}

it('is the administrator’s to say, per modality, and every change is written down once', async () => {
  expect((await set('chief1', 'always')).status).toBe(403);
  expect((await set('writer11', 'always')).status).toBe(403);
  expect((await set('admin', 'sometimes')).status).toBe(400);
  expect((await room.people.writer11.get('/api/preliminary-policy')).body.items).toEqual([]);
  for (let time = 0; time < 2; time += 1) {
    const { body } = await set('admin', 'always');
    expect(body.items).toMatchObject([{ modality: 'CT', allowed: 'always', reason: '科室约定' }]);
  }
  expect(await issued()).toEqual(ISSUED);
  expect(await issued({ modality: 'DX' })).toEqual([409, 'preliminary_not_on_call']);
  must(await set('admin', 'never'));
  room.clock.set(EVENING);
  expect(await issued()).toEqual([409, 'preliminary_never']);
  expect(await issued(EMERGENCY)).toEqual([409, 'preliminary_never']);
  must(await set('admin', 'on_call'));
  expect(await issued()).toEqual(ISSUED);
  const audited = await room.rows<{ details: { allowed: string } }>(
    "SELECT details FROM audit_event WHERE action = 'report.preliminary-policy' AND county_id = $1 ORDER BY at, id",
    room.county.countyId,
  );
  expect(audited.map(({ details }) => details.allowed).sort()).toEqual(['always', 'never', 'on_call']);
});

it('is never a trainee’s', async () => {
  const trainee = await signIn(room.system, room.county, 'trainee11');
  const exam = await room.desk.queued(EMERGENCY);
  const seen = await room.desk.put(trainee, exam, await room.desk.claim(trainee, exam));
  expect((await trainee.post(`/api/exams/${exam}/report/preliminary`, seen)).status).toBe(403);
});
