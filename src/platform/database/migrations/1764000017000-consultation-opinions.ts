import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * An opinion may be changed until it is taken over, and withdrawn at any time; what it said before is kept. What was
 * co-signed is remembered by its hash: a co-signature stands as long as the opinion has that hash, whoever may forget
 * to end it.
 */
export class ConsultationOpinions1764000017000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`
      ALTER TABLE consultation
        ADD co_signed_sha256 text,
        ADD former_opinions jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_array_length(former_opinions) <= 20)`);
    await q.query('UPDATE consultation SET co_signed_sha256 = opinion_sha256 WHERE co_signed_at IS NOT NULL');
    await q.query(`
      ALTER TABLE consultation
        DROP CONSTRAINT consultation_state_check,
        DROP CONSTRAINT consultation_answered_whole,
        DROP CONSTRAINT consultation_co_signed,
        ADD CONSTRAINT consultation_state_check CHECK
          (state IN ('REQUESTED', 'ACCEPTED', 'ANSWERED', 'CLOSED', 'DECLINED', 'CANCELLED', 'EXPIRED', 'WITHDRAWN')),
        ADD CONSTRAINT consultation_answered_whole CHECK
          ((state IN ('ANSWERED', 'CLOSED', 'WITHDRAWN')) = (opinion IS NOT NULL)
            AND num_nonnulls(opinion, opinion_sha256, answered_at) IN (0, 3)),
        ADD CONSTRAINT consultation_co_signed CHECK
          (num_nonnulls(co_signed_at, co_signed_sha256) IN (0, 2)
            AND (co_signed_at IS NULL OR (access = 'co_sign' AND opinion IS NOT NULL)))`);
  }

  async down(q: QueryRunner): Promise<void> {
    // What there was no word for then: a withdrawn opinion is a closed one, and a fallen co-signature has no opinion left.
    await q.query("UPDATE consultation SET state = 'CLOSED' WHERE state = 'WITHDRAWN'");
    await q.query(`
      UPDATE consultation SET co_signed_at = answered_at, co_signed_sha256 = opinion_sha256
      WHERE access = 'co_sign' AND opinion IS NOT NULL AND co_signed_at IS NULL`);
    await q.query(`
      ALTER TABLE consultation
        DROP CONSTRAINT consultation_state_check,
        DROP CONSTRAINT consultation_answered_whole,
        DROP CONSTRAINT consultation_co_signed,
        DROP COLUMN co_signed_sha256,
        DROP COLUMN former_opinions,
        ADD CONSTRAINT consultation_state_check CHECK
          (state IN ('REQUESTED', 'ACCEPTED', 'ANSWERED', 'CLOSED', 'DECLINED', 'CANCELLED', 'EXPIRED')),
        ADD CONSTRAINT consultation_answered_whole CHECK
          ((state IN ('ANSWERED', 'CLOSED')) = (opinion IS NOT NULL) AND num_nonnulls(opinion, opinion_sha256, answered_at) IN (0, 3)),
        ADD CONSTRAINT consultation_co_signed CHECK ((access = 'co_sign' AND opinion IS NOT NULL) = (co_signed_at IS NOT NULL))`);
  }
}
