import type { BodyPart, DrawnExam, ExamWish, MadeInstance, Person, ReportText } from '../synthetic';
import { drawExam, drawPerson, makeStudy, seededRandom, studyOrderOf } from '../synthetic';
import type { ClinicPlan } from './county-plan';
import { CLINICS, doctorOf, REVIEW_MODE, technicianOf } from './county-plan';
import type { Door, Goal } from './goals';
import { goalOf, OF_ONE_PERSON } from './goals';
import type { RealFiles } from './real-files';
import type { RealExam } from './real-exams';
import { REAL_EXAMS } from './real-exams';

/** The body of `POST /api/exams`. */
export interface ExamRequest {
  readonly accessionNumber: string;
  readonly modality: string;
  readonly itemName: string;
  readonly priority: DrawnExam['priority'];
  readonly patientName: string;
  readonly [field: string]: unknown;
}

export interface PlannedExam {
  readonly clinic: ClinicPlan;
  readonly goal: Goal;
  readonly door: Door;
  readonly accessionNumber: string;
  /** How the header writes Chinese, or which package a real file comes from. */
  readonly origin: string;
  readonly request: ExamRequest;
  readonly report: ReportText;
  /** The entry of the critical-value list that the report raises. */
  readonly critical?: string | undefined;
  /** The name as it is written in Chinese, where images carry it so. */
  readonly nameInImages: string | undefined;
  /** Its Part 10 files, made or read as they are asked for; none where the images stay at the clinic. */
  images(): Iterable<MadeInstance>;
  /** Gone back once on its way: 驳回 by the reviewer, or 退回 to the clinic. */
  readonly detour?: 'rejected' | 'returned';
}

const COUNTS: Readonly<Record<Goal, number>> = {
  seen: 26,
  delivered: 5,
  corrected: 1,
  addendum: 1,
  demographics: 1,
  amending: 1,
  voided: 1,
  recalled: 1,
  critical: 1,
  criticalOpen: 1,
  important: 1,
  referred: 1,
  discussed: 1,
  teaching: 1,
  earlier: 1,
  later: 1,
  queued: 22,
  held: 1,
  presented: 1,
  claimed: 2,
  preliminary: 1,
  consulting: 1,
  consulted: 1,
  clinicWritten: 1,
  submitted: 2,
  reviewing: 2,
  revising: 1,
  returned: 2,
  withdrawn: 1,
  void: 1,
  registered: 2,
  uploading: 2,
  incomplete: 2,
};
const DOORS: readonly Door[] = ['request-first', 'manifest', 'images-first', 'manifest', 'resumed', 'metadata-only'];
const OFTEN: ReadonlySet<Goal> = new Set(['seen', 'delivered', 'queued']);
const DETOURS: readonly PlannedExam['detour'][] = [undefined, 'rejected', undefined, undefined, 'returned'];

/** Steps through the clinics so that neighbours in the plan come from different consoles. */
const CLINIC_STRIDE = 7;
const MINUTE_MS = 60_000;

/**
 * Every exam of the demo. `openedAt` (when the county was made) is all that differs between two demos, so a push that was
 * cut short finds the same exams again.
 */
export function planExams(openedAt: Date, real: RealFiles): PlannedExam[] {
  const goals = (Object.keys(COUNTS) as Goal[]).flatMap((goal) => Array<Goal>(COUNTS[goal]).fill(goal));
  const synthetic = goals.map((goal, i) => syntheticExam(i, goal, openedAt));
  return [...synthetic, ...REAL_EXAMS.flatMap((exam, i) => realExam(exam, goals.length + i, openedAt, real))];
}

