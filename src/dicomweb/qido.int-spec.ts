import { makeStudy, type StudyOrder } from '../demo/synthetic';
import { gateway, seedCounty, signIn, type TestClinic, type TestCounty } from '../../test/harness/county';
import type { Answer, JsonClient } from '../../test/harness/json-client';
import { stow } from '../../test/harness/stow';
import { startSystem, type System } from '../../test/harness/system';
import { dicomwebClient } from './dicomweb-client.fixture';

let system: System;
let county: TestCounty;
let other: TestCounty;
let clinic1: JsonClient;
let clinic2: JsonClient;
let reader: JsonClient;

type Result = Record<string, { vr: string; Value?: any[] }>;

function order(changes: Partial<StudyOrder>): StudyOrder {
  return {
    seed: changes.patientName ?? 'x',
    modality: 'CT',
    bodyPart: 'CHEST',
    accessionNumber: 'A1',
    patientId: 'P1',
    patientName: '张三',
    sex: 'M',
    birthDate: '1970-05-01',
    age: '055Y',
    charset: 'GB18030',
    slices: 2,
    samePixels: true,
    width: 64,
    startedAt: new Date('2026-03-02T01:30:00Z'),
    institution: '第1卫生院',
    stationName: 'CT01',
    description: 'CT胸部平扫',
    referringPhysician: '李医生',
    ...changes,
  };
}

const ZHANG_SAN = order({ slices: 4, series: 2 });
const ZHANG_XIAODONG = order({
  patientName: 'Zhang^XiaoDong=张^小东',
  accessionNumber: 'A2',
  patientId: 'P_2%',
  modality: 'DX',
  charset: 'ISO_IR 192',
  description: '胸部正位',
  startedAt: new Date('2026-03-05T01:00:00Z'),
});
const OUYANG = order({
  patientName: '欧阳锋',
  accessionNumber: 'B3',
  patientId: 'P3',
  charset: 'GBK',
  startedAt: new Date('2026-02-27T01:00:00Z'),
});
const DOE = order({
  patientName: 'DOE^JOHN',
  accessionNumber: 'B4',
  patientId: 'P4',
  charset: 'ISO_IR 192',
  startedAt: new Date('2026-01-01T01:00:00Z'),
  description: 'CHEST',
  institution: 'CLINIC',
  referringPhysician: 'LEE',
});
const ZHANG_WEI = order({ patientName: '张伟', accessionNumber: 'C1', patientId: 'P1', institution: '第2卫生院' });

const uidOf = (wanted: StudyOrder): string => [...makeStudy(wanted)][0]!.studyInstanceUid;

async function store(clinic: TestClinic, ...orders: StudyOrder[]): Promise<void> {
  const files = orders.flatMap((one) => [...makeStudy(one)].map(({ bytes }) => bytes));
  const answer = await stow(system.url, clinic.key, files);
  expect([answer.status, answer.failed]).toEqual([200, []]);
}

beforeAll(async () => {
  system = await startSystem({ role: 'api' });
  county = await seedCounty(system);
  other = await seedCounty(system, { code: 'b' });
  const [first, second] = county.clinics as [TestClinic, TestClinic];
  await store(first, ZHANG_SAN, ZHANG_XIAODONG, OUYANG, DOE);
  // The second clinic sends a study of its own, and one under a UID that the first has.
  await store(second, ZHANG_WEI, { ...ZHANG_SAN, patientName: '王五', patientId: 'P9' });
  await store(other.clinics[0]!, { ...ZHANG_SAN, seed: 'elsewhere' });
  clinic1 = gateway(system, first);
  clinic2 = gateway(system, second);
  reader = await signIn(system, county, 'writer11');
});
afterAll(() => system.stop());

const search = (client: JsonClient, path: string): Promise<Answer<Result[]>> =>
  client.get<Result[]>(`/dicomweb/${path}`);
const value = (result: Result, tag: string): any => result[tag]?.Value?.[0];
async function accessions(client: JsonClient, query: string): Promise<string[]> {
  const { status, body } = await search(client, `studies?${query}`);
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body.map((study) => value(study, '00080050') as string);
}

