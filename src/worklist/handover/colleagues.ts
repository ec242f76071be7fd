import { Injectable } from '@nestjs/common';
import { ROLES, type RoleName } from '../../identity';
import { can, type Ctx } from '../../platform/context';
import type { Tx } from '../../platform/database';
import { commonErrors, DomainError } from '../../platform/errors';
import type { Reader } from '../claiming/claim.rules';
import type { Stage } from '../reading-item.entity';
import { worklistErrors } from '../worklist.errors';

export interface Colleague {
  readonly id: string;
  readonly name: string;
  readonly hospitalIds: readonly string[];
  readonly stages: readonly Stage[];
  /** Of his posts at hospitals. */
  readonly permissions: ReadonlySet<string>;
}

/** Readers other than the caller, by what their posts let them do. */
@Injectable()
export class Colleagues {
  /** A person of this county who reads at a hospital. Throws `not_found`, `not_a_reader`. */
  find(tx: Tx, personId: string, field: string): Promise<Colleague> {
    return this.known(tx, personId, field, false);
  }

  /** The same of somebody who may have left for good, account, posts and all, with work still in his name. */
  findEvenGone(tx: Tx, personId: string, field: string): Promise<Colleague> {
    return this.known(tx, personId, field, true);
  }

  private async known(tx: Tx, personId: string, field: string, evenGone: boolean): Promise<Colleague> {
    const person = await tx.row<{ name: string; roles: RoleName[]; hospitals: string[] }>(
      `SELECT p.name, array_agg(DISTINCT g.role) FILTER (WHERE g.hospital_id IS NOT NULL) AS roles,
         array_agg(DISTINCT g.hospital_id) FILTER (WHERE g.hospital_id IS NOT NULL) AS hospitals
       FROM person p LEFT JOIN person_grant g ON g.county_id = p.county_id AND g.person_id = p.id AND (g.revoked_at IS NULL OR $3)
       WHERE p.county_id = $1 AND p.id = $2 AND (p.active OR $3) GROUP BY p.id`,
      [tx.ctx.countyId, personId, evenGone],
    );
    if (!person) throw new DomainError(commonErrors.not_found, { field });
    const permissions = new Set<string>((person.roles ?? []).flatMap((role) => ROLES[role].permissions));
    const stages = stagesOf(permissions);
    if (stages.length === 0) throw new DomainError(worklistErrors.not_a_reader, { field });
    return { id: personId, name: person.name, hospitalIds: person.hospitals, stages, permissions };
  }

  /** The colleague as a reader for one of his hospitals: the one named, or the only one he has. */
  readerFor({ id, stages, hospitalIds }: Colleague, hospitalId: string | undefined): Reader {
    const [first, ...others] =
      hospitalId === undefined ? hospitalIds : hospitalIds.filter((site) => site === hospitalId);
    if (first === undefined) throw new DomainError(worklistErrors.not_a_reader, { field: 'hospitalId' });
    if (others.length > 0) throw new DomainError(worklistErrors.hospital_missing, { field: 'hospitalId' });
    return { id, hospitalId: first, stages };
  }

  /**
   * Speaking for somebody is his own, his chief's (of a hospital where he works) or the county's administrator's. A person
   * is his hospital's; an exam on the shared list is the county's, so that any chief may take it over, assign it, recall or
   * void its report (docs/how-to/rosters.md).
   * Throws `forbidden`, `wrong_hospital`.
   */
  requireMaySpeakFor(ctx: Ctx, colleague: Colleague): void {
    const { actor } = ctx;
    if (actor.id === colleague.id) return;
    if (!can(ctx, 'worklist.manage')) throw new DomainError(commonErrors.forbidden, { permission: 'worklist.manage' });
    const shared = colleague.hospitalIds.some((site) => (actor.hospitalIds as readonly string[]).includes(site));
    if (!actor.countyWide && !shared) throw new DomainError(worklistErrors.wrong_hospital, { personId: colleague.id });
  }
}

function stagesOf(permissions: ReadonlySet<string>): Stage[] {
  return [
    ...(permissions.has('worklist.write') ? (['write'] as const) : []),
    ...(permissions.has('worklist.review') ? (['review'] as const) : []),
  ];
}
