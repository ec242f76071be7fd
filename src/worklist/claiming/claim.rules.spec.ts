import { EXAM_STATES, mayMove } from '../../exams';
import {
  backAtClinic,
  CLAIMABLE,
  CLAIMED_AS,
  claimVerdict,
  isTheClinics,
  type Reader,
  recalled,
  rejected,
  released,
  RELEASED_TO,
  RESERVED_MS,
  returned,
  signed,
  submitted,
  takenBack,
  takenOver,
  type Taking,
} from './claim.rules';
import { NO_BADGE } from '../handover/badge.rules';
import { sampleItem } from '../sample-item.fixture';

const NOW = new Date('2026-03-02T02:00:00Z');
const LATER = new Date('2026-03-02T02:15:00Z');
const WRITER: Reader = { id: 'w', hospitalId: 'h1', stages: ['write'] };
const REVIEWER: Reader = { id: 'r', hospitalId: 'h2', stages: ['write', 'review'] };
const held = {
  holder_id: 'w',
  holder_hospital_id: 'h1',
  writer_id: 'w',
  writer_hospital_id: 'h1',
  fence: 3,
  lease_until: LATER,
};

describe('who may claim', () => {
  const waiting = { holder_id: null, lease_until: null, writer_id: null };
  it.each(EXAM_STATES)('%s', (state) => {
    const stage = (['write', 'review'] as const).find((candidate) => CLAIMABLE[candidate].includes(state));
    const expected = stage && state !== 'UPLOADING' ? stage : 'wrong_state';
    expect(claimVerdict(sampleItem({ ...waiting, state, priority: 'ROUTINE' }), REVIEWER, NOW)).toBe(expected);
  });

  it('a STAT exam whose images still come', () => {
    expect(claimVerdict(sampleItem({ ...waiting, state: 'UPLOADING', priority: 'STAT' }), WRITER, NOW)).toBe('write');
  });

  it('not a writer for review', () => {
    expect(claimVerdict(sampleItem({ ...waiting, state: 'PENDING_REVIEW' }), WRITER, NOW)).toBe('not_permitted');
    expect(
      claimVerdict(sampleItem({ ...held, stage: 'review', state: 'REVIEWING' }), { ...WRITER, id: 'x' }, NOW),
    ).toBe('not_permitted');
  });

  it('not the writer for the review of his own report', () => {
    const item = sampleItem({ ...waiting, state: 'PENDING_REVIEW', stage: 'review', writer_id: 'r' });
    expect(claimVerdict(item, REVIEWER, NOW)).toBe('own_report');
    expect(claimVerdict(item, { ...REVIEWER, id: 'another' }, NOW)).toBe('review');
  });

  it('nor whoever put words into it that another handed in', () => {
    const item = sampleItem({
      ...waiting,
      state: 'PENDING_REVIEW',
      stage: 'review',
      writer_id: 'w',
      hand_ids: ['r', 'w'],
    });
    expect(claimVerdict(item, REVIEWER, NOW)).toBe('own_report');
    expect(claimVerdict(item, { ...REVIEWER, id: 'another' }, NOW)).toBe('review');
    // His words do not keep him from writing on.
    expect(claimVerdict({ ...item, state: 'REVISING', stage: 'write' }, REVIEWER, NOW)).toBe('write');
  });

  it('for a while only the writer what was rejected to him', () => {
    const item = sampleItem({ ...waiting, state: 'REVISING', writer_id: 'w', reserved_until: LATER });
    expect(claimVerdict(item, WRITER, NOW)).toBe('write');
    expect(claimVerdict(item, REVIEWER, NOW)).toBe('reserved');
    expect(claimVerdict(item, REVIEWER, LATER)).toBe('write');
  });

  it('what is held: the holder under his lease, nobody else, and everybody once it ran out', () => {
    const item = sampleItem({ ...held, state: 'CLAIMED' });
    expect(claimVerdict(item, WRITER, NOW)).toBe('held_by_me');
    expect(claimVerdict(item, REVIEWER, NOW)).toBe('held_by_other');
    expect(claimVerdict(item, REVIEWER, LATER)).toBe('lapsed');
    expect(claimVerdict(item, WRITER, LATER)).toBe('lapsed');
  });

  it('a consultation keeps its claim beyond the lease', () => {
    expect(claimVerdict(sampleItem({ ...held, state: 'CONSULTING' }), REVIEWER, LATER)).toBe('held_by_other');
  });
});

