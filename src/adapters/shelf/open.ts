import { createFolderShelf } from './folder';
import type { Shelf } from './shelf';

export const openShelf = (home: string, _env: NodeJS.ProcessEnv = process.env): Shelf => createFolderShelf(home);
