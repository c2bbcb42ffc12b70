import type { PcaReport } from '../../../contracts/selection';
import type { PcaPayload, PcaResult } from '../../linalg/pca-task';
import { bottomK } from '../../linalg/sampling';
import { once, type FinalInput } from './input';

/** Points of the scatter plot, at most. */
const SCATTER_ROWS = 2000;

/** Principal components of all rows and a bottom-k sample for the scatter, which holds no id. */
export async function describeComponents(input: Pick<FinalInput, 'matrix' | 'ids' | 'modeling' | 'compute' | 'signal'>, clusters: Int32Array, allowUnscaled: boolean): Promise<PcaReport> {
  const { matrix, ids, modeling } = input;
  const rows = bottomK(ids, modeling.seed, SCATTER_ROWS);
  const { eigenvalues, explained, components, scatter } = await once<PcaPayload, PcaResult>(input, 'pca.components', { matrix, allowUnscaled, rows });
  return {
    columns: matrix.names,
    eigenvalues,
    explained,
    components,
    scatter: scatter.map(([first, second], i) => [first, second, clusters[rows[i]]]),
  };
}
