import { type HospitalOnDuty, SPECIALTIES, type Specialty } from '../../rosters';
import { type Credits, deal } from './quota.rules';

/** How a county (or one clinic, or one clinic's modality) gives its exams a first group. */
export const DEALING_MODES = ['pool', 'roster', 'quota'] as const;
export type DealingMode = (typeof DEALING_MODES)[number];
/** How an exam came to the group it has; `manual` = 分派, `returned` = to whoever returned it to the clinic. */
export type ItemMode = DealingMode | 'manual' | 'patient' | 'specialty' | 'returned';

export interface ModeRule {
  readonly clinicId: string;
  /** DICOM modality; every one when null. */
  readonly modality: string | null;
  readonly mode: DealingMode;
}

export interface Weight {
  readonly hospitalId: string;
  readonly weight: number;
}

/** The county's way of dealing exams out. */
export interface AssignmentPolicy {
  readonly mode: DealingMode;
  readonly exceptions: readonly ModeRule[];
  /** Weighted quota; a hospital that is not named has the weight 1 among rostered ones and no share in a quota. */
  readonly weights: readonly Weight[];
  /** Hospitals whose people take what `next` hands out and choose nothing themselves. */
  readonly pickingOff: readonly string[];
}

/** 自由领取: a county that set nothing. */
export const POOL: AssignmentPolicy = { mode: 'pool', exceptions: [], weights: [], pickingOff: [] };

/** Whoever reads another exam of this patient of today; with no person yet, the hospital it went to. */
export interface Sibling {
  readonly personId: string | null;
  readonly hospitalId: string | null;
}

/** The same as it was found: the reader may have left (离岗) since. */
export interface FoundSibling extends Sibling {
  readonly away: boolean;
}

export interface Ahead {
  readonly hospitalId: string;
  /** Exams of its own that stand before this one in the list, and exams that its people hold. */
  readonly exams: number;
}

export interface Specialist {
  readonly personId: string;
  readonly hospitalId: string;
  /** Exams that wait for him personally. */
  readonly waiting: number;
}

export interface AssignmentFacts {
  readonly mode: DealingMode;
  readonly sibling: FoundSibling | null;
  /** On duty for the exam's modality now. */
  readonly onDuty: readonly HospitalOnDuty[];
  /** How much each hospital has to read before it would come to this exam; 0 where nothing is said. */
  readonly ahead: readonly Ahead[];
  readonly weights: readonly Weight[];
  readonly credits: Credits;
  readonly specialty: Specialty | null;
  /** People on duty who are at home in this field. */
  readonly specialists: readonly Specialist[];
}

export interface Assigned {
  readonly mode: ItemMode;
  /** Both null: everybody's. */
  readonly hospitalId: string | null;
  readonly personId: string | null;
  /** For the person who asks why, in Chinese. */
  readonly reason: string;
  /** What the quota stands at afterwards; absent when nothing was dealt. */
  readonly credits?: Credits;
}

/** More would pile up before one person while his colleagues are idle. */
export const SPECIALIST_QUEUE = 3;

/** The most specific rule: clinic and modality, then clinic, then the county's. */
export function modeFor(policy: AssignmentPolicy, clinicId: string, modality: string): DealingMode {
  const own = policy.exceptions.filter((rule) => rule.clinicId === clinicId);
  const rule = own.find((one) => one.modality === modality) ?? own.find((one) => one.modality === null);
  return rule?.mode ?? policy.mode;
}

/**
 * The first group of an exam and why; null when it is simply everybody's (自由领取). One patient's exams of a day stay
 * together whatever the mode; then the mode names the hospital; within it a colleague of the field is preferred, as long
 * as not much waits for him.
 */
export function assignmentFor(facts: AssignmentFacts): Assigned | null {
  const sibling = presentSibling(facts);
  if (sibling) {
    const reason = sibling.personId === null ? '同一患者当日检查，由同一医院阅读' : SAME_READER;
    return { mode: 'patient', ...sibling, reason };
  }
  if (facts.mode === 'pool') return null;
  const able = facts.mode === 'roster' ? leastBusy(facts) : ableHospitals(facts);
  const dealt = deal(able, facts.credits);
  if (!dealt) return { mode: 'pool', hospitalId: null, personId: null, reason: '目前没有值班医院，全县可领取' };
  const { hospitalId, credits } = dealt;
  const specialist = specialistOf(facts, hospitalId);
  if (specialist !== undefined) {
    const reason = `${SPECIALTIES[facts.specialty!]}专业，当班医师`;
    return { mode: 'specialty', hospitalId, personId: specialist, reason, credits };
  }
  return { mode: facts.mode, hospitalId, personId: null, reason: reasonOf(facts.mode, able, hospitalId), credits };
}

