export { ENDED, isReleaseEntry } from './entries';
export { linesIn } from './releases';
export type { AuditCounts, AuditProblem, AuditReport } from './report';
export { auditStore, type AuditOptions } from './verify';
