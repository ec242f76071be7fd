import { personActor } from './accounts';
import { type GrantShape, grantFault } from './roles';

const A = 'clinic-a';
const B = 'clinic-b';
const H = 'hospital-1';
const I = 'hospital-2';

it.each<[string, GrantShape[], string | undefined]>([
  [
    'several roles at one clinic',
    [
      { role: 'technician', clinicId: A },
      { role: 'ordering_doctor', clinicId: A },
    ],
    undefined,
  ],
  [
    'the same role at two clinics',
    [
      { role: 'technician', clinicId: A },
      { role: 'technician', clinicId: B },
    ],
    undefined,
  ],
  [
    'another role at another clinic',
    [
      { role: 'technician', clinicId: A },
      { role: 'ordering_doctor', clinicId: B },
    ],
    'sites_mixed',
  ],
  [
    'one role more at one of two clinics',
    [
      { role: 'technician', clinicId: A },
      { role: 'ordering_doctor', clinicId: A },
      { role: 'technician', clinicId: B },
    ],
    'sites_mixed',
  ],
  [
    'learning at one hospital, signing at another',
    [
      { role: 'trainee', hospitalId: H },
      { role: 'reviewer', hospitalId: I },
    ],
    'trainee_signs',
  ],
  [
    'a clinic and a hospital',
    [
      { role: 'technician', clinicId: A },
      { role: 'trainee', hospitalId: H },
    ],
    'sites_mixed',
  ],
  ['the county and a hospital', [{ role: 'county_admin' }, { role: 'chief', hospitalId: H }], 'sites_mixed'],
  [
    'an administration and a hospital',
    [{ role: 'secadmin' }, { role: 'chief', hospitalId: H }],
    'separation_of_duties',
  ],
  [
    'learning and writing at one hospital',
    [
      { role: 'trainee', hospitalId: H },
      { role: 'writer', hospitalId: H },
    ],
    'trainee_signs',
  ],
  ['the county and a clinic', [{ role: 'technician', clinicId: A }, { role: 'county_admin' }], 'sites_mixed'],
  ['an administration beside other work', [{ role: 'secadmin' }, { role: 'county_admin' }], 'separation_of_duties'],
  ['two administrations', [{ role: 'sysadmin' }, { role: 'auditor' }], 'separation_of_duties'],
])('judges %s', (_, grants, fault) => {
  expect(grantFault(grants)).toBe(fault);
});

describe('an actor of stored grants', () => {
  const clinic = (role: 'technician' | 'ordering_doctor', id: string) => ({ role, clinic_id: id, hospital_id: null });
  const hospital = (role: 'trainee' | 'reviewer', id: string) => ({ role, clinic_id: null, hospital_id: id });
  const actor = (...grants: Parameters<typeof personActor>[2]) => personActor('p', '人', grants);

  it('keeps to the site of the first grant where the sites differ', () => {
    const learner = actor(hospital('trainee', H), hospital('reviewer', I));
    expect([learner.hospitalIds, learner.permissions.has('report.sign')]).toEqual([[H], false]);
    const technician = actor(clinic('technician', A), hospital('trainee', H));
    expect([technician.clinicIds, technician.hospitalIds]).toEqual([[A], []]);
    const mixed = actor(clinic('ordering_doctor', B), clinic('technician', A), { ...clinic('technician', B) });
    expect([mixed.clinicIds, mixed.permissions.has('exam.manage')]).toEqual([[B], true]);
    const county = { role: 'county_admin', clinic_id: null, hospital_id: null } as const;
    expect([
      actor(clinic('technician', A), county).countyWide,
      actor(county, clinic('technician', A)).clinicIds,
    ]).toEqual([false, []]);
  });

  it('works at all sites where the roles are the same', () => {
    expect(actor(clinic('technician', A), clinic('technician', B)).clinicIds).toEqual([A, B]);
  });

  it('is nobody without any', () => {
    expect([actor().permissions.size, actor().countyWide]).toEqual([0, false]);
  });
});
