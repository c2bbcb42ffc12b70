export type { LedgerEntry } from './entry';
export { createLedger, type FolderLedger, type LedgerCheck, type LedgerHead } from './ledger';
