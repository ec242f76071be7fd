import { bulkPlaces, jsonArray, withBulkUris } from './wado-metadata.rules';

const EXPLICIT = '1.2.840.10008.1.2.1';
const BIG_ENDIAN = '1.2.840.10008.1.2.2';
const bulk = [
  { tag: '00281201', vr: 'OW', offset: 900, length: 8192 },
  { tag: '00420011', vr: 'OB', offset: 9100, length: 50_000 },
  { tag: '60003000', vr: 'OW', offset: null, length: 4096 },
];

it('offers what has a place in the file and reads the same everywhere', () => {
  expect(bulkPlaces({ bulk, transferSyntaxUid: EXPLICIT }).map(({ tag }) => tag)).toEqual(['00281201', '00420011']);
  expect(bulkPlaces({ bulk, transferSyntaxUid: BIG_ENDIAN }).map(({ tag }) => tag)).toEqual(['00420011']);
});

it('adds a URI per value to the text of a data set', () => {
  const json = '{"00080060":{"vr":"CS","Value":["CT"]}}';
  const url = 'https://imaging.example/dicomweb/studies/1/series/2/instances/3';
  expect(JSON.parse(withBulkUris(json, bulkPlaces({ bulk, transferSyntaxUid: BIG_ENDIAN }), url))).toEqual({
    '00080060': { vr: 'CS', Value: ['CT'] },
    '00420011': { vr: 'OB', BulkDataURI: `${url}/bulkdata/00420011` },
  });
  expect(JSON.parse(withBulkUris('{}', bulkPlaces({ bulk, transferSyntaxUid: BIG_ENDIAN }), url))).toHaveProperty(
    '00420011',
  );
  expect(withBulkUris(json, [], url)).toBe(json);
});

it.each([[[]], [['{"a":1}']], [['{"a":1}', '{"b":"，"}', '{}']]])('writes %j as one array', async (items) => {
  async function* source(): AsyncGenerator<string> {
    yield* items;
  }
  const chunks: Buffer[] = [];
  for await (const chunk of jsonArray(source())) chunks.push(chunk);
  expect(JSON.parse(Buffer.concat(chunks).toString())).toEqual(items.map((item) => JSON.parse(item) as unknown));
});
