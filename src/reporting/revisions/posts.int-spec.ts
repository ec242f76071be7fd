import { type Claim, codeOf, must, RevisionRoom, seenOf, type Who } from './revisions.fixture';

/** What a doctor with posts at two hospitals does after a signature, he does for the one that he names. */
let room: RevisionRoom;

beforeAll(async () => {
  room = await RevisionRoom.open();
  const [first, second] = room.county.hospitals;
  await alsoAt('chief1', second!.id);
  await alsoAt('reviewer22', first!.id);
});
afterAll(() => room.close());

const REASON = { reason: '侧别有误' };
const alsoAt = (who: Who, hospitalId: string) =>
  room.change(
    `INSERT INTO person_grant (id, county_id, person_id, role, hospital_id, created_at)
     SELECT gen_random_uuid(), county_id, person_id, role, $2, now() FROM person_grant WHERE person_id = $1`,
    room.idOf(who),
    hospitalId,
  );
const lastVersion = async (exam: string): Promise<object> => {
  const [last] = await room.rows<object>(
    `SELECT number, kind, writer_hospital, reviewer_hospital FROM report_version WHERE exam_id = $1
     ORDER BY number DESC LIMIT 1`,
    exam,
  );
  return last!;
};

it('更正, its 审签, and 信息更正', async () => {
  const [first, second] = room.county.hospitals;
  const { exam } = await room.delivered();
  expect(codeOf(await room.post('chief1', exam, '/amend', REASON))).toEqual([400, 'hospital_missing']);
  const strange = { ...REASON, hospitalId: exam };
  expect(codeOf(await room.post('chief1', exam, '/amend', strange))).toEqual([403, 'wrong_hospital']);
  const opened = must(await room.post('chief1', exam, '/amend', { ...REASON, hospitalId: second!.id })) as Claim;
  const written = await room.desk.put(room.people.chief1, exam, seenOf(opened), { impression: '左肺上叶结节。' });
  const seen = seenOf(must(await room.post('chief1', exam, '/submit', written)) as Claim);
  expect(codeOf(await room.post('reviewer22', exam, '/sign', seen))).toEqual([400, 'hospital_missing']);
  must(await room.post('reviewer22', exam, '/sign', { ...seen, hospitalId: first!.id }));
  expect(await lastVersion(exam)).toMatchObject({
    number: 2,
    writer_hospital: '云溪县第2医院',
    reviewer_hospital: '云溪县第1医院',
  });

  const asked = must(
    await room.post('tech01', exam, '/demographics', { changes: { sex: 'F' }, evidence: '户口本' }),
  ) as { requestId: string };
  const confirm = `/demographics/${asked.requestId}/confirm`;
  expect(codeOf(await room.post('reviewer22', exam, confirm, {}))).toEqual([400, 'hospital_missing']);
  must(await room.post('reviewer22', exam, confirm, { hospitalId: second!.id }));
});

it('a correction taken over or given to him', async () => {
  const [, second] = room.county.hospitals;
  const { exam } = await room.delivered();
  must(await room.post('reviewer21', exam, '/amend', REASON));
  expect(codeOf(await room.post('chief1', exam, '/amend/takeover', REASON))).toEqual([400, 'hospital_missing']);
  must(await room.post('chief1', exam, '/amend/takeover', { ...REASON, hospitalId: second!.id }));
  const to = room.idOf('reviewer22');
  expect(codeOf(await room.post('chief1', exam, '/amend/handover', { ...REASON, to }))).toEqual([
    400,
    'hospital_missing',
  ]);
  must(await room.post('chief1', exam, '/amend/handover', { ...REASON, to, hospitalId: second!.id }));
  const sites = await room.rows('SELECT writer_id, writer_hospital_id FROM report_amendment WHERE exam_id = $1', exam);
  expect(sites).toEqual([{ writer_id: to, writer_hospital_id: second!.id }]);
});

it.each([
  ['of the report', '/report/void'],
  ['of the exam', '/void'],
])('作废 %s', async (_, door) => {
  const [, second] = room.county.hospitals;
  const { exam } = await room.delivered();
  const voided = (more: object) => room.people.chief1.post(`/api/exams/${exam}${door}`, { reason: '误报', ...more });
  expect(codeOf(await voided({}))).toEqual([400, 'hospital_missing']);
  expect(codeOf(await voided({ hospitalId: exam }))).toEqual([403, 'wrong_hospital']);
  expect(await lastVersion(exam)).toMatchObject({ number: 1, kind: 'final' });
  must(await voided({ hospitalId: second!.id }));
  expect(await lastVersion(exam)).toMatchObject({ number: 2, kind: 'void', reviewer_hospital: '云溪县第2医院' });
});
