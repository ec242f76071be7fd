import { type MadeInstance, makeStudy, type StudyOrder } from '../demo/synthetic';

/** A small CT of a fictional patient; same seed, same bytes. */
export const ctOrder = (changes: Partial<StudyOrder> = {}): StudyOrder => ({
  seed: 'intake',
  modality: 'CT',
  bodyPart: 'CHEST',
  accessionNumber: 'A1',
  patientId: 'P1',
  patientName: '张三',
  sex: 'M',
  charset: 'GB18030',
  slices: 2,
  samePixels: true,
  startedAt: new Date('2026-03-02T01:00:00Z'),
  institution: '第1卫生院',
  stationName: 'CT01',
  description: 'CT胸部平扫',
  ...changes,
});

/** The same as a plain film of 256 pixels: a few dozen KiB. */
export const filmOrder = (changes: Partial<StudyOrder> = {}): StudyOrder =>
  ctOrder({ modality: 'DX', width: 256, slices: 1, description: 'DR胸部正位', ...changes });

export const filesOf = (order: StudyOrder): MadeInstance[] => [...makeStudy(order)];
export const bytesOf = (order: StudyOrder): Buffer[] => filesOf(order).map((file) => file.bytes);
