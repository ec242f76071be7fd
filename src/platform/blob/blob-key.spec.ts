import { blobKey, checkedBlobKey, partsOfBlobKey, partsOfBlobPrefix, type BlobKey } from './blob-key';

const COUNTY = '018f0000-0000-7000-8000-000000000001';
const CLINIC = '018f0000-0000-7000-8000-000000000002';
const SHA = 'ab'.repeat(32);

describe('a blob key', () => {
  it('is made of county, clinic and hash, and taken apart again', () => {
    const key = blobKey(COUNTY, CLINIC, SHA);
    expect(key).toBe(`${COUNTY}/${CLINIC}/${SHA}`);
    expect(partsOfBlobKey(key)).toEqual({ county: COUNTY, clinic: CLINIC, sha256: SHA });
    expect(checkedBlobKey(key)).toBe(key);
  });

  it.each([
    ['a path upwards', '..', CLINIC, SHA],
    ['an upper case hash', COUNTY, CLINIC, SHA.toUpperCase()],
    ['an upper case uuid', COUNTY.replaceAll('f', 'F'), CLINIC, SHA],
    ['a short hash', COUNTY, CLINIC, SHA.slice(1)],
    ['a hash with a path in it', COUNTY, CLINIC, `../../${SHA.slice(6)}`],
    ['a trailing line end', COUNTY, CLINIC, `${SHA}\n`],
    ['a NUL', COUNTY, `${CLINIC.slice(1)}\0`, SHA],
    ['one component more', COUNTY, `${CLINIC}/${CLINIC}`, SHA],
    ['an empty clinic', COUNTY, '', SHA],
  ])('is refused with %s', (_, county, clinic, sha256) => {
    expect(() => blobKey(county, clinic, sha256)).toThrow(expect.objectContaining({ code: 'bad_key' }));
    expect(() => partsOfBlobKey(`${county}/${clinic}/${sha256}` as BlobKey)).toThrow(
      expect.objectContaining({ code: 'bad_key' }),
    );
  });

  it('has prefixes at its components only', () => {
    expect(['', COUNTY, `${COUNTY}/${CLINIC}`].map(partsOfBlobPrefix)).toEqual([[], [COUNTY], [COUNTY, CLINIC]]);
    for (const prefix of [
      '..',
      COUNTY.slice(1),
      `${COUNTY}/`,
      `${COUNTY}/..`,
      `/${COUNTY}`,
      `${COUNTY}/${CLINIC}/ab`,
    ]) {
      expect(() => partsOfBlobPrefix(prefix)).toThrow(expect.objectContaining({ code: 'bad_key' }));
    }
  });
});
