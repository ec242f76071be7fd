import { notableFindings } from '../../lint';
import type { ReportKind } from '../../reporting';
import { inForce } from '../comparing/in-force.rules';
import type { ImportantFinding } from './important.entity';
import { type Tier, TIER_NAMES } from './important.state';

export interface NotableText {
  readonly kind: ReportKind;
  readonly signed_at: Date;
  readonly findings: string;
  readonly impression: string;
  readonly recommendation: string;
}

/**
 * What a report says of a flagged finding by now. gone: it was said and is said no more, or the report is void. unsure: a
 * correction since says it in other words, or it was flagged in words that no text has had; only a person can tell.
 */
export type FlagStanding = 'stands' | 'gone' | 'unsure';

/** `versions` newest first, at least one. */
export function standingOf(
  { tier, raised_at: raisedAt }: Pick<ImportantFinding, 'tier' | 'raised_at'>,
  versions: readonly NotableText[],
): FlagStanding {
  if (versions[0]?.kind === 'void') return 'gone';
  const now = phraseOf(tier, inForce(versions));
  const then = phraseWhenFlagged(tier, raisedAt, versions);
  if (then !== undefined && now === undefined) return 'gone';
  return replacedSince(raisedAt, versions) && (now === undefined || now !== then) ? 'unsure' : 'stands';
}

/** The words that speak of the tier in texts that are in force together. */
function phraseOf(tier: Tier, versions: readonly NotableText[]): string | undefined {
  return versions.flatMap(notableFindings).find(({ finding }) => finding === TIER_NAMES[tier])?.text;
}

/** Of what had been signed by then; of one flagged while reading, of the first text that came to say it. */
function phraseWhenFlagged(tier: Tier, raisedAt: Date, versions: readonly NotableText[]): string | undefined {
  const before = versions.findIndex(({ signed_at: signedAt }) => signedAt < raisedAt);
  const first = before < 0 ? versions.length - 1 : before;
  const since = versions.slice(0, first + 1).map((_, at) => phraseOf(tier, inForce(versions.slice(at))));
  return since.reverse().find((phrase) => phrase !== undefined);
}

/** Another text took the place of an earlier one after that moment. */
function replacedSince(moment: Date, versions: readonly NotableText[]): boolean {
  const texts = inForce(versions);
  const base = texts.at(-1);
  return base !== undefined && texts.length < versions.length && base.signed_at > moment;
}
