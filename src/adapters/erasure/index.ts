export { filesHolding } from './search';
export { CustomerTables, objectsIn, type StoredObject } from './tables';
