import { request } from 'node:http';
import { readdirSync, readlinkSync } from 'node:fs';
import { element, makeStudy, writePart10 } from '../demo/synthetic';
import { type AuditEvent } from '../audit';
import { readMultipartRelated } from '../platform/http';
import { Readable } from 'node:stream';
import { gateway, seedCounty, signIn, type TestCounty } from '../../test/harness/county';
import type { JsonClient } from '../../test/harness/json-client';
import { stow } from '../../test/harness/stow';
import { startSystem, type System } from '../../test/harness/system';
import { until } from '../../test/harness/wait';
import { dicomwebClient } from './dicomweb-client.fixture';

const EXPLICIT = '1.2.840.10008.1.2.1';
const OHIF_FRAMES = 'multipart/related; type=application/octet-stream; transfer-syntax=*';

let system: System;
let county: TestCounty;
let clinic: JsonClient;

const CT = [
  ...makeStudy({
    seed: 'wado',
    modality: 'CT',
    bodyPart: 'CHEST',
    accessionNumber: 'A1',
    patientId: 'P1',
    patientName: 'Zhang^San=张^三',
    sex: 'M',
    charset: 'GB18030',
    slices: 4,
    series: 2,
    samePixels: true,
    startedAt: new Date('2026-03-02T01:30:00Z'),
    institution: '第1卫生院',
    stationName: 'CT01',
    description: 'CT胸部平扫',
  }),
];

/** Forty native frames and a palette that does not fit into metadata. */
const PIXELS = Buffer.alloc(
  40 * 512 * 512 * 2,
  Buffer.from(Uint16Array.from({ length: 9973 }, (_, i) => i * 7).buffer),
);
const PALETTE = Buffer.from(Uint8Array.from({ length: 8192 }, (_, i) => i & 0xff));
const MULTI = {
  study: '2.25.701',
  series: '2.25.702',
  instance: '2.25.703',
  bytes: writePart10({
    sopClassUid: '1.2.840.10008.5.1.4.1.1.7.3',
    sopInstanceUid: '2.25.703',
    charset: 'ISO_IR 192',
    elements: [
      element('StudyInstanceUID', '2.25.701'),
      element('SeriesInstanceUID', '2.25.702'),
      element('Modality', 'OT'),
      element('PatientName', '李四'),
      element('PatientID', 'P2'),
      element('SamplesPerPixel', 1),
      element('PhotometricInterpretation', 'MONOCHROME2'),
      { tag: 0x00280008, vr: 'IS', value: 40 },
      element('Rows', 512),
      element('Columns', 512),
      element('BitsAllocated', 16),
      element('BitsStored', 16),
      element('HighBit', 15),
      element('PixelRepresentation', 0),
      { tag: 0x00281201, vr: 'OW', value: PALETTE },
      element('PixelData', PIXELS),
    ],
  }),
};
const multiPath = `studies/${MULTI.study}/series/${MULTI.series}/instances/${MULTI.instance}`;
const frame = (number: number): Buffer => PIXELS.subarray((number - 1) * 524_288, number * 524_288);

beforeAll(async () => {
  system = await startSystem({ role: 'api' });
  county = await seedCounty(system);
  clinic = gateway(system, county.clinics[0]!);
  const answer = await stow(system.url, county.clinics[0]!.key, [...CT.map(({ bytes }) => bytes), MULTI.bytes]);
  expect(answer.status).toBe(200);
});
afterAll(() => system.stop());

interface Part {
  type: string | undefined;
  location: string | undefined;
  bytes: Buffer;
}

interface Got {
  status: number;
  headers: Headers;
  bytes: Buffer;
  parts: Part[];
}

async function get(path: string, accept?: string, headers: Record<string, string> = {}, client = clinic): Promise<Got> {
  const answer = await fetch(`${system.url}/dicomweb/${path}`, {
    headers: { ...client.identity, ...(accept === undefined ? {} : { accept }), ...headers },
  });
  const bytes = Buffer.from(await answer.arrayBuffer());
  const contentType = answer.headers.get('content-type') ?? '';
  const parts: Part[] = [];
  if (contentType.startsWith('multipart/related')) {
    const limits = { maxParts: 100, maxHeaderBytes: 10_000, maxPartBytes: 2 ** 30, maxTotalBytes: 2 ** 30 };
    for await (const part of readMultipartRelated(Readable.from([bytes]), contentType, limits)) {
      const chunks: Buffer[] = [];
      for await (const chunk of part.body) chunks.push(chunk as Buffer);
      parts.push({
        type: part.headers['content-type'],
        location: part.headers['content-location'],
        bytes: Buffer.concat(chunks),
      });
    }
  }
  return { status: answer.status, headers: answer.headers, bytes, parts };
}

