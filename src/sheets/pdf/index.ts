export { renderReportPdf, type RenderOptions } from './render-report-pdf';
export type {
  KeyImage,
  Paper,
  ReportDocument,
  ReportKind,
  ReportSeal,
  ReportVersion,
  Signer,
  Standing,
} from './report-document';
