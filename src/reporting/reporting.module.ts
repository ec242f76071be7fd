import { Module } from '@nestjs/common';
import { ExamsModule } from '../exams';
import { ImagesModule } from '../images';
import { NoticesModule } from '../notices';
import { SignatureModule } from '../signature';
import { TemplatesModule } from '../templates';
import { WorklistModule } from '../worklist';
import { Annexes } from './annexes/annexes';
import { ArchiveCheck } from './verification/archive-check';
import { DraftVersionsModule } from './writing/draft-versions';
import { ClinicWriting } from './writing/clinic-writing.service';
import { DraftCopies } from './writing/draft-copies';
import { DraftPrints } from './writing/draft-prints';
import { Drafts } from './writing/drafts';
import { KeyImageMarks } from './key-images/key-image-marks.service';
import { KeyImages } from './key-images/key-images';
import { ReportChain } from './verification/report-chain';
import { Proofreading } from './writing/proofreading';
import { revisionProviders } from './revisions/revision-providers';
import { RepeatedSigning } from './signing/repeated-signing';
import { Reports } from './reports';
import { Signatories } from './signing/signatories';
import { SignedBlobs } from './verification/signed-blobs';
import { SignedImages } from './signing/signed-images';
import { SigningService } from './signing/signing.service';
import { SingleSigning } from './signing/single-sign.service';
import { Subjects } from './signing/subjects';
import { SubmissionsService } from './writing/submissions.service';
import { Trace } from './writing/trace';
import { Trainees } from './writing/trainees.service';
import { Verification } from './verification/verification';
import { Versions } from './signing/versions';

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
