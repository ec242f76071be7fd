import type { Exam, ImagesComplete } from '../exam.entity';
import type { ExamState } from '../exam.state';

/** Where an exam belongs as long as no reader has claimed it. Pure. */

export interface Situation {
  readonly state: ExamState;
  readonly priority: Exam['priority'];
  readonly metadataOnly: boolean;
  readonly hasImages: boolean;
  readonly imagesComplete: ImagesComplete | null;
  /** Class A fields that are missing. */
  readonly missing: readonly string[];
}

/**
 * The state an exam should have; the present one where nothing is to be done. Class A gates queueing; STAT is queued as
 * soon as a first image is there (边传边看, signing waits for the rest).
 */
export function belongsIn(exam: Situation): ExamState {
  if (!SETTLED_BY_IMAGES.has(exam.state)) return exam.state;
  if (!exam.metadataOnly && !exam.hasImages) return exam.state;
  const whole = exam.missing.length === 0;
  const complete = exam.metadataOnly || exam.imagesComplete !== null;
  if (whole && (complete || exam.priority === 'STAT')) return 'QUEUED';
  if (complete) return 'INCOMPLETE';
  return exam.state === 'INCOMPLETE' ? 'INCOMPLETE' : 'UPLOADING';
}

/** States that images and class A data decide about; from QUEUED on, people do. */
const SETTLED_BY_IMAGES: ReadonlySet<ExamState> = new Set(['REGISTERED', 'UPLOADING', 'INCOMPLETE']);

/**
 * When a study that came without a manifest may be assumed to be complete: `QUIET_SECONDS` after its last image. Null
 * where there is nothing to wait for.
 */
export function quietAt(
  exam: Pick<Exam, 'images_complete' | 'last_image_at' | 'metadata_only'>,
  quietSeconds: number,
): Date | null {
  if (exam.images_complete !== null || exam.metadata_only || exam.last_image_at === null) return null;
  return new Date(exam.last_image_at.getTime() + quietSeconds * 1_000);
}
