import { LINK_DEEDS, LINK_STATE_NAMES, LINK_STATES, type LinkDeed, mayDo } from './person-link.state';

/** Every state × deed. */
const TABLE: Readonly<Record<LinkDeed, Readonly<Record<(typeof LINK_STATES)[number], boolean>>>> = {
  confirm: { review: true, linked: false, refused: true, undone: true },
  refuse: { review: true, linked: false, refused: false, undone: false },
  undo: { review: false, linked: true, refused: false, undone: false },
};

describe('links between patients', () => {
  const pairs = (Object.keys(TABLE) as LinkDeed[]).flatMap((deed) =>
    LINK_STATES.map((state) => ({ deed, state, allowed: TABLE[deed][state] })),
  );
  it.each(pairs)('$deed from $state: $allowed', ({ deed, state, allowed }) => {
    expect(mayDo(state, deed)).toBe(allowed);
  });
  it('leads every deed to a state that has a name', () => {
    for (const { to } of Object.values(LINK_DEEDS)) expect(LINK_STATE_NAMES[to]).not.toBe('');
  });
});
