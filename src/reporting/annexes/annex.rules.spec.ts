import { annexesOf } from './annex.rules';
import type { Carrier } from './carried.rules';
import type { SignedAnnex } from './signed-annex';

const annex = (annexId: string): SignedAnnex => ({
  annexId,
  kind: 'consultation',
  institution: '省立医院',
  doctor: '周明',
  title: '主任医师',
  text: '同意。',
  givenAt: '2026-03-05T06:10:00.000Z',
});
const [a, b, c] = ['a', 'b', 'c'].map(annex) as [SignedAnnex, SignedAnnex, SignedAnnex];
type Earlier = Carrier<SignedAnnex>;
const signed = (kind: Earlier['kind'], carried: Earlier['carried']): Earlier => ({ kind, carried });

describe('what a new version carries of the opinions that joined', () => {
  it.each(['preliminary', 'final', 'corrected'] as const)('a %s report: all of them', (kind) => {
    expect(annexesOf(kind, [a, b], [])).toEqual([a, b]);
    expect(annexesOf(kind, [b], [signed('preliminary', [a])])).toEqual([b]);
  });

  it.each([
    ['what came after the report', [a, b], [signed('final', [a])], [b]],
    ['nothing that an earlier addendum told of', [a, b, c], [signed('final', [a]), signed('addendum', [b])], [c]],
    ['what the correction that stands had left out', [a, b], [signed('final', [a]), signed('corrected', [b])], [a]],
    [
      'nothing that was added before a name was corrected',
      [a, b],
      [signed('final', [a]), signed('addendum', [b]), signed('demographics', [a])],
      [],
    ],
    ['all, where the report is of a form without them', [a], [signed('final', null)], [a]],
  ] as const)('an addendum: %s', (_, joined, earlier, carried) => {
    expect(annexesOf('addendum', joined, earlier)).toEqual(carried);
  });

  it('a corrected name: what stands, whatever was joined or withdrawn since', () => {
    const earlier = [signed('final', [a]), signed('addendum', [b])];
    expect(annexesOf('demographics', [c], earlier)).toEqual([a]);
    expect(annexesOf('demographics', [a], [signed('final', null)])).toEqual([]);
  });

  it('a void: nothing', () => {
    expect(annexesOf('void', [a], [signed('final', [a])])).toEqual([]);
  });
});
