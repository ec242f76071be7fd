import { Module } from '@nestjs/common';
import { Signatures } from './signatures';
import { Signer } from './signer';
import { SigningKeys } from './signing-keys';
import { SoftwareSigner } from './software-signer';

/** Another driver takes the place of SoftwareSigner behind Signer here, and nowhere else. */
@Module({
  providers: [SigningKeys, SoftwareSigner, { provide: Signer, useExisting: SoftwareSigner }, Signatures],
  exports: [SigningKeys, SoftwareSigner, Signatures],
})
export class SignatureModule {}
