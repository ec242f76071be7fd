import normals from '../../test/fixtures/lint/normal-reports.json';
import { criticalFindings, notableFindings } from './critical/critical';
import { lintReport } from './lint';
import type { LintInput } from './lint.types';

interface WholeReport {
  readonly exam: string;
  readonly technique: string;
  readonly findings: string;
  readonly impression: string;
  readonly recommendation?: string;
}

/** Every report of the fixture with each sex and, where it has one, each side. */
function* variants(): Generator<[string, LintInput]> {
  for (const report of normals.cases as WholeReport[]) {
    const [modality = '', bodyPart = '', sided, age] = report.exam.split('/');
    for (const sex of ['M', 'F'] as const) {
      for (const laterality of sided === '-' ? [null] : (['L', 'R'] as const)) {
        const side = laterality === 'L' ? '左' : '右';
        const written = (text = ''): string => text.replaceAll('〔侧〕', side);
        const input: LintInput = {
          exam: { modality, bodyPart, laterality, sex, age: Number(age) },
          technique: written(report.technique),
          findings: written(report.findings),
          impression: written(report.impression),
          recommendation: written(report.recommendation),
          positive: 0,
          history: '体检',
        };
        yield [`${report.exam} ${sex} ${laterality ?? ''} ${report.impression}`, input];
      }
    }
  }
}

it.each([...variants()])('says nothing about %s', (_, input) => {
  expect({ results: lintReport(input), critical: criticalFindings(input), notable: notableFindings(input) }).toEqual({
    results: [],
    critical: [],
    notable: [],
  });
});
