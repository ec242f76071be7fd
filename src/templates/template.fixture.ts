import { type System } from '../../test/harness/system';
import type { TestCounty } from '../../test/harness/county';

/** A small template as a doctor would write it: one open choice, one with a default. */
export const draftOf = (changes: object = {}) => ({
  level: 'personal',
  title: '右下肺炎',
  modality: 'DX',
  bodyPart: 'CHEST',
  normal: false,
  sections: { findings: '{部位}见{形态}影。', impression: '{部位}炎症。' },
  elements: [
    { kind: 'multi', key: '部位', options: ['右下肺野', '左下肺野'] },
    { kind: 'select', key: '形态', options: ['斑片状', '片状'], default: '斑片状' },
  ],
  ...changes,
});

/** The same without where it is to stand: what an edit sends. */
export function contentOfDraft(changes: object = {}) {
  const { level: _, ...content } = draftOf(changes);
  return content;
}

/** What was done, oldest first, as `action subject details`. */
export async function auditOf(system: System, county: TestCounty, subjectId: string): Promise<string[]> {
  const rows = await system.db.read(system.ctx(county.countyId), (tx) =>
    tx.rows<{ action: string; actor_name: string }>(
      'SELECT action, actor_name FROM audit_event WHERE county_id = $1 AND subject_id = $2 ORDER BY at, id',
      [county.countyId, subjectId],
    ),
  );
  return rows.map((row) => `${row.action} ${row.actor_name}`);
}
