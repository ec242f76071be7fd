import type { ExamItem, ExamPriority, ExamSource, ReportCase, ReportText, Side } from './exam-item';
import { reportOf, withSide } from './exam-item';
import { FILM_ITEMS_OF_BONES } from './exam-items-bone';
import { CT_ITEMS } from './exam-items-ct';
import { CT_ITEMS_OF_ABDOMEN } from './exam-items-ct-abdomen';
import { FILM_ITEMS_OF_TRUNK } from './exam-items-dr';
import type { NameStyle, Person } from './people';
import { dicomName, drawPerson } from './people';
import type { Random } from './random';
import type { StudyOrder } from './study-order';
import type { Charset } from './text-encoding';

export const EXAM_ITEMS: readonly ExamItem[] = [
  ...FILM_ITEMS_OF_TRUNK,
  ...FILM_ITEMS_OF_BONES,
  ...CT_ITEMS,
  ...CT_ITEMS_OF_ABDOMEN,
];

/** One exam as a clinic orders it, with the report that a county radiologist would write on its images. */
export interface DrawnExam {
  person: Person;
  item: ExamItem;
  outcome: ReportCase;
  /** Exam item as ordered, with its side: `DR左膝关节正侧位`. */
  itemName: string;
  side?: Side;
  source: ExamSource;
  priority: ExamPriority;
  clinicalDiagnosis: string;
  symptoms: string;
  report: ReportText;
  imageCount: number;
}

export interface ExamWish {
  /** The day of the exam, for ages. */
  on: Date;
  modality?: 'CT' | 'DX';
  /** Name of an item of EXAM_ITEMS and of one of its cases, to get a certain exam. */
  itemName?: string;
  caseName?: string;
  charset?: Charset;
}

/**
 * Draws an exam: item and outcome by how often they come, then a patient of a fitting age and sex.
 * @throws RangeError when no item or case has the name asked for
 */
export function drawExam(random: Random, wish: ExamWish): DrawnExam {
  const items = EXAM_ITEMS.filter(
    (item) =>
      (wish.modality === undefined || item.modality === wish.modality) &&
      (wish.itemName === undefined || item.name === wish.itemName),
  );
  const item = pickWeighted(random, items);
  const cases = item.cases.filter((one) => wish.caseName === undefined || one.name === wish.caseName);
  const outcome = pickWeighted(random, cases);
  const drawnSide: Side = random.chance(0.5) ? 'L' : 'R';
  const side = item.sided ? (outcome.side ?? drawnSide) : undefined;
  const person = drawPerson(random, { on: wish.on, sex: outcome.sex, ages: outcome.ages, charset: wish.charset });
  return {
    person,
    item,
    outcome,
    itemName: withSide(item.name, side),
    side,
    source: random.pick(outcome.source),
    priority: outcome.priority,
    clinicalDiagnosis: withSide(outcome.clinicalDiagnosis, side),
    symptoms: withSide(outcome.symptoms, side),
    report: reportOf(item, outcome, side),
    imageCount: random.int(...item.images),
  };
}

function pickWeighted<T extends { weight: number }>(random: Random, list: readonly T[]): T {
  let left = random.next() * list.reduce((sum, { weight }) => sum + weight, 0);
  for (const one of list) {
    left -= one.weight;
    if (left < 0) return one;
  }
  throw new RangeError('nothing to draw from: no item or case of that name');
}

/** What only the console knows. */
export interface ConsoleFacts {
  seed: string | number;
  accessionNumber: string;
  startedAt: Date;
  institution: string;
  stationName: string;
  charset: Charset;
  nameStyle: NameStyle;
  referringPhysician?: string;
  /** Films: pixels across. */
  width?: number;
  /** Instead of the usual number of images. */
  slices?: number;
}

/** The study of a drawn exam. On an ASCII console the description is the modality and the body part, in Latin. */
export function studyOrderOf(exam: DrawnExam, facts: ConsoleFacts): StudyOrder {
  const { person, item, outcome, side } = exam;
  const ascii = facts.charset === 'ASCII';
  const slices = facts.slices ?? exam.imageCount;
  return {
    seed: facts.seed,
    modality: item.modality,
    bodyPart: item.bodyPart,
    laterality: side,
    accessionNumber: facts.accessionNumber,
    patientId: person.patientId,
    patientName: dicomName(person, ascii ? 'pinyin' : facts.nameStyle),
    sex: person.sex,
    birthDate: person.birthDate,
    age: person.age,
    charset: facts.charset,
    slices,
    series: item.series === undefined ? undefined : Math.min(item.series, slices),
    views: item.views,
    width: facts.width,
    finding: outcome.finding,
    startedAt: facts.startedAt,
    institution: facts.institution,
    stationName: facts.stationName,
    description: ascii ? `${item.modality} ${item.bodyPart}` : exam.itemName,
    referringPhysician: facts.referringPhysician,
  };
}