/** Said of an exam that follows its patient's other exam of the day. */
export const SAME_READER = '同一患者当日检查，由同一医师阅读';

/**
 * Where the patient's other exam went, as far as somebody is still there: a reader who has left or whose duty is over gets
 * nothing more, his hospital only while it is on duty. Where no roster says who is, everybody who has not left counts as
 * there.
 */
function presentSibling({ sibling, onDuty }: AssignmentFacts): Sibling | null {
  if (!sibling) return null;
  const { hospitalId } = sibling;
  const personId = sibling.away ? null : sibling.personId;
  const unknown = onDuty.length === 0;
  if (personId !== null && (unknown || onDuty.some(({ personIds }) => personIds.includes(personId))))
    return { personId, hospitalId };
  const there = hospitalId !== null && (unknown || onDuty.some((site) => site.hospitalId === hospitalId));
  return there ? { personId: null, hospitalId } : null;
}

/**
 * Of the hospitals on duty those with the least to do per reader. Dealing in turn, without looking, leaves an exam behind a
 * busy reader while a neighbour is idle (docs/how-to/rosters.md has the figures).
 */
function leastBusy({ onDuty, ahead, weights }: AssignmentFacts): readonly Weight[] {
  const weightOf = new Map(weights.map(({ hospitalId, weight }) => [hospitalId, weight]));
  const examsOf = new Map(ahead.map(({ hospitalId, exams }) => [hospitalId, exams]));
  const able = onDuty
    .map(({ hospitalId, personIds }) => ({
      hospitalId,
      weight: weightOf.get(hospitalId) ?? 1,
      load: (examsOf.get(hospitalId) ?? 0) / personIds.length,
    }))
    .filter(({ weight }) => weight > 0);
  const least = Math.min(...able.map(({ load }) => load));
  return able.filter(({ load }) => load === least);
}

/** Whoever has a share of the quota, narrowed to those on duty if anybody is. */
function ableHospitals({ onDuty, weights }: AssignmentFacts): readonly Weight[] {
  const present = new Set(onDuty.map(({ hospitalId }) => hospitalId));
  const there = weights.filter(({ hospitalId, weight }) => weight > 0 && present.has(hospitalId));
  return there.length > 0 ? there : weights;
}

function reasonOf(mode: 'roster' | 'quota', able: readonly Weight[], hospitalId: string): string {
  if (mode === 'roster') return '按排班分配（当班医院中候片最少）';
  const shares = able.filter(({ weight }) => weight > 0);
  const total = shares.reduce((sum, { weight }) => sum + weight, 0);
  const own = shares.find((share) => share.hospitalId === hospitalId)!.weight;
  return `按配额分配（${own}/${total}）`;
}

/** The colleague of the field for whom least waits; undefined when there is none, or enough waits for each. */
function specialistOf({ specialty, specialists }: AssignmentFacts, hospitalId: string): string | undefined {
  if (specialty === null) return undefined;
  const free = specialists.filter((one) => one.hospitalId === hospitalId && one.waiting < SPECIALIST_QUEUE);
  const [first] = free.sort((a, b) => a.waiting - b.waiting || (a.personId < b.personId ? -1 : 1));
  return first?.personId;
}

/**
 * To whom "next" offers an item: to one person, else to one hospital, else to the county; to the county too once it has
 * broadened or is overdue. The database computes the same (column `offered_to`), so that an index can be walked.
 */
export function offeredTo(item: {
  readonly county_id: string;
  readonly hospital_id: string | null;
  readonly assigned_person_id: string | null;
  readonly broadened_at: Date | null;
  readonly overdue: boolean;
}): string {
  if (item.overdue || item.broadened_at !== null) return item.county_id;
  return item.assigned_person_id ?? item.hospital_id ?? item.county_id;
}
