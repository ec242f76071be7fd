import type { TestCounty } from '../../../test/harness/county';
import { stow } from '../../../test/harness/stow';
import type { System } from '../../../test/harness/system';
import { makeStudy, type StudyOrder } from '../../demo/synthetic';

/** The chest CT that the first clinic's console makes for a request. */
export const chestCt = (sent: Record<string, unknown>, changes: Partial<StudyOrder> = {}): StudyOrder => ({
  seed: String(sent['accessionNumber']),
  modality: 'CT',
  bodyPart: 'CHEST',
  accessionNumber: String(sent['accessionNumber']),
  patientId: String(sent['patientLocalId']),
  patientName: '张三',
  sex: 'M',
  charset: 'GB18030',
  slices: 1,
  samePixels: true,
  startedAt: new Date('2026-03-02T00:30:00Z'),
  institution: '第1卫生院',
  stationName: 'CT01',
  description: 'CT胸部平扫',
  ...changes,
});

/** Sends a study over STOW-RS as the first clinic; every instance is taken. */
export async function sendStudy(system: System, county: TestCounty, order: StudyOrder): Promise<void> {
  const files = [...makeStudy(order)].map((file) => file.bytes);
  const { status } = await stow(system.url, county.clinics[0]!.key, files);
  if (status !== 200) throw new Error(`STOW: ${status}`);
}
