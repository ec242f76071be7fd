import { Module } from '@nestjs/common';
import { ExamsModule } from '../exams';
import { ImagesModule } from '../images';
import { NoticesModule } from '../notices';
import { SignatureModule } from '../signature';
import { TemplatesModule } from '../templates';
import { WorklistModule } from '../worklist';
import { Annexes } from './annexes';
import { ArchiveCheck } from './verification/archive-check';
import { DraftVersionsModule } from './draft-versions';
import { ClinicWriting } from './clinic-writing.service';
import { DraftCopies } from './draft-copies';
import { DraftPrints } from './draft-prints';
import { Drafts } from './drafts';
import { KeyImageMarks } from './key-images/key-image-marks.service';
import { KeyImages } from './key-images/key-images';
import { ReportChain } from './verification/report-chain';
import { Proofreading } from './proofreading';
import { revisionProviders } from './revisions/revision-providers';
import { RepeatedSigning } from './repeated-signing';
import { Reports } from './reports';
import { Signatories } from './signatories';
import { SignedBlobs } from './verification/signed-blobs';
import { SignedImages } from './signed-images';
import { SigningService } from './signing.service';
import { SingleSigning } from './single-sign.service';
import { Subjects } from './subjects';
import { SubmissionsService } from './submissions.service';
import { Trace } from './trace';
import { Trainees } from './trainees.service';
import { Verification } from './verification/verification';
import { Versions } from './versions';

@Module({
  imports: [
    ExamsModule,
    ImagesModule,
    NoticesModule,
    TemplatesModule,
    WorklistModule,
    SignatureModule,
    DraftVersionsModule,
  ],
  providers: [
    Drafts,
    DraftPrints,
    DraftCopies,
    ClinicWriting,
    Trainees,
    SingleSigning,
    Proofreading,
    Trace,
    SubmissionsService,
    SigningService,
    RepeatedSigning,
    Signatories,
    Subjects,
    SignedImages,
    Annexes,
    KeyImages,
    KeyImageMarks,
    Versions,
    Reports,
    Verification,
    ReportChain,
    SignedBlobs,
    ArchiveCheck,
    ...revisionProviders,
  ],
  exports: [
    Drafts,
    DraftPrints,
    SubmissionsService,
    SigningService,
    Reports,
    Verification,
    ArchiveCheck,
    Signatories,
    Versions,
    Annexes,
    KeyImageMarks,
    ClinicWriting,
    Trainees,
    Trace,
    SingleSigning,
    Proofreading,
    ...revisionProviders,
  ],
})
export class ReportingModule {}
