import { DataSource } from 'typeorm';
import { gateway, seedCounty, signIn, type TestCounty } from '../../test/harness/county';
import { ManualClock, MINUTE } from '../../test/harness/manual-clock';
import { indexesOf, lookedAt, planOf } from '../../test/harness/plan';
import { startSystem, type System } from '../../test/harness/system';
import { until } from '../../test/harness/wait';
import { type Answered, type Client, Desk, report } from '../reporting/desk.fixture';
import { GRADES_IN_FORCE, ImageGrades } from './image-grades';

const PEOPLE = ['tech01', 'writer11', 'writer12', 'trainee11', 'reviewer21', 'chief1', 'chief2', 'admin'] as const;
type Who = (typeof PEOPLE)[number];

let system: System;
let county: TestCounty;
let clock: ManualClock;
let people: Record<Who, Client>;
let desk: Desk;

beforeAll(async () => {
  clock = new ManualClock();
  system = await startSystem({ clock });
  county = await seedCounty(system);
  const signedIn = await Promise.all(PEOPLE.map(async (who) => [who, await signIn(system, county, who)] as const));
  people = Object.fromEntries(signedIn) as unknown as Record<Who, Client>;
  desk = new Desk(gateway(system, county.clinics[0]!), people.writer11, people.reviewer21, until);
});
afterAll(() => system.stop());

const quality = (exam: string): string => `/api/exams/${exam}/image-quality`;
/** Exams of the desk have their images at the clinic: their image set is 0. */
const grade = (who: Who, exam: string, body: object): Promise<Answered> =>
  people[who].put(quality(exam), { imageSet: 0, ...body });
const shown = async (who: Who, exam: string): Promise<Answered['body']> => (await people[who].get(quality(exam))).body;
const codeOf = ({ status, body }: Answered): unknown[] => [status, body.code];
const rows = <T>(sql: string, ...params: unknown[]): Promise<T[]> =>
  system.db.read(system.ctx(county.countyId), (tx) => tx.rows<T>(sql, params));
const gradings = (exam: string): Promise<{ number: number }[]> =>
  rows('SELECT number FROM image_grading WHERE exam_id = $1 ORDER BY number', exam);
const audited = (exam: string): Promise<{ action: string; details: Record<string, unknown> }[]> =>
  rows(
    `SELECT action, details FROM audit_event WHERE subject_id = $1 AND action LIKE 'image-quality%' ORDER BY at, id`,
    exam,
  );

const FILM = { modality: 'DX', itemName: '胸部正位', bodyPart: '胸部' };
const TWO = { grade: '2', deficiencies: ['Q03'] };
const NOT_YOURS = [409, 'grade_not_yours'];

