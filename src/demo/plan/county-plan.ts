import type { RoleName } from '../../identity';
import type { Charset, NameStyle, Person, Random } from '../synthetic';
import { CLINIC_NAMES, COUNTY_NAME, drawPerson, HOSPITAL_NAMES, seededRandom } from '../synthetic';

/** The fictional county as data: sites, consoles, people. The seed writes it down, the feed acts it out. */
export const COUNTY = { code: 'demo', name: COUNTY_NAME, centreName: `${COUNTY_NAME}医学影像诊断中心` } as const;

export interface HospitalPlan {
  readonly number: number;
  readonly code: string;
  readonly name: string;
}

export interface ClinicPlan {
  readonly number: number;
  /** `clinic01`: its name in demo-keys.json. */
  readonly keyName: string;
  readonly code: string;
  readonly name: string;
  readonly dutyPhone: string;
  /** How this clinic's console writes Chinese text. */
  readonly charset: Charset;
  readonly nameStyle: NameStyle;
  /** What the clinic is registered with for text without a label, or with a wrong one. */
  readonly defaultCharset: 'GB18030' | 'ISO_IR 192' | 'ISO_IR 100' | null;
}

export interface PersonPlan {
  readonly username: string;
  readonly name: string;
  readonly title?: string;
  readonly role: RoleName;
  readonly clinicCode?: string;
  readonly hospitalCode?: string;
  /** Set for doctors: number of the practising licence (of region 99, which does not exist). */
  readonly licenceNumber?: string;
  readonly phone: string;
  /** User name of the doctor under whom a trainee drafts. */
  readonly supervisor?: string;
}

const two = (n: number): string => String(n).padStart(2, '0');
export const technicianName = (clinicNumber: number): string => `tech${two(clinicNumber)}`;
export const doctorName = (clinicNumber: number): string => `doctor${two(clinicNumber)}`;
const headName = (clinicNumber: number): string => `head${two(clinicNumber)}`;

export const HOSPITALS: readonly HospitalPlan[] = HOSPITAL_NAMES.map((name, i) => ({
  number: i + 1,
  code: `H${i + 1}`,
  name,
}));

/** Consoles in the order of the clinics' numbers; what is unlabelled or mislabelled is GBK, as in the field. */
const CONSOLES: readonly (readonly [Charset, NameStyle])[] = [
  ['ISO_IR 192', 'chinese'],
  ['GB18030', 'chinese'],
  ['GBK unlabelled', 'chinese'],
  ['\\ISO 2022 IR 58', 'both'],
  ['GB18030', 'both'],
  ['GBK', 'chinese'],
  ['GBK labelled ISO_IR 100', 'chinese'],
  ['ASCII', 'pinyin'],
  ['ISO_IR 192', 'both'],
];

export const CLINICS: readonly ClinicPlan[] = CLINIC_NAMES.map((name, i) => {
  const number = i + 1;
  const [charset, nameStyle] = CONSOLES[i % CONSOLES.length] ?? ['ISO_IR 192', 'chinese'];
  return {
    number,
    keyName: `clinic${two(number)}`,
    code: `C${two(number)}`,
    name,
    dutyPhone: `142-0000-00${two(number)}`,
    charset,
    nameStyle,
    defaultCharset: charset.startsWith('GBK ') ? 'GB18030' : charset === 'ISO_IR 192' ? 'ISO_IR 192' : null,
  };
});

/** 远程诊断(审核): what the clinic's own doctor writes and the centre reviews; everything else the centre writes. */
export const REVIEW_MODE = { clinic: CLINICS[9]!, modality: 'DX' } as const;

type Post = Omit<PersonPlan, 'name' | 'phone' | 'licenceNumber'> & { readonly licensed?: boolean };

function clinicPosts({ number, code }: ClinicPlan): Post[] {
  const [technician, doctor] = [number % 3 === 0 ? '主管技师' : '技师', number % 2 === 0 ? '主治医师' : '住院医师'];
  return [
    { username: technicianName(number), title: technician, role: 'technician', clinicCode: code },
    { username: doctorName(number), title: doctor, role: 'ordering_doctor', clinicCode: code, licensed: true },
  ];
}

