import { type Ctx, type PersonActor, systemCtx } from '../platform/context';
import { ROLES, type RoleName } from '../identity';
import { mayRead, mayWrite, PUBLIC, type Shelf, shelfMeant, visibleShelves } from './shelves.rules';

const COUNTY = 'county';
const person = (role: RoleName, hospitalIds: readonly string[] = []): Ctx => {
  const actor: PersonActor = {
    kind: 'person',
    id: 'me',
    name: '甲',
    permissions: new Set<string>(ROLES[role].permissions),
    clinicIds: [],
    hospitalIds,
    countyWide: ROLES[role].site === 'county',
  };
  return { actor, countyId: COUNTY, requestId: 'r' };
};
const of = (hospital: string): Shelf => ({ level: 'hospital', hospital_id: hospital, owner_id: null });
const personal = (owner: string): Shelf => ({ level: 'personal', hospital_id: null, owner_id: owner });
const SHELVES: readonly [string, Shelf][] = [
  ['public', PUBLIC],
  ['own hospital', of('h1')],
  ['other hospital', of('h2')],
  ['own', personal('me')],
  ["other's", personal('you')],
];

it.each<[string, Ctx, string[], string[]]>([
  ['trainee', person('trainee', ['h1']), ['public', 'own hospital', 'own'], ['own']],
  ['writer', person('writer', ['h1']), ['public', 'own hospital', 'own'], ['own']],
  ['reviewer', person('reviewer', ['h1']), ['public', 'own hospital', 'own'], ['own']],
  ['chief', person('chief', ['h1']), ['public', 'own hospital', 'own'], ['own hospital', 'own']],
  ['county administrator', person('county_admin'), ['public'], ['public']],
  ['system administrator', person('sysadmin'), ['public'], []],
  ['seed', systemCtx('seed', COUNTY, 'r'), ['public'], ['public']],
])('%s reads and writes the shelves of his post', (_, ctx, reads, writes) => {
  const names = (may: (ctx: Ctx, shelf: Shelf) => boolean) =>
    SHELVES.filter(([, shelf]) => may(ctx, shelf)).map(([name]) => name);
  expect([names(mayRead), names(mayWrite)]).toEqual([reads, writes]);
});

it('means the one hospital of a caller, and asks those of several which', () => {
  expect(shelfMeant(person('chief', ['h1']), 'hospital')).toEqual(of('h1'));
  expect(shelfMeant(person('chief', ['h1', 'h2']), 'hospital')).toBe('hospital_ambiguous');
  expect(shelfMeant(person('chief', ['h1', 'h2']), 'hospital', 'h2')).toEqual(of('h2'));
  expect(shelfMeant(person('chief', ['h1']), 'hospital', 'h2')).toBe('no_such_shelf');
});

it('has no personal shelf for somebody without a hospital', () => {
  expect(visibleShelves(person('county_admin'))).toEqual([PUBLIC]);
  expect(shelfMeant(person('county_admin'), 'personal')).toBe('no_such_shelf');
});
