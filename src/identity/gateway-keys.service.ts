import { Injectable } from '@nestjs/common';
import { Audit } from '../audit';
import { Clock } from '../platform/clock';
import type { Ctx } from '../platform/context';
import { Db } from '../platform/database';
import { commonErrors, DomainError } from '../platform/errors';
import { newId, newSecret, sha256 } from '../platform/ids';
import type { CreateKey } from './identity.dto';
import { GatewayKey } from './identity.entities';
import { identityErrors } from './identity.errors';

/** Keys of clinic gateways. The key itself leaves this service once, in the answer of {@link create}. */
@Injectable()
export class GatewayKeysService {
  constructor(
    private readonly db: Db,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  async create(ctx: Ctx, input: CreateKey): Promise<{ keyId: string; key: string }> {
    const id = newId();
    const key = `cgk_${newSecret()}`;
    await this.db.write(ctx, async (tx) => {
      const clinic = await tx.row('SELECT id FROM clinic WHERE county_id = $1 AND id = $2', [
        ctx.countyId,
        input.clinicId,
      ]);
      if (!clinic) throw new DomainError(commonErrors.not_found, { field: 'clinicId' });
      await tx.insert(GatewayKey, {
        id,
        county_id: ctx.countyId,
        clinic_id: input.clinicId,
        key_hash: sha256(key),
        label: input.label,
        hint: key.slice(-4),
        created_at: this.clock.now(),
      });
      await this.audit.record(tx, {
        action: 'gateway_key.create',
        subjectType: 'gateway_key',
        subjectId: id,
        details: { clinicId: input.clinicId },
      });
    });
    return { keyId: id, key };
  }

  async revoke(ctx: Ctx, keyId: string): Promise<void> {
    await this.db.write(ctx, async (tx) => {
      const key = await tx.row<{ revoked_at: Date | null }>(
        'SELECT revoked_at FROM gateway_key WHERE county_id = $1 AND id = $2',
        [ctx.countyId, keyId],
      );
      if (!key) throw new DomainError(commonErrors.not_found);
      const changed = await tx.change(
        'UPDATE gateway_key SET revoked_at = $3 WHERE county_id = $1 AND id = $2 AND revoked_at IS NULL',
        [ctx.countyId, keyId, this.clock.now()],
      );
      if (changed !== 1) throw new DomainError(identityErrors.key_revoked);
      await this.audit.record(tx, { action: 'gateway_key.revoke', subjectType: 'gateway_key', subjectId: keyId });
    });
  }
}
