import { Exam, EXAM_STATES, type ExamState } from '../../exams';
import { DEFAULT_POLICY } from '../assignment/policy';
import { copyOf, followed, isOpen, stageFor, stillGrouped } from './projection.rules';
import { sampleItem } from '../sample-item.fixture';

const NOW = new Date('2026-03-02T02:00:00Z');
const exam = (changes: Partial<Exam> = {}): Exam =>
  Object.assign(new Exam(), {
    id: 'e',
    clinic_id: 'c',
    patient_id: 'p',
    accession_number: 'CT0001',
    patient_name: '张三',
    name_pinyin: 'zhangsan',
    name_initials: 'zs',
    sex: 'M',
    age_value: 45,
    age_unit: 'Y',
    modality: 'CT',
    body_part: 'HEAD',
    item_name: '颅脑平扫',
    source: 'emergency',
    clinical_diagnosis: '头痛待查',
    symptoms: '跌倒后头痛1小时',
    priority: 'STAT',
    state: 'QUEUED',
    image_set: 2,
    identity_hold_at: null,
    exam_started_at: null,
    first_byte_at: new Date('2026-03-02T01:30:00Z'),
    queued_at: new Date('2026-03-02T01:40:00Z'),
    created_at: new Date('2026-03-02T01:00:00Z'),
    rev: 7,
    ...changes,
  } satisfies Partial<Exam>);

it('copies what the list sorts, filters and shows', () => {
  expect(copyOf(exam(), ['1.2.3'], DEFAULT_POLICY, NOW)).toEqual({
    clinic_id: 'c',
    exam_rev: 7,
    priority: 'STAT',
    rank: 0,
    due_at: new Date('2026-03-02T02:10:00Z'),
    overdue: false,
    accession_number: 'CT0001',
    patient_name: '张三',
    name_pinyin: 'zhangsan',
    name_initials: 'zs',
    patient_sex: 'M',
    patient_age: '45岁',
    modality: 'CT',
    body_part: 'HEAD',
    item_name: '颅脑平扫',
    source: 'emergency',
    clinical_history: '头痛待查；跌倒后头痛1小时',
    study_uids: ['1.2.3'],
    image_set: 2,
    identity_hold: false,
    queued_at: new Date('2026-03-02T01:40:00Z'),
    patient_id: 'p',
    specialty: 'neuro',
    ceiling_at: null,
    limits_rev: 0,
  });
});

it('counts from the first byte while a STAT exam is still uploading', () => {
  const copy = copyOf(exam({ state: 'UPLOADING', queued_at: null }), [], DEFAULT_POLICY, NOW);
  expect(copy).toMatchObject({
    due_at: new Date('2026-03-02T02:00:00Z'),
    overdue: true,
    queued_at: new Date('2026-03-02T01:30:00Z'),
  });
});

it('counts a STAT exam of a console whose clock is years behind from its first byte', () => {
  const [queued_at, first_byte_at] = [new Date('2026-03-02T03:00:00Z'), new Date('2026-03-02T01:20:00Z')];
  const wrong = exam({ exam_started_at: new Date('2020-01-01T00:00:00Z'), queued_at, first_byte_at });
  const copy = copyOf(wrong, [], DEFAULT_POLICY, queued_at);
  expect(copy).toMatchObject({ due_at: new Date('2026-03-02T03:20:00Z'), overdue: false });
});

it('copes with an exam of which little is known', () => {
  const bare = exam({
    accession_number: null,
    age_value: null,
    age_unit: null,
    modality: null,
    item_name: null,
    body_part: null,
    clinical_diagnosis: null,
    symptoms: null,
  });
  expect(copyOf(bare, [], DEFAULT_POLICY, NOW)).toMatchObject({
    accession_number: '',
    patient_age: '',
    modality: '',
    clinical_history: '',
  });
});

describe('the time of a group when the exam’s limit changes', () => {
  const at = (time: string): Date => new Date(`2026-03-02T${time}:00Z`);
  const routine = exam({ priority: 'ROUTINE', queued_at: at('01:00') });
  const grouped = { state: 'QUEUED', hospital_id: 'h', due_at: at('02:30'), broaden_at: at('01:40') } as const;
  const still = (changes: object): object => {
    const copy = copyOf(routine, [], DEFAULT_POLICY, at('01:10'));
    return stillGrouped(sampleItem({ ...grouped, ...changes }), routine, copy, DEFAULT_POLICY.limits, at('01:10'));
  };

  it('follows it where a rule dealt the exam to a hospital', () =>
    expect(still({ assignment_mode: 'roster' })).toEqual({ broaden_at: at('01:30') }));

  it('is kept where somebody chose it, and halved where little is left', () => {
    expect(still({ assignment_mode: 'manual', broaden_at: at('01:20') })).toEqual({});
    expect(still({ assignment_mode: 'returned' })).toEqual({ broaden_at: at('01:35') });
  });

  it('is left alone once it is over, or where the limit is the same', () => {
    expect(still({ assignment_mode: 'roster', broadened_at: at('01:05') })).toEqual({});
    expect(still({ assignment_mode: 'roster', due_at: at('02:00') })).toEqual({});
  });
});

describe('what readers may find', () => {
  const open: readonly ExamState[] = [
    'QUEUED',
    'CLAIMED',
    'PENDING_REVIEW',
    'REVIEWING',
    'REVISING',
    'PRELIM_ISSUED',
    'CONSULTING',
  ];
  it.each(EXAM_STATES)('%s', (state) => {
    const mode = 'diagnose';
    expect(isOpen({ state, mode, priority: 'ROUTINE' })).toBe(open.includes(state));
    expect(isOpen({ state, mode, priority: 'STAT' })).toBe(open.includes(state) || state === 'UPLOADING');
  });
  it.each(EXAM_STATES)('%s of an exam that the clinic itself writes', (state) => {
    const handedIn = state !== 'QUEUED' && open.includes(state);
    expect(isOpen({ state, mode: 'review', priority: 'STAT' })).toBe(handedIn);
  });
});

describe('the claim when the exam changes by another hand', () => {
  const held = { holder_id: 'w', holder_hospital_id: 'h', fence: 2, lease_until: NOW, claimed_at: NOW };
  const keeps: readonly ExamState[] = ['CLAIMED', 'REVIEWING', 'CONSULTING'];

  it.each(EXAM_STATES)('%s', (state) => {
    const patch = followed(sampleItem({ ...held, state: 'CLAIMED' }), { state, rev: 9 });
    expect(patch).toMatchObject({ state, state_rev: 9 });
    if (keeps.includes(state)) expect(patch).not.toHaveProperty('holder_id');
    else expect(patch).toMatchObject({ holder_id: null, holder_hospital_id: null, lease_until: null });
  });

  it('keeps the stage of a held item', () => {
    const item = sampleItem({ ...held, state: 'REVIEWING', stage: 'review' });
    expect(followed(item, { state: 'CONSULTING', rev: 9 })).toMatchObject({ stage: 'review' });
  });

  it('gives a waiting item the stage that waits', () => {
    expect(stageFor('PENDING_REVIEW')).toBe('review');
    expect(stageFor('QUEUED')).toBe('write');
    expect(followed(sampleItem({ stage: 'review' }), { state: 'QUEUED', rev: 9 })).toMatchObject({ stage: 'write' });
    expect(followed(sampleItem({ stage: 'review' }), { state: 'SIGNED', rev: 9 })).toMatchObject({ stage: 'review' });
  });
});
