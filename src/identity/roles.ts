/**
 * Roles as data. A person holds roles at sites: clinic roles at a clinic, hospital roles at a hospital, county roles for
 * the whole county. Nobody holds two of the three administrations of system, security and audit.
 */
export type Site = 'clinic' | 'hospital' | 'county';

export interface RoleSpec {
  /** Shown to people. */
  readonly name: string;
  readonly site: Site;
  readonly permissions: readonly string[];
}

const CLINIC_CRITICAL = ['critical.read', 'critical.acknowledge', 'critical.handle'] as const;
const READER_CRITICAL = ['critical.read', 'critical.report', 'critical.confirm', 'critical.handle'] as const;
/** The county's hospitals and clinics with their telephones: everybody's but an outside expert's. */
const SITES = ['site.read'] as const;
const CLINIC_READING = [...SITES, 'exam.read', 'image.read', 'report.read', 'inbox.read'] as const;
const HOSPITAL_READING = [...SITES, 'exam.read', 'image.read', 'report.read', 'worklist.read', 'template.use'] as const;
const CLINIC_TALK = ['message.write', 'attachment.write', 'referral.read'] as const;
const READER_TALK = ['message.write', 'consult.ask', 'consult.read', 'institution.read', 'teaching.mark'] as const;
const CONSULTANT = ['consult.answer', 'referral.read', 'referral.request', 'referral.handle'] as const;

export const ROLES = {
  technician: {
    name: '技师',
    site: 'clinic',
    permissions: [
      ...CLINIC_READING,
      ...CLINIC_TALK,
      'recognition.use',
      'exam.create',
      'exam.manage',
      'exam.urge',
      'exam.hold',
      'exam.rebind',
      'image.upload',
      'inbox.ack',
      'inbox.seen',
      'report.demographics',
      ...CLINIC_CRITICAL,
      'critical.report',
    ],
  },
  ordering_doctor: {
    name: '申请医师',
    site: 'clinic',
    permissions: [
      ...CLINIC_READING,
      ...CLINIC_TALK,
      'referral.request',
      ...CLINIC_CRITICAL,
      'recognition.use',
      'exam.create',
      // Whom a returned exam asks for the history that is missing.
      'exam.manage',
      'exam.mode',
      'exam.urge',
      'exam.hold',
      'inbox.seen',
      'report.demographics',
      // In review mode the clinic's own doctor writes; title and licence are checked when he hands in.
      'report.write_at_clinic',
      'person.handwriting',
    ],
  },
  // Whom the ladder of a critical value reaches before the county does.
  clinic_head: {
    name: '卫生院负责人',
    site: 'clinic',
    permissions: [...CLINIC_READING, ...CLINIC_TALK, ...CLINIC_CRITICAL, 'critical.oversee', 'exam.urge', 'inbox.seen'],
  },
  trainee: {
    name: '进修/规培医师',
    site: 'hospital',
    permissions: [
      ...HOSPITAL_READING,
      'message.write',
      'critical.read',
      'critical.report',
      'worklist.write',
      'report.draft',
      'report.present',
    ],
  },
  writer: {
    name: '报告医师',
    site: 'hospital',
    permissions: [
      ...HOSPITAL_READING,
      ...READER_TALK,
      ...READER_CRITICAL,
      'worklist.write',
      'report.draft',
      'report.submit',
      'person.handwriting',
      'report.addendum',
      'quality.grade',
      'exam.return',
      'exam.hold',
    ],
  },
  reviewer: {
    name: '审核医师',
    site: 'hospital',
    permissions: [
      ...HOSPITAL_READING,
      ...READER_TALK,
      ...CONSULTANT,
      ...READER_CRITICAL,
      'worklist.write',
      'worklist.review',
      'report.draft',
      'report.submit',
      'person.handwriting',
      'report.sign',
      'report.recall',
      'report.addendum',
      'quality.grade',
      'exam.return',
      'exam.hold',
      'identity.link',
      'exam.rebind',
    ],
  },
  chief: {
    name: '科主任',
    site: 'hospital',
    permissions: [
      ...HOSPITAL_READING,
      ...READER_TALK,
      ...CONSULTANT,
      ...READER_CRITICAL,
      'critical.oversee',
      'worklist.write',
      'worklist.review',
      'worklist.manage',
      'template.manage',
      'roster.manage',
      'report.draft',
      'report.submit',
      'person.handwriting',
      'report.sign',
      'report.revise',
      'report.recall',
      'report.addendum',
      'quality.grade',
      'exam.return',
      'exam.hold',
      'identity.link',
      'exam.rebind',
      'exam.void',
      'exam.mode',
      'exam.priority',
      'turnaround.read',
    ],
  },
  // Of an institution outside of the county: answers what is asked of him, and sees nothing else.
  expert: { name: '外院会诊专家', site: 'hospital', permissions: ['consult.read', 'consult.answer'] },
  county_admin: {
    name: '县域管理员',
    site: 'county',
    permissions: [
      ...SITES,
      'county.read',
      'exam.read',
      'report.read',
      'worklist.read',
      'worklist.manage',
      'template.use',
      'template.manage',
      'roster.manage',
      'sla.manage',
      'report.policy',
      'identity.link',
      'exam.rebind',
      'exam.void',
      'exam.mode',
      'exam.priority',
      'turnaround.read',
      'critical.read',
      'critical.oversee',
      'critical.manage',
      'delivery.read',
      'delivery.redrive',
      'endpoint.read',
    ],
  },
  sysadmin: {
    name: '系统管理员',
    site: 'county',
    permissions: [
      ...SITES,
      'county.read',
      'site.manage',
      // Of the institutions for consultations: he registers them.
      'institution.read',
      'channel.manage',
      'endpoint.read',
      'delivery.read',
      'delivery.redrive',
      'key.manage',
    ],
  },
  // Where reports may be sent at all is security's word; whoever sets the channels up moves within it.
  secadmin: {
    name: '安全管理员',
    site: 'county',
    permissions: [
      ...SITES,
      'county.read',
      'people.manage',
      'person.handwriting',
      'key.manage',
      'endpoint.read',
      'endpoint.allow',
    ],
  },
  auditor: { name: '审计员', site: 'county', permissions: [...SITES, 'county.read', 'audit.read'] },
} as const satisfies Record<string, RoleSpec>;