function syntheticExam(index: number, goal: Goal, openedAt: Date): PlannedExam {
  const clinic = clinicFor(goal, index);
  const drawn = drawFor(goal, index, clinic, openedAt);
  const startedAt = startOf(index, openedAt);
  const accessionNumber = numberOf(index, drawn.item.modality, clinic, openedAt);
  const door = doorOf(index, goal);
  const order = studyOrderOf(drawn, {
    seed: `${accessionNumber}-${openedAt.getTime()}`,
    accessionNumber,
    startedAt,
    institution: clinic.charset === 'ASCII' ? `CLINIC ${clinic.code}` : clinic.name,
    stationName: `${drawn.item.modality}${clinic.number}`,
    charset: clinic.charset,
    nameStyle: clinic.nameStyle,
    width: FILM_WIDTH,
    slices: drawn.item.modality === 'CT' ? CT_SLICES.least + 2 * (index % CT_SLICES.steps) : undefined,
  });
  return {
    clinic,
    goal,
    door,
    accessionNumber,
    origin: clinic.charset,
    request: requestOf(drawn, { clinic, accessionNumber, startedAt, metadataOnly: door === 'metadata-only' }),
    report: drawn.report,
    critical: drawn.outcome.critical,
    nameInImages: clinic.nameStyle === 'pinyin' ? undefined : drawn.person.name,
    images: () => (door === 'metadata-only' ? [] : makeStudy(order)),
    ...(goal === 'seen' ? { detour: DETOURS[index % DETOURS.length] } : {}),
  };
}

function drawFor(goal: Goal, index: number, clinic: ClinicPlan, on: Date): DrawnExam {
  const drawn = drawExam(seededRandom(`demo-exam-${index}`), { on, charset: clinic.charset, ...wishOf(goal, clinic) });
  return OF_ONE_PERSON.has(goal) ? { ...drawn, person: onePerson(on, drawn.person) } : drawn;
}

/** What the goal needs, with what the clinic's own doctor writes kept to that goal. */
function wishOf(goal: Goal, clinic: ClinicPlan): Partial<ExamWish> {
  const { modality } = REVIEW_MODE;
  if (goal === 'clinicWritten') return { modality };
  const { shows } = goalOf(goal);
  if (shows) return shows;
  return clinic === REVIEW_MODE.clinic ? { modality: modality === 'DX' ? 'CT' : 'DX' } : {};
}

/** The same man or woman, under the number that each clinic has given; in characters that every console writes. */
function onePerson(on: Date, { patientId }: Person): Person {
  const wish = { on, ages: [62, 62], sex: 'M', charset: '\\ISO 2022 IR 58' } as const;
  return { ...drawPerson(seededRandom('demo-person-of-two-clinics'), wish), patientId };
}

/** Enough to page through, little enough to be quick: 6, 8, … 14 slices; films are drawn at 768 pixels across. */
const CT_SLICES = { least: 6, steps: 5 } as const;
const FILM_WIDTH = 768;

function doorOf(index: number, goal: Goal): Door {
  if (goal === 'incomplete') return 'images-first';
  if (goal === 'uploading') return 'manifest';
  if (goal === 'registered') return 'request-first';
  const door = DOORS[index % DOORS.length] ?? 'manifest';
  // Whoever tries out what is rare wants to look at images as well.
  return door === 'metadata-only' && !OFTEN.has(goal) ? 'manifest' : door;
}

const clinicOf = (index: number): ClinicPlan => CLINICS[(index * CLINIC_STRIDE) % CLINICS.length]!;

/** A goal that needs a certain exam takes the next clinic where this one's films are not for the centre to write. */
function clinicFor(goal: Goal, index: number): ClinicPlan {
  if (goal === 'clinicWritten') return REVIEW_MODE.clinic;
  const clinic = clinicOf(index);
  return clinic === REVIEW_MODE.clinic && goalOf(goal).shows ? clinicOf(index + 1) : clinic;
}

/** Spread over the hours before the demo began, so that waiting times differ. */
const startOf = (index: number, openedAt: Date): Date =>
  new Date(openedAt.getTime() - (6 + ((index * 13) % 95)) * MINUTE_MS);