it('claims and releases along moves that the exam has', () => {
  for (const stage of ['write', 'review'] as const) {
    for (const from of CLAIMABLE[stage]) expect([from, mayMove(from, CLAIMED_AS[stage])]).toEqual([from, true]);
    expect(mayMove(CLAIMED_AS[stage], RELEASED_TO[stage])).toBe(true);
    expect(mayMove(CLAIMED_AS[stage], 'RETURNED')).toBe(true);
  }
});

describe('what a command leaves behind', () => {
  const TAKING: Taking = { leaseUntil: LATER, now: NOW, taken: { how: 'takeover', from: 'w', reason: '离岗' } };
  const free = {
    holder_id: null,
    holder_hospital_id: null,
    lease_until: null,
    heartbeat_at: null,
    active_at: null,
    parked_at: null,
    parked_until: null,
    park_reason: null,
  };

  it('a released draft waits as if it had never been claimed', () => {
    const item = sampleItem({ ...held, state: 'CLAIMED', stage: 'write', claimed_at: NOW });
    expect(released(item)).toEqual({ ...free, state: 'QUEUED', claimed_at: null, submitted_at: null });
  });

  it('a released review waits for another reviewer, the writing untouched', () => {
    const item = sampleItem({
      ...held,
      holder_id: 'r',
      state: 'REVIEWING',
      stage: 'review',
      submitted_at: NOW,
      review_claimed_at: NOW,
    });
    expect(released(item)).toEqual({ ...free, state: 'PENDING_REVIEW', review_claimed_at: null });
  });

  it('none of them moves the due time or the fence', () => {
    const item = sampleItem({ ...held, state: 'CLAIMED' });
    for (const patch of [
      released(item),
      returned(item),
      submitted(item, [], NOW),
      rejected(NOW, { writerAway: false }),
      signed(item, false, NOW),
    ]) {
      expect(Object.keys(patch)).not.toEqual(expect.arrayContaining(['due_at']));
      expect(patch.fence).toBeUndefined();
    }
  });

  it('a returned exam remembers its reader', () => {
    expect(returned(sampleItem({ ...held, state: 'CLAIMED' }))).toMatchObject({
      ...free,
      state: 'RETURNED',
      assigned_person_id: 'w',
    });
    const review = sampleItem({ ...held, holder_id: 'r', stage: 'review', state: 'REVIEWING' });
    expect(returned(review)).toMatchObject({ stage: 'write', assigned_person_id: 'w' });
  });

  it('a submitted report has its holder as writer', () => {
    const item = sampleItem({ ...held, state: 'CLAIMED', assigned_person_id: 'w', claimed_at: NOW });
    expect(submitted(item, ['w', 'x'], LATER)).toMatchObject({
      ...free,
      state: 'PENDING_REVIEW',
      stage: 'review',
      writer_id: 'w',
      hand_ids: ['w', 'x'],
      submitted_at: LATER,
      assigned_person_id: null,
    });
  });

  it('no later step gets an earlier time, whatever the clocks say', () => {
    const item = sampleItem({ ...held, state: 'CLAIMED', claimed_at: LATER });
    expect(submitted(item, [], NOW).submitted_at).toEqual(LATER);
    const review = sampleItem({
      ...held,
      state: 'REVIEWING',
      stage: 'review',
      submitted_at: NOW,
      review_claimed_at: LATER,
    });
    expect(signed(review, false, NOW).signed_at).toEqual(LATER);
  });

  it('a report taken back is its writer’s under a new fence', () => {
    const item = sampleItem({ ...held, ...free, state: 'PENDING_REVIEW', stage: 'review', submitted_at: NOW });
    expect(takenBack(item, LATER, NOW)).toMatchObject({
      state: 'CLAIMED',
      stage: 'write',
      holder_id: 'w',
      holder_hospital_id: 'h1',
      fence: 4,
      submitted_at: null,
    });
  });

  it('a rejected report is reserved', () => {
    expect(rejected(NOW, { writerAway: false })).toMatchObject({
      state: 'REVISING',
      stage: 'write',
      reserved_until: new Date(NOW.getTime() + RESERVED_MS),
    });
  });

  it('a report called back is its writer’s again, and not signed any more', () => {
    for (const writerAway of [false, true])
      expect(recalled(NOW, { writerAway })).toEqual({ ...rejected(NOW, { writerAway }), signed_at: null });
  });

  it('a report rejected to a writer who has left is anybody’s at once', () => {
    expect(rejected(NOW, { writerAway: true })).toMatchObject({ state: 'REVISING', reserved_until: null });
  });

  it('what goes on takes its badge off', () => {
    const item = sampleItem({ ...held, state: 'CLAIMED', badge_kind: 'reject' });
    for (const patch of [submitted(item, [], NOW), signed(item, true, NOW)]) expect(patch).toMatchObject(NO_BADGE);
  });

  it('a claim that begins is in work, not parked, and from nobody', () => {
    const parked = sampleItem({ ...held, state: 'CLAIMED', parked_until: LATER, taken_how: 'idle' });
    const begun = { heartbeat_at: NOW, active_at: NOW, lease_until: LATER, parked_until: null };
    expect(takenOver(parked, REVIEWER, TAKING)).toMatchObject(begun);
    expect(takenBack(parked, LATER, NOW)).toMatchObject({ ...begun, taken_how: null, taken_from_id: null });
  });

  it('a single signature is submission and signature in one', () => {
    const item = sampleItem({ ...held, state: 'CLAIMED', claimed_at: NOW });
    expect(signed(item, true, LATER)).toMatchObject({
      ...free,
      state: 'SIGNED',
      writer_id: 'w',
      submitted_at: LATER,
      signed_at: LATER,
    });
  });

  it('who takes over writing becomes the writer, who takes over a review does not', () => {
    expect(takenOver(sampleItem({ ...held, state: 'CLAIMED' }), REVIEWER, TAKING)).toMatchObject({
      holder_id: 'r',
      writer_id: 'r',
      fence: 4,
      taken_how: 'takeover',
      taken_from_id: 'w',
      taken_reason: '离岗',
      taken_at: NOW,
    });
    const review = sampleItem({ ...held, holder_id: 'x', stage: 'review', state: 'REVIEWING' });
    expect(takenOver(review, REVIEWER, TAKING)).not.toHaveProperty('writer_id');
  });
});

