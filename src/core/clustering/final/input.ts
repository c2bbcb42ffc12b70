import type { ProjectConfig } from '../../../config/project';
import type { Preprocessing } from '../../../contracts/model';
import type { SelectionReport } from '../../../contracts/selection';
import type { Matrix } from '../../linalg/matrix';
import type { Compute } from '../../ports';

/** What the stage works on. */
export interface FinalInput {
  readonly matrix: Matrix;
  /** Ids of the rows, for the samples. */
  readonly ids: readonly string[];
  readonly preprocessing: Preprocessing;
  readonly selection: SelectionReport;
  readonly modeling: ProjectConfig['modeling'];
  /** Texts give no count of 1 to kMin − 1 customers away. */
  readonly kMin: number;
  readonly compute: Compute;
  readonly signal?: AbortSignal;
}

/** Run one task that has no siblings. */
export async function once<I, O>({ compute, signal }: Pick<FinalInput, 'compute' | 'signal'>, task: string, payload: I, shared?: unknown): Promise<O> {
  const [result] = await compute.map<I, O>(task, [payload], { shared, ...(signal && { signal }) });
  return result;
}
