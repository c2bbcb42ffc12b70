import type { SelectionReport } from '../../contracts/selection';
import { PipelineError } from '../../contracts/errors';
import { decide } from './report';
import { sweepKMeans, type SweepInput } from './sweep';

/**
 * Choose the number of clusters: sweep every k of `modeling.clusters`, then decide by the rule within `limits` (objective.granularity).
 *
 * @throws PipelineError `INSUFFICIENT_DATA` below two customers or without columns; `NOT_FINITE`; `NO_ACCEPTABLE_MODEL`.
 */
export async function selectModel(
  input: SweepInput & { readonly limits: SelectionReport['limits'] },
): Promise<SelectionReport> {
  const { rows, cols } = input.matrix;
  if (rows < 2)
    throw new PipelineError('INSUFFICIENT_DATA', `a selection needs at least 2 customers, got ${rows}`, {
      customers: rows,
    });
  if (cols < 1) throw new PipelineError('INSUFFICIENT_DATA', 'a selection needs at least 1 column');
  return decide(await sweepKMeans(input), rows, input.limits, input.modeling);
}
