import { createHash } from 'node:crypto';
import { readPart10 } from '../../../test/harness/part10';
import { drawExam, EXAM_ITEMS, studyOrderOf } from './exam-draw';
import type { ExamItem, ReportCase, Side } from './exam-item';
import { reportOf, withSide } from './exam-item';
import { ctScan, radiograph } from './phantom';
import { CLINIC_NAMES, HOSPITAL_NAMES } from './places';
import { seededRandom } from './random';
import { makeStudy } from './study-maker';
import type { Charset } from './text-encoding';
import { canEncode, CHARSETS } from './text-encoding';

const ON = new Date('2026-11-20T01:00:00Z');

const CASES = EXAM_ITEMS.flatMap((item) => item.cases.map((one) => [`${item.name} ${one.name}`, item, one] as const));
const sidesOf = (item: ExamItem, one: ReportCase): (Side | undefined)[] =>
  item.sided ? (one.side ? [one.side] : ['L', 'R']) : [undefined];

/** The list of the field's critical values that a plain film or CT can show. */
const CRITICAL_VALUES = ['大量液/血/气胸', '急性脑出血', '急性硬膜外/硬膜下出血', '消化道穿孔'];

describe('report texts', () => {
  it.each(CASES)('%s: complete, without residue, of one side', (_, item, one) => {
    for (const side of sidesOf(item, one)) {
      const { technique, findings, impression, recommendation } = reportOf(item, one, side);
      for (const text of [technique, findings, impression]) expect(text.length).toBeGreaterThan(5);
      const all = [technique, findings, impression, recommendation, withSide(one.symptoms, side)].join('\n');
      expect(all).not.toMatch(/[{}〔〕]|undefined|\?\?/);
      // A limb's or a rib's report must never name the other side.
      if (side !== undefined) expect(all).not.toMatch(side === 'L' ? /右/ : /左/);
      expect(all).not.toMatch(/子宫|卵巢|附件区|前列腺|精囊/);
    }
  });

  it('say something positive exactly where the mark says so', () => {
    const normal = /未见明确(异常|骨折|外伤性改变|阳性结石)|未见明确骨质异常/;
    const wrong = CASES.filter(([, , one]) => one.positive === 1 && /^[^，；]*未见明确异常。$/.test(one.impression));
    expect(wrong).toEqual([]);
    expect(CASES.filter(([, , one]) => one.positive === 0 && !normal.test(one.impression))).toEqual([]);
    expect(CASES.filter(([, , one]) => one.finding !== undefined && one.positive === 0)).toEqual([]);
  });

  it('raise the critical values of the list, each telling the clinic at once', () => {
    const critical = CASES.map(([, , one]) => one).filter((one) => one.critical !== undefined);
    expect(new Set(critical.map((one) => one.critical))).toEqual(new Set(CRITICAL_VALUES));
    expect(critical.every((one) => one.priority === 'STAT' && one.recommendation.startsWith('立即通知临床'))).toBe(
      true,
    );
  });

  it.each(CASES.filter(([, , one]) => one.finding !== undefined))('%s: the images show it', (_, item, one) => {
    const digests = [one.finding, undefined].map((finding) => {
      const { bodyPart } = item;
      const hash = createHash('sha1');
      if (item.modality === 'CT') {
        const scan = ctScan({ seed: 1, bodyPart, finding });
        for (let level = 0; level <= 1; level += 0.02) hash.update(scan.slice(level, 0).pixels);
      } else {
        for (const view of item.views ?? [])
          hash.update(radiograph({ seed: 1, bodyPart, view, width: 256, finding }).pixels);
      }
      return hash.digest('hex');
    });
    expect(digests[0]).not.toBe(digests[1]);
  });
});

describe('drawn exams', () => {
  it('are the same for the same seed and fit the patient', () => {
    const draw = () => {
      const random = seededRandom(11);
      return Array.from({ length: 300 }, () => drawExam(random, { on: ON }));
    };
    const exams = draw();
    expect(draw()).toEqual(exams);
    for (const { person, outcome, item, side, imageCount } of exams) {
      const [youngest, oldest] = outcome.ages ?? [0, 120];
      expect(person.ageYears).toBeGreaterThanOrEqual(youngest);
      expect(person.ageYears).toBeLessThanOrEqual(oldest);
      expect(side === undefined).toBe(!item.sided);
      expect(imageCount).toBeGreaterThanOrEqual(item.images[0]);
    }
    // All items and nearly all outcomes come up: the weights starve none.
    expect(new Set(exams.map(({ item }) => item.name)).size).toBeGreaterThan(EXAM_ITEMS.length - 3);
  });

  it('can be asked for by name', () => {
    const exam = drawExam(seededRandom(1), { on: ON, itemName: 'CT颅脑平扫', caseName: 'haemorrhage' });
    expect(exam.outcome.critical).toBe('急性脑出血');
    expect(exam.report.impression).toContain('出血');
    expect(() => drawExam(seededRandom(1), { on: ON, itemName: 'CT颅脑平扫', caseName: 'none' })).toThrow(RangeError);
  });

  it('name the side of a limb as the request does', () => {
    const names = Array.from(
      { length: 20 },
      (_, i) => drawExam(seededRandom(i), { on: ON, itemName: 'DR〔侧〕膝关节正侧位' }).itemName,
    );
    expect(new Set(names)).toEqual(new Set(['DR左膝关节正侧位', 'DR右膝关节正侧位']));
  });

  it.each<Charset>(['ISO_IR 192', 'GBK labelled ISO_IR 100', '\\ISO 2022 IR 58', 'ASCII'])(
    'become files in %s, whatever the item',
    (charset) => {
      const random = seededRandom(charset);
      for (const item of EXAM_ITEMS) {
        const exam = drawExam(random, { on: ON, itemName: item.name, charset });
        const [instance] = makeStudy(
          studyOrderOf(exam, {
            seed: item.name,
            accessionNumber: 'A1',
            startedAt: ON,
            institution: charset === 'ASCII' ? 'CLINIC 03' : (CLINIC_NAMES[2] ?? ''),
            stationName: 'S1',
            charset,
            nameStyle: 'chinese',
            slices: 1,
            width: 64,
          }),
        );
        const file = readPart10(instance?.bytes ?? Buffer.alloc(0));
        expect(file.text('BodyPartExamined')).toBe(item.bodyPart);
        const readAs = charset === 'GBK labelled ISO_IR 100' ? 'GB18030' : file.dataSet.string('x00080005');
        const isAscii = charset === 'ASCII';
        expect(file.text('PatientName', readAs)).toBe(
          isAscii ? exam.person.pinyin.replace(' ', '^').replace('ü', 'yu') : exam.person.name,
        );
        if (!isAscii) expect(file.text('StudyDescription', readAs)).toBe(exam.itemName);
      }
    },
  );

  it('come from clinics whose names every Chinese console can write', () => {
    expect(new Set(CLINIC_NAMES).size).toBe(26);
    expect(HOSPITAL_NAMES).toHaveLength(4);
    const chinese = CHARSETS.filter((charset) => charset !== 'ASCII');
    const names = [...CLINIC_NAMES, ...HOSPITAL_NAMES];
    expect(names.filter((name) => !chinese.every((charset) => canEncode(name, charset)))).toEqual([]);
  });
});