describe('the images of an exam', () => {
  it('have no grade until a reader gives one; the choice he has is of their kind', async () => {
    const exam = await desk.queued(FILM);
    const { grade: none, scheme, ...rest } = await shown('writer11', exam);
    expect([none, rest]).toEqual([null, { examId: exam, imageSet: 0, earlier: [] }]);
    expect(scheme.grades.map(({ name }: { name: string }) => name)).toEqual(['甲级', '乙级', '丙级', '废片']);
    expect(scheme.deficiencies).toContainEqual({ code: 'Q02', name: '曝光不足/过度' });
    const ct = await shown('writer11', await desk.queued());
    expect(ct.scheme.grades.map(({ name }: { name: string }) => name)).toEqual(['3级', '2级', '1级', '0级']);
  });

  it('are graded by who writes, then by who reviews: his word counts, and the clinic sees that one and why', async () => {
    const { exam, seen } = await desk.written({}, FILM);
    const first = await grade('writer11', exam, { grade: 'A' });
    expect([first.status, first.body.grade]).toMatchObject([
      200,
      { grade: 'A', gradeName: '甲级', by: { as: 'writer' } },
    ]);
    await people.writer11.post(report(exam, '/submit'), seen);
    expect(codeOf(await grade('writer11', exam, { grade: 'B', deficiencies: ['Q04'] }))).toEqual(NOT_YOURS);
    await desk.claim(people.reviewer21, exam);
    clock.advance(MINUTE);
    const note = '右侧肋膈角未包全';
    await grade('reviewer21', exam, { grade: 'C', deficiencies: ['Q05', 'Q01', 'Q05'], note });

    const forReader = await shown('chief1', exam);
    expect(forReader.grade).toMatchObject({ grade: 'C', by: { name: '审核21', as: 'reviewer' } });
    expect(forReader.earlier).toMatchObject([{ grade: 'A', by: { as: 'writer' } }]);
    expect(await shown('tech01', exam)).toMatchObject({
      earlier: [],
      grade: {
        scheme: 'radiograph',
        grade: 'C',
        gradeName: '丙级',
        usable: true,
        deficiencies: [
          { code: 'Q01', name: '体位不标准' },
          { code: 'Q05', name: '扫描/照射范围不足' },
        ],
        forThisImageSet: true,
        imageSet: 0,
        note,
        hospitalName: '云溪县第2医院',
        gradedAt: clock.now().toISOString(),
        by: null,
      },
    });
    expect((await audited(exam)).at(-1)).toMatchObject({
      action: 'image-quality.grade',
      details: { number: 2, grade: 'C', from: 'A', deficiencies: ['Q01', 'Q05'], imageSet: 0, as: 'reviewer' },
    });
  });

  it('are put right after the signature by who signed and by a chief, and by nobody else', async () => {
    const { exam } = await desk.signed();
    expect(codeOf(await grade('writer11', exam, TWO))).toEqual(NOT_YOURS);
    expect((await grade('reviewer21', exam, TWO)).body.grade.by.as).toBe('signer');
    expect((await grade('chief1', exam, { grade: '0', deficiencies: ['Q07'] })).body.grade).toMatchObject({
      grade: '0',
      usable: false,
      hospitalName: '云溪县第1医院',
      by: { as: 'chief' },
    });
    expect((await people.reviewer21.post(report(exam, '/amend'), { reason: '侧别' })).status).toBe(200);
    expect((await grade('reviewer21', exam, { grade: '3' })).status).toBe(200);
    expect((await people.chief1.post(report(exam, '/void'), { reason: '错误患者' })).status).toBe(200);
    expect(codeOf(await grade('reviewer21', exam, TWO))).toEqual(NOT_YOURS);
  });

  it('of several studies are as bad as the worst of them, for the reasons of all', async () => {
    const studies = ['1.2.840.1', '1.2.840.2'].map((studyInstanceUid) => ({ studyInstanceUid }));
    const { exam } = await desk.written({}, { studies });
    const each = [
      { ...studies[0], grade: '2', deficiencies: ['Q09'] },
      { ...studies[1], grade: '1', deficiencies: ['Q03'] },
    ];
    expect(codeOf(await grade('writer11', exam, { studies: each.slice(1) }))).toEqual([400, 'studies_unlike']);
    expect(codeOf(await grade('writer11', exam, { studies: [each[0], each[0]] }))).toEqual([400, 'studies_unlike']);
    expect((await grade('writer11', exam, { studies: each })).body.grade).toMatchObject({
      grade: '1',
      deficiencies: [{ code: 'Q03' }, { code: 'Q09' }],
      studies: [
        { studyInstanceUid: '1.2.840.1', gradeName: '2级', deficiencies: [{ code: 'Q09' }] },
        { studyInstanceUid: '1.2.840.2', gradeName: '1级' },
      ],
    });
    // The same word in another order is the same word.
    await grade('writer11', exam, { studies: [each[1], each[0]] });
    expect(await gradings(exam)).toHaveLength(1);
  });
});

