import {
  type AssignmentFacts,
  assignmentFor,
  type AssignmentPolicy,
  modeFor,
  offeredTo,
  POOL,
  SPECIALIST_QUEUE,
} from './assignment.rules';

const facts = (changes: Partial<AssignmentFacts> = {}): AssignmentFacts => ({
  mode: 'roster',
  sibling: null,
  onDuty: [
    { hospitalId: 'h1', personIds: ['p1', 'p2'] },
    { hospitalId: 'h2', personIds: ['p3'] },
  ],
  ahead: [],
  weights: [],
  credits: {},
  specialty: null,
  specialists: [],
  ...changes,
});
const group = (changes: Partial<AssignmentFacts> = {}): unknown => {
  const assigned = assignmentFor(facts(changes));
  return assigned && [assigned.mode, assigned.hospitalId, assigned.personId];
};

describe('自由领取', () => {
  it('gives no group', () => expect(assignmentFor(facts({ mode: 'pool' }))).toBeNull());
});

describe('by roster', () => {
  it.each<[string, Partial<AssignmentFacts>, unknown]>([
    ['the only hospital on duty', { onDuty: [{ hospitalId: 'h2', personIds: ['p3'] }] }, ['roster', 'h2', null]],
    [
      'the one with less to do per reader',
      {
        ahead: [
          { hospitalId: 'h1', exams: 3 },
          { hospitalId: 'h2', exams: 2 },
        ],
      },
      ['roster', 'h1', null],
    ],
    [
      'the other when the first is busy',
      {
        ahead: [
          { hospitalId: 'h1', exams: 5 },
          { hospitalId: 'h2', exams: 2 },
        ],
      },
      ['roster', 'h2', null],
    ],
    ['in turn when both have as little', { credits: { h1: -1, h2: 1 } }, ['roster', 'h2', null]],
    ['never one whose weight is nothing', { weights: [{ hospitalId: 'h1', weight: 0 }] }, ['roster', 'h2', null]],
    ['everybody when nobody is on duty', { onDuty: [] }, ['pool', null, null]],
  ])('%s', (_, changes, expected) => expect(group(changes)).toEqual(expected));

  it('says why', () => {
    expect(assignmentFor(facts())!.reason).toBe('按排班分配（当班医院中候片最少）');
    expect(assignmentFor(facts({ onDuty: [] }))!.reason).toContain('没有值班医院');
  });
});

describe('by quota', () => {
  const weights = [
    { hospitalId: 'h1', weight: 3 },
    { hospitalId: 'h2', weight: 1 },
  ];
  it('by weight, whoever has much to do', () => {
    let credits = {};
    const got = Array.from({ length: 8 }, () => {
      const assigned = assignmentFor(
        facts({ mode: 'quota', weights, credits, ahead: [{ hospitalId: 'h1', exams: 99 }] }),
      )!;
      credits = assigned.credits!;
      return assigned.hospitalId;
    });
    expect(got.filter((one) => one === 'h1')).toHaveLength(6);
    expect(got.slice(0, 4)).toEqual(['h1', 'h1', 'h2', 'h1']);
  });

  it('among those on duty, and among all when nobody is', () => {
    const onlyH2 = [{ hospitalId: 'h2', personIds: ['p3'] }];
    expect(group({ mode: 'quota', weights, onDuty: onlyH2 })).toEqual(['quota', 'h2', null]);
    expect(group({ mode: 'quota', weights, onDuty: [] })).toEqual(['quota', 'h1', null]);
  });

  it('says the share', () =>
    expect(assignmentFor(facts({ mode: 'quota', weights }))!.reason).toBe('按配额分配（3/4）'));
});

