/** An annex as it is signed and printed with a version. A type, so that it is Json; `givenAt` is ISO 8601. */
export type SignedAnnex = {
  readonly annexId: string;
  readonly kind: 'consultation';
  readonly institution: string;
  readonly doctor: string;
  readonly title: string;
  readonly text: string;
  readonly givenAt: string;
};
