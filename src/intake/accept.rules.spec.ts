import { acceptsDicomJson } from './accept.rules';

it.each([
  [undefined, true],
  ['', true],
  ['*/*', true],
  ['application/*', true],
  ['application/dicom+json', true],
  ['application/json', true],
  ['APPLICATION/DICOM+JSON; charset=utf-8', true],
  ['application/dicom+xml, application/dicom+json;q=0.5', true],
  ['application/dicom+xml', false],
  ['application/dicom+json;q=0', false],
  ['application/dicom+json; q=0.0, text/html', false],
  ['multipart/related; type="application/dicom"', false],
])('Accept: %s → %s', (accept, expected) => {
  expect(acceptsDicomJson(accept)).toBe(expected);
});
