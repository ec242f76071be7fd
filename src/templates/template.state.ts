/** The life of a template as data. Pure. */

export const TEMPLATE_STATES = ['draft', 'published', 'archived'] as const;
export type TemplateState = (typeof TEMPLATE_STATES)[number];

export const TEMPLATE_STATE_NAMES: Readonly<Record<TemplateState, string>> = {
  draft: '草稿',
  published: '已发布',
  archived: '已归档',
};

export type TemplateMove = 'edit' | 'publish' | 'archive' | 'restore';

/**
 * What each move makes of each state; what is not here is not allowed. An edit of a published template leaves the published
 * version in use until the new one is published. A restored one is looked at again before it is published.
 */
export const TEMPLATE_MOVES: Readonly<Record<TemplateMove, Readonly<Partial<Record<TemplateState, TemplateState>>>>> = {
  edit: { draft: 'draft', published: 'published' },
  publish: { draft: 'published', published: 'published' },
  archive: { draft: 'archived', published: 'archived' },
  restore: { archived: 'draft' },
};

/** The state after a move; undefined when it is not allowed. */
export function afterMove(state: TemplateState, move: TemplateMove): TemplateState | undefined {
  return TEMPLATE_MOVES[move][state];
}
