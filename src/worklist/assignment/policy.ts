import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database';
import type { Limits } from '../list/due.rules';
import { DEFAULT_LIMITS } from '../limits';
import { type AssignmentPolicy, POOL } from './assignment.rules';

/** How a county reads: its limits and its way of dealing exams out, each with the revision of its last change. */
export interface Policy {
  readonly limits: Limits;
  /** 0 = what an installation starts with. */
  readonly limitsRev: number;
  readonly assignment: AssignmentPolicy;
  readonly assignmentRev: number;
}

interface PolicyRow {
  readonly limits: Limits | null;
  readonly limits_rev: number;
  readonly assignment: AssignmentPolicy | null;
  readonly assignment_rev: number;
}

export const DEFAULT_POLICY: Policy = { limits: DEFAULT_LIMITS, limitsRev: 0, assignment: POOL, assignmentRev: 0 };

/** The county's policy, read in the caller's transaction: one row by its key. */
@Injectable()
export class Policies {
  async of(tx: Tx): Promise<Policy> {
    const row = await tx.row<PolicyRow>(
      'SELECT limits, limits_rev, assignment, assignment_rev FROM reading_policy WHERE county_id = $1',
      [tx.ctx.countyId],
    );
    if (!row) return DEFAULT_POLICY;
    return {
      limits: row.limits ?? DEFAULT_LIMITS,
      limitsRev: row.limits_rev,
      assignment: row.assignment ?? POOL,
      assignmentRev: row.assignment_rev,
    };
  }
}
