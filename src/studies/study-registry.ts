import { Injectable } from '@nestjs/common';
import { Audit } from '../audit';
import { Images, type NewInstance, type RegisterOutcome } from '../images';
import { Clock } from '../platform/clock';
import type { Ctx } from '../platform/context';
import { Db, type Tx } from '../platform/database';
import { Outbox } from '../platform/outbox';
import { charsetFlag, collisionFlag, contradictions, correctedFlag, type NewFlag, quarantineFlag } from './flags.rules';
import { Gathering } from './gathering';
import { imagesReceived } from './studies.events';
import { ANNOUNCE } from './studies.subscriptions';
import { StudyFlags } from './study-flags';
import { type Growth, type News, StudyGrowth } from './study-growth';
import { type KnownStudy, studyKey, StudyRows } from './study-rows';
import type { InstanceFacts } from './tag-mapping.rules';

/** An instance whose bytes are durable in the blob store under county/clinic/sha256. */
export interface Arrival {
  readonly facts: InstanceFacts;
  readonly sha256: string;
  readonly bytes: number;
}

/** What one request of one clinic brings. */
export interface Delivery {
  readonly clinicId: string;
  readonly arrivals: readonly Arrival[];
  /** When the first byte of the request came. */
  readonly since: Date;
  /** Runs in the same transaction, after the instances are registered; may run again after a rollback. */
  readonly within?: (tx: Tx, registered: readonly Registered[]) => Promise<void>;
}

export interface Registered {
  readonly studyId: string;
  readonly outcome: RegisterOutcome['outcome'];
  /** The study is kept apart because another clinic of the county has its UID. */
  readonly quarantined: boolean;
}

interface Request {
  readonly ctx: Ctx;
  readonly delivery: Delivery;
}

/** One arrival and what became of it. */
interface Entry {
  readonly arrival: Arrival;
  readonly study: KnownStudy;
  readonly outcome: RegisterOutcome;
}

/** Requests share a transaction; one that is held up by a lock holds up the others only for a moment. */
const TOGETHER = { limit: 32, lingerMs: 2, abreast: 4, patienceMs: 50 };
/** A request of so many instances takes long: it has a transaction of its own, so that no small one waits for it. */
const LARGE = 200;

/**
 * The registration of instances: what every door ends in. One transaction holds rows of study and series, instances,
 * flags, counters, audit and news; requests of a county that arrive while one commits share the next (their audit rows
 * and results stay their own). A study's row is changed last but for audit and outbox, so that processes that receive
 * images of one study run side by side up to there.
 */
@Injectable()
export class StudyRegistry {
  private readonly gathering = new Gathering<Request, Registered[]>((requests) => this.commit(requests), TOGETHER);

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

  /** Registers what a request brings; one result per arrival, in order. When it resolves, the rows are durable. */
  async register(ctx: Ctx, delivery: Delivery): Promise<Registered[]> {
    if (delivery.arrivals.length < LARGE) return this.gathering.add(ctx.countyId, { ctx, delivery });
    const [registered] = await this.commit([{ ctx, delivery }]);
    return registered as Registered[];
  }

  private commit(requests: readonly Request[]): Promise<Registered[][]> {
    const [{ ctx }] = requests as [Request];
    return this.db.write(ctx, async (tx) => {
      const entries = await this.registerInstances(tx, requests);
      const registered = entries.map((ofRequest) => ofRequest.map(registeredOf));
      const each = requests.map(({ ctx, delivery }, n) => ({
        tx: onBehalf(tx, ctx),
        delivery,
        entries: entries[n] as Entry[],
        registered: registered[n] as Registered[],
      }));
      // None of these needs the answer of another: they are sent without waiting, and executed in this order.
      const [, news] = await Promise.all([
        this.flags.raise(tx, entries.flatMap(flagsOf)),
        this.growth.grow(tx, growthOf(entries.flat())),
        ...each.map((one) => this.record(one.tx, one.entries)),
        ...each.map((one) => one.delivery.within?.(one.tx, one.registered)),
      ]);
      for (const one of each) await this.tell(one.tx, one.entries, news);
      return registered;
    });
  }

