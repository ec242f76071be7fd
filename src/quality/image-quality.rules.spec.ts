import { RETURN_CODES } from '../worklist/claiming/return-codes';
import {
  DEFICIENCIES,
  deficienciesOf,
  type DeficiencyCode,
  faultOf,
  GRADE_CODES,
  type GradeCode,
  gradeOf,
  gradesOf,
  type GradingFault,
  type Scheme,
  schemeOf,
  worstOf,
} from './image-quality.rules';

const given = (grade: GradeCode, ...deficiencies: DeficiencyCode[]) => ({ grade, deficiencies });

it.each<[string | null, Scheme | undefined]>([
  ['CT', 'sectional'],
  ['MR', 'sectional'],
  ['DX', 'radiograph'],
  ['dr', 'radiograph'],
  ['CR', 'radiograph'],
  ['MG', 'radiograph'],
  ['PX', 'radiograph'],
  ['US', undefined],
  ['PT', undefined],
  ['XA', undefined],
  ['', undefined],
  [null, undefined],
])('grades %s by %s', (modality, scheme) => {
  expect(schemeOf(modality)).toBe(scheme);
});

it.each<[Scheme, readonly GradeCode[], readonly GradeCode[]]>([
  ['radiograph', ['A', 'B', 'C', 'F'], ['F']],
  ['sectional', ['3', '2', '1', '0'], ['1', '0']],
])('%s has its grades, best first, and says which no diagnosis can stand on', (scheme, grades, unusable) => {
  expect(gradesOf(scheme).map(({ grade }) => grade)).toEqual(grades);
  expect(grades.filter((grade) => !gradeOf(scheme, grade).usable)).toEqual(unusable);
});

it.each<[Scheme, GradeCode]>([
  ['radiograph', '3'],
  ['radiograph', '0'],
  ['sectional', 'A'],
  ['sectional', 'F'],
])('%s knows no %s', (scheme, grade) => {
  expect(faultOf(scheme, given(grade, 'Q01'))).toBe('grade_unfit');
  expect(() => gradeOf(scheme, grade)).toThrow(/no grade/);
});

const BEST: readonly GradeCode[] = ['A', '3'];
it.each(GRADE_CODES)('asks %s for a reason unless it is the best', (grade) => {
  const scheme = Number.isNaN(Number(grade)) ? 'radiograph' : 'sectional';
  expect(faultOf(scheme, given(grade))).toBe(BEST.includes(grade) ? undefined : 'deficiency_missing');
  expect(faultOf(scheme, given(grade, 'Q01'))).toBeUndefined();
});

it.each<[Scheme, DeficiencyCode, GradingFault | undefined]>([
  ['radiograph', 'Q02', undefined],
  ['sectional', 'Q02', 'deficiency_unfit'],
  ['radiograph', 'Q08', 'deficiency_unfit'],
  ['sectional', 'Q08', undefined],
  ['radiograph', 'Q11', 'deficiency_unfit'],
  ['sectional', 'Q11', undefined],
  ['radiograph', 'Q09', undefined],
  ['sectional', 'X99', undefined],
])('of %s, %s can be named: %s', (scheme, code, fault) => {
  const [best] = gradesOf(scheme);
  expect(faultOf(scheme, given(best!.grade as GradeCode, code))).toBe(fault);
  expect(deficienciesOf(scheme).includes(code)).toBe(fault === undefined);
});

it('has a code for range, position, artefact and centre of either kind of pictures', () => {
  for (const scheme of ['radiograph', 'sectional'] as const) {
    const aspects = deficienciesOf(scheme).map((code) => DEFICIENCIES[code].aspect);
    expect(aspects).toEqual(expect.arrayContaining(['range', 'position', 'artefact', 'centre']));
  }
});

it('says with one code what a return says with it', () => {
  const returns: Readonly<Record<string, string>> = RETURN_CODES;
  const shared = Object.entries(DEFICIENCIES).filter(([code]) => code in returns);
  expect(shared.map(([code]) => code)).toEqual(['Q01', 'Q02', 'Q03', 'Q04', 'Q05', 'Q06', 'Q07', 'Q08', 'X99']);
  expect(shared.map(([code, { name }]) => [code, name])).toEqual(shared.map(([code]) => [code, returns[code]]));
});

describe('several studies of one exam', () => {
  it('take the lowest grade and every deficiency once, whatever the order', () => {
    const films = [given('B', 'Q09', 'Q04'), given('A'), given('C', 'Q01', 'Q04')] as const;
    const worst = given('C', 'Q01', 'Q04', 'Q09');
    expect(worstOf('radiograph', films)).toEqual(worst);
    expect(worstOf('radiograph', [films[2], films[1], films[0]])).toEqual(worst);
  });

  it('count down in CT and MR', () => {
    expect(worstOf('sectional', [given('3'), given('0', 'Q03'), given('2', 'Q08')])).toEqual(given('0', 'Q03', 'Q08'));
  });

  it('are an exam with an artefact when one of them has it, although its grade is not the worst', () => {
    expect(worstOf('radiograph', [given('A', 'Q04'), given('B', 'Q05')])).toEqual(given('B', 'Q04', 'Q05'));
  });
});
