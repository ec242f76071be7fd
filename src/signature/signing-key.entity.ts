import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A key that has signed or may sign reports. It belongs to the installation, not to a county, and is never deleted. */
@Entity('signing_key')
export class SigningKey {
  /** Derived from the public key. */
  @PrimaryColumn({ type: 'text', collation: 'C' }) key_id!: string;
  /** Which driver signs with it. */
  @Column('text') driver!: string;
  @Column('text') algorithm!: string;
  /** DER in base64. */
  @Column('text') public_key!: string;
  /** Sealed under the installation's secret; null where the driver keeps it elsewhere, and once the key is retired. */
  @Column('text', { nullable: true }) sealed_private_key!: string | null;
  /** Whether its signatures are reliable in law (电子签名法 第十三条); software keys never are. */
  @Column('boolean') reliable!: boolean;
  @Column('timestamptz') created_at!: Date;
  @Column('timestamptz', { nullable: true }) retired_at!: Date | null;
}
