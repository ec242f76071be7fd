import { seedCounty, signIn, type TestCounty } from '../../../test/harness/county';
import type { JsonClient } from '../../../test/harness/json-client';
import { startSystem, type System } from '../../../test/harness/system';
import { BLOB_STORE } from '../../images';
import type { BlobStore } from '../../platform/blob';
import { newId, sha256 } from '../../platform/ids';
import { Handwriting, handwritingKey } from './handwriting';
import { chunk, header, JPEGS, png, pngOf, twoHeaders } from './picture.fixture';
import { MAX_PICTURE_BYTES } from './picture.rules';

let system: System;
let county: TestCounty;
const clients = new Map<string, JsonClient>();
const as = (name: string): JsonClient => clients.get(name)!;
const idOf = (name: string): string => county.people.get(name)!.id;
const path = (name: string): string => `/api/people/${idOf(name)}/signature-image`;

const PEOPLE = [
  'writer11',
  'writer12',
  'reviewer21',
  'chief1',
  'doctor01',
  'tech01',
  'trainee11',
  'secadmin',
  'sysadmin',
];

beforeAll(async () => {
  system = await startSystem({ role: 'api' });
  county = await seedCounty(system);
  for (const name of PEOPLE) clients.set(name, await signIn(system, county, name));
});
afterAll(() => system.stop());

interface Sent {
  readonly status: number;
  readonly body: any;
}

async function put(who: string, to: string, bytes: Buffer): Promise<Sent> {
  const response = await fetch(system.url + to, {
    method: 'PUT',
    headers: { ...as(who).identity, 'content-type': 'application/octet-stream' },
    body: new Uint8Array(bytes),
  });
  return { status: response.status, body: await response.json() };
}

async function open(who: string, to: string): Promise<{ status: number; type: string | null; bytes: Buffer }> {
  const answer = await fetch(system.url + to, { headers: as(who).identity });
  return {
    status: answer.status,
    type: answer.headers.get('content-type'),
    bytes: Buffer.from(await answer.arrayBuffer()),
  };
}

const rows = <T>(sql: string, ...params: unknown[]): Promise<T[]> =>
  system.db.relay(system.ctx(county.countyId), (tx) => tx.rows<T>(sql, params));
const inForce = (name: string): Promise<string | undefined> =>
  system.db.read(system.ctx(county.countyId), async (tx) =>
    (await system.get(Handwriting).inForce(tx, [idOf(name)])).get(idOf(name)),
  );

it('is put in by its owner, handed back as it came, replaced, and kept for what was signed with it', async () => {
  const [first, second] = [png(), JPEGS.grey];
  const sent = await put('writer11', path('writer11'), first);
  expect([sent.status, sent.body]).toMatchObject([
    200,
    { mediaType: 'image/png', bytes: first.length, width: 120, height: 40, sha256: sha256(first) },
  ]);
  expect(await open('writer11', path('writer11'))).toEqual({ status: 200, type: 'image/png', bytes: first });
  expect((await put('writer11', path('writer11'), second)).body).toMatchObject({ mediaType: 'image/jpeg' });
  expect(await open('writer11', path('writer11'))).toEqual({ status: 200, type: 'image/jpeg', bytes: second });
  expect(await inForce('writer11')).toBe(sha256(second));
  const kept = await rows<{ sha256: string; ended: boolean }>(
    'SELECT sha256, ended_at IS NOT NULL AS ended FROM person_handwriting WHERE person_id = $1 ORDER BY id',
    idOf('writer11'),
  );
  expect(kept).toEqual([
    { sha256: sha256(first), ended: true },
    { sha256: sha256(second), ended: false },
  ]);
  expect(await system.get(Handwriting).picture(county.countyId, idOf('writer11'), sha256(first))).toEqual(first);
});

