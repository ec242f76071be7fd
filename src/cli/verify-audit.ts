import { Sealer } from '../audit';
import { systemCtx } from '../platform/context';
import { Db } from '../platform/database';
import { newId } from '../platform/ids';
import { say } from './options';
import { withApp } from './with-app';

/** Walks every county's audit chain; fails when one is broken. Says how many of the newest rows are not sealed yet. */
export async function verifyAudit(): Promise<void> {
  const broken = await withApp(async (app) => {
    const sealer = app.get(Sealer);
    return app.get(Db).relay(systemCtx('verify-audit', newId(), newId()), async (tx) => {
      let count = 0;
      for (const { id, code } of await tx.rows<{ id: string; code: string }>(
        'SELECT id, code FROM county ORDER BY code',
      )) {
        const report = await sealer.verify(tx, id);
        say(
          `${code}: ${report.sealed} sealed, ${report.unsealed} not sealed yet, ${report.brokenAt ? `BROKEN at ${report.brokenAt}` : 'whole'}`,
        );
        if (report.brokenAt !== null) count += 1;
      }
      return count;
    });
  });
  if (broken > 0) throw new Error(`${broken} chain(s) are broken`);
}