  /** The entries of each request. Of several with one SOP Instance UID in a batch the first counts. */
  private async registerInstances(tx: Tx, requests: readonly Request[]): Promise<Entry[][]> {
    const sent = requests.map(({ delivery: { clinicId, since, arrivals } }) => {
      return { clinicId, since, instances: arrivals.map((arrival) => arrival.facts) };
    });
    const studies = await this.rows.resolve(tx, sent);
    const first = new Map<string, Arrival>();
    const instances: NewInstance[] = [];
    for (const { clinicId, arrivals } of requests.map((request) => request.delivery)) {
      for (const arrival of arrivals) {
        const key = arrivalKey(clinicId, arrival);
        if (first.has(key)) continue;
        first.set(key, arrival);
        const study = studies.get(studyKey(clinicId, arrival.facts.study.studyUid)) as KnownStudy;
        instances.push(newInstance(arrival, study, clinicId));
      }
    }
    const outcomes = await this.images.register(tx, instances);
    const outcomeOf = new Map([...first.values()].map((arrival, n) => [arrival, outcomes[n] as RegisterOutcome]));
    return requests.map(({ delivery: { clinicId, arrivals } }) =>
      arrivals.map((arrival) => {
        const winner = first.get(arrivalKey(clinicId, arrival)) as Arrival;
        const study = studies.get(studyKey(clinicId, arrival.facts.study.studyUid)) as KnownStudy;
        return { arrival, study, outcome: outcomeOf.get(arrival) ?? repeated(arrival, winner, outcomeOf.get(winner)) };
      }),
    );
  }

  /** The audit row of one request. One that brought nothing new leaves no trace. */
  private async record(tx: Tx, entries: readonly Entry[]): Promise<void> {
    const count = (outcome: string): number => entries.filter((entry) => entry.outcome.outcome === outcome).length;
    if (count('duplicate') === entries.length) return;
    const studyIds = studiesOf(entries);
    await this.audit.record(tx, {
      action: 'images.receive',
      subjectType: 'dicom_study',
      subjectId: studyIds.length === 1 ? (studyIds[0] as string) : null,
      details: {
        studyIds,
        stored: count('stored'),
        replaced: count('replaced'),
        duplicates: count('duplicate'),
        collisions: count('collision'),
      },
    });
  }

  /** News of the studies of one request that nobody has told yet. */
  private async tell(tx: Tx, entries: readonly Entry[], news: Map<string, News>): Promise<void> {
    for (const studyId of studiesOf(entries)) {
      const { news: when, announce_due_at: at } = news.get(studyId) ?? { news: 'pending', announce_due_at: null };
      if (when === 'now') await this.outbox.emit(tx, imagesReceived(studyId));
      if (when === 'later')
        await this.outbox.schedule(tx, { consumer: ANNOUNCE, subjectId: studyId, ...(at && { at }) });
      news.delete(studyId);
    }
  }
}

/** The same transaction, acting for another caller of the same county: his name stands in what is written through it. */
const onBehalf = (tx: Tx, ctx: Ctx): Tx => Object.create(tx, { ctx: { value: ctx } }) as Tx;

const arrivalKey = (clinicId: string, { facts }: Arrival): string =>
  `${studyKey(clinicId, facts.study.studyUid)} ${facts.sopInstanceUid}`;

const studiesOf = (entries: readonly Entry[]): string[] => [...new Set(entries.map((entry) => entry.study.id))];

const registeredOf = ({ study, outcome }: Entry): Registered => ({
  studyId: study.id,
  outcome: outcome.outcome,
  quarantined: study.quarantined,
});

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

/** The same SOP Instance UID once more: compared with what is in force after the first one. */
function repeated(arrival: Arrival, winner: Arrival, outcome: RegisterOutcome | undefined): RegisterOutcome {
  const presentSha256 = outcome?.outcome === 'collision' ? outcome.presentSha256 : winner.sha256;
  return arrival.sha256 === presentSha256 ? { outcome: 'duplicate' } : { outcome: 'collision', presentSha256 };
}

function flagsOf(entries: readonly Entry[]): NewFlag[] {
  const quarantined = new Set(entries.map((entry) => entry.study).filter((study) => study.isNew && study.quarantined));
  const flags = [...quarantined].map(quarantineFlag);
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
    if (outcome.outcome !== 'stored' && outcome.outcome !== 'replaced') continue;
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