const instancePath = (n: number): string => {
  const { studyInstanceUid, seriesInstanceUid, sopInstanceUid } = CT[n]!;
  return `studies/${studyInstanceUid}/series/${seriesInstanceUid}/instances/${sopInstanceUid}`;
};
const audits = (): Promise<AuditEvent[]> =>
  system.db.read(system.ctx(county.countyId), (tx) =>
    tx.rows<AuditEvent>("SELECT * FROM audit_event WHERE action LIKE '%.retrieve' ORDER BY at, id"),
  );
async function auditedSince(before: number): Promise<string[]> {
  return (await audits()).slice(before).map((row) => row.action);
}

describe('instances', () => {
  it('of a study come back byte for byte, labelled, of a known length, audited once', async () => {
    const before = (await audits()).length;
    const { status, headers, bytes, parts } = await get(`studies/${CT[0]!.studyInstanceUid}`);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^multipart\/related; type="application\/dicom"; boundary=/);
    expect(Number(headers.get('content-length'))).toBe(bytes.length);
    expect(headers.get('cache-control')).toBe('private, no-cache');
    expect(parts.map((part) => part.type)).toEqual(CT.map(() => `application/dicom; transfer-syntax=${EXPLICIT}`));
    for (const [n, sent] of CT.entries()) {
      const part = parts.find(({ location }) => location === `${system.url}/dicomweb/${instancePath(n)}`);
      expect(part?.bytes.equals(sent.bytes)).toBe(true);
    }
    const [row] = (await audits()).slice(before);
    expect(row).toMatchObject({
      action: 'study.retrieve',
      subject_type: 'dicom_study',
      actor_kind: 'gateway',
      details: { instances: 4, bytes: CT.reduce((sum, one) => sum + one.bytes.length, 0) },
    });
    expect(await auditedSince(before)).toHaveLength(1);
  });

  it('of a series, and one alone with or without multipart', async () => {
    const before = (await audits()).length;
    const { studyInstanceUid, seriesInstanceUid } = CT[0]!;
    const series = await get(`studies/${studyInstanceUid}/series/${seriesInstanceUid}`, '*/*');
    expect(series.parts).toHaveLength(2);
    const multi = await get(instancePath(1), 'multipart/related; type="application/dicom"; transfer-syntax=*');
    expect(multi.parts[0]!.bytes.equals(CT[1]!.bytes)).toBe(true);
    const single = await get(instancePath(1), 'application/dicom');
    expect(single.headers.get('content-type')).toBe(`application/dicom; transfer-syntax=${EXPLICIT}`);
    expect(single.bytes.equals(CT[1]!.bytes)).toBe(true);
    expect(await auditedSince(before)).toEqual(['series.retrieve', 'instance.retrieve', 'instance.retrieve']);
  });

  it('that the reader has already are not sent, nor audited', async () => {
    for (const [path, accept] of [
      [instancePath(0), 'application/dicom'],
      [`studies/${CT[0]!.studyInstanceUid}`, '*/*'],
      [`studies/${CT[0]!.studyInstanceUid}/metadata`, 'application/dicom+json'],
      [`${multiPath}/frames/1`, OHIF_FRAMES],
    ] as const) {
      const etag = (await get(path, accept)).headers.get('etag')!;
      const before = (await audits()).length;
      const again = await get(path, accept, { 'if-none-match': `"x", ${etag}` });
      expect([again.status, again.bytes.length, again.headers.get('etag')]).toEqual([304, 0, etag]);
      expect(await auditedSince(before)).toEqual([]);
      expect((await get(path, accept, { 'if-none-match': '"other"' })).status).toBe(200);
    }
    const etag = (await get(instancePath(0), 'application/dicom')).headers.get('etag');
    expect(etag).toMatch(/^"[0-9a-f]{64}"$/);
  });

  it('are described by HEAD without being sent or audited', async () => {
    const before = (await audits()).length;
    const answer = await fetch(`${system.url}/dicomweb/${instancePath(0)}`, {
      method: 'HEAD',
      headers: { ...clinic.identity, accept: 'application/dicom' },
    });
    expect([answer.status, Number(answer.headers.get('content-length'))]).toEqual([200, CT[0]!.bytes.length]);
    expect(await auditedSince(before)).toEqual([]);
  });

  it('are not transcoded', async () => {
    const answer = await get(instancePath(0), 'application/dicom; transfer-syntax=1.2.840.10008.1.2.4.70');
    expect(answer.status).toBe(406);
    expect(JSON.parse(answer.bytes.toString())).toMatchObject({ code: 'not_acceptable', params: { field: 'Accept' } });
    expect((await get(`studies/${CT[0]!.studyInstanceUid}`, 'application/dicom')).status).toBe(406);
  });
});

