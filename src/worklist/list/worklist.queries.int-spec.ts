import { seedCounty, signIn, type TestCounty } from '../../../test/harness/county';
import type { JsonClient } from '../../../test/harness/json-client';
import { ManualClock, MINUTE } from '../../../test/harness/manual-clock';
import { startSystem, type System } from '../../../test/harness/system';
import type { Exam } from '../../exams';
import { ClaimService } from '../claiming/claim.service';
import { ReadingRoom } from '../reading-room.fixture';

let clock: ManualClock;
let system: System;
let county: TestCounty;
let room: ReadingRoom;
let writer: JsonClient;

beforeAll(async () => {
  clock = new ManualClock();
  system = await startSystem({ clock, role: 'api' });
});
afterAll(() => system.stop());
beforeEach(async () => {
  county = await seedCounty(system, { code: `q${(suffix += 1)}` });
  room = new ReadingRoom(system, county);
  writer = await signIn(system, county, 'writer11');
});
let suffix = 0;

const minutesAgo = (minutes: number): Date => new Date(clock.now().getTime() - minutes * MINUTE);
const list = async (query = ''): Promise<{ examId: string }[]> =>
  (await writer.get(`/api/worklist${query}`)).body.items;
const ids = async (query = ''): Promise<string[]> => (await list(query)).map((item) => item.examId);
const queued = (changes: Partial<Exam>): Promise<string> => room.queued(changes);

it('shows an item as the contract says', async () => {
  const examId = await queued({
    sex: 'F',
    age_value: 45,
    age_unit: 'Y',
    item_name: '胸部正位',
    body_part: 'CHEST',
    source: 'outpatient',
    clinical_diagnosis: '咳嗽',
  });
  const { status, body } = await writer.get('/api/worklist');
  expect([status, body.nextCursor, body.items.length]).toEqual([200, null, 1]);
  expect(body.items[0]).toEqual({
    examId,
    accessionNumber: 'ACC00001',
    patientName: '张三',
    sex: 'F',
    age: '45岁',
    state: 'QUEUED',
    stateName: '待报告',
    stage: 'write',
    mode: 'diagnose',
    priority: 'ROUTINE',
    dueAt: new Date(clock.now().getTime() + 59 * MINUTE).toISOString(),
    overdue: false,
    queuedAt: minutesAgo(1).toISOString(),
    urgedAt: null,
    modality: 'DX',
    bodyPart: 'CHEST',
    itemName: '胸部正位',
    source: 'outpatient',
    clinicalHistory: '咳嗽',
    clinic: { clinicId: county.clinics[0]!.id, name: '第1卫生院' },
    studies: expect.any(Array),
    imageSet: 1,
    identityHold: false,
    fence: 0,
    holder: null,
    leaseUntil: null,
    idleAt: null,
    parked: null,
    takenOver: null,
    badge: null,
    writer: null,
    reservedUntil: null,
    specialty: 'chest',
    ceilingAt: new Date(clock.now().getTime() + (24 * 60 - 1) * MINUTE).toISOString(),
    assignment: null,
    claimedAt: null,
    submittedAt: null,
    reviewClaimedAt: null,
    signedAt: null,
  });
});

it('pages through everything once, in the order of the list', async () => {
  const stat = await queued({ priority: 'STAT', queued_at: minutesAgo(1), exam_started_at: minutesAgo(2) });
  const made: string[] = [];
  // Several share one due time: the exam's id decides.
  for (let i = 0; i < 12; i += 1) made.push(await queued({ queued_at: minutesAgo(30 - Math.floor(i / 3)) }));
  const seen: string[] = [];
  let cursor: string | null = null;
  let pages = 0;
  do {
    const { body }: { body: { items: { examId: string }[]; nextCursor: string | null } } = await writer.get(
      `/api/worklist?limit=5${cursor ? `&cursor=${cursor}` : ''}`,
    );
    seen.push(...body.items.map((item) => item.examId));
    cursor = body.nextCursor;
    pages += 1;
  } while (cursor);
  expect(seen).toEqual([stat, ...made]);
  expect(pages).toBe(3);
});

