import { layoutReport } from './report-layout';
import { type Paper, type ReportDocument } from './report-document';
import { type Item } from './sheet';
import { Typefaces } from './typefaces';

export const FINDINGS =
  '双侧胸廓对称，气管居中。两肺纹理增多、增粗，右肺上叶后段见片状高密度影，边界不清，大小约3.2cm×2.1cm，CT值约35HU。\n' +
  '纵隔内未见明显肿大淋巴结，最大者短径约0.8 cm（Se3，Im45），心影不大；双侧胸腔未见积液。\n';
export const signedAt = new Date('2026-03-05T06:32:50Z');

/** A CT of the chest, signed by two doctors. */
export const report: ReportDocument = {
  letterhead: {
    name: '清河县域医学影像诊断中心',
    requestingClinic: '柳树镇中心卫生院',
    readingCentre: null,
    recognitionMark: null,
  },
  modality: 'CT',
  patient: { name: '张三', sex: 'M', age: '67岁', localNumber: 'MZ20260305012', ward: '内科/12床' },
  exam: {
    accessionNumber: 'CT202603050012',
    orderingDoctor: '王小明',
    bodyPart: '胸部',
    method: '平扫',
    device: '16排螺旋CT',
    performedAt: new Date('2026-03-05T05:58:31Z'),
    technician: '赵六',
    clinicalDiagnosis: '咳嗽、咳痰伴发热3天，肺部感染？',
  },
  keyImages: [],
  text: {
    technique: '胸部螺旋CT平扫，层厚5mm。',
    findings: FINDINGS,
    impression: '1. 右肺上叶后段感染性病变，建议抗炎治疗后2～4周复查。\n2. 主动脉钙化。',
    recommendation: '请结合临床。',
    positive: 1,
    limitation: null,
  },
  writer: {
    name: '李四',
    title: '主治医师',
    hospital: '清河县人民医院',
    at: new Date('2026-03-05T06:20:10Z'),
    handwriting: null,
  },
  reviewer: { name: '孙丽', title: '副主任医师', hospital: '清河县中医医院', at: signedAt, handwriting: null },
  singleSign: false,
  annexes: [],
  version: { number: 1, kind: 'final', issuedAt: signedAt },
  standing: 'in-force',
  seal: {
    verificationCode: '7K3M-9QPX-4TDA',
    verificationUrl: 'https://imaging.example.org/r/7K3M9QPX4TDA',
    contentHash: '3f9a1c0b7e52d4a86c1f0e9b2d3a4c5e6f708192a3b4c5d6e7f8091a2b3c4d5e',
    signature: 'software',
  },
};

/** A picture of one pixel: the layout does not look into it. */
const DOT = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==',
  'base64',
);
export const signedByHand: ReportDocument = {
  ...report,
  writer: { ...report.writer, handwriting: DOT },
  reviewer: { ...report.reviewer!, handwriting: DOT },
};
export const opinion = (text: string): ReportDocument['annexes'][number] => ({
  institution: '省立医院',
  doctor: '周明',
  title: '主任医师',
  text,
  givenAt: new Date('2026-03-05T06:10:00Z'),
});

export function withText(text: Partial<ReportDocument['text']>): ReportDocument {
  return { ...report, text: { ...report.text, ...text } };
}

export const typefaces = Typefaces.load();
export const layout = (of: ReportDocument, paper: Paper = 'A4') =>
  layoutReport(of, paper, (text, size, weight) => typefaces.width(text, size, weight));
export const texts = (items: readonly Item[]) => items.filter((item) => item.kind === 'text');
export const pictures = (items: readonly Item[]) => items.filter((item) => item.kind === 'picture');
export const lines = (items: readonly Item[]): string =>
  texts(items)
    .map(({ text }) => text)
    .join('\n');
