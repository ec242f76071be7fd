import type { Receiver } from '../../notices';
import type { Tx } from '../../platform/database';
import type { CriticalCycle } from '../critical.entities';

/**
 * Those who can say of an exam whether a suspicion is one: whoever holds it, or the readers of all hospitals, any of
 * whom may take it.
 */
export async function readersOf(tx: Tx, examId: string): Promise<Receiver[]> {
  const holder = await holderOf(tx, examId);
  return holder ? [{ personId: holder }] : confirmers(await hospitals(tx));
}

/** Hospitals that must answer a suspicion: its signer's, or its holder's; all that read where there is neither. */
export async function answerable(tx: Tx, { exam_id: examId, version_id: versionId }: CriticalCycle): Promise<string[]> {
  const asked = (versionId && (await signerOf(tx, versionId))) || (await holderOf(tx, examId));
  const own = asked ? await hospitalsOf(tx, asked) : [];
  return own.length > 0 ? own : hospitals(tx);
}

export const confirmers = (hospitalIds: readonly string[]): Receiver[] =>
  hospitalIds.map((hospitalId) => ({ hospitalId, permission: 'critical.confirm' }));

export const chiefs = (hospitalIds: readonly string[]): Receiver[] =>
  hospitalIds.map((hospitalId) => ({ hospitalId, permission: 'critical.oversee' }));

async function holderOf(tx: Tx, examId: string): Promise<string | undefined> {
  const row = await tx.row<{ holder_id: string }>(
    'SELECT holder_id FROM reading_item WHERE county_id = $1 AND exam_id = $2 AND holder_id IS NOT NULL',
    [tx.ctx.countyId, examId],
  );
  return row?.holder_id;
}

async function signerOf(tx: Tx, versionId: string): Promise<string | undefined> {
  const row = await tx.row<{ reviewer_id: string }>(
    'SELECT reviewer_id FROM report_version WHERE county_id = $1 AND id = $2',
    [tx.ctx.countyId, versionId],
  );
  return row?.reviewer_id;
}

async function hospitalsOf(tx: Tx, personId: string): Promise<string[]> {
  const rows = await tx.rows<{ hospital_id: string }>(
    `SELECT DISTINCT g.hospital_id FROM person p JOIN person_grant g ON g.person_id = p.id AND g.revoked_at IS NULL
     JOIN hospital h ON h.id = g.hospital_id AND h.active AND NOT h.external
     WHERE p.county_id = $1 AND p.id = $2 ORDER BY g.hospital_id`,
    [tx.ctx.countyId, personId],
  );
  return rows.map((row) => row.hospital_id);
}

async function hospitals(tx: Tx): Promise<string[]> {
  const rows = await tx.rows<{ id: string }>(
    'SELECT id FROM hospital WHERE county_id = $1 AND active AND NOT external ORDER BY id',
    [tx.ctx.countyId],
  );
  return rows.map(({ id }) => id);
}