describe('metadata', () => {
  it('is the header of every instance, in UTF-8, without pixel data', async () => {
    const before = (await audits()).length;
    const { status, headers, bytes } = await get(`studies/${CT[0]!.studyInstanceUid}/metadata`);
    expect([status, headers.get('content-type')]).toEqual([200, 'application/dicom+json']);
    const metadata = JSON.parse(bytes.toString()) as Record<string, { vr: string; Value?: unknown[] }>[];
    expect(metadata.map((one) => one['00080018']?.Value?.[0]).sort()).toEqual(
      CT.map((one) => one.sopInstanceUid).sort(),
    );
    expect(metadata[0]).toMatchObject({
      '00080005': { vr: 'CS', Value: ['ISO_IR 192'] },
      '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Zhang^San', Ideographic: '张^三' }] },
      '00081030': { vr: 'LO', Value: ['CT胸部平扫'] },
    });
    expect(metadata[0]).not.toHaveProperty('7FE00010');
    const series = JSON.parse(
      (await get(`studies/${CT[0]!.studyInstanceUid}/series/${CT[0]!.seriesInstanceUid}/metadata`)).bytes.toString(),
    );
    expect(series).toHaveLength(2);
    const [one] = JSON.parse((await get(`${instancePath(0)}/metadata`, 'application/json')).bytes.toString());
    expect(metadata).toContainEqual(one);
    expect(await auditedSince(before)).toEqual([]);
  });

  it('names what is too long for it, to be fetched by itself', async () => {
    const [one] = JSON.parse((await get(`${multiPath}/metadata`)).bytes.toString());
    const uri = `${system.url}/dicomweb/${multiPath}/bulkdata/00281201`;
    expect(one['00281201']).toEqual({ vr: 'OW', BulkDataURI: uri });
    const multi = await get(`${multiPath}/bulkdata/00281201`);
    expect(multi.parts).toMatchObject([{ type: 'application/octet-stream', location: uri }]);
    expect(multi.parts[0]!.bytes.equals(PALETTE)).toBe(true);
    expect((await get(`${multiPath}/bulkdata/00281201`, 'application/octet-stream')).bytes.equals(PALETTE)).toBe(true);
    expect((await get(`${multiPath}/bulkdata/00100010`)).status).toBe(404);
  });
});

describe('frames', () => {
  it('come as they are stored, in the order asked for, as OHIF asks', async () => {
    const before = (await audits()).length;
    const { status, headers, parts } = await get(`${multiPath}/frames/3,1,40`, OHIF_FRAMES);
    expect([status, headers.get('content-type')]).toEqual([
      200,
      expect.stringMatching(/^multipart\/related; type="application\/octet-stream"; boundary=/),
    ]);
    expect(parts.map(({ type }) => type)).toEqual(
      [1, 2, 3].map(() => `application/octet-stream; transfer-syntax=${EXPLICIT}`),
    );
    expect(parts.map(({ location }) => location?.split('/').at(-1))).toEqual(['3', '1', '40']);
    expect([3, 1, 40].map((number, n) => frame(number).equals(parts[n]!.bytes))).toEqual([true, true, true]);
    expect((await get(`${multiPath}/frames/2`, 'application/octet-stream')).bytes.equals(frame(2))).toBe(true);
    expect(await auditedSince(before)).toEqual([]);
  });

  it.each([
    ['41', '*/*', 404, 'not_found'],
    ['0', '*/*', 400, 'frame_list_invalid'],
    ['1,x', '*/*', 400, 'frame_list_invalid'],
    ['1', 'image/jpeg', 406, 'not_acceptable'],
    ['1,2', 'application/octet-stream', 406, 'not_acceptable'],
  ])('%s as %s: %i', async (list, accept, status, code) => {
    const answer = await get(`${multiPath}/frames/${list}`, accept);
    expect([answer.status, (JSON.parse(answer.bytes.toString()) as { code: string }).code]).toEqual([status, code]);
  });
});

