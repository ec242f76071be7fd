export { TemplatesHttpModule, TemplatesModule } from './templates.module';
export { Templates } from './templates';
export type { ImportCounts, ImportResult } from './library';
export { fillTemplate } from './render.rules';
export type { ExamFacts, Filled, Values } from './render.rules';
export { STARTER_LIBRARY } from './starter';
export { Phrase, ReportTemplate, ReportTemplateUse, ReportTemplateVersion } from './templates.entities';
