import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database';
import { commonErrors, DomainError } from '../../platform/errors';
import type { Signatory } from './signing.rules';

/** A person and the hospital for which he acted (null where none is known). */
export interface ActedFor {
  readonly personId: string | null;
  readonly hospitalId: string | null;
}

/** Names, titles and licences of those whose names go under a report: always from the person table, never from a body. */
@Injectable()
export class Signatories {
  /** The persons in the order asked for. Throws `forbidden` for one that is no person of this county. */
  async read<W extends readonly ActedFor[]>(tx: Tx, ...wanted: W): Promise<{ [K in keyof W]: Signatory }> {
    const rows = await tx.rows<Signatory>(
      `SELECT p.id, p.name, p.title, p.licence_number, p.licence_valid_until::text AS licence_valid_until, h.name AS hospital
       FROM unnest($2::uuid[], $3::uuid[]) WITH ORDINALITY AS wanted (person_id, hospital_id, place)
       JOIN person p ON p.county_id = $1 AND p.id = wanted.person_id
       LEFT JOIN hospital h ON h.county_id = $1 AND h.id = wanted.hospital_id
       ORDER BY wanted.place`,
      [tx.ctx.countyId, wanted.map(({ personId }) => personId), wanted.map(({ hospitalId }) => hospitalId)],
    );
    if (rows.length !== wanted.length) throw new DomainError(commonErrors.forbidden);
    return rows as { [K in keyof W]: Signatory };
  }
}
