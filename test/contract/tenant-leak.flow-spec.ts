import { gateway, seedCounty, signIn, type TestCounty } from '../harness/county';
import type { JsonClient } from '../harness/json-client';
import { type Route, routesOf } from '../harness/routes';
import { examRequest, imagesOf, manifestOf, must, signedExam } from '../harness/signed-exam';
import { startSystem, type System } from '../harness/system';

/**
 * Every route of the application, called with the ids of a clinic by callers who must not see it: all roles of another
 * county, and the people and the gateway of another clinic of the same county. The routes come from the application
 * itself, so a new one is tested the day it is written (and fails here until it has a body to be called with).
 */
let system: System;
let mine: TestCounty;
let other: TestCounty;
let routes: Route[];
let ids: Record<string, string>;
let secrets: string[];

const ROLES = [
  'tech01',
  'doctor01',
  'writer11',
  'reviewer11',
  'trainee11',
  'chief1',
  'admin',
  'sysadmin',
  'secadmin',
  'auditor',
];
const OTHER_CLINIC = ['tech02', 'doctor02'];
const SOME_ID = '018f0000-0000-7000-8000-000000000000';
const TEMPLATE = {
  title: '试探',
  modality: 'DX',
  bodyPart: 'CHEST',
  normal: true,
  sections: { findings: '', impression: '' },
};
const PHRASE = { shortcut: 'st', title: '试探', text: '试探' };

beforeAll(async () => {
  system = await startSystem();
  mine = await seedCounty(system);
  other = await seedCounty(system, { code: 'b' });
  routes = routesOf(system.app);
  const clinic = mine.clinics[0]!;
  const machine = gateway(system, clinic);
  const exam = await signedExam(system, mine);
  const request = examRequest();
  const images = imagesOf(request);
  const upload = await must(
    machine.post('/api/uploads', { accessionNumber: request.accessionNumber, instances: manifestOf(images) }),
  );
  const sysadmin = await signIn(system, mine, 'sysadmin');
  const channels = (await must(sysadmin.get('/api/channels'))).body.items as { channelId: string; clinicId: string }[];
  const keys = (await must(sysadmin.get('/api/gateway-keys'))).body.items as { keyId: string; clinicId: string }[];
  const chief = await signIn(system, mine, 'chief1');
  const template = await must(chief.post('/api/templates', { level: 'hospital', publish: true, ...TEMPLATE }));
  const phrase = await must(chief.post('/api/phrases', { level: 'hospital', ...PHRASE }));
  const critical = await criticalIds(exam.examId);
  ids = {
    exam: exam.examId,
    version: exam.versionId,
    delivery: exam.deliveryId,
    upload: upload.body.id,
    sop: images[0]!.sopInstanceUid,
    study: exam.images[0]!.studyInstanceUid,
    series: exam.images[0]!.seriesInstanceUid,
    instance: exam.images[0]!.sopInstanceUid,
    frames: '1',
    tag: '7FE00010',
    channel: channels.find((channel) => channel.clinicId === clinic.id)!.channelId,
    key: keys.find((key) => key.clinicId === clinic.id)!.keyId,
    person: mine.people.get('tech01')!.id,
    hospital: mine.hospitals[0]!.id,
    clinic: clinic.id,
    flag: SOME_ID,
    shift: SOME_ID,
    leave: SOME_ID,
    request: SOME_ID,
    task: SOME_ID,
    ...(await collaborationIds(exam.examId)),
    lookup: await lookupId(),
    link: SOME_ID,
    ...critical,
    template: template.body.templateId,
    phrase: phrase.body.phraseId,
  };
  secrets = [
    exam.examId,
    exam.accessionNumber,
    exam.versionId,
    exam.deliveryId,
    upload.body.id,
    ids['study']!,
    clinic.id,
    ...Object.values(critical),
    ids['template']!,
    ids['phrase']!,
  ];
}, 600_000);
afterAll(() => system.stop());

/** A critical value of the exam, and what hangs on it: the second tier, the duty to tell the patient, a notice. */
async function criticalIds(examId: string): Promise<Record<string, string>> {
  const reviewer = await signIn(system, mine, 'reviewer11');
  const marked = await must(reviewer.post(`/api/exams/${examId}/critical`, { text: '试探' }));
  const flagged = await must(reviewer.post(`/api/exams/${examId}/important`, { tier: 'important', finding: '试探' }));
  const duty = await must(reviewer.post(`/api/critical/${marked.body.criticalId}/patient-notice`));
  const told = await must((await signIn(system, mine, 'tech01')).get('/api/notices'));
  return {
    critical: marked.body.criticalId,
    important: flagged.body.importantId,
    patientNotice: duty.body.patientNoticeId,
    notice: told.body.items[0].noticeId,
  };
}

