import { NOTICES, REFUSALS } from './refusal.rules';
import { type FailedPart, stowAnswer, stowStatus, type StoredPart } from './stow-answer.rules';

const stored = (changes: Partial<StoredPart> = {}): StoredPart => ({
  studyUid: '1.2',
  seriesUid: '1.2.3',
  sopUid: '1.2.3.4',
  sopClassUid: '1.2.840.10008.5.1.4.1.1.2',
  notice: null,
  ...changes,
});
const failed: FailedPart = {
  place: 2,
  sopUid: '',
  sopClassUid: '',
  refused: { code: 'uid_missing', detail: 'Study Instance UID (0020,000D) is missing' },
};

it.each([
  [{ stored: [stored()], failed: [] }, 200],
  [{ stored: [stored()], failed: [failed] }, 202],
  [{ stored: [], failed: [failed] }, 409],
])('says how it went by its status (%#)', (result, status) => {
  expect(stowStatus(result)).toBe(status);
});

it('lists every instance with where to fetch it, and every failure with its reason', () => {
  expect(
    stowAnswer({ stored: [stored({ notice: 'charset_repaired' })], failed: [failed] }, 'https://x/dicomweb'),
  ).toEqual({
    '00081190': { vr: 'UR', Value: ['https://x/dicomweb/studies/1.2'] },
    '00081199': {
      vr: 'SQ',
      Value: [
        {
          '00000902': { vr: 'LO', Value: [`charset_repaired: ${NOTICES.charset_repaired.text}`] },
          '00081150': { vr: 'UI', Value: ['1.2.840.10008.5.1.4.1.1.2'] },
          '00081155': { vr: 'UI', Value: ['1.2.3.4'] },
          '00081190': { vr: 'UR', Value: ['https://x/dicomweb/studies/1.2/series/1.2.3/instances/1.2.3.4'] },
          '00081196': { vr: 'US', Value: [0xb000] },
        },
      ],
    },
    '00081198': {
      vr: 'SQ',
      Value: [
        {
          '00000902': { vr: 'LO', Value: [`uid_missing: #2 ${REFUSALS.uid_missing.text}`] },
          '00081150': { vr: 'UI' },
          '00081155': { vr: 'UI' },
          '00081197': { vr: 'US', Value: [0xc000] },
        },
      ],
    },
  });
});

it('gives no common address for instances of several studies', () => {
  const answer = stowAnswer({ stored: [stored(), stored({ studyUid: '9.9' })], failed: [] }, 'https://x/dicomweb');
  expect(answer).not.toHaveProperty('00081190');
  expect(answer).not.toHaveProperty('00081198');
});
