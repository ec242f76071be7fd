import { ctInstances } from './ct-study';
import { filmInstances } from './film-study';
import { writePart10 } from './part10-writer';
import type { DraftInstance, MadeInstance, StudyOrder } from './study-order';
import { uidFrom } from './uid';

export type { MadeInstance, StudyOrder } from './study-order';

/**
 * A synthetic study, one instance at a time: nothing is drawn before it is asked for, and nothing is kept, so a study of
 * 1,000 slices needs the memory of one. Iterating again gives the same bytes.
 * @throws RangeError for a part that the modality has no phantom of, or for a count below 1
 */
export function makeStudy(order: StudyOrder): Iterable<MadeInstance> {
  if (!Number.isInteger(order.slices) || order.slices < 1) throw new RangeError(`slices: ${order.slices}`);
  const studyInstanceUid = order.studyInstanceUid ?? uidFrom('study', order.seed);
  const drafts = order.modality === 'CT' ? ctInstances(order) : filmInstances(order);
  return {
    *[Symbol.iterator]() {
      for (const draft of drafts(studyInstanceUid)) yield write(order, studyInstanceUid, draft);
    },
  };
}

function write(order: StudyOrder, studyInstanceUid: string, draft: DraftInstance): MadeInstance {
  const { sopClassUid, sopInstanceUid, seriesInstanceUid } = draft;
  const extra = order.extra ?? [];
  const dropped = new Set([...(order.omit ?? []), ...extra.map((e) => e.tag)]);
  const bytes = writePart10({
    sopClassUid,
    sopInstanceUid,
    charset: order.charset,
    transferSyntax: order.transferSyntax,
    elements: [...draft.elements.filter((e) => !dropped.has(e.tag)), ...extra],
  });
  return { sopClassUid, sopInstanceUid, seriesInstanceUid, studyInstanceUid, bytes };
}
