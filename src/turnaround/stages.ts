import { believableSql } from '../exams';

/**
 * T0 and T1 are the device's word. One that cannot be believed says nothing about this way from the device to the reader,
 * and neither does an end before the exam's start. The stage that would begin with it is unknown, because one of them
 * would hide a clinic's whole month.
 */
const ARRIVED = 'coalesce(t2, t3)';
const START = `CASE WHEN ${believableSql('t0', ARRIVED)} THEN t0 END`;
const END = `CASE WHEN ${believableSql('t1', ARRIVED)} AND t1 >= coalesce(t0, t1) THEN t1 END`;

/**
 * The stages of an exam as intervals between clocks, in seconds. A clock that was set back makes a stage zero, never
 * negative. `centre` leaves out the time the exam lay with the clinic as 已退回.
 */
export const STAGES = {
  total: `t7 - ${START}`,
  upload: `t3 - ${END}`,
  wait: 't4 - t3',
  write: 't5 - t4',
  review: 't7 - t5',
  centre: "t7 - t3 - returned_seconds * interval '1 second'",
  sync: 't8 - t7',
  readLag: 't9 - t8',
} as const;
export type Stage = keyof typeof STAGES;
export const STAGE_NAMES = Object.keys(STAGES) as Stage[];

/** SQL of a stage's length. Null while one of its clocks is missing, which `greatest`, blind to nulls, would make 0. */
export const stageSeconds = (stage: Stage): string =>
  `CASE WHEN (${STAGES[stage]}) IS NOT NULL THEN greatest(0, extract(epoch FROM ${STAGES[stage]})) END`;

/** What a summary may be grouped by, and the columns that are. */
export const DIMENSIONS = {
  clinic: 'clinic_id::text',
  hospital: 'hospital_id::text',
  modality: 'modality',
  priority: 'priority',
  source: 'source',
} as const;
export type Dimension = keyof typeof DIMENSIONS;
export const DIMENSION_NAMES = Object.keys(DIMENSIONS) as [Dimension, ...Dimension[]];
