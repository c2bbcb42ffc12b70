import type { ProjectConfig } from '../../config/project';
import type { Algorithm } from '../../contracts/algorithms';
import { PipelineError } from '../../contracts/errors';
import type { Assignments } from '../clustering/assignments';
import type { AssigningModel } from '../clustering/assign';
import { assignAll } from '../clustering/final/assignments';
import { toPoints } from '../clustering/points';
import type { Matrix } from '../linalg/matrix';
import type { Compute } from '../ports';
import type { SelectionInput } from '../selection/sample';
import { lowestBic } from './by-bic';
import { fullRule } from './by-full-rule';
import { completeRows } from './complete-rows';
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
    compute,
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  });
  const verdict =
    rule === 'bic' ? await lowestBic(selection(ks)) : await fullRule(algorithms, selection({ min: Math.max(2, ks.min), max: ks.max }));
  return { verdict, matrix, rows, missing, scaling };
}

/** Cluster and probability of every row used, by the chosen solution; null where nothing was chosen. */
export async function assignRows(
  { verdict, matrix }: LabResult,
  pool: { readonly compute: Compute; readonly signal?: AbortSignal },
): Promise<Assignments | null> {
  const { chosen, candidates, sampleRows } = verdict;
  if (chosen === null) return null;
  const { sizes, inertia } = candidates[chosen.candidate];
  const model: AssigningModel = {
    solution: chosen.solution,
    sizes,
    // Of all rows as far as the sample tells: the probabilities go by the variance within clusters.
    inertia: ((inertia ?? 0) * matrix.rows) / sampleRows,
  };
  const points = toPoints(matrix, { shared: true });
  // `assignAll` takes a stored model: of it only the part that assigns.
  return assignAll(model as Parameters<typeof assignAll>[0], points, pool);
}
