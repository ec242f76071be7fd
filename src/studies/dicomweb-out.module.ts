import { Module } from '@nestjs/common';
import { ImagesModule } from '../images';
import { ClinicCharsets } from './clinic-charsets';
import { DicomwebOutTargets } from './dicomweb-out-targets';
import { QidoController } from './qido.controller';
import { QidoQueries } from './qido.queries';
import { WadoController } from './wado.controller';
import { WadoFiles } from './wado-files';
import { WadoFrames } from './wado-frames';
import { WadoMetadata } from './wado-metadata';
import { WadoService } from './wado.service';

/** Images out: QIDO-RS and WADO-RS. */
@Module({
  imports: [ImagesModule],
  controllers: [QidoController, WadoController],
  providers: [ClinicCharsets, DicomwebOutTargets, QidoQueries, WadoService, WadoMetadata, WadoFrames, WadoFiles],
})
export class DicomwebOutModule {}
