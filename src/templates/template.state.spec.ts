import { afterMove, TEMPLATE_MOVES, TEMPLATE_STATES, type TemplateMove, type TemplateState } from './template.state';

/** Every pair of move and state; null = not allowed. */
const TABLE: Record<TemplateMove, Record<TemplateState, TemplateState | null>> = {
  edit: { draft: 'draft', published: 'published', archived: null },
  publish: { draft: 'published', published: 'published', archived: null },
  archive: { draft: 'archived', published: 'archived', archived: null },
  restore: { draft: null, published: null, archived: 'draft' },
};

const pairs = (Object.keys(TEMPLATE_MOVES) as TemplateMove[]).flatMap((move) =>
  TEMPLATE_STATES.map((state) => [move, state] as const),
);

it.each(pairs)('%s of a template that is %s', (move, state) => {
  expect(afterMove(state, move) ?? null).toBe(TABLE[move][state]);
});
