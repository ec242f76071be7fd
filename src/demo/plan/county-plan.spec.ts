import { CLINICS, doctorOf, HOSPITALS, namesOf, PEOPLE, staffOf } from './county-plan';
import { dutiesOf } from './rosters';

const numbered = (word: string, from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => `${word}${String(from + i).padStart(2, '0')}`);
const twoEach = (word: string): string[] =>
  [1, 2, 3, 4].flatMap((hospital) => [`${word}${hospital}1`, `${word}${hospital}2`]);

describe('the county', () => {
  it('has 4 hospitals and 26 clinics, each clinic with a key of its own name', () => {
    expect(HOSPITALS).toHaveLength(4);
    expect(CLINICS.map(({ keyName }) => keyName)).toEqual(numbered('clinic', 1, 26));
    expect(new Set(CLINICS.map(({ name }) => name)).size).toBe(26);
  });

  it('names its people as the contract does', () => {
    expect(namesOf('technician')).toEqual(numbered('tech', 1, 26));
    expect(namesOf('ordering_doctor')).toEqual(numbered('doctor', 1, 26));
    expect(namesOf('writer')).toEqual(twoEach('writer'));
    expect(namesOf('reviewer')).toEqual(twoEach('reviewer'));
    expect(namesOf('chief')).toEqual(['chief1', 'chief2', 'chief3', 'chief4']);
    expect(['county_admin', 'sysadmin', 'secadmin', 'auditor'].flatMap((role) => namesOf(role as 'auditor'))).toEqual([
      'admin',
      'sysadmin',
      'secadmin',
      'auditor',
    ]);
    expect(namesOf('clinic_head')).toEqual(numbered('head', 1, 26));
    expect(namesOf('trainee')).toEqual(['trainee11', 'trainee21', 'trainee31', 'trainee41']);
    expect(PEOPLE).toHaveLength(26 * 3 + 4 * 6 + 4);
  });

  it('gives no two people one name or one licence', () => {
    expect(new Set(PEOPLE.map(({ name }) => name)).size).toBe(PEOPLE.length);
    const licences = PEOPLE.flatMap(({ licenceNumber }) => licenceNumber ?? []);
    expect(new Set(licences).size).toBe(licences.length);
  });

  it('licenses everybody who writes, reviews or orders, and lets only 主治 and above review', () => {
    const doctors = PEOPLE.filter(({ role }) => ['ordering_doctor', 'writer', 'reviewer', 'chief'].includes(role));
    expect(doctors.filter(({ licenceNumber }) => licenceNumber === undefined)).toEqual([]);
    for (const { role, title } of doctors)
      if (role === 'reviewer' || role === 'chief') expect(title).toMatch(/主治|主任/);
  });

  it('puts each trainee under a licensed doctor of his own hospital', () => {
    for (const { supervisor, hospitalCode } of PEOPLE.filter(({ role }) => role === 'trainee')) {
      const doctor = PEOPLE.find(({ username }) => username === supervisor);
      expect(doctor).toMatchObject({ hospitalCode, licenceNumber: expect.any(String) });
    }
  });

  it('has somebody on duty in every hospital at every hour of the week', () => {
    for (const hospital of HOSPITALS) {
      const duties = dutiesOf(hospital);
      const days = duties.filter(({ start }) => start === '08:00').flatMap(({ weekdays }) => weekdays);
      const nights = duties.filter(({ start }) => start === '17:30').flatMap(({ weekdays }) => weekdays);
      expect([...new Set(days)].sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
      expect([...nights].sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
      for (const { username } of duties) {
        expect(PEOPLE.find((one) => one.username === username)?.hospitalCode).toBe(hospital.code);
      }
    }
  });

  it('names the people of a hospital as they are registered, the hospitals in turn', () => {
    const { hospital, ...people } = staffOf(HOSPITALS.length + 1);
    expect(hospital).toBe(HOSPITALS[1]);
    for (const username of Object.values(people))
      expect(PEOPLE.find((one) => one.username === username)?.hospitalCode).toBe(hospital.code);
  });

  it('has consoles of every kind, and a default for those that do not say what they write', () => {
    const silent = CLINICS.filter(
      ({ charset }) => charset === 'GBK unlabelled' || charset === 'GBK labelled ISO_IR 100',
    );
    expect(new Set(CLINICS.map(({ charset }) => charset)).size).toBe(7);
    expect(silent.map(({ defaultCharset }) => defaultCharset)).toEqual(silent.map(() => 'GB18030'));
    expect(new Set(CLINICS.map(({ defaultCharset }) => defaultCharset)).size).toBe(3);
  });

  it('knows the ordering doctor of a clinic', () => {
    expect(doctorOf(CLINICS[6]!).username).toBe('doctor07');
  });
});
