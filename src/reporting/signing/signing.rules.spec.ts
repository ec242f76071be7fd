import { DomainError } from '../../platform/errors';
import {
  licenceFault,
  type ReportText,
  requireFinished,
  requireLicence,
  requirePrintable,
  type Signatory,
  unfinishedSections,
} from './signing.rules';

const doctor: Signatory = {
  id: 'p',
  name: '孙丽',
  title: '主治医师',
  licence_number: '110330000012345',
  licence_valid_until: '2026-03-05',
  hospital: '云溪县第一医院',
};
const today = '2026-03-05';

/** Runs `work` and answers what it refuses with. */
function refusal(work: () => unknown): DomainError {
  try {
    work();
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('who may sign', () => {
  it.each([
    ['the last day of the licence', {}, undefined],
    ['副主任医师', { title: '副主任医师' }, undefined],
    ['主任医师', { title: '主任医师' }, undefined],
    ['the day after the licence', { licence_valid_until: '2026-03-04' }, 'licence_expired'],
    ['住院医师', { title: '住院医师' }, 'title_too_low'],
    ['规培医师', { title: '规培医师' }, 'title_too_low'],
    ['技师', { title: '主管技师' }, 'title_too_low'],
    ['no title', { title: null }, 'title_missing'],
    ['a blank title', { title: ' ' }, 'title_missing'],
    ['no licence number', { licence_number: null }, 'licence_missing'],
    ['a licence without an end', { licence_valid_until: null }, 'licence_missing'],
  ])('as reviewer with %s', (_, change, fault) => {
    expect(licenceFault({ ...doctor, ...change }, '审签', today)).toBe(fault);
  });

  it('lets a licensed resident write, but nobody without a licence', () => {
    expect(licenceFault({ ...doctor, title: '住院医师' }, '提交', today)).toBeUndefined();
    expect(licenceFault({ ...doctor, title: '住院医师', licence_number: '' }, '提交', today)).toBe('licence_missing');
  });

  it('says in the error what is wrong and where things stand', () => {
    const error = refusal(() =>
      requireLicence({ ...doctor, title: '住院医师' }, '审签', today, { state: 'REVIEWING' }),
    );
    expect(error.code).toBe('licence_invalid');
    expect(error.params).toMatchObject({ fault: 'title_too_low', state: 'REVIEWING' });
    expect(error.message).toBe('职称低于主治医师，不能审签');
  });
});

describe('what can be signed', () => {
  const text: ReportText = {
    technique: '',
    findings: '两肺清晰。',
    impression: '未见异常。',
    recommendation: '',
    positive: 0,
  };

  it.each([
    [{}, []],
    [{ positive: -1 as const }, []],
    [{ findings: ' \n' }, ['findings']],
    [{ impression: '' }, ['impression']],
    [{ positive: null }, ['positive']],
    [{ findings: '', impression: '\t', positive: null }, ['findings', 'impression', 'positive']],
  ])('%j lacks %j', (change, missing) => {
    expect(unfinishedSections({ ...text, ...change })).toEqual(missing);
  });

  it('names what is missing', () => {
    const error = refusal(() => requireFinished({ ...text, impression: '', positive: null }, { state: 'REVIEWING' }));
    expect(error.code).toBe('report_unfinished');
    expect(error.params).toMatchObject({ missing: ['impression', 'positive'], state: 'REVIEWING' });
    expect(error.message).toBe('报告尚未写完，不能审签：缺少诊断意见、阳性标志');
  });

  it('needs an exam that can be printed', () => {
    const exam = { accession_number: 'CT1', modality: 'CT', exam_started_at: new Date('2026-03-05T00:00:00Z') };
    expect(requirePrintable(exam, {})).toBe(exam);
    const error = refusal(() => requirePrintable({ ...exam, accession_number: null, exam_started_at: null }, {}));
    expect([error.code, error.params['missing']]).toEqual([
      'exam_data_missing',
      ['accession_number', 'exam_started_at'],
    ]);
  });
});