it('changes nothing when the same picture is put in again, and of two at once keeps one', async () => {
  const bytes = png({ width: 200 });
  const first = await put('reviewer21', path('reviewer21'), bytes);
  expect((await put('reviewer21', path('reviewer21'), bytes)).body).toEqual(first.body);
  const many = await Promise.all(
    [300, 301, 302, 303].map((width) => put('reviewer21', path('reviewer21'), png({ width }))),
  );
  expect(many.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  const present = await rows(
    'SELECT 1 FROM person_handwriting WHERE person_id = $1 AND ended_at IS NULL',
    idOf('reviewer21'),
  );
  expect(present).toHaveLength(1);
});

it('is set for others by who manages people, and is nobody else’s to see or set', async () => {
  expect((await put('secadmin', path('writer12'), png())).status).toBe(200);
  expect((await open('secadmin', path('writer12'))).status).toBe(200);
  for (const who of ['writer11', 'chief1', 'doctor01', 'trainee11', 'tech01', 'sysadmin']) {
    expect([who, (await put(who, path('writer12'), png({ width: 99 }))).status]).toEqual([who, 403]);
    expect([who, (await open(who, path('writer12'))).status]).toEqual([who, 403]);
    expect([who, (await as(who).request('DELETE', path('writer12'))).status]).toEqual([who, 403]);
  }
  expect((await put('doctor01', path('doctor01'), png())).status).toBe(200);
});

it('is unknown for somebody who is not of this county, and where there is none', async () => {
  const other = await seedCounty(system, { code: 'b' });
  const stranger = `/api/people/${other.people.get('writer11')!.id}/signature-image`;
  for (const to of [stranger, `/api/people/${newId()}/signature-image`]) {
    expect((await put('secadmin', to, png())).status).toBe(404);
    expect((await open('secadmin', to)).status).toBe(404);
    expect((await as('secadmin').request('DELETE', to)).status).toBe(404);
  }
  expect((await open('chief1', path('chief1'))).status).toBe(404);
});

it('is taken away, and put in again later', async () => {
  const bytes = png({ width: 150 });
  await put('chief1', path('chief1'), bytes);
  expect((await as('chief1').request('DELETE', path('chief1'))).status).toBe(204);
  expect((await as('chief1').request('DELETE', path('chief1'))).status).toBe(404);
  expect(await inForce('chief1')).toBeUndefined();
  expect((await put('chief1', path('chief1'), bytes)).status).toBe(200);
  expect(await inForce('chief1')).toBe(sha256(bytes));
  const trail = await rows<{ action: string; actor_name: string }>(
    `SELECT action, actor_name FROM audit_event WHERE subject_id = $1 AND action LIKE 'person.handwriting%' ORDER BY id`,
    idOf('chief1'),
  );
  const actor_name = '主任1';
  expect(trail).toEqual([
    { action: 'person.handwriting', actor_name },
    { action: 'person.handwriting-end', actor_name },
    { action: 'person.handwriting', actor_name },
  ]);
});

it('is kept as it is printed, without what was packed beside it', async () => {
  const bytes = png({ width: 160 });
  const wordy = pngOf(header({ width: 160 }), chunk('tEXt', Buffer.from('GPS\0home')), bytes.subarray(8 + 25));
  const sent = await put('reviewer21', path('reviewer21'), wordy);
  expect(sent.body).toMatchObject({ bytes: bytes.length, sha256: sha256(bytes) });
  expect((await open('reviewer21', path('reviewer21'))).bytes).toEqual(bytes);
});

it('tells its owner at once when somebody else sets or removes it, and not of what he does himself', async () => {
  const told = (): Promise<{ kind: string; text: string; urgent: boolean; name: string }[]> =>
    rows(
      `SELECT n.kind, n.text, n.urgent, p.name FROM notice n JOIN notice_receipt r ON r.notice_id = n.id
       JOIN person p ON p.id = r.person_id WHERE n.kind LIKE 'person.handwriting%' AND p.id = $1 ORDER BY n.id`,
      idOf('doctor01'),
    );
  const own = path('doctor01');
  await put('doctor01', own, png());
  await put('doctor01', own, png({ width: 170 }));
  expect((await as('doctor01').request('DELETE', own)).status).toBe(204);
  expect(await told()).toEqual([]);
  const bytes = png({ width: 180 });
  await put('secadmin', own, bytes);
  await put('secadmin', own, bytes);
  await put('secadmin', own, png({ width: 190 }));
  expect((await as('secadmin').request('DELETE', own)).status).toBe(204);
  expect(await told()).toMatchObject([
    { kind: 'person.handwriting', urgent: true, text: expect.stringContaining('录入了您的手写签名图片') },
    { kind: 'person.handwriting', urgent: true, text: expect.stringContaining('更换了您的手写签名图片') },
    { kind: 'person.handwriting-end', urgent: true, text: expect.stringContaining('移除了您的手写签名图片') },
  ]);
});

describe('refuses, and leaves nothing behind', () => {
  it.each([
    ['a page', Buffer.from('<svg/>'), 415, 'picture_type'],
    ['nothing', Buffer.alloc(0), 415, 'picture_type'],
    ['a PNG with two headers', twoHeaders(), 400, 'picture_damaged'],
    ['an interlaced PNG', png({ interlace: 1 }), 415, 'picture_form'],
    ['a progressive JPEG', JPEGS.progressive, 415, 'picture_form'],
    ['a picture that is cut', JPEGS.grey.subarray(0, -60), 400, 'picture_damaged'],
    ['a blot', png({ width: 20, height: 10 }), 400, 'picture_size'],
    ['a photograph of the whole page', png({ width: 1_700, height: 100 }), 400, 'picture_size'],
    ['too much', Buffer.concat([png(), Buffer.alloc(MAX_PICTURE_BYTES)]), 413, 'picture_too_large'],
  ])('%s', async (_, bytes, status, code) => {
    const before = await inForce('doctor01');
    const sent = await put('doctor01', path('doctor01'), bytes);
    expect([sent.status, sent.body.code]).toEqual([status, code]);
    expect(await inForce('doctor01')).toBe(before);
    const blobs = system.app.get<BlobStore>(BLOB_STORE, { strict: false });
    expect(await blobs.stat(handwritingKey(county.countyId, idOf('doctor01'), sha256(bytes)))).toBeUndefined();
  });
});