describe('a field', () => {
  const specialists = [
    { personId: 'p2', hospitalId: 'h1', waiting: 1 },
    { personId: 'p1', hospitalId: 'h1', waiting: 1 },
    { personId: 'p3', hospitalId: 'h2', waiting: 0 },
  ];
  it('prefers the colleague of the group for whom least waits, then by id', () => {
    expect(group({ specialty: 'bone', specialists })).toEqual(['specialty', 'h1', 'p1']);
    const other = specialists.map((one) => (one.personId === 'p1' ? { ...one, waiting: 2 } : one));
    expect(group({ specialty: 'bone', specialists: other })).toEqual(['specialty', 'h1', 'p2']);
    expect(assignmentFor(facts({ specialty: 'bone', specialists }))!.reason).toBe('骨关节专业，当班医师');
  });

  it('does not pile exams up before one person, nor choose the hospital', () => {
    const busy = specialists.map((one) => ({ ...one, waiting: SPECIALIST_QUEUE }));
    expect(group({ specialty: 'bone', specialists: busy })).toEqual(['roster', 'h1', null]);
    expect(group({ specialty: 'bone', specialists: specialists.slice(2) })).toEqual(['roster', 'h1', null]);
    expect(group({ specialty: null, specialists })).toEqual(['roster', 'h1', null]);
  });
});

describe('one patient’s exams of a day', () => {
  const sibling = { personId: 'p3', hospitalId: 'h2', away: false };
  it('stay with their reader, whatever the mode', () => {
    for (const mode of ['pool', 'roster', 'quota'] as const)
      expect(group({ mode, sibling })).toEqual(['patient', 'h2', 'p3']);
  });

  it('stay with his hospital when his duty is over, and go their way when its is too', () => {
    expect(group({ sibling: { ...sibling, personId: 'p9' } })).toEqual(['patient', 'h2', null]);
    expect(group({ sibling: { ...sibling, personId: 'p9', hospitalId: 'h9' } })).toEqual(['roster', 'h1', null]);
  });

  it('stay with him where no roster says who is there', () =>
    expect(group({ mode: 'pool', onDuty: [], sibling })).toEqual(['patient', 'h2', 'p3']));

  it('are not his who has left (离岗): his hospital’s, if he reads for one', () => {
    const gone = { ...sibling, away: true };
    expect(group({ sibling: gone })).toEqual(['patient', 'h2', null]);
    expect(group({ mode: 'pool', onDuty: [], sibling: gone })).toEqual(['patient', 'h2', null]);
    expect(assignmentFor(facts({ mode: 'pool', onDuty: [], sibling: { ...gone, hospitalId: null } }))).toBeNull();
  });

  it('cost nobody a turn of the quota', () => expect(assignmentFor(facts({ sibling }))!.credits).toBeUndefined());
});

it('takes the most specific mode', () => {
  const policy: AssignmentPolicy = {
    ...POOL,
    mode: 'quota',
    exceptions: [
      { clinicId: 'c1', modality: null, mode: 'roster' },
      { clinicId: 'c1', modality: 'CT', mode: 'pool' },
    ],
  };
  expect([modeFor(policy, 'c1', 'CT'), modeFor(policy, 'c1', 'DX'), modeFor(policy, 'c2', 'CT')]).toEqual([
    'pool',
    'roster',
    'quota',
  ]);
});

describe('to whom an item is offered', () => {
  const item = { county_id: 'c', hospital_id: null, assigned_person_id: null, broadened_at: null, overdue: false };
  it.each([
    ['everybody', {}, 'c'],
    ['its hospital', { hospital_id: 'h' }, 'h'],
    ['its person', { hospital_id: 'h', assigned_person_id: 'p' }, 'p'],
    [
      'everybody once it has broadened',
      { assigned_person_id: 'p', broadened_at: new Date('2026-03-02T02:00:00Z') },
      'c',
    ],
    ['everybody once it is overdue', { hospital_id: 'h', overdue: true }, 'c'],
  ])('%s', (_, changes, expected) => expect(offeredTo({ ...item, ...changes })).toBe(expected));
});
