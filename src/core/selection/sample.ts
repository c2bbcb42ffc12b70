import type { ProjectConfig } from '../../config/project';
import { pickPoints, toPoints, type Points } from '../clustering/points';
import { requireFinite } from '../linalg/checks';
import type { Matrix } from '../linalg/matrix';
import { bottomKSampler } from '../linalg/sampling';
import type { Compute } from '../ports';

export interface SelectionInput {
  readonly matrix: Matrix;
  /** Ids of the rows, for the samples; rows are in the order of the ids. */
  readonly ids: readonly string[];
  readonly modeling: ProjectConfig['modeling'];
  /** objective.granularity. */
  readonly limits: { readonly min: number; readonly max: number };
  /** See `FitShared`; default false: a model is judged by what it will assign. */
  readonly keepCuts?: boolean;
  readonly compute: Compute;
  readonly signal?: AbortSignal;
  /** Finished share of the work, 0 to 1, and what is going on. */
  readonly onProgress?: (fraction: number, note: string) => void;
}

/** What candidates are fitted to: all customers, and the sample that stands for them. In memory that all threads read. */
export interface Samples {
  readonly all: Points;
  readonly first: Points;
  /** Of the rows of the first sample. */
  readonly ids: readonly string[];
  /** As many customers again that had no part in the choice, as far as there are; null where all are in the first sample. */
  readonly second: Points | null;
}

/** The bottom-k sample of `modeling.sampleRows` customers, and the next as many. `NOT_FINITE`. O(n log n). */
export function drawSamples({ matrix, ids, modeling }: Pick<SelectionInput, 'matrix' | 'ids' | 'modeling'>): Samples {
  requireFinite(matrix);
  const all = toPoints(matrix, { shared: true });
  const sampler = bottomKSampler(ids, modeling.seed);
  const rows = sampler(modeling.sampleRows);
  if (rows.length === all.rows) return { all, first: all, ids, second: null };
  const drawn = new Set(rows);
  const next = sampler(2 * modeling.sampleRows).filter((row) => !drawn.has(row));
  return { all, first: pickPoints(all, rows, true), ids: Array.from(rows, (row) => ids[row]), second: pickPoints(all, next, true) };
}
