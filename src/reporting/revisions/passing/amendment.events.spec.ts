import type { ReportAmendment } from '../revisions.entities';
import { AMENDMENT_PASSED, amendmentPassed } from './amendment.events';

const HELD = { id: 'a', exam_id: 'e', clinic_id: 'c', kind: 'corrected', writer_id: 'second' } as ReportAmendment;

it.each([
  ['to another writer', null, 'second'],
  ['to nobody', new Date('2026-03-02T09:00:00Z'), null],
])('the news that an amendment passed %s names who has it, and nothing of its text', (_, released, to) => {
  expect(amendmentPassed({ ...HELD, released_at: released }, 'first')).toEqual({
    kind: AMENDMENT_PASSED,
    subjectId: 'e',
    payload: { amendmentId: 'a', clinicId: 'c', kind: 'corrected', from: 'first', to },
  });
});
