import { Module } from '@nestjs/common';
import { ImagesModule } from '../images';
import { StudiesModule } from '../studies';
import { DicomwebTargets } from './dicomweb-targets';
import { QidoController } from './qido.controller';
import { QidoQueries } from './qido.queries';
import { StudyViews } from './study-views';
import { WadoFiles } from './wado-files';
import { WadoFrames } from './wado-frames';
import { WadoMetadata } from './wado-metadata';
import { WadoController } from './wado.controller';
import { WadoService } from './wado.service';

/** Images out: QIDO-RS and WADO-RS. */
@Module({
  imports: [ImagesModule, StudiesModule],
  controllers: [QidoController, WadoController],
  providers: [DicomwebTargets, QidoQueries, StudyViews, WadoService, WadoMetadata, WadoFrames, WadoFiles],
})
export class DicomwebHttpModule {}
