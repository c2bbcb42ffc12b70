export type { AuditCounts, AuditProblem, AuditReport } from './report';
export { auditStore, type AuditOptions } from './verify';
