import { examined, type Print, printedDraft, printedReport, standingNow } from './printed-report.rules';
import { subject, version } from '../reporting/report.fixture';

const url = 'https://imaging.example.org/api/verify/0123-4567-89AB-CDEF';
const print: Print = { verificationUrl: url, head: { heading: 'centre', recognitionMark: '' } };

describe('a signed version on paper', () => {
  const sheet = printedReport(version, print);

  it('carries both people with titles, hospitals and times', () => {
    expect(sheet.writer).toEqual({
      name: '李四',
      title: '住院医师',
      hospital: '云溪县第一医院',
      at: version.written_at,
      handwriting: null,
    });
    expect(sheet.reviewer).toEqual({
      name: '孙丽',
      title: '主治医师',
      hospital: '云溪县第二医院',
      at: version.signed_at,
      handwriting: null,
    });
  });

  it('carries the handwriting that was pinned, the technician, and the opinions that joined', () => {
    const [hand, other] = [Buffer.from('a'), Buffer.from('b')];
    const printed = printedReport(version, { ...print, handwriting: { writer: hand, reviewer: other } });
    expect([printed.writer.handwriting, printed.reviewer?.handwriting]).toEqual([hand, other]);
    expect(printed.exam.technician).toBe('赵六');
    expect(printed.annexes).toEqual([
      {
        institution: '省立医院',
        doctor: '周明',
        title: '主任医师',
        text: '同意目前诊断。',
        givenAt: new Date('2026-03-05T06:10:00Z'),
      },
    ]);
  });

  it('prints a version of an earlier form without them', () => {
    const { technician: _, ...early } = subject;
    const printed = printedReport({ ...version, annexes: null, subject: early as typeof subject }, print);
    expect([printed.annexes, printed.exam.technician]).toEqual([[], null]);
  });

  it('names no reviewer where nobody has reviewed: a preliminary report has one doctor', () => {
    const alone = { ...version, kind: 'preliminary' as const, single_sign: true, reviewer_name: version.writer_name };
    expect(printedReport(alone, print)).toMatchObject({ reviewer: null, singleSign: false, writer: { name: '李四' } });
    expect(printedReport({ ...version, single_sign: true }, print).singleSign).toBe(true);
  });

  it('says how it can be verified, and that the signature is made by software', () => {
    expect(sheet.seal).toEqual({
      verificationCode: '0123-4567-89AB-CDEF',
      verificationUrl: url,
      contentHash: 'c'.repeat(64),
      signature: 'software',
    });
    expect(printedReport({ ...version, signature_reliable: true }, print).seal?.signature).toBe('reliable');
    expect(printedReport({ ...version, signature: null }, print).seal?.signature).toBe('none');
    expect(sheet.standing).toBe('in-force');
  });

  it('leaves out sections that were left empty', () => {
    expect(sheet.text).toMatchObject({ technique: null, findings: '两肺清晰。', recommendation: null, positive: 0 });
  });

  it('says what the exam could not show', () => {
    const limitation = '患者已离开，未能补充检查（外出务工）；本报告仅就已有影像作出。';
    expect(printedReport({ ...version, subject: { ...subject, limitation } }, print).text.limitation).toBe(limitation);
    expect(sheet.text.limitation).toBeNull();
  });

  it('prints the patient number of the visit, else the one of the clinic', () => {
    expect(sheet.patient.localNumber).toBe('P001');
    expect(printedReport({ ...version, subject: { ...subject, visitNumber: 'MZ9' } }, print).patient.localNumber).toBe(
      'MZ9',
    );
  });

  it.each([
    ['CT', 'CT'],
    ['DX', 'DR'],
    ['CR', 'DR'],
    ['MR', '磁共振'],
    ['US', '超声'],
    ['MG', '乳腺X线'],
    ['NM', 'NM'],
  ])('prints an exam of modality %s as %s', (modality, printed) => {
    expect(printedReport({ ...version, subject: { ...subject, modality } }, print).modality).toBe(printed);
  });
});

