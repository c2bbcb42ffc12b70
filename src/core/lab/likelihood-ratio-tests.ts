import type { CovarianceModel } from '../../contracts/algorithms';
import { blrtSequence, type BlrtResult } from '../clustering/mixture/blrt';
import { startSpace } from '../clustering/mixture/starts/hierarchies';
import { drawSamples, type SelectionInput } from '../selection/sample';

export interface LabTests extends BlrtResult {
  /** Cancelled: `steps` has the comparisons that were finished, and the one in hand without p. */
  readonly interrupted: boolean;
}

/**
 * Bootstrap likelihood ratio tests of G against G + 1 components of one covariance model, from G = 1 on until the first that is not significant,
 * without a prior, the draws spread over threads. Where the signal cancels, what was found so far is the result.
 *
 * @param largestK G + 1 at most.
 * @throws PipelineError `NOT_FINITE`; `COMPUTE_FAILED`.
 */
export async function likelihoodRatioTests(
  input: Pick<SelectionInput, 'matrix' | 'ids' | 'modeling' | 'compute' | 'signal' | 'onProgress'>,
  { model, draws, largestK }: { readonly model: CovarianceModel; readonly draws: number; readonly largestK: number },
): Promise<LabTests> {
  const { modeling, compute, signal, onProgress } = input;
  const { first: points } = drawSamples(input);
  const { seed, mixture } = modeling;
  const space = startSpace(points, null, { largestK, seed });
  const sequence = blrtSequence(space, { model, prior: null, starts: mixture.starts, seed }, { draws, largestK: largestK - 1 });
  let interrupted = false;
  let step = sequence.next();
  while (!step.done) {
    const batch = step.value;
    const [{ parameters }] = batch;
    const note = `${model}: ${parameters.k} against ${parameters.k + 1} components`;
    // Without answers the sequence ends with the comparison in hand.
    let answers: readonly (number | null)[] = [];
    try {
      answers = await compute.map<(typeof batch)[number], number | null>('mixture.blrt', batch, {
        ...(signal && { signal }),
        onProgress: (done, total) => onProgress?.(done / total, note),
      });
    } catch (error) {
      if (!signal?.aborted) throw error;
      interrupted = true;
    }
    step = sequence.next(answers);
  }
  return interrupted ? { ...step.value, k: null, ended: 'interrupted', interrupted } : { ...step.value, interrupted };
}