describe('what the clinic’s own doctor writes (review mode)', () => {
  const clinics = { mode: 'review', writer_id: 'doctor', writer_hospital_id: null } as const;

  it.each(EXAM_STATES)('%s is the clinic’s turn or not', (state) => {
    expect(isTheClinics({ mode: 'review', state })).toBe(state === 'QUEUED' || state === 'UPLOADING');
    expect(isTheClinics({ mode: 'diagnose', state })).toBe(false);
  });

  it('is nobody’s to claim until it is handed in, and the writer’s first when it was rejected', () => {
    const verdict = (changes: object): string => claimVerdict(sampleItem({ ...clinics, ...changes }), REVIEWER, NOW);
    expect(verdict({ state: 'QUEUED' })).toBe('the_clinics');
    expect(verdict({ state: 'UPLOADING', priority: 'STAT' })).toBe('the_clinics');
    expect(verdict({ state: 'PENDING_REVIEW', stage: 'review' })).toBe('review');
    expect(verdict({ state: 'REVISING', reserved_until: new Date(NOW.getTime() + 1) })).toBe('reserved');
    expect(verdict({ state: 'REVISING', reserved_until: NOW })).toBe('write');
  });

  it('has no reader of its own when it is returned; a hospital that was dealt its review keeps it', () => {
    const held = { ...clinics, state: 'REVIEWING', stage: 'review', holder_id: 'reviewer' } as const;
    expect(returned(sampleItem(held))).toMatchObject({ assigned_person_id: null, hospital_id: null });
    const dealt = returned(sampleItem({ ...held, hospital_id: 'h1', assignment_mode: 'roster' }));
    expect(dealt).toMatchObject({ state: 'RETURNED', assigned_person_id: null });
    expect(dealt).not.toHaveProperty('hospital_id');
  });

  it('is without a claim again when he takes it back', () => {
    expect(backAtClinic()).toMatchObject({ state: 'QUEUED', stage: 'write', holder_id: null, submitted_at: null });
  });
});
