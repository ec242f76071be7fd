/** Patient and exam as printed: a later change of the exam does not change a signed sheet. A type, so that it is Json. */
export type ReportSubject = {
  readonly centreName: string;
  readonly clinicName: string;
  readonly patientName: string;
  readonly patientLocalId: string | null;
  readonly sex: 'M' | 'F' | 'O' | null;
  /** With its unit: 45岁, 8月, 3天. */
  readonly age: string | null;
  readonly department: string | null;
  readonly visitNumber: string | null;
  readonly accessionNumber: string;
  readonly modality: string;
  readonly itemName: string | null;
  readonly bodyPart: string | null;
  readonly laterality: 'L' | 'R' | 'B' | null;
  readonly device: string | null;
  /** 技师, who took the pictures; absent in versions that were signed before it was known (forms 1 and 2). */
  readonly technician: string | null;
  /** Start of the exam, ISO 8601. */
  readonly performedAt: string;
  readonly orderingDoctor: string | null;
  readonly clinicalDiagnosis: string | null;
  readonly limitation: string | null;
  readonly studyUids: readonly string[];
};