describe('a grading', () => {
  it('is written once, however often it is sent', async () => {
    const { exam, seen } = await desk.written();
    const answers = await Promise.all(Array.from({ length: 8 }, () => grade('writer11', exam, TWO)));
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
    expect(await gradings(exam)).toEqual([{ number: 1 }]);
    // The answer was lost, the exam handed in, the line is back.
    await people.writer11.post(report(exam, '/submit'), seen);
    const late = await grade('writer11', exam, TWO);
    expect([late.status, late.body.grade.grade]).toEqual([200, '2']);
    expect((await audited(exam)).map(({ action }) => action)).toEqual(['image-quality.grade']);
  });

  it.each<[string, object, string, object]>([
    ['a film’s grade', { grade: 'A' }, 'grade_unfit', { schemeName: 'CT、MR', allowed: '3级、2级、1级、0级' }],
    ['no reason', { grade: '1' }, 'deficiency_missing', { gradeName: '1级' }],
    ['a film’s reason', { grade: '2', deficiencies: ['Q02'] }, 'deficiency_unfit', { field: 'deficiencies' }],
    ['“other” without a word', { grade: '2', deficiencies: ['X99'] }, 'invalid_input', { field: 'note' }],
    ['nothing', {}, 'invalid_input', { field: 'grade' }],
    ['an unknown reason', { grade: '2', deficiencies: ['Q77'] }, 'invalid_input', { field: 'deficiencies.0' }],
    ['an unknown field', { grade: '3', by: 'me' }, 'invalid_input', { field: 'by' }],
  ])('with %s is refused and changes nothing', async (_, body, code, params) => {
    const { exam } = await desk.written();
    const answer = await grade('writer11', exam, body);
    expect([answer.status, answer.body]).toMatchObject([400, { code, params }]);
    expect(await gradings(exam)).toEqual([]);
  });

  it('of pictures that have no scheme is refused', async () => {
    const { exam } = await desk.written({}, { modality: 'US', itemName: '腹部超声', bodyPart: '腹部' });
    expect(codeOf(await grade('writer11', exam, { grade: '3' }))).toEqual([400, 'not_graded']);
    expect((await shown('writer11', exam)).scheme).toBeNull();
  });

  it('by who does not hold the exam, or has not seen its images, is a conflict that leaves its trace', async () => {
    const { exam } = await desk.written();
    const other = await grade('writer12', exam, TWO);
    expect([other.status, other.body]).toMatchObject([
      409,
      { code: 'grade_not_yours', params: { state: 'CLAIMED', holder: '报告11' } },
    ]);
    // A chief who wants to grade what another is writing takes it over first.
    expect(codeOf(await grade('chief1', exam, TWO))).toEqual(NOT_YOURS);
    const stale = await grade('writer11', exam, { ...TWO, imageSet: 1 });
    expect([stale.status, stale.body]).toMatchObject([409, { code: 'stale_image_set', params: { imageSet: 0 } }]);
    expect(await gradings(exam)).toEqual([]);
    expect(await audited(exam)).toMatchObject([
      { action: 'image-quality.grade.refused', details: { code: 'grade_not_yours' } },
      { action: 'image-quality.grade.refused', details: { code: 'grade_not_yours' } },
      { action: 'image-quality.grade.refused', details: { code: 'stale_image_set' } },
    ]);
  });

  it('is no trainee’s, clinic’s or administrator’s to give', async () => {
    const exam = await desk.queued();
    for (const who of ['trainee11', 'tech01', 'admin'] as const) {
      expect((await grade(who, exam, TWO)).status).toBe(403);
    }
    expect(codeOf(await grade('writer11', exam, TWO))).toEqual(NOT_YOURS);
  });

  it('is of images that are here, or that stay at the clinic', async () => {
    const { exam } = await desk.written();
    await system.db.write(system.ctx(county.countyId), (tx) =>
      tx.change('UPDATE exam SET metadata_only = false WHERE id = $1', [exam]),
    );
    const { status, body } = await grade('writer11', exam, TWO);
    expect([status, body.code, body.params.state]).toEqual([409, 'no_images', 'CLAIMED']);
    expect(body.message).toBe('该检查还没有影像，不能评定图像质量');
    expect(await gradings(exam)).toEqual([]);
  });

  it('is of the hospital that a doctor with two posts names, once nobody holds the exam', async () => {
    const { exam } = await desk.signed();
    const [first, second] = county.hospitals;
    await system.db.write(system.ctx(county.countyId), (tx) =>
      tx.change(
        `INSERT INTO person_grant (id, county_id, person_id, role, hospital_id, created_at)
         SELECT gen_random_uuid(), county_id, person_id, role, $2, now() FROM person_grant WHERE person_id = $1`,
        [county.people.get('chief2')!.id, first!.id],
      ),
    );
    expect(codeOf(await grade('chief2', exam, TWO))).toEqual([400, 'hospital_missing']);
    expect(codeOf(await grade('chief2', exam, { ...TWO, hospitalId: exam }))).toEqual([403, 'wrong_hospital']);
    const given = await grade('chief2', exam, { ...TWO, hospitalId: second!.id });
    expect(given.body.grade.hospitalName).toBe('云溪县第2医院');
  });

  it('can be neither changed nor deleted by the application', async () => {
    const ctx = system.ctx(county.countyId);
    for (const sql of ["UPDATE image_grading SET grade = '3'", 'DELETE FROM image_grading']) {
      await expect(system.db.write(ctx, (tx) => tx.change(sql))).rejects.toThrow(/permission denied/);
    }
  });
});