describe('filters', () => {
  it('by state; open ones unless asked otherwise', async () => {
    const open = await queued({});
    const claimed = await queued({});
    const gone = await queued({});
    await system.get(ClaimService).claim(room.person('writer11', 'writer', 1), claimed, {});
    await room.changeExam(gone, { state: 'VOID' });
    await room.project(gone);
    expect(await ids()).toEqual([open, claimed]);
    expect(await ids('?state=QUEUED')).toEqual([open]);
    expect(await ids('?state=CLAIMED,QUEUED')).toEqual([open, claimed]);
    expect(await ids('?state=VOID')).toEqual([gone]);
    expect(await ids('?state=VOID,CLAIMED')).toEqual([claimed, gone]);
  });

  it('by priority, modality, clinic and overdue', async () => {
    const ct = await queued({ modality: 'CT', queued_at: minutesAgo(3) });
    const late = await queued({ priority: 'URGENT', queued_at: minutesAgo(90) });
    const far = await queued({ clinic_id: county.clinics[1]!.id, queued_at: minutesAgo(2) });
    expect(await ids()).toEqual([late, ct, far]);
    expect(await ids('?modality=CT')).toEqual([ct]);
    expect(await ids('?priority=URGENT')).toEqual([late]);
    expect(await ids(`?clinic=${county.clinics[1]!.id}`)).toEqual([far]);
    expect(await ids('?overdue=true')).toEqual([late]);
    expect(await ids('?overdue=false')).toEqual([ct, far]);
    expect(await ids(`?clinic=${county.clinics[0]!.id}&modality=DX`)).toEqual([late]);
  });

  it('by whose it is: held, assigned, rejected to me; each once', async () => {
    const [held, assigned, revising, others] = [await queued({}), await queued({}), await queued({}), await queued({})];
    const me = county.people.get('writer11')!.id;
    await system.get(ClaimService).claim(room.person('writer11', 'writer', 1), held, {});
    await system.get(ClaimService).claim(room.person('writer21', 'writer', 2), others, {});
    await room.changeExam(revising, { state: 'REVISING' });
    await room.project(revising);
    await system.db.write(system.ctx(county.countyId), async (tx) => {
      await tx.change('UPDATE reading_item SET assigned_person_id = $2 WHERE exam_id = ANY($1)', [
        [held, assigned, revising],
        me,
      ]);
      await tx.change('UPDATE reading_item SET writer_id = $2 WHERE exam_id = $1', [revising, me]);
    });
    expect(await ids('?mine=true')).toEqual([held, assigned, revising]);
    expect(await ids(`?hospital=${county.hospitals[1]!.id}`)).toEqual([others]);
    expect(await ids(`?mine=true&hospital=${county.hospitals[0]!.id}`)).toEqual([held]);
  });

  it('by accession number, name, pinyin and initials, from their beginning', async () => {
    const zhang = await queued({
      accession_number: 'CT2026001',
      patient_name: '张三丰',
      name_pinyin: 'zhangsanfeng',
      name_initials: 'zsf',
    });
    const ou = await queued({
      accession_number: 'DX2026001',
      patient_name: '欧阳锋',
      name_pinyin: 'ouyangfeng',
      name_initials: 'oyf',
    });
    const latin = await queued({
      accession_number: 'X1',
      patient_name: 'SMITH JOHN',
      name_pinyin: 'smithjohn',
      name_initials: 'sj',
    });
    const find = (q: string): Promise<string[]> => ids(`?q=${encodeURIComponent(q)}`);
    expect(await find('张三')).toEqual([zhang]);
    expect(await find('三丰')).toEqual([]);
    expect(await find('CT2026')).toEqual([zhang]);
    expect(await find('Zhang San')).toEqual([zhang]);
    expect(await find('oyf')).toEqual([ou]);
    expect(await find('ou')).toEqual([ou]);
    expect(await find('SMITH')).toEqual([latin]);
    expect(await find('s')).toEqual([latin]);
    expect(await find('%')).toEqual([]);
    expect(await find("' OR 1=1 --")).toEqual([]);
  });
});

it.each([
  'state=NOWHERE',
  'priority=HIGH',
  'limit=0',
  'limit=201',
  'mine=maybe',
  'clinic=1',
  'cursor=abc',
  `cursor=${Buffer.from('["x","y","z"]').toString('base64url')}`,
  `cursor=${Buffer.from('[9999999999999,"2026-03-02T00:00:00.000Z","01900000-0000-7000-8000-000000000000"]').toString('base64url')}`,
  `cursor=${Buffer.from('[1,"+275760-09-13T00:00:00.000Z","01900000-0000-7000-8000-000000000000"]').toString('base64url')}`,
  `cursor=${Buffer.from('[1,"2026-02-30T00:00:00.000Z","01900000-0000-7000-8000-000000000000"]').toString('base64url')}`,
  `cursor=${Buffer.from('[1.5,"2026-03-02T00:00:00Z","01900000-0000-7000-8000-000000000000"]').toString('base64url')}`,
  'sort=name',
])('refuses %s', async (query) => {
  const { status, body } = await writer.get(`/api/worklist?${query}`);
  expect([status, body.code]).toEqual([400, 'invalid_input']);
});

it('shows readers when the clinic has last urged an exam', async () => {
  const examId = await queued({});
  const doctor = await signIn(system, county, 'doctor01');
  expect((await doctor.post(`/api/exams/${examId}/urge`, { reason: '患者在窗口等候' })).status).toBe(200);
  expect(await list()).toMatchObject([{ examId, urgedAt: clock.now().toISOString() }]);
});

it('shows a county its own exams only, and to readers and the county’s own people only', async () => {
  const foreign = new ReadingRoom(system, await seedCounty(system, { code: `z${suffix}` }));
  const theirs = await foreign.queued();
  const ours = await queued({});
  expect(await ids()).toEqual([ours]);
  expect(await ids(`?clinic=${foreign.county.clinics[0]!.id}`)).toEqual([]);
  expect(await ids(`?q=${(await foreign.item(theirs)).accession_number}&state=QUEUED`)).toEqual([ours]);
  for (const [who, status] of [
    ['tech01', 403],
    ['doctor01', 403],
    ['auditor', 403],
    ['admin', 200],
    ['trainee11', 200],
  ] as const) {
    expect([who, (await (await signIn(system, county, who)).get('/api/worklist')).status]).toEqual([who, status]);
  }
});
