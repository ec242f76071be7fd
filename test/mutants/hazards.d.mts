/** One place in the product's source where a barrier stands, and what it reads without it. */
export interface Replacement {
  /** From the root of the repository. */
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly search: string;
  readonly replacement: string;
}

export interface Hazard {
  /** Names the row in docs/safety.md and, on the command line, the one to try. */
  readonly id: string;
  readonly hazard: { readonly zh: string; readonly en: string };
  /** Every layer of the barrier; all are removed at once. */
  readonly defect: readonly Replacement[];
  /** What turns red: a jest project, a spec, and the beginning or all of a test's full name. */
  readonly test: { readonly project: 'pure' | 'int'; readonly spec: string; readonly name: string };
}

export declare const HAZARDS: readonly Hazard[];
