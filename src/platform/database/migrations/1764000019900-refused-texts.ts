import type { MigrationInterface, QueryRunner } from 'typeorm';
import { roles } from './support';

/** Of the texts that one editor was refused, the last takes the place of the one before. */
export class RefusedTexts1764000019900 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    const { app } = await roles(q);
    await q.query(`GRANT DELETE ON report_draft_copy TO ${app}`);
  }

  async down(q: QueryRunner): Promise<void> {
    const { app } = await roles(q);
    await q.query(`REVOKE DELETE ON report_draft_copy FROM ${app}`);
  }
}
