import { resourcePath, resultOf } from './qido.answer';
import { attributeNamed } from './qido.attributes';

const named = (...keywords: string[]) => keywords.map((keyword) => attributeNamed(keyword)!);
const SERVICE = 'https://imaging.example/dicomweb';

it('writes values by their VR, and says which character set the text is in', () => {
  const row = {
    study: '1.2.3',
    '00100010': 'Zhang^San=张^三',
    '00080061': ['CT', 'SR'],
    '00201208': 120,
    '00080050': '',
    '00200011': null,
  };
  const answered = named(
    'PatientName',
    'ModalitiesInStudy',
    'NumberOfStudyRelatedInstances',
    'AccessionNumber',
    'SeriesNumber',
    'RetrieveURL',
    'InstanceAvailability',
  );
  expect(resultOf(row, answered, SERVICE)).toEqual({
    '00080005': { vr: 'CS', Value: ['ISO_IR 192'] },
    '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Zhang^San', Ideographic: '张^三' }] },
    '00080061': { vr: 'CS', Value: ['CT', 'SR'] },
    '00201208': { vr: 'IS', Value: [120] },
    '00080050': { vr: 'SH' },
    '00200011': { vr: 'IS' },
    '00081190': { vr: 'UR', Value: [`${SERVICE}/studies/1.2.3`] },
    '00080056': { vr: 'CS', Value: ['ONLINE'] },
  });
});

it('keeps a zero, which is a value', () => {
  expect(resultOf({ study: '1.2', '00200013': 0 }, named('InstanceNumber'), SERVICE)['00200013']).toEqual({
    vr: 'IS',
    Value: [0],
  });
});

it('names the resource that was found', () => {
  expect(resourcePath({ study: '1.2' })).toBe('/studies/1.2');
  expect(resourcePath({ study: '1.2', series: '1.3' })).toBe('/studies/1.2/series/1.3');
  expect(resourcePath({ study: '1.2', series: '1.3', instance: '1.4' })).toBe('/studies/1.2/series/1.3/instances/1.4');
});