describe('the grades of many exams', () => {
  it('come in one query: the newest of each, and whether it is of the images as they are now', async () => {
    const [{ exam: a }, { exam: b }, { exam: ungraded }] = [
      await desk.written(),
      await desk.written(),
      await desk.written(),
    ];
    await grade('writer11', a, TWO);
    await grade('writer11', a, { grade: '3' });
    await grade('writer11', b, TWO);
    const ctx = system.ctx(county.countyId);
    await system.db.write(ctx, (tx) => tx.change('UPDATE exam SET image_set = 1 WHERE id = $1', [b]));
    const found = await system.db.read(ctx, (tx) => system.get(ImageGrades).inForce(tx, [a, b, ungraded]));
    expect([...found].map(([exam, { grade: code, forThisImageSet }]) => [exam, code, forThisImageSet]).sort()).toEqual(
      [
        [a, '3', true],
        [b, '2', false],
      ].sort(),
    );
    expect((await shown('tech01', b)).grade).toMatchObject({ imageSet: 0, forThisImageSet: false });
  });

  it('are found by the key, however many there are', async () => {
    const owner = await new DataSource({ type: 'postgres', url: system.databaseUrl }).initialize();
    // Years of exams that are not there: for the plan only the numbers count.
    await owner.query(
      `SET session_replication_role = replica;
       INSERT INTO image_grading (county_id, exam_id, number, image_set, scheme, grade, deficiencies, graded_as, graded_by, graded_by_name, hospital_id, graded_at)
       SELECT '${county.countyId}', md5((g / 2)::text)::uuid, 1 + g % 2, 1, 'sectional', '3', '{}', 'writer', '${county.people.get('writer11')!.id}', '人',
         '${county.hospitals[0]!.id}', now() FROM generate_series(1, 20000) g;
       ANALYZE image_grading`,
    );
    await owner.destroy();
    const { exam } = await desk.written();
    await grade('writer11', exam, TWO);
    const nodes = await planOf(system, county.countyId, GRADES_IN_FORCE, [county.countyId, [exam]]);
    expect(indexesOf(nodes)).toContain('image_grading_key');
    expect(lookedAt(nodes, 'image_grading')).toBeLessThan(2);
  });
});
