import { Module } from '@nestjs/common';
import { ImagesModule } from '../images';
import { NoticesModule } from '../notices';
import { Handwriting } from './handwriting/handwriting';
import { HandwritingController } from './handwriting/handwriting.controller';
import { HandwritingService } from './handwriting/handwriting.service';
import { Signatures } from './signatures';
import { Signer } from './signer';
import { SigningKeys } from './signing-keys';
import { SoftwareSigner } from './software-signer';

/** Another driver takes the place of SoftwareSigner behind Signer here, and nowhere else. */
@Module({
  imports: [ImagesModule],
  providers: [SigningKeys, SoftwareSigner, { provide: Signer, useExisting: SoftwareSigner }, Signatures, Handwriting],
  exports: [SigningKeys, SoftwareSigner, Signatures, Handwriting],
})
export class SignatureModule {}

@Module({
  imports: [ImagesModule, NoticesModule],
  controllers: [HandwritingController],
  providers: [HandwritingService],
})
export class SignatureHttpModule {}
