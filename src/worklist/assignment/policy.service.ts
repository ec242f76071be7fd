import { Injectable } from '@nestjs/common';
import { Audit } from '../../audit';
import { Clock } from '../../platform/clock';
import type { Ctx } from '../../platform/context';
import { Db, type Tx } from '../../platform/database';
import { DomainError } from '../../platform/errors';
import type { Priority } from '../../exams';
import type { LimitRule, Limits } from '../list/due.rules';
import { ApplyLimits } from './apply-limits';
import type { AssignmentPolicyInput, SlaInput } from './assignment.dto';
import type { AssignmentPolicy } from './assignment.rules';
import { Policies, type Policy } from './policy';
import { policyErrors } from './policy.errors';
import { assignmentView, limitsFrom, slaView } from './policy.view';

const PRIORITIES: readonly Priority[] = ['STAT', 'URGENT', 'ROUTINE', 'SCREENING'];

/** Commands on a county's limits and its way of dealing exams out. */
@Injectable()
export class PolicyService {
  constructor(
    private readonly db: Db,
    private readonly policies: Policies,
    private readonly applyLimits: ApplyLimits,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  sla(ctx: Ctx): Promise<object> {
    return this.db.read(ctx, async (tx) => slaView(await this.policies.of(tx)));
  }

  assignment(ctx: Ctx): Promise<object> {
    return this.db.read(ctx, async (tx) => assignmentView(await this.policies.of(tx)));
  }

  /** Open exams follow in the background. Throws `policy_changed`, `sla_rule_missing`, `sla_rule_twice`, `policy_site_unknown`. */
  async changeSla(ctx: Ctx, input: SlaInput): Promise<object> {
    const limits = limitsFrom(input);
    checkRules(limits.rules);
    return this.db.write(ctx, async (tx) => {
      const before = await this.locked(tx);
      if (input.rev !== undefined && input.rev !== before.limitsRev) throw changed(before.limitsRev);
      await requireSites(tx, 'clinic', 'limits', clinicsOf(limits));
      const columns = 'limits = $2, limits_rev = limits_rev + 1, updated_at = $3';
      await this.write(tx, columns, limits);
      await this.record(tx, 'sla.change', { before: before.limits, after: limits });
      await this.applyLimits.goOn(tx);
      return slaView(await this.policies.of(tx));
    });
  }

  /** Counts for exams that come onto the list from now on. Throws `policy_changed`, `quota_empty`, `policy_site_unknown`. */
  async changeAssignment(ctx: Ctx, { rev, ...policy }: AssignmentPolicyInput): Promise<object> {
    const usesQuota = [policy.mode, ...policy.exceptions.map(({ mode }) => mode)].includes('quota');
    if (usesQuota && !policy.weights.some(({ weight }) => weight > 0))
      throw new DomainError(policyErrors.quota_empty, { field: 'weights' });
    return this.db.write(ctx, async (tx) => {
      const before = await this.locked(tx);
      if (rev !== undefined && rev !== before.assignmentRev) throw changed(before.assignmentRev);
      await this.requireKnown(tx, policy);
      await this.write(tx, 'assignment = $2, assignment_rev = assignment_rev + 1, updated_at = $3', policy);
      // What was owed under other weights is owed no more.
      await tx.change("UPDATE reading_quota SET credits = '{}' WHERE county_id = $1", [ctx.countyId]);
      await this.record(tx, 'assignment-policy.change', { before: before.assignment, after: policy });
      return assignmentView(await this.policies.of(tx));
    });
  }

  private async requireKnown(tx: Tx, policy: AssignmentPolicy): Promise<void> {
    const clinics = policy.exceptions.map(({ clinicId }) => clinicId);
    await requireSites(tx, 'clinic', 'exceptions', clinics);
    const hospitals = policy.weights.map(({ hospitalId }) => hospitalId);
    await requireSites(tx, 'hospital', 'weights', hospitals);
    await requireSites(tx, 'hospital', 'pickingOff', policy.pickingOff);
  }

  /** The policy, with its row made and locked, so that two changes come one after the other. */
  private async locked(tx: Tx): Promise<Policy> {
    await tx.change(
      `INSERT INTO reading_policy (county_id, limits_rev, assignment_rev, updated_at) VALUES ($1, 0, 0, $2) ON CONFLICT DO NOTHING`,
      [tx.ctx.countyId, this.clock.now()],
    );
    await tx.rows('SELECT 1 FROM reading_policy WHERE county_id = $1 FOR UPDATE', [tx.ctx.countyId]);
    return this.policies.of(tx);
  }

  private async write(tx: Tx, columns: string, value: Limits | AssignmentPolicy): Promise<void> {
    await tx.change(`UPDATE reading_policy SET ${columns} WHERE county_id = $1`, [
      tx.ctx.countyId,
      JSON.stringify(value),
      this.clock.now(),
    ]);
  }

  private record(tx: Tx, action: string, details: Readonly<Record<string, unknown>>): Promise<void> {
    return this.audit.record(tx, { action, subjectType: 'county', subjectId: tx.ctx.countyId, details });
  }
}

const changed = (rev: number): DomainError => new DomainError(policyErrors.policy_changed, { field: 'rev', rev });

/** Every priority has a limit whatever the exam; no two rules are for the same exams. */
export function checkRules(rules: readonly LimitRule[]): void {
  for (const priority of PRIORITIES) {
    const general = rules.some((r) => r.priority === priority && !r.clinicId && !r.modalities && !r.bodyParts);
    if (!general) throw new DomainError(policyErrors.sla_rule_missing, { field: 'limits', priority });
  }
  const keys = rules.map(({ priority, clinicId, modalities, bodyParts }) =>
    JSON.stringify([priority, clinicId ?? null, [...(modalities ?? [])].sort(), [...(bodyParts ?? [])].sort()]),
  );
  const twice = keys.findIndex((key, i) => keys.indexOf(key) !== i);
  if (twice >= 0) throw new DomainError(policyErrors.sla_rule_twice, { field: `limits.${twice}` });
}

const clinicsOf = ({ rules }: Limits): readonly string[] => rules.flatMap(({ clinicId }) => clinicId ?? []);

async function requireSites(
  tx: Tx,
  table: 'clinic' | 'hospital',
  field: string,
  ids: readonly string[],
): Promise<void> {
  const wanted = [...new Set(ids)];
  if (wanted.length === 0) return;
  const known = await tx.rows(`SELECT id FROM ${table} WHERE county_id = $1 AND id = ANY($2)`, [
    tx.ctx.countyId,
    wanted,
  ]);
  if (known.length !== wanted.length) throw new DomainError(policyErrors.policy_site_unknown, { field });
}
