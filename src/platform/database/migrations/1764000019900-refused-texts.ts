import type { MigrationInterface, QueryRunner } from 'typeorm';
import { roles } from './support';

/** Of the texts that one editor was refused, the last takes the place of the one before. */
export class RefusedTexts1764000019900 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    const { app } = await roles(q);
    await q.query(`GRANT DELETE ON report_draft_copy TO ${app}`);
    // A submitted text is a document of the trainee's or writer's and stays: only what was refused may make room.
    await q.query(
      `CREATE POLICY refused_make_room ON report_draft_copy AS RESTRICTIVE FOR DELETE TO ${app} USING (why = 'refused')`,
    );
  }

  async down(q: QueryRunner): Promise<void> {
    const { app } = await roles(q);
    await q.query('DROP POLICY refused_make_room ON report_draft_copy');
    await q.query(`REVOKE DELETE ON report_draft_copy FROM ${app}`);
  }
}
