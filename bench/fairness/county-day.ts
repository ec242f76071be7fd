import type { Priority } from '../../src/exams';
import type { Shift, Specialty } from '../../src/rosters';
import { drawn, randomFrom } from './random';

const MINUTE = 60_000;
/** Monday 2 March 2026, midnight in the county. */
export const MIDNIGHT = Date.parse('2026-03-02T00:00:00+08:00');
const CLINICS = 26;
const EXAMS = 120;
const STAT_SHARE = 0.05;
const FILMS = 200;
/** Every eighth patient has a second exam a few minutes later. */
const SECOND_EXAM = 1 / 8;

export interface SimExam {
  readonly id: string;
  readonly clinicId: string;
  readonly patient: string;
  readonly priority: Priority;
  readonly modality: string;
  readonly bodyPart: string;
  readonly queuedAt: number;
  /** Minutes that any reader needs for it. */
  readonly minutes: number;
}

export interface SimReader {
  readonly id: string;
  readonly hospitalId: string;
  readonly specialties: readonly Specialty[];
}

export interface CountyDay {
  readonly exams: readonly SimExam[];
  readonly readers: readonly SimReader[];
  readonly shifts: readonly Shift[];
  readonly weights: readonly { readonly hospitalId: string; readonly weight: number }[];
}

/** Exams per hour from midnight: peaks at 9–11 and 15–17, little at night. */
const BY_HOUR = [1, 1, 1, 1, 1, 1, 2, 5, 10, 22, 22, 9, 5, 5, 9, 17, 17, 6, 4, 3, 3, 2, 2, 1];
const KINDS: readonly (readonly [readonly [string, string, number], number])[] = [
  [['DX', 'CHEST', 6], 35],
  [['DX', 'KNEE', 6], 20],
  [['DX', 'ABDOMEN', 7], 5],
  [['CT', 'CHEST', 15], 20],
  [['CT', 'HEAD', 13], 12],
  [['CT', 'ABDOMEN', 17], 8],
];

/** How many readers each of the four hospitals has by day. By night one of each is on duty. */
export type Staff = readonly [number, number, number, number];

/** One each: in the morning a quarter more comes in than they can read, which is when an order of the list matters. */
export const ONE_EACH: Staff = [1, 1, 1, 1];

/**
 * A day of a county: 26 clinics, 120 exams with 5 % STAT and 10 % URGENT, one morning on which a clinic sends 200 screening
 * films, four hospitals with a day and a night roster. `scale` multiplies exams, mornings and readers alike.
 */
export function countyDay(seed: number, scale: number, staff: Staff = ONE_EACH): CountyDay {
  const random = randomFrom(seed * 7919 + scale);
  const singles = regularExams(random, EXAMS * scale);
  const mornings = Array.from({ length: scale }, (_, n) => screening(random, n));
  const exams = [...singles, ...mornings.flat()].sort((a, b) => a.queuedAt - b.queuedAt || (a.id < b.id ? -1 : 1));
  return { exams, ...rosters(scale, staff) };
}

function regularExams(random: () => number, count: number): SimExam[] {
  const priorities = shuffled(random, priorityDeck(count));
  const exams: SimExam[] = [];
  while (exams.length < count) {
    const n = exams.length;
    const hour = drawn(
      random,
      BY_HOUR.map((weight, i) => [i, weight] as const),
    );
    const at = MIDNIGHT + (hour * 60 + random() * 60) * MINUTE;
    const clinicId = `c${Math.floor(random() * CLINICS)}`;
    exams.push(exam(random, n, { clinicId, patient: `p${n}`, priority: priorities[n]!, at }));
    if (exams.length < count && random() < SECOND_EXAM) {
      const next = exams.length;
      const later = at + (5 + random() * 15) * MINUTE;
      exams.push(exam(random, next, { clinicId, patient: `p${n}`, priority: priorities[next]!, at: later }));
    }
  }
  return exams;
}

function priorityDeck(count: number): Priority[] {
  const stat = Math.round(count * STAT_SHARE);
  const urgent = Math.round(count * 0.1);
  return Array.from({ length: count }, (_, i) => (i < stat ? 'STAT' : i < stat + urgent ? 'URGENT' : 'ROUTINE'));
}

function shuffled<T>(random: () => number, values: T[]): T[] {
  for (let i = values.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [values[i], values[j]] = [values[j]!, values[i]!];
  }
  return values;
}

interface Arrival {
  readonly clinicId: string;
  readonly patient: string;
  readonly priority: Priority;
  readonly at: number;
}

function exam(random: () => number, n: number, { clinicId, patient, priority, at }: Arrival): SimExam {
  const [modality, bodyPart, mean] = drawn(random, KINDS);
  // Most take about the mean, a few three times as long.
  const minutes = mean * (0.5 + random() * 0.7 + (random() < 0.1 ? 1.5 : 0));
  return { id: idOf('e', n), clinicId, patient, priority, modality, bodyPart, queuedAt: Math.round(at), minutes };
}

/** 200 films of an elderly check, all uploaded between 8:30 and 11:30 by one clinic. */
function screening(random: () => number, morning: number): SimExam[] {
  return Array.from({ length: FILMS }, (_, n) => ({
    id: idOf(`s${morning}-`, n),
    clinicId: `c${(morning * 5) % CLINICS}`,
    patient: `s${morning}-${n}`,
    priority: 'SCREENING' as const,
    modality: 'DX',
    bodyPart: 'CHEST',
    queuedAt: Math.round(MIDNIGHT + (8.5 * 60 + random() * 180) * MINUTE),
    minutes: 2 + random(),
  }));
}

const idOf = (prefix: string, n: number): string => `${prefix}${String(n).padStart(6, '0')}`;

const DAY = { startMinute: 8 * 60, endMinute: 17 * 60 + 30 };
const NIGHT = { startMinute: 17 * 60 + 30, endMinute: 8 * 60 };
const FIELDS: readonly Specialty[] = ['chest', 'bone', 'neuro'];

function rosters(scale: number, staff: Staff): Omit<CountyDay, 'exams'> {
  const readers: SimReader[] = [];
  const shifts: Shift[] = [];
  const put = (hospitalId: string, when: 'day' | 'night', count: number): void => {
    for (let n = 0; n < count; n += 1) {
      const id = `${hospitalId}-${when}-${n}`;
      const specialties = n % 2 === 0 ? [FIELDS[readers.length % FIELDS.length]!] : [];
      readers.push({ id, hospitalId, specialties });
      shifts.push({
        id,
        hospitalId,
        personId: id,
        kind: 'weekly',
        modalities: [],
        weekdays: [1, 2, 3, 4, 5, 6, 7],
        ...(when === 'day' ? DAY : NIGHT),
        validFrom: '2026-01-01',
        validUntil: null,
      });
    }
  };
  staff.forEach((byDay, i) => {
    put(`h${i + 1}`, 'day', byDay * scale);
    put(`h${i + 1}`, 'night', scale);
  });
  return { readers, shifts, weights: staff.map((weight, i) => ({ hospitalId: `h${i + 1}`, weight })) };
}
