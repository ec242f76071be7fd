export { DicomwebHttpModule } from './dicomweb.module';
