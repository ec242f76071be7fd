import { type ReportDocument } from './pdf';
import { JPEGS, png } from '../signature/handwriting/picture.fixture';
import { PdfPrinter } from './pdf-printer';

const at = new Date('2026-03-05T06:32:50Z');
const report: ReportDocument = {
  letterhead: {
    name: '云溪县医学影像诊断中心',
    requestingClinic: '柳树镇卫生院',
    readingCentre: null,
    recognitionMark: null,
  },
  modality: 'CT',
  patient: { name: '张三', sex: 'M', age: '67岁', localNumber: 'MZ001', ward: null },
  exam: {
    accessionNumber: 'CT001',
    orderingDoctor: '王小明',
    bodyPart: '胸部',
    method: '平扫',
    device: null,
    performedAt: at,
    technician: null,
    clinicalDiagnosis: '咳嗽',
  },
  keyImages: [],
  text: {
    technique: null,
    findings: '两肺清晰。',
    impression: '未见异常。',
    recommendation: null,
    positive: 0,
    limitation: null,
  },
  writer: { name: '李四', title: '住院医师', hospital: '云溪县第一医院', at, handwriting: null },
  reviewer: { name: '孙丽', title: '主治医师', hospital: '云溪县第二医院', at, handwriting: null },
  singleSign: false,
  annexes: [],
  version: { number: 1, kind: 'final', issuedAt: at },
  standing: 'in-force',
  seal: {
    verificationCode: '0123-4567-89AB-CDEF',
    verificationUrl: 'https://imaging.example.org/v',
    contentHash: 'a'.repeat(64),
    signature: 'software',
  },
};

describe('printing in a thread', () => {
  const printer = new PdfPrinter();
  afterAll(() => printer.onApplicationShutdown());

  it('prints the same report to the same bytes, in order, while others wait', async () => {
    const [first, second, small] = await Promise.all([
      printer.print(report, 'A4'),
      printer.print(report, 'A4'),
      printer.print(report, 'A5'),
    ]);
    expect(first.pdf.subarray(0, 5).toString('latin1')).toBe('%PDF-');
    expect(second.pdf.equals(first.pdf)).toBe(true);
    expect(small.pdf.equals(first.pdf)).toBe(false);
    expect(first.missingCharacters).toEqual([]);
  });

  it('tells which characters the font lacks', async () => {
    const rare = { ...report, patient: { ...report.patient, name: '张\u{2A6D5}' } };
    expect((await printer.print(rare, 'A4')).missingCharacters).toEqual(['\u{2A6D5}']);
  });

  it('answers an error for what cannot be printed, and prints the next', async () => {
    const broken = { ...report, text: undefined } as unknown as ReportDocument;
    const refused = expect(printer.print(broken, 'A4')).rejects.toThrow('cannot be printed');
    const next = printer.print(report, 'A4');
    await refused;
    expect((await next).pdf.length).toBeGreaterThan(1_000);
  });

  it.each([
    ['that PDFKit refuses', png().subarray(0, 40)],
    // PDFKit unpacks transparency behind the call: the thread is lost with the error.
    ['that ends the thread', png({ colour: 6, lines: Buffer.alloc(0) }).fill(0xff, 41, 45)],
  ])('leaves off a picture %s, and prints the names', async (_, handwriting) => {
    const signed = { ...report, writer: { ...report.writer, handwriting } };
    const [bad, plain] = [await printer.print(signed, 'A4'), await printer.print(report, 'A4')];
    expect([bad.handwritingLeftOff, plain.handwritingLeftOff]).toEqual([true, false]);
    expect(bad.pdf.equals(plain.pdf)).toBe(true);
  });

  it('leaves off all pictures where one cannot be printed, and says so in the frames', async () => {
    const sound = { caption: '肺窗', picture: { jpeg: JPEGS.grey, width: 120, height: 40 } };
    const broken = { caption: '纵隔窗', picture: { jpeg: JPEGS.grey.subarray(0, 20), width: 120, height: 40 } };
    const gone = { caption: null, picture: { missing: '图像已删除' } };
    const said = { missing: '图像无法打印' };
    const keyImages = [sound, broken, gone];
    const bad = await printer.print({ ...report, keyImages }, 'A4');
    expect([bad.handwritingLeftOff, bad.keyImagesLeftOff]).toEqual([false, true]);
    const inPlace = [{ ...sound, picture: said }, { ...broken, picture: said }, gone];
    const plain = await printer.print({ ...report, keyImages: inPlace }, 'A4');
    expect([plain.handwritingLeftOff, plain.keyImagesLeftOff]).toEqual([false, false]);
    expect(bad.pdf.equals(plain.pdf)).toBe(true);
    const writer = { ...report.writer, handwriting: png() };
    const both = await printer.print({ ...report, writer, keyImages }, 'A4');
    expect([both.handwritingLeftOff, both.keyImagesLeftOff]).toEqual([true, true]);
    expect(both.pdf.equals(plain.pdf)).toBe(true);
    const signed = await printer.print({ ...report, writer, keyImages: [sound] }, 'A4');
    expect([signed.handwritingLeftOff, signed.keyImagesLeftOff]).toEqual([false, false]);
    expect(signed.pdf.toString('latin1').match(/\/Subtype \/Image/g)).toHaveLength(2);
  });

  it('does not hold up the event loop of its process', async () => {
    const long = {
      ...report,
      text: { ...report.text, findings: '两肺纹理增多、增粗，右肺上叶后段见片状高密度影。\n'.repeat(400) },
    };
    let printed = false;
    const printing = printer.print(long, 'A4').then(() => (printed = true));
    let turns = 0;
    for (; !printed; turns += 1) await new Promise((resolve) => setImmediate(resolve));
    await printing;
    // On this thread it would have been a handful.
    expect(turns).toBeGreaterThan(100);
  });
});
