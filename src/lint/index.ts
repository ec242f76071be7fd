export { CRITICAL_FINDINGS, criticalFindings, NOTABLE_FINDINGS, notableFindings } from './critical/critical';
export { lintReport } from './lint';
export type { CriticalHit, LintCode, LintExam, LintInput, LintResult, Severity } from './lint.types';
export { LintHttpModule } from './lint.module';
