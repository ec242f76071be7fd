import type { ReportText } from '../signing/signing.rules';

type Save = ReportText & { readonly fence: number; readonly version: number };

/**
 * Whether what is there is this very save: the one after the version that it names, under the same claim, by the same hand,
 * with the same words. On a weak line its answer got lost, and the editor sends it again: that is no conflict.
 */
export function isThisSave(there: Save & { readonly authorId: string | null }, save: Save, authorId: string): boolean {
  return (
    there.version === save.version + 1 &&
    there.fence === save.fence &&
    there.authorId === authorId &&
    there.technique === save.technique &&
    there.findings === save.findings &&
    there.impression === save.impression &&
    there.recommendation === save.recommendation &&
    there.positive === save.positive
  );
}