/** 检查号 of the clinic's own system: kind of device, day (China's), clinic, order number. */
function numberOf(index: number, modality: string, clinic: ClinicPlan, openedAt: Date): string {
  const day = new Date(openedAt.getTime() + 480 * MINUTE_MS).toISOString().slice(2, 10).replaceAll('-', '');
  return `${modality === 'DX' ? 'DR' : modality}${day}${clinic.code.slice(1)}${String(index + 1).padStart(3, '0')}`;
}

const SOURCES = {
  门诊: 'outpatient',
  急诊: 'emergency',
  住院: 'inpatient',
  体检: 'checkup',
  公卫: 'public_health',
} as const;

/** Body parts as a clinic's form says them. */
const BODY_PART_NAMES: Readonly<Record<BodyPart, string>> = {
  CHEST: '胸部',
  RIB: '肋骨',
  HEAD: '颅脑',
  SINUS: '鼻窦',
  ABDOMEN: '腹部',
  KIDNEY: '泌尿系',
  PELVIS: '骨盆',
  CSPINE: '颈椎',
  LSPINE: '腰椎',
  KNEE: '膝关节',
  HAND: '手部',
  ANKLE: '踝关节',
};

interface RequestFacts {
  readonly clinic: ClinicPlan;
  readonly accessionNumber: string;
  readonly startedAt: Date;
  readonly metadataOnly: boolean;
}

function requestOf(drawn: DrawnExam, { clinic, accessionNumber, startedAt, metadataOnly }: RequestFacts): ExamRequest {
  const { person, item } = drawn;
  return {
    accessionNumber,
    patientLocalId: person.patientId,
    patientName: person.name,
    sex: person.sex,
    birthDate: person.birthDate,
    age: person.ageYears,
    ageUnit: 'Y',
    idNumber: person.idNumber,
    phone: person.phone,
    modality: item.modality,
    itemName: drawn.itemName,
    bodyPart: BODY_PART_NAMES[item.bodyPart],
    laterality: drawn.side ?? null,
    source: SOURCES[drawn.source],
    priority: drawn.priority,
    orderingDoctor: doctorOf(clinic).name,
    orderingPhone: doctorOf(clinic).phone,
    technician: technicianOf(clinic).name,
    clinicalDiagnosis: drawn.clinicalDiagnosis,
    symptoms: drawn.symptoms,
    examStart: startedAt.toISOString(),
    examEnd: new Date(startedAt.getTime() + 3 * MINUTE_MS).toISOString(),
    metadataOnly,
  };
}

/** An exam around files of another project; nothing where its package is not installed. */
function realExam(exam: RealExam, index: number, openedAt: Date, real: RealFiles): PlannedExam[] {
  const study = real.study(exam.package, exam.files);
  if (!study) return [];
  const { header } = study;
  const clinic = clinicOf(index);
  const startedAt = startOf(index, openedAt);
  const drawn = drawExam(seededRandom(`demo-exam-${index}`), { on: openedAt });
  const accessionNumber = header.accessionNumber || numberOf(index, header.modality, clinic, openedAt);
  const facts = requestOf(drawn, { clinic, accessionNumber, startedAt, metadataOnly: false });
  const request: ExamRequest = {
    ...facts,
    patientLocalId: header.patientId || drawn.person.patientId,
    patientName: header.patientName || drawn.person.name,
    sex: header.sex || drawn.person.sex,
    modality: header.modality,
    itemName: exam.itemName,
    bodyPart: exam.bodyPart,
    laterality: null,
    source: 'outpatient',
    priority: exam.priority,
    clinicalDiagnosis: '公开示例影像',
    symptoms: '公开示例影像，非真实就诊',
  };
  return [
    {
      clinic,
      goal: exam.goal,
      door: header.accessionNumber ? 'images-first' : 'matched',
      accessionNumber,
      origin: exam.package,
      request,
      report: exam.report,
      nameInImages: undefined,
      images: () => study.images(),
    },
  ];
}
