import { AMENDMENT_STATES } from '../amendment.state';
import { goesWithHospital, goesWithWriter, SIGN_OF_LIFE_MS } from './release.rules';

const at = (seconds: number): Date => new Date(Date.UTC(2026, 2, 2, 9, 0, seconds));
const HELD = {
  state: 'WRITING' as const,
  writer_id: 'writer',
  writer_hospital_id: 'hospital',
  released_at: null,
  opened_at: at(0),
  saved_at: at(0),
  taken_at: null,
};

describe('离岗', () => {
  const left = { personId: 'writer', at: at(10) };

  it('lets go what its writer had in hand then, however late he saved it', () => {
    expect(goesWithWriter(HELD, left)).toBe(true);
    expect(goesWithWriter({ ...HELD, saved_at: at(11) }, left)).toBe(true);
  });

  it.each<[string, object]>([
    ['of another', { writer_id: 'other' }],
    ['that he opened afterwards', { opened_at: at(11) }],
    ['that he took up again afterwards', { taken_at: at(11) }],
    ['that was let go before', { released_at: at(5) }],
  ])('leaves one %s', (_, change) => {
    expect(goesWithWriter({ ...HELD, ...change }, left)).toBe(false);
  });
});

describe('a silent hospital', () => {
  const silent = { hospitalId: 'hospital', lastSignAt: at(0) };

  it('lets go what was saved no later than its last sign of life, give or take one of them', () => {
    expect(goesWithHospital(HELD, silent)).toBe(true);
    expect(goesWithHospital({ ...HELD, saved_at: at(SIGN_OF_LIFE_MS / 1000) }, silent)).toBe(true);
  });

  it.each<[string, object]>([
    ['of another hospital', { writer_hospital_id: 'other' }],
    ['of nobody’s hospital', { writer_hospital_id: null }],
    ['that was saved since', { saved_at: at(SIGN_OF_LIFE_MS / 1000 + 1) }],
    ['that was taken over since', { taken_at: at(SIGN_OF_LIFE_MS / 1000 + 1) }],
    ['that was let go before', { released_at: at(0) }],
  ])('leaves one %s', (_, change) => {
    expect(goesWithHospital({ ...HELD, ...change }, silent)).toBe(false);
  });
});

it.each(AMENDMENT_STATES.filter((state) => state !== 'WRITING'))('nobody has %s in hand', (state) => {
  const amendment = { ...HELD, state };
  expect(goesWithWriter(amendment, { personId: 'writer', at: at(10) })).toBe(false);
  expect(goesWithHospital(amendment, { hospitalId: 'hospital', lastSignAt: at(10) })).toBe(false);
});
