import { type ImageFacts, imageRefusal, REFUSAL_TEXTS, writtenSyntax } from './refusal.rules';

const CT: ImageFacts = {
  sopClassUid: '1.2.840.10008.5.1.4.1.1.2',
  burnedIn: '',
  conversionType: '',
  imageType: ['ORIGINAL', 'PRIMARY', 'AXIAL'],
  overlayInPixels: false,
  pixelsBeyond: false,
};
const refusal = (over: Partial<ImageFacts>): string | undefined => imageRefusal({ ...CT, ...over });

it.each<[string, Partial<ImageFacts>, string | undefined]>([
  ['a CT slice', {}, undefined],
  ['a CT slice that says so', { burnedIn: 'NO' }, undefined],
  ['a plain film for presentation', { sopClassUid: '1.2.840.10008.5.1.4.1.1.1.1' }, undefined],
  ['a reformatted slice', { imageType: ['DERIVED', 'SECONDARY', 'REFORMATTED'] }, undefined],
  ['a low-dose slice', { imageType: ['ORIGINAL', 'PRIMARY', 'AXIAL', 'LOW_DOSE'] }, undefined],
  ['a survey', { imageType: ['ORIGINAL', 'PRIMARY', 'LOCALIZER', 'CT_SOM5 TOP'] }, undefined],
  ['text in the picture', { burnedIn: 'YES' }, 'burned_in'],
  ['text in the picture, in small letters', { burnedIn: 'yes' }, 'burned_in'],
  ['a secondary capture', { sopClassUid: '1.2.840.10008.5.1.4.1.1.7' }, 'kind_unsure'],
  [
    'one whose device says NO as it says always',
    { sopClassUid: '1.2.840.10008.5.1.4.1.1.7', burnedIn: 'NO' },
    'kind_unsure',
  ],
  ['ultrasound', { sopClassUid: '1.2.840.10008.5.1.4.1.1.6.1' }, 'kind_unsure'],
  ['an encapsulated PDF', { sopClassUid: '1.2.840.10008.5.1.4.1.1.104.1' }, 'kind_unsure'],
  ['an unknown class', { sopClassUid: '' }, 'kind_unsure'],
  ['a digitised film that calls itself CR', { conversionType: 'DF' }, 'captured'],
  ['a screen that was saved', { imageType: ['DERIVED', 'SECONDARY', 'SCREEN SAVE'] }, 'captured'],
  ['a page of the protocol', { imageType: ['DERIVED', 'SECONDARY', 'OTHER', 'CT_SOM5 PROT'] }, 'captured'],
  ['a dose page', { imageType: ['DERIVED', 'SECONDARY', 'DOSE_INFO'] }, 'captured'],
  ['an overlay in the pixels', { overlayInPixels: true }, 'overlay_in_pixels'],
  ['something behind the pixels', { pixelsBeyond: true }, 'pixels_beyond'],
])('%s', (_, over, expected) => {
  expect(refusal(over)).toBe(expected);
});

it.each([
  ['1.2.840.10008.1.2', '1.2.840.10008.1.2.1'],
  ['1.2.840.10008.1.2.1', '1.2.840.10008.1.2.1'],
  ['1.2.840.10008.1.2.4.70', '1.2.840.10008.1.2.4.70'],
  ['1.2.840.10008.1.2.4.90', '1.2.840.10008.1.2.4.90'],
  ['1.2.840.10008.1.2.5', '1.2.840.10008.1.2.5'],
  ['1.2.840.10008.1.2.2', undefined],
  ['1.2.840.10008.1.2.1.99', undefined],
  ['1.2.840.10008.1.2.4.102', undefined],
  ['', undefined],
])('%s is written as %s', (stored, expected) => expect(writtenSyntax(stored)).toBe(expected));

it('tells each reason in its own words', () => {
  expect(new Set(Object.values(REFUSAL_TEXTS)).size).toBe(Object.keys(REFUSAL_TEXTS).length);
});