describe('what a study says', () => {
  it('is table 10.6.3-3 in the DICOM JSON model', async () => {
    const { status, headers, body } = await search(clinic1, 'studies?AccessionNumber=A1');
    expect([status, headers.get('content-type')]).toEqual([200, 'application/dicom+json']);
    const uid = uidOf(ZHANG_SAN);
    expect(body).toEqual([
      {
        '00080005': { vr: 'CS', Value: ['ISO_IR 192'] },
        '00080020': { vr: 'DA', Value: ['20260302'] },
        '00080030': { vr: 'TM', Value: [expect.stringMatching(/^0930/)] },
        '00080050': { vr: 'SH', Value: ['A1'] },
        '00080056': { vr: 'CS', Value: ['ONLINE'] },
        '00080061': { vr: 'CS', Value: ['CT'] },
        '00080090': { vr: 'PN', Value: [{ Alphabetic: '李医生' }] },
        '00081190': { vr: 'UR', Value: [`${system.url}/dicomweb/studies/${uid}`] },
        '00100010': { vr: 'PN', Value: [{ Alphabetic: '张三' }] },
        '00100020': { vr: 'LO', Value: ['P1'] },
        '00100030': { vr: 'DA', Value: ['19700501'] },
        '00100040': { vr: 'CS', Value: ['M'] },
        '0020000D': { vr: 'UI', Value: [uid] },
        '00200010': expect.objectContaining({ vr: 'SH' }),
        '00201206': { vr: 'IS', Value: [2] },
        '00201208': { vr: 'IS', Value: [4] },
      },
    ]);
  });

  it('is what OHIF asks for', async () => {
    const query =
      'limit=101&offset=0&fuzzymatching=false&includefield=00081030%2C00080060%2C00080090%2C00101010&PatientName=*%E5%BC%A0*&ModalitiesInStudy=CT%2CDX&StudyDate=20260101-20261231';
    const { status, body } = await search(clinic1, `studies?${query}`);
    expect(status).toBe(200);
    expect(body.map((study) => [value(study, '00080050'), value(study, '00081030'), value(study, '00101010')])).toEqual(
      [
        ['A2', '胸部正位', '055Y'],
        ['A1', 'CT胸部平扫', '055Y'],
      ],
    );
  });

  it('is an empty array when nothing matches', async () => {
    const { status, body } = await search(clinic1, 'studies?AccessionNumber=none');
    expect([status, body]).toEqual([200, []]);
  });
});

describe('matching', () => {
  it.each([
    // By character, however the device wrote the name.
    ['张*', ['A2', 'A1']],
    ['张三', ['A1']],
    ['张^三', ['A1']],
    ['*小*', ['A2']],
    ['张小?', ['A2']],
    ['欧阳*', ['B3']],
    ['李*', []],
    // By sound and by initials.
    ['zhang*', ['A2', 'A1']],
    ['ZhangSan', ['A1']],
    ['zs', ['A1']],
    ['*ZXD*', ['A2']],
    ['ouyang*', ['B3']],
    ['oyf', ['B3']],
    ['doe^john', ['B4']],
    ['John*', []],
    ['*john*', ['B4']],
    // What LIKE would take for itself is only a character.
    ['%', []],
    ['张_', []],
    ['', ['A2', 'A1', 'B3', 'B4']],
  ])('PatientName=%s', async (name, expected) => {
    expect(await accessions(clinic1, `PatientName=${encodeURIComponent(name)}`)).toEqual(expected);
  });

  it.each([
    ['fuzzymatching=true&PatientName=%E5%BC%A0', ['A2', 'A1']],
    ['StudyDate=20260302', ['A1']],
    ['StudyDate=20260227-20260302', ['A1', 'B3']],
    ['StudyDate=-20260227', ['B3', 'B4']],
    ['00080020=20260303-', ['A2']],
    ['StudyTime=0930-0931&StudyDate=20260302', ['A1']],
    ['StudyTime=0931-', []],
    ['AccessionNumber=B*', ['B3', 'B4']],
    ['AccessionNumber=?1', ['A1']],
    ['AccessionNumber=a1', []],
    ['PatientID=P_2%25', ['A2']],
    ['PatientID=P_*', ['A2']],
    ['PatientID=*2%25', ['A2']],
    ['ModalitiesInStudy=DX', ['A2']],
    ['ModalitiesInStudy=dx,MR', ['A2']],
    ['ModalitiesInStudy=CT&ModalitiesInStudy=DX&AccessionNumber=A*', ['A2', 'A1']],
    ['StudyDescription=*胸部*', ['A2', 'A1', 'B3']],
    ['StudyDescription=chest', ['B4']],
    ['ReferringPhysicianName=%E6%9D%8E*', ['A2', 'A1', 'B3']],
    ['PatientSex=M&PatientBirthDate=19700501&AccessionNumber=A1', ['A1']],
    ['PatientSex=F', []],
  ])('%s', async (query, expected) => {
    expect(await accessions(clinic1, query)).toEqual(expected);
  });

  it('finds studies by a list of UIDs', async () => {
    const uids = [uidOf(DOE), uidOf(OUYANG), '1.2.3'].join(',');
    expect(await accessions(clinic1, `StudyInstanceUID=${uids}`)).toEqual(['B3', 'B4']);
  });

  it('refuses what it cannot match, by name, instead of showing more than was asked for', async () => {
    const { status, body } = await search(clinic1, 'studies?PatientNme=x');
    expect([status, body]).toMatchObject([400, { code: 'invalid_input', params: { field: 'PatientNme' } }]);
  });
});