it('answers dicomweb-client', async () => {
  const client = dicomwebClient(system.url, clinic.identity);
  const { studyInstanceUid, seriesInstanceUid, sopInstanceUid } = CT[0]!;
  const ids = {
    studyInstanceUID: studyInstanceUid,
    seriesInstanceUID: seriesInstanceUid,
    sopInstanceUID: sopInstanceUid,
  };
  expect(await client.retrieveStudyMetadata(ids)).toHaveLength(4);
  expect(await client.retrieveSeriesMetadata(ids)).toHaveLength(2);
  expect(Buffer.from(await client.retrieveInstance(ids)).equals(CT[0]!.bytes)).toBe(true);
  expect(await client.retrieveStudy(ids)).toHaveLength(4);
  const multi = { studyInstanceUID: MULTI.study, seriesInstanceUID: MULTI.series, sopInstanceUID: MULTI.instance };
  const anySyntax = [{ mediaType: 'application/octet-stream', transferSyntaxUID: '*' }];
  for (const wish of [{}, { mediaTypes: anySyntax }]) {
    const frames = await client.retrieveInstanceFrames({ ...multi, frameNumbers: [7, 8], ...wish });
    expect(frames.map((bytes, n) => Buffer.from(bytes).equals(frame(7 + n)))).toEqual([true, true]);
  }
  const BulkDataURI = `${system.url}/dicomweb/${multiPath}/bulkdata/00281201`;
  const [bulk] = await client.retrieveBulkData({ BulkDataURI });
  expect(Buffer.from(bulk!).equals(PALETTE)).toBe(true);
});

describe('whose images', () => {
  const paths = (): string[] => {
    const { studyInstanceUid: study, seriesInstanceUid: series } = CT[0]!;
    const instance = instancePath(0);
    const below = [instance, `${instance}/metadata`, `${instance}/frames/1`, `${multiPath}/bulkdata/00281201`];
    return [
      `studies/${study}`,
      `studies/${study}/metadata`,
      `studies/${study}/series/${series}`,
      `studies/${study}/series/${series}/metadata`,
      ...below,
    ];
  };

  it('are those of the own clinic, or of the county for a reader', async () => {
    const other = await seedCounty(system, { code: 'b' });
    const strangers = [
      gateway(system, county.clinics[1]!),
      await signIn(system, county, 'tech02'),
      gateway(system, other.clinics[0]!),
      await signIn(system, other, 'writer11'),
    ];
    const own = [clinic, await signIn(system, county, 'doctor01'), await signIn(system, county, 'reviewer21')];
    for (const path of paths()) {
      for (const client of own) expect([path, (await get(path, undefined, {}, client)).status]).toEqual([path, 200]);
      for (const client of strangers)
        expect([path, (await get(path, undefined, {}, client)).status]).toEqual([path, 404]);
    }
  });

  it('are found only where they belong', async () => {
    const [first, second] = [CT[0]!, CT.find((one) => one.seriesInstanceUid !== CT[0]!.seriesInstanceUid)!];
    const wrong = `studies/${first.studyInstanceUid}/series/${second.seriesInstanceUid}/instances/${first.sopInstanceUid}`;
    expect((await get(wrong)).status).toBe(404);
    expect((await get(`studies/${MULTI.study}/series/${first.seriesInstanceUid}`)).status).toBe(404);
  });

  it('of one UID at two clinics are told apart', async () => {
    const [own, second] = county.clinics;
    const changed = makeStudy({
      seed: 'wado',
      modality: 'CT',
      bodyPart: 'CHEST',
      studyInstanceUid: CT[0]!.studyInstanceUid,
      accessionNumber: 'Z9',
      patientId: 'P9',
      patientName: '王五',
      sex: 'F',
      charset: 'GB18030',
      slices: 1,
      samePixels: true,
      startedAt: new Date('2026-03-02T01:30:00Z'),
      institution: '第2卫生院',
      stationName: 'CT02',
      description: 'CT',
    });
    const files = [...changed].map(({ bytes }) => bytes);
    expect((await stow(system.url, second!.key, files)).status).toBe(200);
    const path = `studies/${CT[0]!.studyInstanceUid}`;
    expect(
      (await get(path, '*/*', {}, gateway(system, second!))).parts.map(({ bytes }) => bytes.equals(files[0]!)),
    ).toEqual([true]);
    expect((await get(path, '*/*', {}, gateway(system, own!))).parts).toHaveLength(4);
    expect((await get(path, '*/*', {}, await signIn(system, county, 'writer11'))).parts).toHaveLength(4);
  });
});

it('stops reading when the client goes away', async () => {
  const openFiles = (): number =>
    readdirSync('/proc/self/fd').filter((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`).startsWith(system.config.blobDir);
      } catch {
        return false;
      }
    }).length;
  const url = `${system.url}/dicomweb/${multiPath}`;
  const asked = request(url, { headers: { ...clinic.identity, accept: 'application/dicom' } });
  asked.on('error', () => undefined);
  asked.end();
  const answer = await new Promise<NodeJS.ReadableStream & { destroy(): void }>((resolve) =>
    asked.once('response', resolve as never),
  );
  answer.on('error', () => undefined);
  // 20 MiB do not fit into the buffers of a line that nobody reads from.
  await until('the file is being read', () => openFiles() === 1);
  answer.destroy();
  await until('the file is closed', () => openFiles() === 0);
});
