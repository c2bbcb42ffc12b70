export { findCustomer, type Finding } from './delivered';
export { filesHolding } from './search';
export { CustomerTables, objectsIn, type StoredObject } from './tables';
