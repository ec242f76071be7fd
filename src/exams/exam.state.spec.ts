import {
  AFTER_SIGNING,
  BEFORE_CLAIM,
  EXAM_MOVES,
  EXAM_STATE_NAMES,
  EXAM_STATES,
  type ExamState,
  mayComeFrom,
  mayMove,
  OPEN_FOR_READING,
  reportIsOut,
} from './exam.state';

/**
 * All 16 × 16 pairs, row = from, column = to, in the order of EXAM_STATES.
 *   x  allowed by the domain's table (§2.1)
 *   +  allowed beyond its wording, see BEYOND below
 *   .  forbidden
 */
const MATRIX = `
                REG UPL INC QUE CLA PEN REV RVS PRE SIG AME REC RET WIT CON VOI
REGISTERED       .   x   +   +   .   .   .   .   .   .   .   .   .   x   .   +
UPLOADING        .   .   x   x   x   .   .   .   .   .   .   .   .   x   .   +
INCOMPLETE       .   .   .   x   .   .   .   .   .   .   .   .   .   x   .   x
QUEUED           .   .   .   .   x   +   .   .   .   .   .   .   x   x   .   x
CLAIMED          .   .   .   x   .   x   .   .   x   x   .   .   x   .   x   x
PENDING_REVIEW   .   .   .   +   x   .   x   .   .   .   .   .   .   .   .   x
REVIEWING        .   .   .   .   .   x   .   x   +   x   .   .   x   .   x   x
REVISING         .   .   .   .   x   +   .   .   .   .   .   .   .   .   .   x
PRELIM_ISSUED    .   .   .   .   .   .   x   .   .   .   .   .   .   .   .   x
SIGNED           .   .   .   .   .   .   .   .   .   .   x   x   .   .   .   x
AMENDING         .   .   .   .   .   .   .   .   .   x   .   .   .   .   .   .
RECALLED         .   .   .   .   .   .   .   x   .   .   .   .   .   .   .   .
RETURNED         .   x   .   x   .   .   .   .   .   .   .   .   .   .   .   x
WITHDRAWN        x   .   .   .   .   .   .   .   .   .   .   .   .   .   .   .
CONSULTING       .   .   .   .   x   .   x   .   .   .   .   .   .   .   .   .
VOID             .   .   .   .   .   .   .   .   .   .   .   .   .   .   .   .
`;

/** Why each pair marked + is there although the domain's table does not spell it out. */
const BEYOND: Readonly<Record<string, string>> = {
  'REGISTERED INCOMPLETE': 'a withdrawn exam whose images are there is resubmitted while class A data is missing',
  'REGISTERED QUEUED': 'metadata only: no images are to come; or all images and the completed manifest are met at once',
  'REGISTERED VOID': 'the identity hold ends by voiding from any state before signing',
  'QUEUED PENDING_REVIEW':
    'review mode: the clinic wrote it, nobody of the centre claimed before (the table says so under PENDING_REVIEW)',
  'PENDING_REVIEW QUEUED': 'review mode: the clinic takes back what it handed in, which no claim stands behind',
  'REVIEWING PRELIM_ISSUED':
    'given back, or the lease ran out, while the preliminary report is out and the formal one is not',
  'REVISING PENDING_REVIEW': 'review mode: the clinic has mended what was rejected',
  'UPLOADING VOID': 'the identity hold ends by voiding from any state before signing',
};

const rows = MATRIX.trim().split('\n').slice(1);
const cells = rows.flatMap((row) => {
  const [from = '', ...marks] = row.trim().split(/\s+/);
  return marks.map((mark, i) => ({ from: from as ExamState, to: EXAM_STATES[i]!, mark }));
});

describe('the exam state table', () => {
  it('is written down here for every pair of states', () => {
    expect(rows.map((row) => row.trim().split(/\s+/)[0])).toEqual([...EXAM_STATES]);
    expect(cells).toHaveLength(16 * 16);
  });

  it.each(cells)('$from → $to: $mark', ({ from, to, mark }) => {
    expect(mayMove(from, to)).toBe(mark !== '.');
  });

  it('gives a reason for everything beyond the domain table', () => {
    const beyond = cells.filter(({ mark }) => mark === '+').map(({ from, to }) => `${from} ${to}`);
    expect(beyond.sort()).toEqual(Object.keys(BEYOND).sort());
  });

  it('answers the same question backwards', () => {
    for (const to of EXAM_STATES) {
      expect(mayComeFrom(to)).toEqual(
        cells.filter((cell) => cell.to === to && cell.mark !== '.').map(({ from }) => from),
      );
    }
  });

  it('never stays where it is, and ends only in VOID', () => {
    expect(EXAM_STATES.filter((state) => mayMove(state, state))).toEqual([]);
    expect(EXAM_STATES.filter((state) => EXAM_MOVES[state].length === 0)).toEqual(['VOID']);
  });

  it('lets a clinic withdraw exactly what no reader has claimed', () => {
    expect(mayComeFrom('WITHDRAWN')).toEqual([...BEFORE_CLAIM]);
  });

  it('keeps the groups of states apart and names every state', () => {
    expect(OPEN_FOR_READING.filter((state) => AFTER_SIGNING.includes(state))).toEqual([]);
    expect(new Set(Object.values(EXAM_STATE_NAMES)).size).toBe(EXAM_STATES.length);
  });
});

describe('a report that is out', () => {
  const ISSUED = new Date('2026-03-02T15:00:00Z');
  const out = (issued: Date | null): ExamState[] =>
    EXAM_STATES.filter((state) => reportIsOut({ state, preliminary_at: issued }));

  it('is a signed one, or a preliminary one that has just gone', () => {
    expect(out(null)).toEqual(['PRELIM_ISSUED', 'SIGNED', 'AMENDING', 'RECALLED']);
  });

  it('stays out wherever the formal one has got to, until the exam itself has ended', () => {
    expect(out(ISSUED)).toEqual(EXAM_STATES.filter((state) => state !== 'VOID' && state !== 'WITHDRAWN'));
  });
});

it('the names are those of the domain where it has two for one state', () => {
  expect([EXAM_STATE_NAMES.INCOMPLETE, EXAM_STATE_NAMES.RECALLED]).toEqual(['待匹配/待补资料', '撤销审核(召回)']);
});
