import { gateway, seedCounty, signIn, type TestCounty } from '../../test/harness/county';
import type { JsonClient } from '../../test/harness/json-client';
import { HOUR, ManualClock, MINUTE } from '../../test/harness/manual-clock';
import { stow } from '../../test/harness/stow';
import { startSystem, type System } from '../../test/harness/system';
import type { AuditEvent } from '../audit';
import type { MadeInstance } from '../demo/synthetic';
import { ctOrder, filesOf } from '../studies/studies.fixture';

const OHIF_FRAMES = 'multipart/related; type=application/octet-stream; transfer-syntax=*';
const CT = filesOf(ctOrder({ seed: 'viewed', slices: 6 }));
const OTHER = filesOf(ctOrder({ seed: 'viewed too', slices: 1 }));

const clock = new ManualClock();
let system: System;
let beside: System;
let county: TestCounty;
let clinic: JsonClient;
let started: Date;

beforeAll(async () => {
  system = await startSystem({ role: 'api', clock });
  beside = await startSystem({ role: 'api', clock, beside: system });
  county = await seedCounty(system);
  clinic = gateway(system, county.clinics[0]!);
  const files = [...CT, ...OTHER].map(({ bytes }) => bytes);
  expect((await stow(system.url, county.clinics[0]!.key, files)).status).toBe(200);
});
/** Every test has an hour of its own, from its first minute. */
beforeEach(() => {
  started = new Date((Math.floor(clock.now().getTime() / HOUR) + 1) * HOUR);
  clock.set(started);
});
afterAll(async () => {
  await beside?.stop();
  await system.stop();
});

const studyPath = ([file]: readonly MadeInstance[]): string => `studies/${file!.studyInstanceUid}`;
const instancePath = (file: MadeInstance): string =>
  `studies/${file.studyInstanceUid}/series/${file.seriesInstanceUid}/instances/${file.sopInstanceUid}`;

function ask(path: string, headers: Record<string, string> = {}, client = clinic, url = system.url): Promise<Response> {
  return fetch(`${url}/dicomweb/${path}`, { headers: { ...client.identity, ...headers } });
}

async function read(path: string, client = clinic, url = system.url): Promise<void> {
  const answer = await ask(path, path.includes('/frames/') ? { accept: OHIF_FRAMES } : {}, client, url);
  await answer.arrayBuffer();
  expect([path, answer.status]).toEqual([path, 200]);
}

/** As a viewer does: the headers, then every frame, all at once. */
async function view(files: readonly MadeInstance[], client = clinic, url = system.url): Promise<void> {
  await read(`${studyPath(files)}/metadata`, client, url);
  await Promise.all(files.map((file) => read(`${instancePath(file)}/frames/1`, client, url)));
}

const rows = (): Promise<AuditEvent[]> =>
  system.db.read(system.ctx(county.countyId), (tx) =>
    tx.rows<AuditEvent>("SELECT * FROM audit_event WHERE action LIKE 'study.%' AND at >= $1 ORDER BY at, id", [
      started,
    ]),
  );
const idOf = async ([file]: readonly MadeInstance[]): Promise<string> =>
  system.db.read(system.ctx(county.countyId), async (tx) => {
    const study = await tx.row<{ id: string }>('SELECT id FROM dicom_study WHERE study_uid = $1', [
      file!.studyInstanceUid,
    ]);
    return study!.id;
  });

it('is recorded once, however many frames are looked at', async () => {
  await view(CT);
  await view(CT);
  expect(await rows()).toMatchObject([
    {
      action: 'study.view',
      subject_type: 'dicom_study',
      subject_id: await idOf(CT),
      actor_kind: 'gateway',
      at: started,
    },
  ]);
});

it('is recorded for each person and each study', async () => {
  const [writer, reviewer] = [await signIn(system, county, 'writer11'), await signIn(system, county, 'reviewer21')];
  for (const client of [writer, reviewer]) await view(CT, client);
  await view(OTHER, writer);
  await view(CT, reviewer);
  const seen = (await rows()).map((row) => [row.actor_kind, row.actor_name, row.subject_id]);
  const names = seen.map(([, name]) => name);
  expect(new Set(names).size).toBe(2);
  expect(seen).toEqual([
    ['person', names[0], await idOf(CT)],
    ['person', names[1], await idOf(CT)],
    ['person', names[0], await idOf(OTHER)],
  ]);
});

it('is recorded anew in the next hour', async () => {
  for (const minutes of [0, 59, 1, 59]) {
    clock.advance(minutes * MINUTE);
    await view(CT);
  }
  const offsets = (await rows()).map((row) => (row.at.getTime() - started.getTime()) / MINUTE);
  expect(offsets).toEqual([0, 60]);
});

it('is recorded once by two processes that are asked at the same time', async () => {
  const hours = 20;
  for (let hour = 0; hour < hours; hour += 1) {
    await Promise.all([system.url, beside.url].map((url) => read(`${instancePath(CT[0]!)}/frames/1`, clinic, url)));
    clock.advance(HOUR);
  }
  expect(await rows()).toHaveLength(hours);
});

it('is recorded for frames alone, and for those that the reader has kept', async () => {
  const path = `${instancePath(CT[0]!)}/frames/1`;
  const first = await ask(path, { accept: OHIF_FRAMES });
  await first.arrayBuffer();
  expect(await rows()).toHaveLength(1);
  started = clock.advance(HOUR);
  const kept = await ask(path, { accept: OHIF_FRAMES, 'if-none-match': first.headers.get('etag')! });
  expect([kept.status, (await rows()).map((row) => row.action)]).toEqual([304, ['study.view']]);
});

it('is not recorded where nothing is shown', async () => {
  const [file] = CT as [MadeInstance];
  const stranger = gateway(system, county.clinics[1]!);
  const head = await fetch(`${system.url}/dicomweb/${studyPath(CT)}/metadata`, {
    method: 'HEAD',
    headers: { ...clinic.identity },
  });
  const statuses = [
    head,
    await ask(`${studyPath(CT)}/metadata`, {}, stranger),
    await ask(`${instancePath(file)}/frames/1`, {}, stranger),
    await ask(`${instancePath(file)}/frames/2`),
    await ask(`${instancePath(file)}/frames/x`),
    await ask(`${instancePath(file)}/frames/1`, { accept: 'image/png' }),
    await ask(`${instancePath(file)}/bulkdata/00100010`),
    await ask(`${studyPath(CT)}/metadata`, { accept: 'image/png' }),
  ].map(({ status }) => status);
  expect(statuses).toEqual([200, 404, 404, 404, 400, 406, 404, 406]);
  expect(await rows()).toEqual([]);
});
