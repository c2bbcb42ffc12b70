import type { CovarianceModel } from '../../contracts/algorithms';
import { requireDraws, type BlrtResult } from '../clustering/mixture/blrt';
import { BLRT_LEVEL, runTests } from '../selection/blrt';
import { drawSamples, type SelectionInput } from '../selection/sample';

export interface LabTests extends BlrtResult {
  /** Cancelled by whoever asked. */
  readonly interrupted: boolean;
}

/** What is tested. */
export interface LabQuestion {
  readonly model: CovarianceModel;
  /** Of each comparison. */
  readonly draws: number;
  /** G + 1 at most. */
  readonly largestK: number;
  /** Ends the tests like `signal`, but as something that was asked for. */
  readonly deadline?: AbortSignal;
}

/**
 * Bootstrap likelihood ratio tests of G against G + 1 components of one covariance model, from G = 1 on until the first that is not significant,
 * without a prior, spread over threads. Where the signal or the deadline ends them, what was found so far is the result.
 *
 * @throws PipelineError `NOT_FINITE`; `COMPUTE_FAILED`; `CONFIG_INVALID` for too few draws.
 */
export async function likelihoodRatioTests(
  input: Pick<SelectionInput, 'matrix' | 'ids' | 'modeling' | 'compute' | 'signal' | 'onProgress'>,
  { model, draws, largestK, deadline }: LabQuestion,
): Promise<LabTests> {
  const { modeling, compute, signal, onProgress } = input;
  requireDraws(draws, BLRT_LEVEL);
  const signals = [signal, deadline].filter((each) => each !== undefined);
  const result = await runTests(
    {
      compute,
      ...(signals.length > 0 && { signal: AbortSignal.any(signals) }),
      onDraw: (k, done, of) => onProgress?.(done / of, `${model}: ${k} against ${k + 1} components, draw ${done} of ${of}`),
    },
    drawSamples(input).first,
    { model, prior: null, starts: modeling.mixture.starts, seed: modeling.seed },
    { draws, largestK: largestK - 1, level: BLRT_LEVEL },
    () => (signal?.aborted ? 'interrupted' : deadline?.aborted ? 'the time is up' : null),
  );
  return { ...result, interrupted: result.partial && signal?.aborted === true };
}
