import type { Format } from './export';
import { createFolderSink, type FolderSink } from './folder-sink';
import type { ReleaseSource } from './load';
import { writeReleaseFiles } from './release-files';

export interface FilesSinkOptions extends ReleaseSource {
  readonly name: string;
  readonly root: string;
  readonly formats: readonly Format[];
}

/**
 * Sink of type `files`: a record of all releases, tables and documents, one folder each. From the second on also `changes`: who came,
 * went, or is in another persona than in the release that was current before.
 */
export const createFilesSink = ({ name, root, formats, ...source }: FilesSinkOptions): FolderSink =>
  createFolderSink({
    name,
    root,
    keeps: 'all',
    fill: (commit, held, folder) => writeReleaseFiles(source, formats, commit, held, folder),
  });
