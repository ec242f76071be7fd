import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock';
import type { Tx } from '../platform/database';
import { defineErrors, DomainError } from '../platform/errors';
import type { Sweep } from '../platform/outbox';
import type { CommandAnswer } from './command-answer.entity';

/** A client that has been without a line for longer looks at what there is before it goes on. */
const KEEP_MS = 24 * 3_600_000;
const BATCH = 1_000;

export const repeatErrors = defineErrors({
  idempotency_key_reused: ['conflict', '该 Idempotency-Key 已用于另一请求，请换用新的'],
});

/**
 * On a weak line an answer gets lost and the request is sent again. One that carries the same `Idempotency-Key` (after
 * draft-ietf-httpapi-idempotency-key-header) is answered as the first time, and nothing is done twice: no second message,
 * no second exam from `next`, no conflict with oneself. What was refused changed nothing and is tried anew.
 */
@Injectable()
export class Repeats implements Sweep {
  readonly name = 'audit-command-answers';
  readonly batch = BATCH;

  constructor(private readonly clock: Clock) {}

  /**
   * Does `work` unless the caller has had it done under this key. Of two equal requests at the same moment the later waits
   * for the first and gets its answer. Throws `idempotency_key_reused` where the key came with another request.
   */
  async once<T>(tx: Tx, action: string, subjectId: string, work: () => Promise<T>): Promise<T> {
    const { repeat, countyId, actor } = tx.ctx;
    if (!repeat || actor.id === null) return work();
    const row = [countyId, actor.id, repeat.key, action, subjectId];
    const isFirst = await tx.change(
      `INSERT INTO command_answer (county_id, actor_id, key, action, subject_id, fingerprint, made_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
      [...row, repeat.fingerprint, this.clock.now()],
    );
    if (isFirst === 0) return this.answered<T>(tx, row, repeat.fingerprint);
    const answer = await work();
    await tx.change(`UPDATE command_answer SET answer = $6 WHERE ${THIS_ONE}`, [
      ...row,
      JSON.stringify(answer ?? null),
    ]);
    return answer;
  }

  async sweep(tx: Tx, now: Date): Promise<number> {
    return tx.change(
      `DELETE FROM command_answer WHERE ctid = ANY(ARRAY(
         SELECT ctid FROM command_answer WHERE made_at < $1 ORDER BY made_at LIMIT ${BATCH}))`,
      [new Date(now.getTime() - KEEP_MS)],
    );
  }

  /** As it was sent: times are texts by now. */
  private async answered<T>(tx: Tx, row: readonly string[], fingerprint: string): Promise<T> {
    const first = await tx.row<Pick<CommandAnswer, 'fingerprint' | 'answer'>>(
      `SELECT fingerprint, answer FROM command_answer WHERE ${THIS_ONE}`,
      row,
    );
    if (first?.fingerprint !== fingerprint) throw new DomainError(repeatErrors.idempotency_key_reused);
    return (first.answer ?? undefined) as T;
  }
}

const THIS_ONE = 'county_id = $1 AND actor_id = $2 AND key = $3 AND action = $4 AND subject_id = $5';
