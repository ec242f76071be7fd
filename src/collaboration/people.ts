import type { PersonActor } from '../platform/context';
import type { Tx } from '../platform/database';
import type { Side } from './collaboration.entities';

/** For whom the caller speaks: nobody works for a clinic and for a hospital (see identity's rules of grants). */
export const sideOf = (actor: PersonActor): Side => (actor.hospitalIds.length > 0 ? 'reader' : 'clinic');

/** Who reads an exam, or has read it. */
export interface Readers {
  readonly people: readonly string[];
  readonly hospitals: readonly string[];
  readonly assignedHospital: string | null;
}

/** Holder, writer and the signer of the newest version, with the hospitals that the exam is with. */
export async function readersOf(tx: Tx, examId: string): Promise<Readers> {
  const row = await tx.row<{ people: string[]; hospitals: string[]; assigned: string | null }>(
    `SELECT array_remove(ARRAY[i.holder_id, i.writer_id, signed.reviewer_id], NULL) AS people, i.hospital_id AS assigned,
       array_remove(ARRAY[i.hospital_id, i.holder_hospital_id, i.writer_hospital_id], NULL) AS hospitals
     FROM reading_item i LEFT JOIN LATERAL (
       SELECT v.reviewer_id FROM report_version v WHERE v.county_id = $1 AND v.exam_id = $2 ORDER BY v.number DESC LIMIT 1
     ) signed ON true
     WHERE i.county_id = $1 AND i.exam_id = $2`,
    [tx.ctx.countyId, examId],
  );
  return {
    people: [...new Set(row?.people ?? [])],
    hospitals: [...new Set(row?.hospitals ?? [])],
    assignedHospital: row?.assigned ?? null,
  };
}

/** Name of the first site the caller works for, as it is written beside his words. */
export async function siteName(tx: Tx, actor: PersonActor, preferred?: string): Promise<string> {
  const sites = actor.hospitalIds.length > 0 ? actor.hospitalIds : actor.clinicIds;
  const id = preferred !== undefined && sites.includes(preferred) ? preferred : sites[0];
  const table = actor.hospitalIds.length > 0 ? 'hospital' : 'clinic';
  const row = await tx.row<{ name: string }>(`SELECT name FROM ${table} WHERE county_id = $1 AND id = $2`, [
    tx.ctx.countyId,
    id,
  ]);
  return row?.name ?? '';
}
