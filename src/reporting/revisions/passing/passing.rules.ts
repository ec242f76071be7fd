import type { ReportAmendment } from '../revisions.entities';

/** Who wants to write an amendment on, or to say who does. */
export interface Taker {
  readonly id: string;
  /** He signed the report that is amended. */
  readonly signed: boolean;
  /** `report.revise`: a chief. */
  readonly revises: boolean;
  /** `report.sign`, without which nobody opens a 更正. */
  readonly signs: boolean;
  /** `report.addendum`, without which nobody opens a 补充. */
  readonly adds: boolean;
}

/** Whom it is given to. */
export interface Receiver {
  readonly id: string;
  /** `report.submit`: he may bring a text to review under his own name. */
  readonly submits: boolean;
}

export type PassFault = 'wrong_state' | 'already_yours' | 'already_theirs' | 'not_the_signer' | 'not_a_writer';

type Held = Pick<ReportAmendment, 'kind' | 'state' | 'writer_id' | 'released_at'>;

/**
 * Taking an amendment over. While somebody writes it, only those take it who may revise the report at all (its signer,
 * `report.revise`); one that was let go is anybody's who could have opened it, and its last writer's own again. What
 * waits for review is stuck with nobody: every reviewer may edit, sign or reject it.
 */
export function takeFault(amendment: Held, taker: Taker): PassFault | undefined {
  if (amendment.state !== 'WRITING') return 'wrong_state';
  const own = amendment.writer_id === taker.id;
  if (amendment.released_at === null) {
    if (own) return 'already_yours';
    return mayRevise(taker) ? undefined : 'not_the_signer';
  }
  const mayOpen = amendment.kind === 'corrected' ? taker.signs : taker.adds;
  return own || mayOpen || mayRevise(taker) ? undefined : 'not_the_signer';
}

/** Giving it to somebody who is named: by its writer, while it is his, and by those who could take it from him. */
export function giveFault(amendment: Held, giver: Taker, receiver: Receiver): PassFault | undefined {
  if (amendment.state !== 'WRITING') return 'wrong_state';
  const released = amendment.released_at !== null;
  const own = amendment.writer_id === giver.id && !released;
  if (!own && !mayRevise(giver)) return 'not_the_signer';
  if (!receiver.submits) return 'not_a_writer';
  return amendment.writer_id === receiver.id && !released ? 'already_theirs' : undefined;
}

const mayRevise = ({ signed, revises }: Taker): boolean => signed || revises;
