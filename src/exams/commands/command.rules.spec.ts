import { holdsAnswered, limitationOf, mayBecomeAnothers, mayMoveImages, maySupplement, mayVoid } from './command.rules';
import { EXAM_STATES, type ExamState } from '../exam.state';

const statesWhere = (test: (state: ExamState) => boolean): ExamState[] => EXAM_STATES.filter(test);
const HELD = new Date('2026-03-02T01:00:00Z');

describe('another patient’s', () => {
  const untouched = { preliminary_at: null, image_set: 0, metadata_only: false, return_code: null };

  it('an exam becomes only before readers could have it', () => {
    expect(statesWhere((state) => mayBecomeAnothers({ ...untouched, state }))).toEqual([
      'REGISTERED',
      'UPLOADING',
      'INCOMPLETE',
    ]);
  });

  it.each([
    ['images that came', { image_set: 1 }],
    ['images that stay at the clinic', { metadata_only: true }],
    ['an earlier return', { return_code: 'P01' }],
    ['a preliminary report', { preliminary_at: HELD }],
  ])('it does not after %s', (_, met) => {
    expect(mayBecomeAnothers({ ...untouched, ...met, state: 'UPLOADING' })).toBe(false);
  });
});

describe('supplements', () => {
  it('are free before a claim and after a return', () => {
    const reported = { state: 'QUEUED', preliminary_at: new Date('2026-03-02T01:00:00Z') } as const;
    expect(maySupplement(reported, ['sex', 'symptoms'])).toEqual({ locked: 'sex' });
    expect(
      statesWhere((state) => maySupplement({ state, preliminary_at: null }, ['sex', 'symptoms']) === 'open'),
    ).toEqual(['REGISTERED', 'UPLOADING', 'INCOMPLETE', 'QUEUED', 'RETURNED']);
  });

  it('may tell a reader more, but change nobody under his hands', () => {
    const reading = ['CLAIMED', 'PENDING_REVIEW', 'REVIEWING', 'REVISING', 'PRELIM_ISSUED', 'CONSULTING'] as const;
    for (const state of reading) {
      expect(maySupplement({ state, preliminary_at: null }, ['symptoms', 'clinical_diagnosis', 'ordering_phone'])).toBe(
        'open',
      );
      expect(maySupplement({ state, preliminary_at: null }, ['symptoms', 'patient_name'])).toEqual({
        locked: 'patient_name',
      });
    }
  });

  it('are closed once a report stands, and for what is withdrawn or void', () => {
    expect(statesWhere((state) => maySupplement({ state, preliminary_at: null }, ['symptoms']) === 'closed')).toEqual([
      'SIGNED',
      'AMENDING',
      'RECALLED',
      'WITHDRAWN',
      'VOID',
    ]);
  });
});

it.each([
  [
    { keep: false, left: 0, before: 0 },
    { from: true, to: true },
  ],
  [
    { keep: false, left: 1, before: 0 },
    { from: false, to: true },
  ],
  [
    { keep: false, left: 0, before: 1 },
    { from: true, to: false },
  ],
  [
    { keep: true, left: 1, before: 0 },
    { from: false, to: false },
  ],
])('a move of %j answers the doubts %j', (move, answered) => expect(holdsAnswered(move)).toEqual(answered));

describe('moving images', () => {
  const allowed = (ofClinic: boolean, held: boolean, preliminaryAt: Date | null = null): ExamState[] =>
    statesWhere((state) =>
      mayMoveImages({ state, identity_hold_at: held ? HELD : null, preliminary_at: preliminaryAt }, { ofClinic }),
    );
  const OUT = ['PRELIM_ISSUED', 'SIGNED', 'AMENDING', 'RECALLED'];
  const ENDED = ['WITHDRAWN', 'VOID'];

  it('the clinic its own, before a claim or after a return', () => {
    expect(allowed(true, false)).toEqual(['REGISTERED', 'UPLOADING', 'INCOMPLETE', 'QUEUED', 'RETURNED']);
  });

  it('a reviewer, a chief or the county until a report is out', () => {
    const until = EXAM_STATES.filter((state) => ![...OUT, ...ENDED].includes(state));
    expect(allowed(false, false)).toEqual(until);
    expect(allowed(true, true)).toEqual(until);
  });

  it('after signing only while the identity is in doubt, and never by the clinic', () => {
    expect(allowed(false, true)).toEqual(EXAM_STATES.filter((state) => !ENDED.includes(state)));
  });

  it('after a preliminary report the same, wherever the formal one has got to', () => {
    const issued = new Date('2026-03-01T15:00:00Z');
    expect([allowed(false, false, issued), allowed(true, false, issued), allowed(true, true, issued)]).toEqual([
      [],
      [],
      [],
    ]);
    expect(allowed(false, true, issued)).toEqual(EXAM_STATES.filter((state) => !ENDED.includes(state)));
  });
});

it('voiding: by the county alone, until a report stands at the clinic', () => {
  expect([mayVoid(false, { countyWide: true }), mayVoid(false, { countyWide: false })]).toEqual([true, false]);
  expect([mayVoid(true, { countyWide: true }), mayVoid(true, { countyWide: false })]).toEqual([true, true]);
});

it('the limitation says why', () => {
  expect(limitationOf('外出务工')).toBe('患者已离开，未能补充检查（外出务工）；本报告仅就已有影像作出。');
});