function hospitalPosts({ number, code }: HospitalPlan): Post[] {
  const site = { hospitalCode: code, licensed: true } as const;
  return [
    { username: `writer${number}1`, title: '住院医师', role: 'writer', ...site },
    { username: `writer${number}2`, title: '主治医师', role: 'writer', ...site },
    { username: `reviewer${number}1`, title: '主治医师', role: 'reviewer', ...site },
    { username: `reviewer${number}2`, title: '副主任医师', role: 'reviewer', ...site },
    { username: `chief${number}`, title: '主任医师', role: 'chief', ...site },
  ];
}

const headPosts = ({ number, code }: ClinicPlan): Post[] => [
  { username: headName(number), title: '主治医师', role: 'clinic_head', clinicCode: code },
];

/** No licence: a trainee drafts in another's name. */
const traineePosts = ({ number, code }: HospitalPlan): Post[] => [
  { username: `trainee${number}1`, title: '医师', role: 'trainee', hospitalCode: code, supervisor: `writer${number}2` },
];

const COUNTY_POSTS: readonly Post[] = [
  { username: 'admin', role: 'county_admin' },
  { username: 'sysadmin', role: 'sysadmin' },
  { username: 'secadmin', role: 'secadmin' },
  { username: 'auditor', role: 'auditor' },
];

/** Everybody of the county, with the user names of contract.md; no two people share a name. */
export const PEOPLE: readonly PersonPlan[] = named([
  ...CLINICS.flatMap(clinicPosts),
  ...HOSPITALS.flatMap(hospitalPosts),
  ...COUNTY_POSTS,
  ...CLINICS.flatMap(headPosts),
  ...HOSPITALS.flatMap(traineePosts),
]);

function named(posts: readonly Post[]): PersonPlan[] {
  const random = seededRandom('demo-staff');
  const taken = new Set<string>();
  return posts.map(({ licensed, ...post }) => {
    let { name, phone } = drawStaff(random);
    while (taken.has(name)) ({ name, phone } = drawStaff(random));
    taken.add(name);
    const licenceNumber = `1109900000${String(taken.size).padStart(5, '0')}`;
    return { ...post, name, phone, ...(licensed ? { licenceNumber } : {}) };
  });
}

function drawStaff(random: Random): Person {
  return drawPerson(random, { on: new Date('2026-01-01T00:00:00Z'), ages: [26, 56], charset: 'GBK' });
}

/** The ordering doctor of a clinic. */
export const doctorOf = (clinic: ClinicPlan): PersonPlan => personNamed(doctorName(clinic.number));

/** Who takes the pictures at a clinic. */
export const technicianOf = (clinic: ClinicPlan): PersonPlan => personNamed(technicianName(clinic.number));

function personNamed(username: string): PersonPlan {
  const person = PEOPLE.find((one) => one.username === username);
  if (!person) throw new RangeError(`no ${username} in the plan`);
  return person;
}

/** The people of one hospital by what they do in the demo, by user name. */
export interface Staff {
  readonly hospital: HospitalPlan;
  readonly writer: string;
  /** On duty at night. */
  readonly onCall: string;
  readonly reviewer: string;
  readonly chief: string;
  readonly trainee: string;
}

/** The hospitals take turns: `index` may be any whole number from 0 on. */
export function staffOf(index: number): Staff {
  const hospital = HOSPITALS[index % HOSPITALS.length]!;
  const { number } = hospital;
  return {
    hospital,
    writer: `writer${number}1`,
    onCall: `writer${number}2`,
    reviewer: `reviewer${number}1`,
    chief: `chief${number}`,
    trainee: `trainee${number}1`,
  };
}

/** User names of everybody who holds this role, in the order of the hospitals. */
export const namesOf = (role: RoleName): string[] =>
  PEOPLE.filter((one) => one.role === role).map(({ username }) => username);
