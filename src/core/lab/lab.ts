import type { ProjectConfig } from '../../config/project';
import type { Algorithm } from '../../contracts/algorithms';
import { PipelineError } from '../../contracts/errors';
import type { AssigningModel } from '../clustering/assign';
import { assignAll } from '../clustering/final/assignments';
import { toPoints } from '../clustering/points';
import type { Matrix } from '../linalg/matrix';
import type { Compute } from '../ports';
import { optionsOf } from '../selection/fitters';
import type { SelectionInput } from '../selection/sample';
import { lowestBic } from './by-bic';
import { fullRule } from './by-full-rule';
import { completeRows } from './complete-rows';
import { cutLabels, type RowLabels } from './cut-labels';
import { rescale, type Scale, type Scaling } from './scaling';
import type { LabVerdict } from './verdict';

export const RULES = ['full', 'bic'] as const;
export type Rule = (typeof RULES)[number];

/** What is asked of the lab. */
export interface LabRequest {
  readonly rule: Rule;
  /** In any order, each once. Rule bic takes mixtures only. */
  readonly algorithms: readonly Algorithm[];
  readonly ks: { readonly min: number; readonly max: number };
  readonly scale: Scale;
  /** Everything else; `algorithms` and `clusters` are not read. */
  readonly modeling: ProjectConfig['modeling'];
}

export interface LabInput extends LabRequest {
  /** NaN where a value is missing. */
  readonly table: Matrix;
  readonly compute: Compute;
  readonly signal?: AbortSignal;
  readonly onProgress?: (fraction: number, note: string) => void;
}

/** What the lab found, and on what. */
export interface LabResult {
  readonly verdict: LabVerdict;
  /** The rows used, in the units of the model. */
  readonly matrix: Matrix;
  /** Where they stand in the table, from 0. */
  readonly rows: Int32Array;
  readonly missing: readonly number[];
  readonly scaling: Scaling;
}

/**
 * Try models on a table: complete rows, scaled, and the candidates of a rule. Without a project, and nothing is kept. Rows are known by their
 * numbers in the table, from 1.
 *
 * @throws PipelineError `INSUFFICIENT_DATA` below two complete rows or the smallest k; `CONFIG_INVALID` for a constant column; `CANCELLED`.
 */
export async function tryModels(input: LabInput): Promise<LabResult> {
  const { table, rule, algorithms, ks, modeling, compute, signal, onProgress } = input;
  const { matrix: complete, rows, missing } = completeRows(table);
  if (complete.rows < 2)
    throw new PipelineError(
      'INSUFFICIENT_DATA',
      `a model needs at least 2 rows without a missing value; ${complete.rows} of ${table.rows} have none`,
      {
        rows: table.rows,
        complete: complete.rows,
      },
    );
  if (complete.rows < ks.min)
    throw new PipelineError('INSUFFICIENT_DATA', `${complete.rows} rows without a missing value cannot fill ${ks.min} clusters`, {
      complete: complete.rows,
      k: ks.min,
    });
  const { matrix, scaling } = rescale(complete, input.scale);
  const selection = (limits: SelectionInput['limits']): SelectionInput => ({
    matrix,
    ids: Array.from(rows, (row) => String(row + 1)),
    modeling: { ...modeling, clusters: limits },
    limits,
    keepCuts: true,
    compute,
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  });
  const verdict =
    rule === 'bic' ? await lowestBic(selection(ks)) : await fullRule(algorithms, selection({ min: Math.max(2, ks.min), max: ks.max }));
  return { verdict, matrix, rows, missing, scaling };
}

/**
 * Cluster and probability of every row used, by the chosen solution: those that its sizes count. Null where nothing was chosen.
 *
 * @param request What the result was asked for.
 */
export async function assignRows(
  { verdict, matrix }: LabResult,
  { modeling }: Pick<LabRequest, 'modeling'>,
  pool: { readonly compute: Compute; readonly signal?: AbortSignal },
): Promise<RowLabels | null> {
  const { chosen, candidates, sampleRows } = verdict;
  if (chosen === null) return null;
  const { algorithm, k, sizes, inertia } = candidates[chosen.candidate];
  const model: AssigningModel = {
    solution: chosen.solution,
    sizes,
    // Of all rows as far as the sample tells: the probabilities go by the variance within clusters.
    inertia: ((inertia ?? 0) * matrix.rows) / sampleRows,
  };
  const points = toPoints(matrix, { shared: true });
  // `assignAll` takes a stored model: of it only the part that assigns.
  const nearest = await assignAll(model as Parameters<typeof assignAll>[0], points, pool);
  if (algorithm !== 'hierarchical' || sampleRows < matrix.rows) return nearest;
  const variance = model.inertia / (matrix.rows * matrix.cols);
  const options = optionsOf(modeling, { min: k, max: k }, matrix.names);
  return cutLabels(pool, points, { algorithm, linkage: modeling.hierarchical.linkage, k }, options, { nearest, variance });
}
