import { codeOf, must, RevisionRoom, type Who } from './revisions.fixture';

/** What a clinic sees of its own requests for 信息更正. */
let room: RevisionRoom;

beforeAll(async () => {
  room = await RevisionRoom.open();
});
afterAll(() => room.close());

interface Requests {
  readonly items: readonly { readonly requestId: string; readonly state: string }[];
  readonly nextCursor: string | null;
}

const OWN = '/api/demographics/own';
const own = async (who: Who, query = ''): Promise<Requests> =>
  must(await room.people[who].get(`${OWN}${query}`)) as Requests;
const ids = ({ items }: Requests): string[] => items.map(({ requestId }) => requestId);
const ask = async (): Promise<{ exam: string; requestId: string }> => {
  const { exam } = await room.delivered();
  const body = { changes: { sex: 'F' }, evidence: '户口本' };
  return { exam, ...(must(await room.post('tech01', exam, '/demographics', body)) as { requestId: string }) };
};

it('lists the open ones and, asked for, those that were decided, with why, newest first', async () => {
  const [first, second, third] = [await ask(), await ask(), await ask()];
  must(await room.post('reviewer11', first.exam, `/demographics/${first.requestId}/confirm`, {}));
  must(await room.post('reviewer11', second.exam, `/demographics/${second.requestId}/decline`, { reason: '凭据不清' }));
  const open = await own('tech01');
  expect(open.items).toMatchObject([
    { requestId: third.requestId, examId: third.exam, state: 'ASKED', changes: { sex: 'F' }, askedBy: '技师1' },
  ]);
  // Anybody of the clinic who may ask: the ordering doctor sees what the technician has asked for.
  const all = await own('doctor01', '?open=false');
  expect(ids(all)).toEqual([third, second, first].map(({ requestId }) => requestId));
  expect(all.items).toMatchObject([
    {},
    { state: 'DECLINED', decisionReason: '凭据不清', issuedVersionId: null },
    { state: 'CONFIRMED', issuedVersionId: expect.any(String) },
  ]);
  const page = await own('tech01', '?open=false&limit=2');
  const rest = await own('tech01', `?open=false&limit=2&cursor=${page.nextCursor}`);
  expect([...ids(page), ...ids(rest)]).toEqual(ids(all));
  expect(rest.nextCursor).toBeNull();
  expect(await own('doctor02', '?open=false')).toEqual({ items: [], nextCursor: null });
});

it('of several clinics shows them together, and is not the readers’ list', async () => {
  const { requestId } = await ask();
  const [, second] = room.county.clinics;
  await room.change(
    `INSERT INTO person_grant (id, county_id, person_id, role, clinic_id, created_at)
     SELECT gen_random_uuid(), county_id, person_id, role, $2, now() FROM person_grant WHERE person_id = $1`,
    room.idOf('doctor01'),
    second!.id,
  );
  expect(ids(await own('doctor01'))).toContain(requestId);
  expect(codeOf(await room.people.tech01.get('/api/demographics'))).toEqual([403, 'forbidden']);
  expect(codeOf(await room.people.reviewer11.get(OWN))).toEqual([403, 'forbidden']);
  expect(codeOf(await room.people.tech01.get(`${OWN}?cursor=x`))).toEqual([400, 'invalid_input']);
});
