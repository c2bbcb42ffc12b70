import { PipelineError } from '../../../contracts/errors';
import type { ClusterModel, Preprocessing } from '../../../contracts/model';
import { requireFinite } from '../../linalg/checks';
import type { Matrix } from '../../linalg/matrix';
import { discreetEvidence } from '../../privacy/discreet';
import { sizeGatesOf } from '../../selection/gates';
import { toPoints, type Points } from '../points';
import { once, type FinalInput } from './input';
import type { Refined, RefinePayload } from './refine-task';

/** `COLUMN_MISSING` unless the matrix has the columns of the preprocessing, in order. */
function requireColumns({ names }: Matrix, { columns }: Preprocessing): void {
  const expected = columns.map(({ column }) => column);
  if (expected.length !== names.length || expected.some((column, j) => column !== names[j])) {
    throw new PipelineError(
      'COLUMN_MISSING',
      `the matrix has the columns ${names.join(', ')}, its preprocessing describes ${expected.join(', ')}`,
    );
  }
}

export interface FinalModel {
  readonly model: ClusterModel;
  /** False where the solution is that of the sample. */
  readonly refined: boolean;
  readonly points: Points;
  readonly warnings: readonly string[];
}

/**
 * The published model: the chosen solution of the selection, fitted to all rows from where the sample left it. Where that fit fails a size gate
 * which the sample's solution passes for the same rows, the sample's solution is published.
 *
 * @throws PipelineError `COLUMN_MISSING` where matrix and preprocessing disagree; `NOT_FINITE`.
 */
export async function finalModel(input: FinalInput): Promise<FinalModel> {
  const { matrix, preprocessing, selection, modeling, kMin } = input;
  requireColumns(matrix, preprocessing);
  requireFinite(matrix);
  const { algorithm, model, spec, solution } = selection.chosen;
  const points = toPoints(matrix, { shared: true });
  const warnings: string[] = [];
  const refine = (again: boolean): Promise<Refined> =>
    once<RefinePayload, Refined>(input, 'clustering.refine', { spec, solution, refine: again, seed: modeling.seed, prior: modeling.mixture.prior }, points);
  let found = await refine(true);
  const failed = sizeGatesOf(found.sizes, found.unassigned, modeling).filter(({ passed }) => !passed);
  if (found.refined && failed.length > 0) {
    const { sizes, unassigned } = found;
    const evidence = failed.map((gate) => discreetEvidence(gate, sizes, unassigned, kMin)).join('; ');
    warnings.push(`fitted to all customers, the model fails a gate (${evidence}): the sample's model is published`);
    found = await refine(false);
  } else if (!found.refined && selection.sample.rows < matrix.rows)
    warnings.push(`the model is that of the sample of ${selection.sample.rows} customers: all customers are scored by it`);
  return {
    points,
    refined: found.refined,
    warnings,
    model: {
      format: 3,
      algorithm,
      model,
      k: found.sizes.length,
      preprocessing,
      centroids: found.centroids,
      solution: found.solution,
      sizes: found.sizes,
      unassigned: found.unassigned,
      inertia: found.inertia,
      seed: modeling.seed,
    },
  };
}
