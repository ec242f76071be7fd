export { ImageGrades } from './image-grades';
export { ImageGrading } from './image-grading.entity';
export type { DeficiencyView, ImageGrade } from './image-quality.view';
export { QualityHttpModule, QualityModule } from './quality.module';
