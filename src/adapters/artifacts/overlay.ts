import type { ArtifactRef } from '../../contracts/artifacts';
import { PipelineError } from '../../contracts/errors';
import type { ArtifactStore } from '../../core/ports';

/** Read from `above` and, what is not there, from `below`; write to `above` only: `below` is left as it is. */
export function createOverlayStore(above: ArtifactStore, below: ArtifactStore): ArtifactStore {
  async function either<T>(read: (store: ArtifactStore) => Promise<T>): Promise<T> {
    try {
      return await read(above);
    } catch (error) {
      if (error instanceof PipelineError && error.code === 'OBJECT_MISSING') return read(below);
      throw error;
    }
  }
  return {
    path: (ref) => either((store) => store.path(ref)),
    readBytes: (ref) => either((store) => store.readBytes(ref)),
    readJson: <T>(ref: ArtifactRef) => either((store) => store.readJson<T>(ref)),
    writeJson: (kind, value) => above.writeJson(kind, value),
    writeBytes: (kind, bytes, rows) => above.writeBytes(kind, bytes, rows),
    temporary: (extension) => above.temporary(extension),
    adopt: (kind, path, rows) => above.adopt(kind, path, rows),
  };
}
