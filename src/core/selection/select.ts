import type { SelectionReport } from '../../contracts/selection';
import { contend } from './contend';
import { decide } from './decide';
import type { SelectionInput } from './sample';

/**
 * The whole selection in one call: every algorithm of `modeling.algorithms` contends, then one decision.
 *
 * @throws PipelineError as `contend` and `decide`.
 */
export async function selectModel(input: SelectionInput): Promise<SelectionReport> {
  const { algorithms } = input.modeling;
  const offers = [];
  for (const [i, algorithm] of algorithms.entries()) {
    const onProgress = (fraction: number, note: string): void => input.onProgress?.((i + fraction) / algorithms.length, note);
    offers.push(await contend(algorithm, { ...input, onProgress }));
  }
  return decide(offers, input.limits, input.modeling);
}
