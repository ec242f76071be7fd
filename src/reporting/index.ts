export { ReportingModule } from './reporting.module';
export { ReportingHttpModule } from './reporting-http.module';
export { ReportSealingModule } from './verification/report-sealing.module';
export { Annexes } from './annexes/annexes';
export type { Opinion, ReportAnnexView } from './annexes/annex.rules';
export type { SignedAnnex } from './annexes/signed-annex';
export type { KeyImage } from './key-images/key-image';
export { ReportKeyImages } from './key-images/key-images.entity';
export { ArchiveCheck } from './verification/archive-check';
export { DraftPrints } from './writing/draft-prints';
export type { DraftPrint } from './writing/draft-prints';
export { Drafts } from './writing/drafts';
export { Reports } from './reports';
export { SamePerson } from './same-person';
export type { ReportView } from './reports';
export type { DraftView, ReportVersionView, SignerView, SubmissionView, VersionRow } from './report-view';
export type { ReportSubject } from './signing/report-subject';
export { REPORT_KIND_NAMES, REPORT_KINDS, takesPlaceSql } from './report.state';
export type { Positive, ReportKind, SubmissionOutcome } from './report.state';
export {
  ReportAnnex,
  ReportDraft,
  ReportDraftCopy,
  ReportImageList,
  ReportSeal,
  ReportSubmission,
  ReportVersion,
  SingleSign,
  PreliminaryPolicy,
} from './reporting.entities';
export { REPORT_SIGNED } from './reporting.events';
export type { SignedFacts } from './reporting.events';
export { reportingErrors } from './reporting.errors';
export { SigningService } from './signing/signing.service';
export { SubmissionsService } from './writing/submissions.service';
export { FAULT_NAMES, standingOf } from './verification/verification.rules';
export type { Verified } from './verification/verification';
export { REPORT_OPENED, REPORT_RECALLED } from './reporting.events';
export type { OpenedFacts, RecalledFacts } from './reporting.events';
export { differsFromPreliminary, textChanges } from './revisions/changes.rules';
export type { TextChanges } from './revisions/changes.rules';
export { changedSections } from './writing/text-diff.rules';
export type { Section, TextRun } from './writing/text-diff.rules';
export { Amendments } from './revisions/amendments';
export { RevisionsQueries } from './revisions/revisions.queries';
export type { AmendmentView } from './revisions/amendment.view';
export { AMENDMENT_PASSED } from './revisions/passing/amendment.events';
export type { PassedFacts } from './revisions/passing/amendment.events';
export { Sightings } from './revisions/sightings';
export type { SightingHow } from './revisions/amendment.state';
export { revisionErrors } from './revisions/revisions.errors';
export {
  LateImages,
  ReportAmendment,
  ReportDemographics,
  ReportDiscrepancy,
  ReportRecall,
  ReportSighting,
} from './revisions/revisions.entities';
export { ReportingJobsModule } from './reporting-jobs.module';
export { reportingSubscriptions } from './revisions/late-images.handler';
