import type { ArtifactRef, ArtifactRefs } from '../contracts/artifacts';
import type { ClusterModel, DensityRows, Solution, StoredSolution } from '../contracts/model';
import { asCurrentModel, type StoredModel } from '../core/clustering/current-model';
import { DENSITY_ROWS, densityRows, withoutRows, withRows } from '../core/clustering/density/stored';
import type { ArtifactStore } from '../core/ports';

/** A solution ready to be stored, and the object of its own that holds what it keeps of single customers, as an output; none but for a density. */
export async function storeSolution(artifacts: ArtifactStore, solution: Solution): Promise<{ readonly stored: StoredSolution; readonly outputs: ArtifactRefs }> {
  if (solution.kind !== 'density') return { stored: solution, outputs: {} };
  const rows = densityRows(solution.density);
  const ref = rows === null ? null : await artifacts.writeJson(DENSITY_ROWS, rows);
  return { stored: { kind: 'density', density: withoutRows(solution.density, ref) }, outputs: ref === null ? {} : { [DENSITY_ROWS]: ref } };
}

/** The solution that was stored; what an earlier version stored with its rows inside is one already. Throws as `ArtifactStore.readJson` and `withRows`. */
export async function loadSolution(artifacts: ArtifactStore, stored: StoredSolution | Solution): Promise<Solution> {
  if (stored.kind !== 'density') return stored;
  const { density } = stored;
  if ('rows' in density) return { kind: 'density', density };
  const rows = density.rowsAt === null ? null : await artifacts.readJson<DensityRows>(density.rowsAt);
  return { kind: 'density', density: withRows(density, rows) };
}

/** A stored model of any format, ready to assign. Throws as `loadSolution`. */
export async function loadModel(artifacts: ArtifactStore, ref: ArtifactRef): Promise<ClusterModel> {
  const model = asCurrentModel(await artifacts.readJson<StoredModel>(ref));
  return { ...model, solution: await loadSolution(artifacts, model.solution) };
}
