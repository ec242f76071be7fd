/**
 * What a printed report says, as plain data: the caller (who knows exams, people and versions) fills it in, this folder
 * only sets it in type. Texts are printed as they are signed: nothing is added to them and nothing is corrected.
 */
export interface ReportDocument {
  letterhead: {
    /** The largest line of the sheet: the reading centre, the requesting clinic, or the hospital of the signer. */
    name: string;
    /** 申请机构, the second line and a field of the patient block. */
    requestingClinic: string;
    /** 诊断机构, beside it, where the largest line names another; null: it does not. */
    readingCentre: string | null;
    /** 互认标识 of the region, beside the version; null: none. */
    recognitionMark: string | null;
  };
  /** As the title says it: CT, DR, 超声, 磁共振, 乳腺X线; any other modality under its DICOM code (0008,0060). */
  modality: string;
  patient: {
    name: string;
    /** DICOM (0010,0040); null where the clinic did not say. */
    sex: 'M' | 'F' | 'O' | null;
    /** With its unit, as it is printed: 45岁, 8月, 3天. */
    age: string | null;
    /** 门诊(住院)号, the number the patient has at the clinic. */
    localNumber: string | null;
    /** 科室/床. */
    ward: string | null;
  };
  exam: {
    /** 检查号; also the barcode when it is plain ASCII. */
    accessionNumber: string;
    orderingDoctor: string | null;
    bodyPart: string;
    /** 检查项目, as it was asked for; what was done is the text's technique. */
    method: string | null;
    device: string | null;
    /** Start of the exam. */
    performedAt: Date;
    /** 技师; printed as a blank to fill in by hand where nobody knows him. */
    technician: string | null;
    clinicalDiagnosis: string | null;
  };
  /** 关键图像, none to four, printed between the patient block and 影像所见. */
  keyImages: readonly KeyImage[];
  text: {
    technique: string | null;
    findings: string;
    impression: string;
    recommendation: string | null;
    /** 阳性标志: 1 positive, 0 negative, −1 undecided; null while it is a draft. */
    positive: 1 | 0 | -1 | null;
    /** Why the exam could not be done as asked (退回后患者已离开…); printed before the impression. */
    limitation: string | null;
  };
  /** 会诊意见, in the order in which they were given. */
  annexes: readonly Annex[];
  writer: Signer;
  /** null until a reviewer has signed. */
  reviewer: Signer | null;
  /** 单签: one doctor stands for both, as the county allows it for this modality. */
  singleSign: boolean;
  version: ReportVersion;
  standing: Standing;
  /** How a reader checks the sheet; null for drafts, which nobody can verify. */
  seal: ReportSeal | null;
}

export interface KeyImage {
  /** What the doctor says of it; null: nothing. */
  caption: string | null;
  /**
   * A baseline or progressive JPEG, grey or RGB, with its size in pixels; or why it cannot be shown, a short Chinese
   * sentence that is printed in its frame.
   */
  picture: { jpeg: Uint8Array; width: number; height: number } | { missing: string };
}

/** The word of another institution, under its own name. */
export interface Annex {
  institution: string;
  doctor: string;
  /** 职称. */
  title: string | null;
  text: string;
  givenAt: Date;
}

export interface Signer {
  name: string;
  /** 职称. */
  title: string | null;
  hospital: string;
  /** 书写时间 or 审签时间; null while it has not been submitted. */
  at: Date | null;
  /** 手写签名, a PNG or JPEG; printed beside the name and never instead of it. */
  handwriting: Uint8Array | null;
}

export interface ReportSeal {
  /** The code a person types at the verification page. */
  verificationCode: string;
  /** What the QR code carries. */
  verificationUrl: string;
  /** SHA-256 of the signed content, hex; its first 16 digits are printed. */
  contentHash: string;
  /**
   * software: the key is held by the server, which is not a reliable electronic signature in law; the sheet says so.
   * none: signed before there were electronic signatures, only the hash speaks for it.
   */
  signature: 'software' | 'reliable' | 'none';
}

/**
 * What has become of it by the time it is printed. draft prints 未审签, amending 更正中 (in force, with a correction on
 * its way), recalled 已撤销, void 已作废 across every page; one that another has taken the place of says by which; anything
 * else must be in force.
 */
export type Standing = 'draft' | 'in-force' | 'amending' | 'recalled' | 'void' | { supersededBy: number };

/** A version that replaces or extends another cannot be built without saying which and why. */
export type ReportVersion = { number: number; issuedAt: Date } & (
  | { kind: 'preliminary' }
  /** replaces: the preliminary version that was delivered before it. */
  | { kind: 'final'; replaces?: number }
  | { kind: 'corrected' | 'addendum' | 'demographics' | 'void'; replaces: number; reason: string }
);

export type ReportKind = ReportVersion['kind'];
export type Paper = 'A4' | 'A5';
