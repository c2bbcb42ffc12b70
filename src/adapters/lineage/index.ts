export { createLineage } from './log';
export { runEvent, type RunEvent } from './schema';
