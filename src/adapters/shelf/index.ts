import { createFolderShelf } from './folder';
import type { Place, Shelf } from './shelf';

export { createBucketShelf } from './bucket';
export { createFolderShelf } from './folder';
export { hashFile } from './hash';
export { bucketOf, openShelf } from './open';
export { Queues } from './queues';
export { connect, type BucketPlace, type Requests } from './requests';
export type { Place, Shelf, StoredHash } from './shelf';

export const shelfAt = (place: Place): Shelf => (typeof place === 'string' ? createFolderShelf(place) : place);
