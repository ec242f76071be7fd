/**
 * A link between two patients (of two clinics, or two numbers of one clinic) who are one person. Nothing is merged: a link
 * is a row of its own that can be taken back.
 */
export const LINK_STATES = ['review', 'linked', 'refused', 'undone'] as const;
export type LinkState = (typeof LINK_STATES)[number];

export type LinkDeed = 'confirm' | 'refuse' | 'undo';

/** Deed → the states it may start from and where it leads. What was refused or undone can be confirmed after all. */
export const LINK_DEEDS: Readonly<Record<LinkDeed, { readonly from: readonly LinkState[]; readonly to: LinkState }>> = {
  confirm: { from: ['review', 'refused', 'undone'], to: 'linked' },
  refuse: { from: ['review'], to: 'refused' },
  undo: { from: ['linked'], to: 'undone' },
};

export const LINK_STATE_NAMES: Readonly<Record<LinkState, string>> = {
  review: '待核对',
  linked: '已关联',
  refused: '非同一人',
  undone: '已解除',
};

export const mayDo = (state: LinkState, deed: LinkDeed): boolean => LINK_DEEDS[deed].from.includes(state);