/** 互认: what the clinic looked up before ordering. */
async function lookupId(): Promise<string> {
  const tech = await signIn(system, mine, 'tech01');
  const wanted = { patientLocalId: 'P001', modality: 'CT', bodyPart: 'CHEST' };
  return (await must(tech.post('/api/recognition/lookups', wanted))).body.lookupId;
}

/** What people of the clinic have told and asked about its exam. */
async function collaborationIds(examId: string): Promise<Record<string, string>> {
  const doctor = await signIn(system, mine, 'doctor01');
  const asked = { toHospitalId: mine.hospitals[1]!.id, reason: '进一步检查', urgency: 'routine' };
  const { referralId } = (await must(doctor.post(`/api/exams/${examId}/referrals`, asked))).body;
  const paper = await fetch(`${system.url}/api/exams/${examId}/attachments`, {
    method: 'POST',
    headers: { ...doctor.identity, 'content-type': 'application/pdf' },
    body: '%PDF-1.7',
  });
  const { attachmentId } = (await paper.json()) as { attachmentId: string };
  return { referral: referralId, attachment: attachmentId, consultation: SOME_ID, image: SOME_ID };
}

/** What a well-formed call of a writing route carries; without one a refusal of the body would hide a leak. */
const CLAIMED = { fence: 1, version: 1, imageSet: 1 };
const REASON = { reason: '试探' };
const SEEN = { version: 1 };
const DRAFT = { technique: '', findings: '试探', impression: '试探', recommendation: '', positive: 0 };
const bodies = (): Record<string, unknown> => ({
  'POST /api/recognition/lookups/:lookup/decision': { decision: 'repeated', reason: 'emergency' },
  'POST /api/person-links/:link/confirm': REASON,
  'POST /api/person-links/:link/refuse': REASON,
  'POST /api/person-links/:link/undo': REASON,
  'POST /api/exams/:exam/mode': { mode: 'review', ...REASON },
  'PUT /api/exams/:exam/report/clinic-draft': { version: 0, ...DRAFT },
  'PUT /api/exams/:exam/report/clinic-key-images': { keyImages: [] },
  'POST /api/exams/:exam/report/clinic-submit': { version: 1, imageSet: 1 },
  'POST /api/exams/:exam/report/clinic-takeback': {},
  'POST /api/exams/:exam/report/present': CLAIMED,
  'PUT /api/templates/:template': { ...SEEN, ...TEMPLATE },
  'POST /api/templates/:template/publish': SEEN,
  'POST /api/templates/:template/archive': SEEN,
  'POST /api/templates/:template/restore': SEEN,
  'PUT /api/phrases/:phrase': { ...SEEN, ...PHRASE },
  'POST /api/exams/:exam/withdraw': REASON,
  'POST /api/exams/:exam/resubmit': { retake: true },
  'POST /api/exams/:exam/supplement': { symptoms: '试探' },
  'POST /api/exams/:exam/urge': REASON,
  'POST /api/exams/:exam/priority': { priority: 'STAT', ...REASON },
  'POST /api/exams/:exam/hold': REASON,
  'POST /api/exams/:exam/release': REASON,
  'POST /api/exams/:exam/void': REASON,
  'POST /api/exams/:exam/flags/:flag/resolve': { resolution: '试探' },
  'POST /api/exams/:exam/link': { studyInstanceUid: ids['study'], ...REASON },
  'POST /api/exams/:exam/rebind': { studyInstanceUid: ids['study'], toExamId: SOME_ID, ...REASON },
  'POST /api/exams/:exam/merge': { fromExamId: SOME_ID, ...REASON },
  'POST /api/exams/:exam/split': { studyInstanceUids: [ids['study']], ...REASON },
  'POST /api/exams/:exam/exchange': { withExamId: SOME_ID, ...REASON },
  'POST /api/exams/:exam/undo': { moveId: SOME_ID, ...REASON },
  'PUT /api/exams/:exam/report/draft': { fence: 1, version: 0, ...DRAFT },
  'PUT /api/exams/:exam/report/key-images': { fence: 1, keyImages: [] },
  'POST /api/exams/:exam/report/submit': CLAIMED,
  'POST /api/exams/:exam/report/reject': { ...CLAIMED, ...REASON },
  'POST /api/exams/:exam/report/sign': CLAIMED,
  'POST /api/late-images/:task/confirm': { imageSet: 1 },
  'POST /api/exams/:exam/report/preliminary': CLAIMED,
  'POST /api/exams/:exam/report/recall': REASON,
  'POST /api/exams/:exam/report/amend': REASON,
  'POST /api/exams/:exam/report/amend/cancel': REASON,
  'POST /api/exams/:exam/report/amend/takeover': REASON,
  'POST /api/exams/:exam/report/amend/handover': { to: SOME_ID, ...REASON },
  'POST /api/exams/:exam/report/addendum': { findings: '试探', ...REASON },
  'POST /api/exams/:exam/report/void': REASON,
  'POST /api/exams/:exam/report/demographics': { changes: { sex: 'F' }, evidence: '试探' },
  'POST /api/exams/:exam/report/demographics/:request/decline': REASON,
  'POST /api/worklist/:exam/heartbeat': { fence: 1 },
  'POST /api/worklist/:exam/release': { fence: 1, ...REASON },
  'POST /api/worklist/:exam/return': { fence: 1, code: 'Q01', wanted: 'retake' },
  'POST /api/worklist/:exam/takeover': REASON,
  'POST /api/worklist/:exam/park': { fence: 1, ...REASON, until: '2030-01-01T00:00:00Z' },
  'POST /api/worklist/:exam/unpark': { fence: 1 },
  'POST /api/worklist/:exam/assign': { hospitalId: other.hospitals[0]!.id, ...REASON },
  'POST /api/exams/:exam/critical': { text: '试探' },
  'POST /api/exams/:exam/important': { tier: 'important', finding: '试探' },
  'POST /api/critical/:critical/notify': { receiver: '试探', readBack: true },
  'POST /api/critical/:critical/calls': { outcome: 'no_answer', to: '试探' },
  'POST /api/critical/:critical/handle': { measures: '试探' },
  'POST /api/critical/:critical/dismiss': REASON,
  'POST /api/important/:important/follow-up': { followUp: '试探' },
  'POST /api/important/:important/close': REASON,
  'POST /api/patient-notices/:patientNotice/close': {
    who: '试探',
    when: '2026-03-02T01:00:00Z',
    how: '电话',
    oldPaperWithdrawn: true,
  },
  'POST /api/worklist/:exam/consult': {
    fence: 1,
    to: { hospitalId: other.hospitals[1]!.id },
    access: 'read_only',
    deidentified: false,
    question: '试探',
  },
  'POST /api/consultations/:consultation/decline': REASON,
  'POST /api/consultations/:consultation/answer': { opinion: '试探' },
  'POST /api/consultations/:consultation/revise': { opinion: '试探' },
  'POST /api/consultations/:consultation/co-sign': { confirmedSha256: 'a'.repeat(64) },
  'POST /api/consultations/:consultation/withdraw': REASON,
  'POST /api/consultations/:consultation/cancel': REASON,
  'POST /api/consultations/:consultation/close': { takenOver: false },
  'POST /api/exams/:exam/messages': { text: '试探' },
  'POST /api/exams/:exam/messages/read': { upTo: SOME_ID },
  'POST /api/exams/:exam/attachments/:attachment/withdraw': REASON,
  'POST /api/exams/:exam/referrals': { toHospitalId: other.hospitals[1]!.id, urgency: 'routine', ...REASON },
  'POST /api/referrals/:referral/accept': { arrangement: '试探' },
  'POST /api/referrals/:referral/decline': REASON,
  'POST /api/referrals/:referral/answer': { answer: '试探' },
  'POST /api/referrals/:referral/cancel': REASON,
  'PUT /api/exams/:exam/teaching-mark': { topic: '试探' },
  'PUT /api/exams/:exam/image-quality': { imageSet: 1, grade: '3' },
  'PUT /api/rosters/:shift': {
    kind: 'off',
    hospitalId: other.hospitals[0]!.id,
    date: '2026-03-02',
  },
  'PUT /api/rosters/people/:person/specialties': { specialties: ['chest'] },
  'PATCH /api/channels/:channel': { name: '试探' },
  'POST /api/channels/:channel/disable': REASON,
  'PUT /api/channels/allow-list/:clinic': { entries: [] },
  'PATCH /api/people/:person': { name: '试探' },
  'PATCH /api/hospitals/:hospital': { name: '试探' },
  'PATCH /api/clinics/:clinic': { name: '试探' },
  'PUT /api/letterheads/clinics/:clinic': { heading: 'clinic' },
  'PUT /api/clinics/:clinic/modes': { modality: 'CT', mode: 'review' },
});

