import { type DomainError } from '../platform/errors';
import { chosen, DICOM, frameOffers, JSON_OFFERS, type Offer, written } from './dicomweb-media.rules';

const EXPLICIT = '1.2.840.10008.1.2.1';
const IMPLICIT = '1.2.840.10008.1.2';
const JPEG_LOSSLESS = '1.2.840.10008.1.2.4.70';
const JPEG_LS = '1.2.840.10008.1.2.4.80';
const UNKNOWN = '1.2.3.4.5';

const picked = (accept: string | undefined, offers: readonly Offer[]): string => {
  try {
    return written(chosen(accept, offers));
  } catch (error) {
    return (error as DomainError).code;
  }
};

describe('instances', () => {
  const offers = [true, false].map((multipart) => ({ mediaType: DICOM, multipart, transferSyntax: JPEG_LS }));
  const multipart = `multipart/related; type="${DICOM}"; transfer-syntax=${JPEG_LS}`;
  const single = `${DICOM}; transfer-syntax=${JPEG_LS}`;

  it.each([
    [undefined, multipart],
    ['', multipart],
    ['*/*', multipart],
    ['multipart/related', multipart],
    ['multipart/related; type="application/dicom"', multipart],
    ['multipart/related; type=application/dicom; transfer-syntax=*', multipart],
    [`multipart/related; type="application/dicom"; transfer-syntax=${JPEG_LS}`, multipart],
    [`multipart/related; type="application/dicom"; transfer-syntax="${JPEG_LS}"`, multipart],
    ['application/dicom', single],
    ['application/dicom; transfer-syntax=*, text/html', single],
    ['Multipart/Related; Type="Application/DICOM"; q=0.5, application/dicom', single],
    ['application/*', single],
    ['*/*;q=0.1, application/dicom;q=0.9', single],
    ['text/html, */*;q=0.8', multipart],
    // Nothing is transcoded.
    [`multipart/related; type="application/dicom"; transfer-syntax=${EXPLICIT}`, 'not_acceptable'],
    ['image/jpeg', 'not_acceptable'],
    ['application/dicom;q=0', 'not_acceptable'],
    ['multipart/related; type="application/dicom+xml"', 'not_acceptable'],
    ['*/*, application/dicom;q=0, multipart/related;q=0', 'not_acceptable'],
    ['nonsense', 'not_acceptable'],
  ])('%s → %s', (accept, expected) => expect(picked(accept, offers)).toBe(expected));

  it('says what could be had', () => {
    expect(() => chosen('image/png', offers)).toThrow(
      expect.objectContaining({ params: { field: 'Accept', offered: `${multipart}, ${single}` } }),
    );
  });
});

describe('JSON', () => {
  it.each([
    [undefined, 'application/dicom+json'],
    ['application/dicom+json', 'application/dicom+json'],
    ['application/json', 'application/json'],
    ['application/json, application/dicom+json', 'application/dicom+json'],
    ['application/dicom+xml, */*;q=0.1', 'application/dicom+json'],
    ['multipart/related; type="application/dicom+xml"', 'not_acceptable'],
  ])('%s → %s', (accept, expected) => expect(picked(accept, JSON_OFFERS)).toBe(expected));
});

describe('frames', () => {
  const OHIF = 'multipart/related; type=application/octet-stream; transfer-syntax=*';
  const DEFAULT = 'multipart/related; type="application/octet-stream"';

  it.each([
    [
      'native',
      IMPLICIT,
      false,
      OHIF,
      `multipart/related; type="application/octet-stream"; transfer-syntax=${EXPLICIT}`,
    ],
    [
      'native',
      EXPLICIT,
      false,
      '*/*',
      `multipart/related; type="application/octet-stream"; transfer-syntax=${EXPLICIT}`,
    ],
    [
      'native, by name',
      IMPLICIT,
      false,
      `${DEFAULT}; transfer-syntax=${EXPLICIT}`,
      `${DEFAULT}; transfer-syntax=${EXPLICIT}`,
    ],
    [
      'native, alone',
      EXPLICIT,
      false,
      'application/octet-stream',
      `application/octet-stream; transfer-syntax=${EXPLICIT}`,
    ],
    ['native as JPEG', EXPLICIT, false, 'image/jpeg', 'not_acceptable'],
    [
      'compressed',
      JPEG_LOSSLESS,
      true,
      '*/*',
      `multipart/related; type="image/jpeg"; transfer-syntax=${JPEG_LOSSLESS}`,
    ],
    ['compressed', JPEG_LOSSLESS, true, OHIF, `${DEFAULT}; transfer-syntax=${JPEG_LOSSLESS}`],
    ['compressed', JPEG_LOSSLESS, true, DEFAULT, `${DEFAULT}; transfer-syntax=${JPEG_LOSSLESS}`],
    [
      'compressed, old name',
      JPEG_LS,
      true,
      'multipart/related; type="image/x-jls"',
      `multipart/related; type="image/jls"; transfer-syntax=${JPEG_LS}`,
    ],
    ['compressed, alone', JPEG_LS, true, 'image/*', `image/jls; transfer-syntax=${JPEG_LS}`],
    ['compressed as raw', JPEG_LS, true, `${DEFAULT}; transfer-syntax=${EXPLICIT}`, 'not_acceptable'],
    ['unknown compression', UNKNOWN, true, OHIF, `${DEFAULT}; transfer-syntax=${UNKNOWN}`],
  ])('%s %s %s: %s', (_, syntax, encapsulated, accept, expected) => {
    expect(picked(accept, frameOffers(syntax, encapsulated, 1))).toBe(expected);
  });

  it('needs multipart for more than one', () => {
    expect(picked('application/octet-stream', frameOffers(EXPLICIT, false, 2))).toBe('not_acceptable');
  });
});
