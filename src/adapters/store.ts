import type { ArtifactStore, ReleaseStore, RunStore, StageIndex } from '../core/ports';
import { createArtifactStore, createStageIndex } from './artifacts';
import { createLedger, type FolderLedger } from './ledger';
import { createReleaseStore } from './releases';
import { createRunStore } from './runs';

/** Everything that lies under DRAMATIS_HOME. */
export interface Store {
  readonly home: string;
  readonly artifacts: ArtifactStore;
  readonly stages: StageIndex;
  readonly runs: RunStore;
  readonly releases: ReleaseStore;
  readonly ledger: FolderLedger;
}

export function openStore(home: string): Store {
  const artifacts = createArtifactStore(home);
  return {
    home,
    artifacts,
    stages: createStageIndex({ home, artifacts }),
    runs: createRunStore(home),
    releases: createReleaseStore(home),
    ledger: createLedger(home),
  };
}