const aimed = (route: Route): boolean => /:\w+/.test(route.path) && !(route.access && 'public' in route.access);
const pathOf = (route: Route): string =>
  route.path.replace(/:(\w+)/g, (_, name: string) => {
    const id = ids[name];
    if (!id) throw new Error(`${route.handler}: no id for :${name}`);
    return id;
  });

async function call(client: JsonClient, route: Route): Promise<{ status: number; text: string }> {
  const patch = route.path.includes('/instances/:sop') && route.method === 'PATCH';
  const headers: Record<string, string> = patch
    ? { 'content-type': 'application/offset+octet-stream', 'upload-offset': '0' }
    : {};
  const body = patch ? undefined : bodies()[`${route.method} ${route.path}`];
  const answer = await client.request(
    route.method,
    pathOf(route),
    body ?? (route.method === 'POST' && !patch ? {} : undefined),
    headers,
  );
  return { status: answer.status, text: JSON.stringify(answer.body ?? '') };
}

async function refusedEverywhere(client: JsonClient, who: string, chosen: readonly Route[]): Promise<Set<string>> {
  const looked = new Set<string>();
  for (const route of chosen) {
    const { status, text } = await call(client, route);
    const told = `${who}: ${route.method} ${route.path} → ${status} ${text.slice(0, 200)}`;
    expect([told, [403, 404].includes(status)]).toEqual([told, true]);
    for (const secret of secrets) expect([told, text.includes(secret)]).toEqual([told, false]);
    if (status === 404) looked.add(route.handler);
  }
  return looked;
}

