import { EXAM_STATES, type ExamState } from '../exams';
import { type Capacity, capacityOf, type Gradable } from './grading-right.rules';

const exam: Gradable = { state: 'CLAIMED', stage: 'write', holderId: 'holder', signerId: 'signer' };
const person = (id: string, chief = false) => ({ id, chief });

/** Every state, and who may grade there. */
const RIGHTS: Readonly<Record<ExamState, readonly ('holder' | 'signer' | 'chief')[]>> = {
  REGISTERED: [],
  UPLOADING: [],
  INCOMPLETE: [],
  QUEUED: [],
  CLAIMED: ['holder'],
  PENDING_REVIEW: [],
  REVIEWING: ['holder'],
  REVISING: [],
  PRELIM_ISSUED: ['signer', 'chief'],
  SIGNED: ['signer', 'chief'],
  AMENDING: ['signer', 'chief'],
  RECALLED: [],
  RETURNED: [],
  WITHDRAWN: [],
  CONSULTING: ['holder'],
  VOID: [],
};

it.each(EXAM_STATES)('%s is graded by whom it should be and by nobody else', (state) => {
  const at = { ...exam, state };
  const may = (['holder', 'signer', 'chief'] as const).filter((who) => capacityOf(at, person(who, who === 'chief')));
  expect(may).toEqual(RIGHTS[state]);
  expect(capacityOf(at, person('stranger'))).toBeUndefined();
});

it.each<[string, Partial<Gradable>, ReturnType<typeof person>, Capacity]>([
  ['who writes', {}, person('holder'), 'writer'],
  ['who reviews', { state: 'REVIEWING', stage: 'review' }, person('holder'), 'reviewer'],
  ['who reviews and asks another', { state: 'CONSULTING', stage: 'review' }, person('holder'), 'reviewer'],
  ['a chief who holds it', {}, person('holder', true), 'writer'],
  ['who signed', { state: 'SIGNED', stage: 'review' }, person('signer'), 'signer'],
  ['a chief who signed', { state: 'SIGNED', stage: 'review' }, person('signer', true), 'signer'],
  ['another chief', { state: 'SIGNED', stage: 'review' }, person('chief', true), 'chief'],
])('%s grades as such', (_, over, who, capacity) => {
  expect(capacityOf({ ...exam, ...over }, who)).toBe(capacity);
});

it('gives the former holder nothing once the report is out', () => {
  expect(capacityOf({ ...exam, state: 'SIGNED' }, person('holder'))).toBeUndefined();
});