describe('the head', () => {
  const head = (heading: Print['head']['heading'], recognitionMark = '') =>
    printedReport(version, { ...print, head: { heading, recognitionMark } }).letterhead;
  const { centreName, clinicName } = subject;

  it.each([
    ['centre', centreName, null],
    ['clinic', clinicName, centreName],
    ['hospital', '云溪县第二医院', centreName],
  ] as const)('of the %s names it, and the centre where that is another', (heading, name, readingCentre) => {
    expect(head(heading)).toEqual({ name, requestingClinic: clinicName, readingCentre, recognitionMark: null });
  });

  it('carries the mark of recognition of the region', () => {
    expect(head('centre', '全省互认').recognitionMark).toBe('全省互认');
  });
});

describe('a draft on paper', () => {
  const text = { technique: '', findings: '两肺清晰。', impression: '', recommendation: '', positive: null };
  const writer = {
    id: 'w',
    name: '李四',
    title: null,
    licence_number: null,
    licence_valid_until: null,
    hospital: null,
  };
  const draft = { subject, text, writer, writtenAt: null, savedAt: version.written_at };

  it('has no reviewer, no code and no signature, and is a draft whatever happens', () => {
    const sheet = printedDraft(draft, { heading: 'hospital', recognitionMark: '' });
    expect(sheet).toMatchObject({ reviewer: null, seal: null, standing: 'draft', writer: { name: '李四', at: null } });
    // Nobody has signed: the hospital of the signer is not known yet.
    expect(sheet.letterhead.name).toBe(subject.centreName);
  });
});

describe('what has become of a version', () => {
  const open = { amending_since: version.signed_at };
  const row = {
    amending_since: null,
    kind: 'final',
    recalled_at: null,
    superseded_by: null,
    superseded_by_kind: null,
  } as const;
  it.each([
    [row, 'in-force'],
    [{ ...row, superseded_by: 3, superseded_by_kind: 'corrected' }, { supersededBy: 3 }],
    [{ ...row, ...open }, 'amending'],
    [{ ...row, ...open, superseded_by: 2, superseded_by_kind: 'corrected' }, { supersededBy: 2 }],
    [{ ...row, recalled_at: version.signed_at }, 'recalled'],
    [{ ...row, superseded_by: 2, superseded_by_kind: 'void' }, 'void'],
  ] as const)('%j is printed as %j', (of, standing) => {
    expect(standingNow(of)).toEqual(standing);
  });
});

describe('the chain on paper', () => {
  const later = { ...version, number: 2, supersedes_id: 'v1', supersedes_number: 1 };

  it('tells that a final version replaces the preliminary one', () => {
    expect(printedReport(later, print).version).toEqual({
      kind: 'final',
      number: 2,
      issuedAt: version.signed_at,
      replaces: 1,
    });
    expect(printedReport(version, print).version).toEqual({ kind: 'final', number: 1, issuedAt: version.signed_at });
  });

  it('tells what a correction replaces and why, and prints none that does not say', () => {
    const corrected = { ...later, kind: 'corrected' as const, reason: '侧别有误' };
    expect(printedReport(corrected, print).version).toMatchObject({
      kind: 'corrected',
      replaces: 1,
      reason: '侧别有误',
    });
    expect(() => printedReport({ ...corrected, reason: null }, print)).toThrow('what it replaces and why');
  });
});

it('names the kind of device as the method where the request says no more than the part', () => {
  const bare = { ...subject, modality: 'DX', bodyPart: null, itemName: '胸部正位' };
  expect(printedReport({ ...version, subject: bare }, print).exam).toMatchObject({
    bodyPart: '胸部正位',
    method: 'DR',
  });
});

describe('what was examined', () => {
  it.each([
    ['CHEST', '胸部CT平扫', null, '胸部CT平扫', null],
    ['CHEST', 'CHEST PA', null, 'CHEST', 'CHEST PA'],
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
