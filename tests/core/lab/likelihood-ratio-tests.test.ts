import { PipelineError } from '../../../src/contracts/errors';
import { modelingConfig } from '../../../src/config/modeling';
import { blrtDraw } from '../../../src/core/clustering/mixture/blrt';
import { likelihoodRatioTests } from '../../../src/core/lab/likelihood-ratio-tests';
import type { Compute } from '../../../src/core/ports';

/** Two groups of thirty around 0 and 20. */
const values = Float64Array.from({ length: 60 }, (_, i) => (i < 30 ? 0 : 20) + (((i + 1) * 0.618033988749895) % 1));
const input = {
  matrix: { rows: 60, cols: 1, names: ['x'], values },
  ids: Array.from(values, (_, i) => String(i + 1)),
  modeling: modelingConfig.parse({ mixture: { starts: 3 } }),
};
const question = { model: 'EII', draws: 20, largestK: 3 } as const;

/** Answers `maps` maps, then the signal aborts during the next. */
function cancelledAfter(maps: number) {
  const controller = new AbortController();
  let asked = 0;
  const compute: Compute = {
    threads: 1,
    async map<I, O>(_task: string, payloads: readonly I[]): Promise<O[]> {
      if (asked++ === maps) {
        controller.abort();
        throw new PipelineError('CANCELLED', 'cancelled');
      }
      return payloads.map((payload) => blrtDraw(payload as never) as O);
    },
  };
  return { compute, signal: controller.signal };
}

it('keeps the comparisons that were finished when it is cancelled', async () => {
  const { steps, interrupted, k, ended } = await likelihoodRatioTests({ ...input, ...cancelledAfter(1) }, question);
  expect([interrupted, k, ended]).toEqual([true, null, 'interrupted']);
  expect(steps.map(({ k: own, p, draws }) => [own, p === null, draws])).toEqual([
    [1, false, 20],
    [2, true, 0],
  ]);
  expect(steps[1].statistic).not.toBeNull();
});

it('fails where the machinery does', async () => {
  const compute: Compute = { threads: 1, map: () => Promise.reject(new PipelineError('COMPUTE_FAILED', 'a thread stopped')) };
  await expect(likelihoodRatioTests({ ...input, compute }, question)).rejects.toMatchObject({ code: 'COMPUTE_FAILED' });
});
