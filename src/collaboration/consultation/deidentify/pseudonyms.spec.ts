import { Pseudonyms } from './pseudonyms';

const [SECRET, CONSULTATION] = ['a secret of the installation, 32 long', '018f0000-0000-7000-8000-000000000001'];
const OTHER = '018f0000-0000-7000-8000-000000000002';
const one = new Pseudonyms(SECRET, CONSULTATION);

it('gives a UID the same new one in all images of a consultation, and another in any other', () => {
  expect(one.uid('1.2.3')).toBe(new Pseudonyms(SECRET, CONSULTATION).uid('1.2.3'));
  const all = [
    one.uid('1.2.3'),
    one.uid('1.2.4'),
    new Pseudonyms(SECRET, OTHER).uid('1.2.3'),
    new Pseudonyms(`${SECRET}!`, CONSULTATION).uid('1.2.3'),
  ];
  expect(new Set(all).size).toBe(4);
  expect(one.uid('')).toBe('');
});

it('makes UIDs out of uuids, as PS3.5 B.2 wants them', () => {
  for (let i = 0; i < 200; i += 1) {
    const uid = one.uid(`1.2.${i}`);
    expect(uid).toMatch(/^2\.25\.[1-9]\d{0,38}$/);
    const hex = BigInt(uid.slice(5)).toString(16).padStart(32, '0');
    expect(hex).toMatch(/^.{12}8.{3}[89ab].{15}$/);
  }
});

it('reads an id back from its name, in the same consultation only', () => {
  for (let i = 0; i < 200; i += 1) {
    const id = `018f0000-0000-7000-8000-${String(i).padStart(12, '0')}`;
    const name = one.id(id);
    expect(name).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(one.original(name)).toBe(id);
    expect(new Pseudonyms(SECRET, OTHER).original(name)).not.toBe(id);
  }
  expect(one.original(OTHER)).toBeUndefined();
});

it('names ids and the patient, without their time and without each other', () => {
  expect(one.id(OTHER)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(BigInt(`0x${one.id(OTHER).replaceAll('-', '')}`)).not.toBe(BigInt(one.uid(OTHER).slice(5)));
  expect(one.patient()).toMatch(/^CONSULT-[0-9A-F]{8}$/);
  expect(new Pseudonyms(SECRET, OTHER).patient()).not.toBe(one.patient());
});
