import { AmendmentSigning } from './amendment-signing.service';
import { Amendments } from './amendments';
import { AmendmentsService } from './amendments.service';
import { DemographicsService } from './demographics.service';
import { Discrepancies } from './discrepancies';
import { LateImagesTasks } from './late-images';
import { PassingService } from './passing/passing.service';
import { AmendmentRelease } from './passing/release';
import { AmendmentTurns } from './passing/turns';
import { PreliminaryPolicies } from './preliminary-policy.service';
import { PreliminaryService } from './preliminary.service';
import { RecallService } from './recall.service';
import { ReportWork } from './report-work';
import { RevisionsQueries } from './revisions.queries';
import { Sightings } from './sightings';
import { StandingVersions } from './standing-versions';
import { VoidService } from './void.service';

/** What the module of reporting provides of this folder. */
export const revisionProviders = [
  Sightings,
  StandingVersions,
  RecallService,
  Amendments,
  AmendmentsService,
  AmendmentSigning,
  AmendmentTurns,
  AmendmentRelease,
  PassingService,
  DemographicsService,
  LateImagesTasks,
  PreliminaryPolicies,
  PreliminaryService,
  Discrepancies,
  VoidService,
  ReportWork,
  RevisionsQueries,
];