describe('pages', () => {
  it('go on where the one before ended, and say whether there is more', async () => {
    const first = await search(clinic1, 'studies?limit=3');
    const second = await search(clinic1, 'studies?limit=3&offset=3');
    expect([...first.body, ...second.body].map((study) => value(study, '00080050'))).toEqual(['A2', 'A1', 'B3', 'B4']);
    expect(first.headers.get('warning')).toMatch(/^299 http:\/\/127.0.0.1:\d+\/dicomweb: There are additional results/);
    expect(second.headers.get('warning')).toBeNull();
    expect((await search(clinic1, 'studies?offset=4')).body).toEqual([]);
  });
});

describe('series and instances', () => {
  it('of a study, as OHIF asks', async () => {
    const path = `studies/${uidOf(ZHANG_SAN)}/series?includefield=0008103E%2C00080021%2C00180015`;
    const { body } = await search(clinic1, path);
    expect(body).toHaveLength(2);
    expect(body.map((series) => value(series, '00200011'))).toEqual([...body.map((s) => value(s, '00200011'))].sort());
    expect(body[0]).toMatchObject({
      '00080060': { vr: 'CS', Value: ['CT'] },
      '00081190': { Value: [expect.stringContaining(`/series/${value(body[0]!, '0020000E')}`)] },
      '0020000D': { Value: [uidOf(ZHANG_SAN)] },
      '00201209': { vr: 'IS', Value: [2] },
      '00180015': { vr: 'CS', Value: ['CHEST'] },
      '00080021': { vr: 'DA', Value: ['20260302'] },
    });
    expect(body[0]).not.toHaveProperty('00100010');
  });

  it('of a study and of a series, in the order of their numbers', async () => {
    const study = `studies/${uidOf(ZHANG_SAN)}`;
    const instances = (await search(clinic1, `${study}/instances`)).body;
    expect(instances).toHaveLength(4);
    const series = value(instances[0]!, '0020000E') as string;
    const ofSeries = (await search(clinic1, `${study}/series/${series}/instances`)).body;
    expect(ofSeries.map((one) => value(one, '00080018'))).toEqual(
      instances.slice(0, 2).map((one) => value(one, '00080018')),
    );
    expect(ofSeries.map((one) => value(one, '00200013'))).toEqual([1, 2]);
    expect(ofSeries[0]).toMatchObject({
      '00080016': { vr: 'UI', Value: ['1.2.840.10008.5.1.4.1.1.2'] },
      '00083002': { vr: 'UI' },
      '00280008': { vr: 'IS', Value: [1] },
      '00280010': { vr: 'US', Value: [512] },
    });
    expect(value(ofSeries[0]!, '00081190')).toBe(
      `${system.url}/dicomweb/${study}/series/${series}/instances/${value(ofSeries[0]!, '00080018')}`,
    );
  });

  it('of all studies, with their studies', async () => {
    const { body } = await search(reader, 'series?Modality=DX&PatientName=zxd');
    expect(body.map((one) => [value(one, '00080050'), value(one, '00201209')])).toEqual([['A2', 2]]);
    const sop = [...makeStudy(ZHANG_WEI)][0]!.sopInstanceUid;
    for (const client of [clinic2, reader]) {
      const found = (await search(client, `instances?SOPInstanceUID=${sop}`)).body;
      expect(found.map((one) => [value(one, '00080050'), value(one, '00080060')])).toEqual([['C1', 'CT']]);
    }
    expect((await search(clinic1, `instances?SOPInstanceUID=${sop}`)).body).toEqual([]);
    expect((await search(reader, 'instances?limit=2')).headers.get('warning')).not.toBeNull();
  });

  it('of a series that is not there: not found', async () => {
    expect((await search(clinic1, `studies/${uidOf(ZHANG_SAN)}/series/1.2.3/instances`)).status).toBe(404);
  });
});

