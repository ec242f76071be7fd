import type { MigrationInterface, QueryRunner } from 'typeorm';

/** 召回 is a way back like 驳回: the item says why it is with its writer again. */
export class RecallBadge1764000020100 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await kinds(q, "'release', 'reject', 'return', 'withdraw', 'recall'");
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
      UPDATE reading_item SET badge_kind = NULL, badge_reason = NULL, badge_by = NULL, badge_at = NULL
      WHERE badge_kind = 'recall'`);
    await kinds(q, "'release', 'reject', 'return', 'withdraw'");
  }
}

async function kinds(q: QueryRunner, names: string): Promise<void> {
  await q.query(`
    ALTER TABLE reading_item DROP CONSTRAINT reading_item_badge_kind_check,
      ADD CONSTRAINT reading_item_badge_kind_check CHECK (badge_kind IN (${names}))`);
}
