import { EXAM_STATES } from '../../exams';
import type { ReadingItem } from '../reading-item.entity';
import { sampleItem } from '../sample-item.fixture';
import { letGo, ofHospital, ofPerson, OVER } from './leave.rules';

const held: Partial<ReadingItem> = {
  holder_id: 'w',
  holder_hospital_id: 'h1',
  writer_id: 'w',
  writer_hospital_id: 'h1',
  fence: 2,
};
const LATER = new Date('2026-03-02T03:00:00Z');
const parked = { parked_at: LATER, parked_until: LATER, park_reason: '等' };

describe.each(EXAM_STATES)('in %s', (state) => {
  it('ends the claim where there can be one; a silent line leaves a consultation alone', () => {
    const item = sampleItem({ ...held, state });
    const working = state === 'CLAIMED' || state === 'REVIEWING';
    expect(letGo(item, state, ofPerson('w')).endsClaim).toBe(working || state === 'CONSULTING');
    expect(letGo(item, state, ofHospital('h1', new Set())).endsClaim).toBe(working);
  });
  it('takes the direct assignment away unless the exam is done', () => {
    const { unassigns } = letGo(sampleItem({ assigned_person_id: 'w', state }), state, ofPerson('w'));
    expect(unassigns).toBe(!OVER.includes(state));
  });
  it('opens the reservation of a rejected report', () => {
    const item = sampleItem({ writer_id: 'w', reserved_until: LATER, state });
    expect(letGo(item, state, ofPerson('w')).opensReservation).toBe(state === 'REVISING');
  });
});

it('believes the exam, not the list’s copy', () => {
  expect(letGo(sampleItem({ ...held, state: 'CLAIMED' }), 'VOID', ofPerson('w')).endsClaim).toBe(false);
});

it('leaves alone what is another’s', () => {
  const item = sampleItem({ ...held, state: 'CLAIMED', assigned_person_id: 'x' });
  expect(letGo(item, 'CLAIMED', ofPerson('other'))).toEqual({
    endsClaim: false,
    unassigns: false,
    opensReservation: false,
  });
  const revising = sampleItem({ writer_id: 'w', reserved_until: LATER, state: 'REVISING' });
  expect(letGo(revising, 'REVISING', ofPerson('x')).opensReservation).toBe(false);
});

it('a person who leaves lets go what he parked, a silent hospital keeps it until its limit', () => {
  const item = sampleItem({ ...held, ...parked, state: 'CLAIMED' });
  expect(letGo(item, 'CLAIMED', ofPerson('w')).endsClaim).toBe(true);
  expect(letGo(item, 'CLAIMED', ofHospital('h1', new Set())).endsClaim).toBe(false);
});

it('a hospital: who reads for it, is assigned of its people, wrote for it', () => {
  const leaver = ofHospital('h1', new Set(['w', 'y']));
  expect(letGo(sampleItem({ ...held, state: 'REVIEWING' }), 'REVIEWING', leaver).endsClaim).toBe(true);
  expect(letGo(sampleItem({ assigned_person_id: 'y' }), 'QUEUED', leaver).unassigns).toBe(true);
  expect(letGo(sampleItem({ assigned_person_id: 'z' }), 'QUEUED', leaver).unassigns).toBe(false);
  const revising = sampleItem({ state: 'REVISING', writer_hospital_id: 'h2', reserved_until: LATER });
  expect(letGo(revising, 'REVISING', leaver).opensReservation).toBe(false);
});
