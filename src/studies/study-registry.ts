import { Injectable } from '@nestjs/common';
import { Audit } from '../audit';
import { Images, type NewInstance, type RegisterOutcome } from '../images';
import { Clock } from '../platform/clock';
import type { Ctx } from '../platform/context';
import { Db, type Tx } from '../platform/database';
import { Outbox } from '../platform/outbox';
import { charsetFlag, collisionFlag, contradictions, correctedFlag, type NewFlag, quarantineFlag } from './flags.rules';
import { imagesReceived } from './studies.events';
import { ANNOUNCE } from './studies.subscriptions';
import { StudyFlags } from './study-flags';
import { type Growth, StudyGrowth } from './study-growth';
import { type KnownStudy, StudyRows } from './study-rows';
import type { InstanceFacts } from './tag-mapping.rules';

/** An instance whose bytes are durable in the blob store under county/clinic/sha256. */
export interface Arrival {
  readonly facts: InstanceFacts;
  readonly sha256: string;
  readonly bytes: number;
}

export interface Delivery {
  readonly clinicId: string;
  readonly arrivals: readonly Arrival[];
  /** When the first byte of the request came. */
  readonly since: Date;
  /** Runs in the same transaction, after the instances are registered. */
  readonly within?: (tx: Tx, registered: readonly Registered[]) => Promise<void>;
}

export interface Registered {
  readonly studyId: string;
  readonly outcome: RegisterOutcome['outcome'];
  /** The study is kept apart because another clinic of the county has its UID. */
  readonly quarantined: boolean;
}

interface Entry {
  readonly arrival: Arrival;
  readonly study: KnownStudy;
  readonly outcome: RegisterOutcome;
}

/**
 * The registration of instances: what every door ends in. One transaction per request: rows of study and series,
 * instances, flags, counters, audit, news. The study's row is changed last but for audit and outbox, so that requests
 * for one study run side by side up to there.
 */
