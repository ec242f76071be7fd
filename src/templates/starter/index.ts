import type { LibraryPhrase, LibraryTemplate } from '../template-content';
import { CT_ABDOMEN } from './ct-abdomen';
import { CT_CHEST } from './ct-chest';
import { CT_HEAD } from './ct-head';
import { CT_SPINE } from './ct-spine';
import { DX_CHEST } from './dx-chest';
import { DX_LIMBS } from './dx-limbs';
import { DX_TRUNK } from './dx-trunk';
import { STARTER_PHRASES } from './phrases';

/** What a new county begins with; its administration edits, archives and adds to it like anything else. */
export const STARTER_LIBRARY: {
  readonly templates: readonly LibraryTemplate[];
  readonly phrases: readonly LibraryPhrase[];
} = {
  templates: [...DX_CHEST, ...DX_TRUNK, ...DX_LIMBS, ...CT_CHEST, ...CT_HEAD, ...CT_ABDOMEN, ...CT_SPINE],
  phrases: STARTER_PHRASES,
};
