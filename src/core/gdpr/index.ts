export { erasuresIn, type Erasures, type ErasureStatement, type SignedErasure } from './erasures';
export { processingRecord, recordMarkdown, type ProcessingRecord } from './processing-record';
export { searchForms } from './search-forms';