export type RoleName = keyof typeof ROLES;
export const ROLE_NAMES = Object.keys(ROLES) as RoleName[];

/** What a clinic's gateway key may do: upload, follow its exams, and take its reports. */
export const GATEWAY_PERMISSIONS: readonly string[] = [
  ...SITES,
  'exam.read',
  'exam.create',
  'exam.manage',
  'image.upload',
  'image.read',
  'report.read',
  'inbox.read',
  'inbox.ack',
  'attachment.write',
];

export const ALL_PERMISSIONS: ReadonlySet<string> = new Set([
  ...Object.values(ROLES).flatMap((role) => role.permissions),
  ...GATEWAY_PERMISSIONS,
]);

const SEPARATED: readonly RoleName[] = ['sysadmin', 'secadmin', 'auditor'];

export interface GrantShape {
  readonly role: RoleName;
  readonly clinicId?: string | undefined;
  readonly hospitalId?: string | undefined;
}

export type GrantFault = 'site_missing' | 'site_wrong' | 'separation_of_duties' | 'trainee_signs' | 'sites_mixed';

/** Checks a person's whole set of grants; undefined means it is fine. */
export function grantFault(grants: readonly GrantShape[]): GrantFault | undefined {
  for (const { role, clinicId, hospitalId } of grants) {
    const { site } = ROLES[role];
    if (site === 'clinic' && !clinicId) return 'site_missing';
    if (site === 'hospital' && !hospitalId) return 'site_missing';
    if ((clinicId && site !== 'clinic') || (hospitalId && site !== 'hospital')) return 'site_wrong';
  }
  const roles = new Set(grants.map((grant) => grant.role));
  if (roles.size > 1 && SEPARATED.some((role) => roles.has(role))) return 'separation_of_duties';
  if (roles.has('trainee') && [...roles].some(answersForReports)) return 'trainee_signs';
  return sameEverywhere(grants) ? undefined : 'sites_mixed';
}

/**
 * Whether a person holds the same roles at each of his sites (a technician of two clinics does; somebody who is a
 * technician here and an ordering doctor there, or signs here and learns there, does not). What an actor may do is one set
 * for all of its sites, so only then does no role of one site reach another. Sites of two kinds never agree.
 */
export function sameEverywhere(grants: readonly GrantShape[]): boolean {
  const bySite = new Map<string, Set<RoleName>>();
  for (const grant of grants) {
    const site = siteOf(grant);
    bySite.set(site, (bySite.get(site) ?? new Set()).add(grant.role));
  }
  const sets = [...bySite.values()].map((roles) => [...roles].sort().join(' '));
  return new Set(sets).size <= 1;
}

/** Clinics, hospitals and the county apart; ids are unique among them. */
export function siteOf({ clinicId, hospitalId }: GrantShape): string {
  return clinicId ?? hospitalId ?? 'county';
}

/** Whether a role hands in or signs reports under its own name, which a trainee does not: he drafts for his supervisor. */
function answersForReports(role: RoleName): boolean {
  const permissions: readonly string[] = ROLES[role].permissions;
  return permissions.includes('report.submit') || permissions.includes('report.sign');
}

/** Under whom a trainee may draft: whoever may submit a report. */
export const SUPERVISING_ROLES: readonly RoleName[] = ROLE_NAMES.filter((role) =>
  (ROLES[role].permissions as readonly string[]).includes('report.submit'),
);

/** Every permission that a set of roles gives. */
export function permissionsOf(roles: readonly RoleName[]): ReadonlySet<string> {
  return new Set(roles.flatMap((role) => ROLES[role].permissions));
}
