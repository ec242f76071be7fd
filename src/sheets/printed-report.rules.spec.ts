import { examined, printedReport } from './printed-report.rules';
import { subject, version } from '../reporting/report.fixture';

const url = 'https://imaging.example.org/api/verify/0123-4567-89AB-CDEF';

describe('a signed version on paper', () => {
  const sheet = printedReport(version, url);

  it('carries both people with titles, hospitals and times', () => {
    expect(sheet.writer).toEqual({
      name: '李四',
      title: '住院医师',
      hospital: '云溪县第一医院',
      at: version.written_at,
    });
    expect(sheet.reviewer).toEqual({
      name: '孙丽',
      title: '主治医师',
      hospital: '云溪县第二医院',
      at: version.signed_at,
    });
  });

  it('says how it can be verified, and that the signature is made by software', () => {
    expect(sheet.seal).toEqual({
      verificationCode: '0123-4567-89AB-CDEF',
      verificationUrl: url,
      contentHash: 'c'.repeat(64),
      signature: 'software',
    });
    expect(sheet.standing).toBe('in-force');
  });

  it('leaves out sections that were left empty', () => {
    expect(sheet.text).toMatchObject({ technique: null, findings: '两肺清晰。', recommendation: null, positive: 0 });
  });

  it('says what the exam could not show', () => {
    const limitation = '患者已离开，未能补充检查（外出务工）；本报告仅就已有影像作出。';
    expect(printedReport({ ...version, subject: { ...subject, limitation } }, url).text.limitation).toBe(limitation);
    expect(sheet.text.limitation).toBeNull();
  });

  it('prints the patient number of the visit, else the one of the clinic', () => {
    expect(sheet.patient.localNumber).toBe('P001');
    expect(printedReport({ ...version, subject: { ...subject, visitNumber: 'MZ9' } }, url).patient.localNumber).toBe(
      'MZ9',
    );
  });

  it.each([
    ['CT', 'CT'],
    ['DX', 'DR'],
    ['CR', 'DR'],
    ['MR', 'MR'],
  ])('prints an exam of modality %s as %s', (modality, printed) => {
    expect(printedReport({ ...version, subject: { ...subject, modality } }, url).modality).toBe(printed);
  });
});

describe('the chain on paper', () => {
  const later = { ...version, number: 2, supersedes_id: 'v1', supersedes_number: 1 };

  it('tells that a final version replaces the preliminary one', () => {
    expect(printedReport(later, url).version).toEqual({
      kind: 'final',
      number: 2,
      issuedAt: version.signed_at,
      replaces: 1,
    });
    expect(printedReport(version, url).version).toEqual({ kind: 'final', number: 1, issuedAt: version.signed_at });
  });

  it('tells what a correction replaces and why, and prints none that does not say', () => {
    const corrected = { ...later, kind: 'corrected' as const, reason: '侧别有误' };
    expect(printedReport(corrected, url).version).toMatchObject({ kind: 'corrected', replaces: 1, reason: '侧别有误' });
    expect(() => printedReport({ ...corrected, reason: null }, url)).toThrow('what it replaces and why');
  });
});

describe('what was examined', () => {
  it.each([
    ['CHEST', '胸部CT平扫', null, '胸部CT平扫', 'CHEST'],
    ['胸部', '胸部CT平扫', null, '胸部', '胸部CT平扫'],
    ['CHEST', null, null, 'CHEST', null],
    [null, '胸部正位', null, '胸部正位', null],
    [' ', '胸部正位', null, '胸部正位', null],
    ['膝关节', '膝关节正侧位', 'L', '膝关节（左侧）', '膝关节正侧位'],
    ['膝关节', '左膝关节正侧位', 'L', '膝关节', '左膝关节正侧位'],
    ['膝关节', '双膝关节正位', 'B', '膝关节', '双膝关节正位'],
    // Words that name the other side do not stand in for the side that was said.
    ['左膝', '左膝关节正侧位', 'R', '左膝（右侧）', '左膝关节正侧位'],
  ] as const)('%p, %p, side %p → %p by %p', (bodyPart, itemName, laterality, part, method) => {
    expect(examined({ bodyPart, itemName, laterality })).toEqual({ part, method });
  });
});
