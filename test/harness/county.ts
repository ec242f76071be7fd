import { GatewayKeysService, PeopleService, type RoleName } from '../../src/identity';
import { newId } from '../../src/platform/ids';
import { TenancyService } from '../../src/tenancy';
import { JsonClient } from './json-client';
import type { System } from './system';

export interface TestClinic {
  readonly id: string;
  readonly code: string;
  readonly key: string;
}

export interface TestCounty {
  readonly countyId: string;
  readonly hospitals: readonly { readonly id: string; readonly code: string }[];
  readonly clinics: readonly TestClinic[];
  readonly people: ReadonlyMap<string, { readonly id: string }>;
  readonly password: string;
  /** Appended to every user name of this county. */
  readonly suffix: string;
}

const PASSWORD = 'correct-horse-42';

/** A small fictional county through the real services: 2 hospitals, 2 clinics, people of every role. */
export async function seedCounty(
  system: System,
  options: { code?: string; clinics?: number } = {},
): Promise<TestCounty> {
  const code = options.code ?? 'a';
  const suffix = options.code ? `.${options.code}` : '';
  const countyId = newId();
  const ctx = system.ctx(countyId);
  await system.db.relay(ctx, (tx) =>
    tx.change('INSERT INTO county (id, code, name, centre_name, created_at) VALUES ($1, $2, $3, $4, now())', [
      countyId,
      code,
      '云溪县',
      '云溪县医学影像诊断中心',
    ]),
  );
  const tenancy = system.get(TenancyService);
  const keys = system.get(GatewayKeysService);
  const hospitals = [];
  for (const n of [1, 2]) {
    const { hospitalId } = await tenancy.createHospital(ctx, { code: `H${n}`, name: `云溪县第${n}医院` });
    hospitals.push({ id: hospitalId, code: `H${n}` });
  }
  const clinics = [];
  for (let n = 1; n <= (options.clinics ?? 2); n += 1) {
    const clinicCode = `C${String(n).padStart(2, '0')}`;
    const { clinicId } = await tenancy.createClinic(ctx, {
      code: clinicCode,
      name: `第${n}卫生院`,
      dutyPhone: '000-0000',
    });
    const { key } = await keys.create(ctx, { clinicId, label: 'gateway' });
    clinics.push({ id: clinicId, code: clinicCode, key });
  }
  const people = await seedPeople(system, ctx.countyId, suffix, hospitals, clinics);
  return { countyId, hospitals, clinics, people, password: PASSWORD, suffix };
}

type Post = readonly [
  username: string,
  name: string,
  title: string,
  role: RoleName,
  site: { clinicId?: string; hospitalId?: string },
];

async function seedPeople(
  system: System,
  countyId: string,
  suffix: string,
  hospitals: readonly { id: string }[],
  clinics: readonly TestClinic[],
): Promise<Map<string, { id: string }>> {
  const posts: Post[] = [
    ...clinics.flatMap((clinic, i): Post[] => [
      [`tech${String(i + 1).padStart(2, '0')}`, `技师${i + 1}`, '技师', 'technician', { clinicId: clinic.id }],
      [
        `doctor${String(i + 1).padStart(2, '0')}`,
        `医师${i + 1}`,
        '住院医师',
        'ordering_doctor',
        { clinicId: clinic.id },
      ],
    ]),
    ...hospitals.flatMap((hospital, i): Post[] => [
      [`writer${i + 1}1`, `报告${i + 1}1`, '住院医师', 'writer', { hospitalId: hospital.id }],
      [`writer${i + 1}2`, `报告${i + 1}2`, '住院医师', 'writer', { hospitalId: hospital.id }],
      [`reviewer${i + 1}1`, `审核${i + 1}1`, '主治医师', 'reviewer', { hospitalId: hospital.id }],
      [`reviewer${i + 1}2`, `审核${i + 1}2`, '主任医师', 'reviewer', { hospitalId: hospital.id }],
      [`trainee${i + 1}1`, `进修${i + 1}1`, '规培医师', 'trainee', { hospitalId: hospital.id }],
      [`chief${i + 1}`, `主任${i + 1}`, '主任医师', 'chief', { hospitalId: hospital.id }],
    ]),
    ['admin', '县管理员', '', 'county_admin', {}],
    ['sysadmin', '系统管理员', '', 'sysadmin', {}],
    ['secadmin', '安全管理员', '', 'secadmin', {}],
    ['auditor', '审计员', '', 'auditor', {}],
  ];
  const service = system.get(PeopleService);
  const people = new Map<string, { id: string }>();
  for (const [username, name, title, role, site] of posts) {
    const licence = site.hospitalId
      ? { licenceNumber: `1103300000${username.length}`, licenceValidUntil: '2035-12-31' }
      : {};
    const { personId } = await service.create(system.ctx(countyId), {
      username: `${username}${suffix}`,
      password: PASSWORD,
      name,
      ...(title ? { title } : {}),
      ...licence,
      // A trainee drafts under the name of the first writer of the hospital, who is made before him.
      ...(role === 'trainee' ? { supervisorId: people.get(username.replace('trainee', 'writer'))!.id } : {}),
      grants: [{ role, ...site }],
    });
    people.set(username, { id: personId });
  }
  return people;
}

/** Signs a person of the county in and answers a client that carries the cookie and the anti-forgery token. */
export async function signIn(system: System, county: TestCounty, username: string): Promise<JsonClient> {
  const client = new JsonClient(system.url);
  await client.signIn(`${username}${county.suffix}`, county.password);
  return client;
}

/** A client that speaks as the clinic's gateway. */
export function gateway(system: System, clinic: TestClinic): JsonClient {
  return new JsonClient(system.url, { authorization: `Bearer ${clinic.key}` });
}