describe('whose rows', () => {
  it('a clinic sees its own, also what is quarantined', async () => {
    expect(await accessions(clinic1, '')).toEqual(['A2', 'A1', 'B3', 'B4']);
    const own = (await search(clinic2, 'studies')).body;
    expect(own.map((study) => study['00100010']?.Value).flat()).toEqual(
      expect.arrayContaining([{ Alphabetic: '张伟' }, { Alphabetic: '王五' }]),
    );
    expect(own).toHaveLength(2);
    const quarantined = await search(clinic2, `studies/${uidOf(ZHANG_SAN)}/instances`);
    expect(quarantined.body).toHaveLength(4);
  });

  it('a reader sees the county, each study UID once', async () => {
    const all = (await search(reader, 'studies')).body;
    expect(all.map((study) => value(study, '00080050')).sort()).toEqual(['A1', 'A2', 'B3', 'B4', 'C1']);
    const one = (await search(reader, `studies?StudyInstanceUID=${uidOf(ZHANG_SAN)}`)).body;
    expect(one.map((study) => value(study, '00100010'))).toEqual([{ Alphabetic: '张三' }]);
  });

  it('nobody sees another county or another clinic', async () => {
    const stranger = gateway(system, other.clinics[0]!);
    expect(await accessions(stranger, 'PatientName=*')).toHaveLength(1);
    for (const client of [stranger, gateway(system, other.clinics[1]!)]) {
      for (const below of ['series', 'instances', 'series/1.2/instances']) {
        expect((await search(client, `studies/${uidOf(OUYANG)}/${below}`)).status).toBe(404);
      }
    }
    expect((await search(clinic2, `studies/${uidOf(OUYANG)}/series`)).status).toBe(404);
    expect(await accessions(gateway(system, other.clinics[1]!), '')).toEqual([]);
  });

  it('an administrator without image.read sees none', async () => {
    const admin = await signIn(system, county, 'admin');
    expect((await search(admin, 'studies')).status).toBe(403);
  });
});

it('negotiates JSON and nothing else', async () => {
  const ask = (accept: string, query = '') =>
    fetch(`${system.url}/dicomweb/studies?limit=1${query}`, { headers: { ...clinic1.identity, accept } });
  expect((await ask('application/json')).headers.get('content-type')).toBe('application/json');
  expect((await ask('multipart/related; type="application/dicom+xml"')).status).toBe(406);
  expect((await ask('text/html', '&accept=application/dicom%2Bjson')).headers.get('content-type')).toBe(
    'application/dicom+json',
  );
});

it('answers dicomweb-client', async () => {
  const client = dicomwebClient(system.url, clinic1.identity);
  const studies = await client.searchForStudies({
    queryParams: { PatientName: '张*', limit: 1 },
  });
  expect(studies.map((study) => value(study, '00080050'))).toEqual(['A2']);
  const studyInstanceUID = uidOf(ZHANG_SAN);
  const series = await client.searchForSeries({ studyInstanceUID });
  expect(series).toHaveLength(2);
  const instances = await client.searchForInstances({
    studyInstanceUID,
    seriesInstanceUID: value(series[0]!, '0020000E') as string,
  });
  expect(instances).toHaveLength(2);
});
