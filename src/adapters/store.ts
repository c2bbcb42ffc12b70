import type { ArtifactStore, ReleaseStore, RunStore, StageIndex } from '../core/ports';
import { createArtifactStore, createStageIndex } from './artifacts';
import { createLedger, type CheckedLedger } from './ledger';
import { createReleaseStore } from './releases';
import { createRunStore } from './runs';
import { openShelf, type Shelf } from './shelf';

/** Everything that lies under DRAMATIS_HOME, or in the bucket of DRAMATIS_STORE. */
export interface Store {
  /** Folder of this host: where the store is a bucket, only what is this host's own lies there. */
  readonly home: string;
  readonly shelf: Shelf;
  readonly artifacts: ArtifactStore;
  readonly stages: StageIndex;
  readonly runs: RunStore;
  readonly releases: ReleaseStore;
  readonly ledger: CheckedLedger;
}

/** @throws PipelineError `STORE_UNUSABLE` where `DRAMATIS_STORE` names no bucket; whether it answers is seen at its first use. */
export function openStore(home: string, env: NodeJS.ProcessEnv = process.env): Store {
  const shelf = openShelf(home, env);
  const artifacts = createArtifactStore(shelf);
  return {
    home,
    shelf,
    artifacts,
    stages: createStageIndex({ home: shelf, artifacts }),
    runs: createRunStore(shelf),
    releases: createReleaseStore(shelf),
    ledger: createLedger(shelf),
  };
}
