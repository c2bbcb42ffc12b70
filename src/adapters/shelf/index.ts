import { createFolderShelf } from './folder';
import type { Place, Shelf } from './shelf';

export { createFolderShelf } from './folder';
export { hashFile } from './hash';
export { openShelf } from './open';
export { Queues } from './queues';
export type { Place, Shelf, StoredHash } from './shelf';

export const shelfAt = (place: Place): Shelf => (typeof place === 'string' ? createFolderShelf(place) : place);