@Injectable()
export class StudyRegistry {
  constructor(
    private readonly db: Db,
    private readonly rows: StudyRows,
    private readonly images: Images,
    private readonly growth: StudyGrowth,
    private readonly flags: StudyFlags,
    private readonly audit: Audit,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * Registers instances of one clinic; answers one result per arrival, in order. When it resolves, the rows are durable.
   */
  register(ctx: Ctx, { clinicId, arrivals, since, within }: Delivery): Promise<Registered[]> {
    return this.db.write(ctx, async (tx) => {
      const facts = arrivals.map((arrival) => arrival.facts);
      const studies = await this.rows.resolve(tx, clinicId, facts, since);
      const entries = await this.registerInstances(tx, clinicId, arrivals, studies);
      const registered = entries.map(({ study, outcome }) => ({
        studyId: study.id,
        outcome: outcome.outcome,
        quarantined: study.quarantined,
      }));
      await within?.(tx, registered);
      await this.record(tx, entries, [...studies.values()]);
      return registered;
    });
  }

  private async registerInstances(
    tx: Tx,
    clinicId: string,
    arrivals: readonly Arrival[],
    studies: ReadonlyMap<string, KnownStudy>,
  ): Promise<Entry[]> {
    const first = new Map<string, Arrival>();
    for (const arrival of arrivals) {
      const key = keyOf(arrival);
      if (!first.has(key)) first.set(key, arrival);
    }
    const unique = [...first.values()];
    const studyOf = ({ facts }: Arrival): KnownStudy => studies.get(facts.study.studyUid) as KnownStudy;
    const outcomes = await this.images.register(
      tx,
      unique.map((arrival) => newInstance(arrival, studyOf(arrival), clinicId)),
    );
    const outcomeOf = new Map(unique.map((arrival, n) => [arrival, outcomes[n] as RegisterOutcome]));
    return arrivals.map((arrival) => {
      const winner = first.get(keyOf(arrival)) as Arrival;
      const outcome = outcomeOf.get(arrival) ?? repeatedInRequest(arrival, winner);
      return { arrival, study: studyOf(arrival), outcome };
    });
  }

  /** Everything but the instances: flags, counters, audit, news. A request that brought nothing new leaves no trace. */
  private async record(tx: Tx, entries: readonly Entry[], studies: readonly KnownStudy[]): Promise<void> {
    const changing = entries.filter(({ outcome }) => outcome.outcome === 'stored' || outcome.outcome === 'replaced');
    const flags = flagsOf(entries, studies);
    if (changing.length + flags.length === 0) return;
    await this.flags.raise(tx, flags);
    const news = changing.length > 0 ? await this.growth.grow(tx, growthOf(changing)) : [];
    const count = (outcome: string): number => entries.filter((entry) => entry.outcome.outcome === outcome).length;
    await this.audit.record(tx, {
      action: 'images.receive',
      subjectType: 'dicom_study',
      subjectId: studies.length === 1 ? (studies[0] as KnownStudy).id : null,
      details: {
        studyIds: studies.map((study) => study.id),
        stored: count('stored'),
        replaced: count('replaced'),
        duplicates: count('duplicate'),
        collisions: count('collision'),
      },
    });
    const now = news.filter((one) => one.news === 'now').map(({ id }) => imagesReceived(id));
    if (now.length > 0) await this.outbox.emit(tx, ...now);
    for (const { id, news: when, announce_due_at: at } of news) {
      if (when === 'later')
        await this.outbox.schedule(tx, { consumer: ANNOUNCE, subjectId: id, at: at ?? this.clock.now() });
    }
  }
}

const keyOf = ({ facts }: Arrival): string => `${facts.study.studyUid} ${facts.sopInstanceUid}`;

function newInstance({ facts, sha256, bytes }: Arrival, study: KnownStudy, clinicId: string): NewInstance {
  return {
    studyId: study.id,
    seriesId: study.series.get(facts.series.seriesUid) as string,
    clinicId,
    sopInstanceUid: facts.sopInstanceUid,
    sopClassUid: facts.sopClassUid,
    transferSyntaxUid: facts.transferSyntaxUid,
    sha256,
    bytes,
    instanceNumber: facts.instanceNumber,
    frames: facts.frames,
    rows: facts.rows,
    columns: facts.columns,
    mayReplace: study.correctionsSince !== null,
  };
}

/** The same SOP Instance UID twice in one request: the first one counts. */
function repeatedInRequest(arrival: Arrival, winner: Arrival): RegisterOutcome {
  return arrival.sha256 === winner.sha256
    ? { outcome: 'duplicate' }
    : { outcome: 'collision', presentSha256: winner.sha256 };
}

function flagsOf(entries: readonly Entry[], studies: readonly KnownStudy[]): NewFlag[] {
  const flags = studies.filter((study) => study.isNew && study.quarantined).map(quarantineFlag);
  for (const { arrival, study, outcome } of entries) {
    const { facts, sha256 } = arrival;
    if (outcome.outcome === 'collision') {
      flags.push(collisionFlag(study, facts.sopInstanceUid, outcome.presentSha256, sha256));
    } else if (outcome.outcome === 'replaced') {
      flags.push(correctedFlag(study));
    } else if (outcome.outcome === 'stored') {
      flags.push(...contradictions(study, facts.study), ...charsetFlag(study, facts.study, facts.warnings));
    }
  }
  return flags;
}

/** What each study gains. */
function growthOf(entries: readonly Entry[]): Growth[] {
  const byStudy = new Map<string, Growth>();
  for (const { arrival, study, outcome } of entries) {
    const { facts, bytes } = arrival;
    const known = byStudy.get(study.id) ?? {
      studyId: study.id,
      instances: 0,
      bytes: 0,
      newSeries: study.newSeries,
      modalities: new Set<string>(),
      lastAcquiredAt: null,
      corrected: null,
    };
    byStudy.set(study.id, known);
    known.instances += 1;
    known.bytes += bytes;
    if (facts.series.modality !== '') known.modalities.add(facts.series.modality);
    if (facts.acquiredAt && (!known.lastAcquiredAt || facts.acquiredAt > known.lastAcquiredAt))
      known.lastAcquiredAt = facts.acquiredAt;
    if (outcome.outcome === 'replaced') known.corrected = facts.study;
  }
  return [...byStudy.values()];
}
