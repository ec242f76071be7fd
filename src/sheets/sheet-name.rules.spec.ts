import { draftName, inlineAs, sheetName } from './sheet-name.rules';
import type { ReportSubject } from '../reporting/signing/report-subject';

const version = (patientName: string, accessionNumber: string, number = 1) => ({
  number,
  subject: { patientName, accessionNumber } as ReportSubject,
});

it('names a sheet after patient, accession number and version', () => {
  expect(sheetName(version('张三', 'CT2026/0305:12'), 'A4')).toBe('张三_CT2026030512_第1版.pdf');
  expect(sheetName(version('张三', 'CT1', 2), 'A5')).toBe('张三_CT1_第2版_A5.pdf');
});

it('names a draft as what it is', () => {
  expect(draftName({ patientName: '张三', accessionNumber: 'CT1' }, 'A4')).toBe('张三_CT1_草稿.pdf');
});

it('keeps nothing that could break a header or a path', () => {
  const name = sheetName(version('../"张\r\nSet-Cookie: a=b\u202e', 'X'.repeat(200)), 'A4');
  expect(name).toBe(`..张Set-Cookie a=b_${'X'.repeat(60)}_第1版.pdf`);
});

it('writes the name for both kinds of readers', () => {
  expect(inlineAs("张三 (1)'*.pdf")).toBe(
    `inline; filename="__ (1)'*.pdf"; filename*=UTF-8''%E5%BC%A0%E4%B8%89%20%281%29%27%2A.pdf`,
  );
});
