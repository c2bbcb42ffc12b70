export { checkEntries, type CheckedEntries, type LedgerFault, type LedgerHead } from './check';
export type { LedgerEntry, StoredEntry } from './entry';
export { readTexts, strangersIn } from './files';
export { keyIdOf, signingKey, verifyingKey } from './keys';
export { createLedger, type CheckedLedger, type LedgerCheck, type SignedCheckpoint } from './ledger';
