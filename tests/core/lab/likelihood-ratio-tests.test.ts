import { PipelineError } from '../../../src/contracts/errors';
import { modelingConfig } from '../../../src/config/modeling';
import { blrtDraw } from '../../../src/core/clustering/mixture/blrt';
import { toPoints } from '../../../src/core/clustering/points';
import { likelihoodRatioTests } from '../../../src/core/lab/likelihood-ratio-tests';
import type { Compute } from '../../../src/core/ports';
import { ratioTask } from '../../../src/core/selection/ratio-task';

/** Two groups of thirty around 0 and 20. */
const values = Float64Array.from({ length: 60 }, (_, i) => (i < 30 ? 0 : 20) + (((i + 1) * 0.618033988749895) % 1));
const input = {
  matrix: { rows: 60, cols: 1, names: ['x'], values },
  ids: Array.from(values, (_, i) => String(i + 1)),
  modeling: modelingConfig.parse({ mixture: { starts: 3 } }),
};
const question = { model: 'EII', draws: 20, largestK: 3 } as const;

/** Answers `maps` maps, then a signal aborts during the next. A comparison takes three: its ratio, 16 draws, 4 draws. */
function cancelledAfter(maps: number) {
  const controller = new AbortController();
  let asked = 0;
  const compute: Compute = {
    threads: 1,
    map<I, O>(task: string, payloads: readonly I[], { signal, onProgress }: Parameters<Compute['map']>[2]): Promise<O[]> {
      if (asked++ === maps) {
        controller.abort();
        expect(signal?.aborted).toBe(true);
        return Promise.reject(new PipelineError('CANCELLED', 'cancelled'));
      }
      return Promise.resolve(
        payloads.map((payload, i) => {
          const answer = task === 'mixture.ratio' ? ratioTask(payload as never, toPoints(input.matrix)) : blrtDraw(payload as never);
          onProgress?.(i + 1, payloads.length);
          return answer as O;
        }),
      );
    },
  };
  return { compute, signal: controller.signal };
}

it('keeps what was found when it is cancelled: whole comparisons, and the draws of the one in hand', async () => {
  const told: string[] = [];
  const onProgress = (fraction: number, note: string): unknown => told.push(`${fraction.toFixed(2)} ${note}`);
  const { steps, interrupted, partial, k, ended } = await likelihoodRatioTests({ ...input, ...cancelledAfter(5), onProgress }, question);
  // All 16 draws are no less: the missing four cannot bring p below 0.05.
  expect([interrupted, partial, k]).toEqual([true, true, 2]);
  expect(ended).toMatch(/^2 against 3 components rest on 16 of 20 draws: interrupted; on all draws p would lie between /);
  expect(steps.map(({ k: own, draws, failed, planned }) => [own, draws + failed, planned])).toEqual([
    [1, 20, 20],
    [2, 16, 20],
  ]);
  const [{ p: whole, bounds: exact }, { p, bounds, draws }] = steps;
  expect(exact).toEqual([whole, whole]);
  expect(bounds![0]).toBeLessThan(p!);
  expect(bounds![1]).toBeGreaterThanOrEqual(p!);
  expect(bounds![1] - bounds![0]).toBeCloseTo(4 / (1 + draws + 4), 12);
  expect([told.length, told[0], told[19], told[20]]).toEqual([
    36,
    '0.05 EII: 1 against 2 components, draw 1 of 20',
    '1.00 EII: 1 against 2 components, draw 20 of 20',
    '0.05 EII: 2 against 3 components, draw 1 of 20',
  ]);
});

it('says so where a comparison was not begun', async () => {
  const { steps, ended } = await likelihoodRatioTests({ ...input, ...cancelledAfter(3) }, question);
  expect(steps).toHaveLength(1);
  expect(ended).toBe('interrupted before 2 against 3 components');
});

it('ends at a deadline as something that was asked for', async () => {
  const { compute, signal: deadline } = cancelledAfter(2);
  const result = await likelihoodRatioTests({ ...input, compute, signal: new AbortController().signal }, { ...question, deadline });
  expect(result).toMatchObject({ interrupted: false, partial: true, steps: [{ draws: 16, p: 1 / 17 }] });
  expect(result.ended).toContain('16 of 20 draws: the time is up');
});

it('refuses so few draws that none could be significant', async () => {
  await expect(likelihoodRatioTests({ ...input, ...cancelledAfter(0) }, { ...question, draws: 19 })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
});

it('fails where the machinery does', async () => {
  const compute: Compute = { threads: 1, map: () => Promise.reject(new PipelineError('COMPUTE_FAILED', 'a thread stopped')) };
  await expect(likelihoodRatioTests({ ...input, compute }, question)).rejects.toMatchObject({ code: 'COMPUTE_FAILED' });
});