/** STOW under another tenant's study UID is no look at it: it makes the sender's own record, which other tests cover. */
const DOORS_OF_ONES_OWN = ['/dicomweb/studies/:study'];

it('shows and does nothing with the ids of another county, whatever the role', async () => {
  const chosen = routes.filter(
    (route) => aimed(route) && !(route.method === 'POST' && DOORS_OF_ONES_OWN.includes(route.path)),
  );
  expect(chosen.length).toBeGreaterThan(40);
  const looked = new Set<string>();
  for (const role of ROLES) {
    for (const handler of await refusedEverywhere(await signIn(system, other, role), `other county's ${role}`, chosen))
      looked.add(handler);
  }
  for (const handler of await refusedEverywhere(gateway(system, other.clinics[0]!), "other county's gateway", chosen))
    looked.add(handler);
  // Each route was reached by somebody whom its permission lets in: 403 alone would prove nothing about tenants.
  expect(chosen.map((route) => route.handler).filter((handler) => !looked.has(handler))).toEqual([]);
}, 600_000);

it('shows and does nothing with the ids of a clinic to another clinic of the same county', async () => {
  const ofClinics = (route: Route): boolean =>
    aimed(route) &&
    route.access !== undefined &&
    'permission' in route.access &&
    route.access.scope === 'clinic' &&
    !(route.method === 'POST' && DOORS_OF_ONES_OWN.includes(route.path));
  const chosen = routes.filter(ofClinics);
  expect(chosen.length).toBeGreaterThan(20);
  for (const role of OTHER_CLINIC)
    await refusedEverywhere(await signIn(system, mine, role), `other clinic's ${role}`, chosen);
  await refusedEverywhere(gateway(system, mine.clinics[1]!), "other clinic's gateway", chosen);
});

/** A refused attempt is written down with the id that its caller has sent himself: that tells him nothing. */
function withoutOwnAttempts(text: string): string {
  const { items } = JSON.parse(text) as { items: { action: string }[] };
  return JSON.stringify(items.filter(({ action }) => action !== 'access.refused'));
}

it('lists nothing of others', async () => {
  const lists = routes.filter(
    (route) =>
      route.method === 'GET' &&
      !aimed(route) &&
      route.access &&
      'permission' in route.access &&
      !route.path.endsWith('/stream'),
  );
  expect(lists.length).toBeGreaterThan(8);
  const strangers: [string, JsonClient][] = [];
  for (const role of ROLES) strangers.push([`other county's ${role}`, await signIn(system, other, role)]);
  for (const role of OTHER_CLINIC) strangers.push([`other clinic's ${role}`, await signIn(system, mine, role)]);
  for (const [who, client] of strangers) {
    for (const route of lists) {
      const { status, text } = await call(client, route);
      const shown = route.path === '/api/audit' && status === 200 ? withoutOwnAttempts(text) : text;
      const leaked = status === 200 ? secrets.filter((secret) => shown.includes(secret)) : [];
      expect([who, route.path, leaked]).toEqual([who, route.path, []]);
    }
  }
}, 600_000);

it('holds at the second wall too: a statement without any filter sees one county only', async () => {
  const rows = await system.db.read(system.ctx(other.countyId), (tx) =>
    tx.rows<{ n: string }>('SELECT count(*) AS n FROM exam'),
  );
  expect(rows[0]!.n).toBe('0');
  const change = system.db.write(system.ctx(other.countyId), (tx) =>
    tx.change("UPDATE exam SET patient_name = '试探'"),
  );
  expect(await change).toBe(0);
  const alien = system.db.write(system.ctx(other.countyId), (tx) =>
    tx.change('INSERT INTO clinic (id, county_id, code, name, created_at) VALUES ($1, $2, $3, $3, now())', [
      SOME_ID,
      mine.countyId,
      'X1',
    ]),
  );
  await expect(alien).rejects.toThrow(/row-level security/);
});
