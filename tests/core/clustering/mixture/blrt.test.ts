import {
  blrt,
  blrtDraw,
  blrtSequence,
  likelihoodRatio,
  observedRatio,
  type BlrtDraw,
  type BlrtSpec,
  type BlrtTasks,
} from '../../../../src/core/clustering/mixture/blrt';
import { simulate } from '../../../../src/core/clustering/mixture/simulate';
import { startSpace, type StartSpace } from '../../../../src/core/clustering/mixture/starts/hierarchies';
import type { MixtureParameters } from '../../../../src/core/clustering/mixture/types';
import { toPoints } from '../../../../src/core/clustering/points';
import type { Matrix } from '../../../../src/core/linalg/matrix';
import { blobs, matrixOf, testStream } from '../data';

const spec: BlrtSpec = { model: 'VVV', prior: null, starts: 6, seed: 0 };
const spaceOf = (matrix: Matrix): StartSpace => startSpace(toPoints(matrix), null, { largestK: 5, seed: 0 });

const mixture: MixtureParameters = {
  model: 'VVV',
  k: 2,
  cols: 3,
  proportions: Float64Array.of(0.3, 0.7),
  means: Float64Array.of(1, 2, 3, -4, 0, 10),
  covariances: Float64Array.of(4, 1, 0.5, 1, 1, 0.2, 0.5, 0.2, 0.5, 1, 0, 0, 0, 9, -2, 0, -2, 1),
};

describe('drawing from a mixture', () => {
  const rows = 40_000;
  const { points, components } = simulate(mixture, rows, testStream(1));

  it('gives the proportions, means and covariances of the components', () => {
    for (let c = 0; c < 2; c++) {
      const own = Array.from(components.keys()).filter((i) => components[i] === c);
      expect(Math.abs(own.length / rows - mixture.proportions[c])).toBeLessThan(0.01);
      const value = (i: number, j: number): number => points.values[i * points.stride + j];
      const mean = [0, 1, 2].map((j) => own.reduce((sum, i) => sum + value(i, j), 0) / own.length);
      for (let j = 0; j < 3; j++) {
        const sd = Math.sqrt(mixture.covariances[c * 9 + j * 4]);
        expect(Math.abs(mean[j] - mixture.means[c * 3 + j])).toBeLessThan((4 * sd) / Math.sqrt(own.length));
        for (let l = 0; l <= j; l++) {
          const found = own.reduce((sum, i) => sum + (value(i, j) - mean[j]) * (value(i, l) - mean[l]), 0) / own.length;
          const scale = sd * Math.sqrt(mixture.covariances[c * 9 + l * 4]);
          expect(Math.abs(found - mixture.covariances[c * 9 + j * 3 + l])).toBeLessThan(
            (6 * scale) / Math.sqrt(own.length),
          );
        }
      }
    }
  });

  it('gives the same rows for the same stream, and fewer rows are the first of more', () => {
    const fewer = simulate(mixture, 10, testStream(1)).points;
    expect(Array.from(fewer.values)).toEqual(Array.from(points.values.subarray(0, 10 * points.stride)));
    expect(simulate(mixture, 10, testStream(2)).points.values).not.toEqual(fewer.values);
  });

  it('refuses a covariance without density', () => {
    const flat = { ...mixture, covariances: new Float64Array(18) };
    expect(() => simulate(flat, 1, testStream(1))).toThrow('component 0 cannot be drawn from');
  });
});

describe('the bootstrap likelihood ratio test', () => {
  const three = spaceOf(
    blobs(
      [
        [0, 0],
        [6, 0],
        [0, 6],
      ],
      [60, 50, 40],
      1,
    ).matrix,
  );
  const one = spaceOf(blobs([[0, 0]], [120], 1, 3).matrix);

  it('finds three planted groups and stops there', () => {
    const told: string[] = [];
    const result = blrt(three, { ...spec, model: 'EEI' }, { draws: 19, largestK: 5, level: 0.06 }, (k, done, of) =>
      told.push(`${k} ${done}/${of}`),
    );
    expect(result.k).toBe(3);
    expect(result.steps.map(({ k }) => k)).toEqual([1, 2, 3]);
    expect(result.steps[0].p).toBe(1 / 20);
    expect(result.steps[2].p).toBeGreaterThanOrEqual(0.06);
    expect(result.ended).toContain('4 components are no better than 3');
    expect(told).toHaveLength(57);
    expect(told[19]).toBe('2 1/19');
  });

  it('keeps one component where there is one', () => {
    expect(blrt(one, spec, { draws: 39, largestK: 3 })).toMatchObject({ k: 1, steps: [{ draws: 39, failed: 0 }] });
  });

  it('p is the share of draws that reach the statistic, the data themselves counted', () => {
    const [{ statistic, drawn, p }] = blrt(one, spec, { draws: 19, largestK: 1, level: 0.06 }).steps;
    expect(p).toBe((1 + drawn.filter((value) => value >= statistic!).length) / 20);
    expect(drawn).toHaveLength(19);
  });

  it('p is uniform enough where the smaller model is true', () => {
    const ps = Array.from({ length: 12 }, (_, seed) => {
      const space = spaceOf(blobs([[0, 0]], [60], 1, 50 + seed).matrix);
      return blrt(space, { ...spec, model: 'EEE', starts: 5 }, { draws: 19, largestK: 1, level: 0.06 }).steps[0].p!;
    });
    // Of 12 uniform values 10 or more below 1/2 have a probability of 2 %, as have 10 or more above.
    const low = ps.filter((p) => p <= 0.5).length;
    expect(low).toBeGreaterThan(2);
    expect(low).toBeLessThan(10);
  });

  it('the larger model does not end below the smaller one: that with a component split is among its starts', () => {
    for (const model of ['EII', 'EEE', 'VVI', 'VVV'] as const) {
      for (const seed of [1, 2, 3]) {
        const space = spaceOf(blobs([[0, 0]], [70], 1, seed).matrix);
        for (const k of [1, 2]) {
          const { smaller, larger, statistic } = likelihoodRatio(space, k, { ...spec, model, starts: 4 });
          if (smaller.status !== 'fitted' || larger?.status !== 'fitted')
            throw new Error(`no solution for ${model},${k}`);
          const [before, after] = [smaller.outcome.logLikelihood, larger.outcome.logLikelihood];
          expect(after).toBeGreaterThanOrEqual(before - 1e-6 * Math.abs(before));
          expect(statistic).toBeCloseTo(Math.max(2 * (after - before), 0), 12);
        }
      }
    }
  });

  it('a draw is a pure function of plain data: the same in any thread', () => {
    const sequence = blrtSequence(spec, 120, { draws: 3, largestK: 2, level: 1 });
    sequence.next();
    const { task, payloads } = sequence.next([observedRatio(one, 1, spec)]).value as BlrtTasks;
    const batch = payloads as readonly BlrtDraw[];
    const answers = batch.map((draw) => blrtDraw(draw));
    expect(task).toBe('mixture.blrt');
    expect(batch.map((draw) => blrtDraw(structuredClone(draw)))).toEqual(answers);
    expect(new Set(answers.map(({ statistic }) => statistic)).size).toBe(3);
  });

  describe('cut short by its budget', () => {
    const eei: BlrtSpec = { ...spec, model: 'EEI' };
    /** EM iterations of so many draws of a comparison. */
    const costOf = (space: StartSpace, own: BlrtSpec, k: number, draws: number): number =>
      Array.from({ length: draws }, (_, draw) =>
        blrtDraw({ ...own, parameters: observedRatio(space, k, own).parameters!, rows: space.points.rows, draw }),
      ).reduce((sum, { iterations }) => sum + iterations, 0);

    it('says on how many draws it rests, what p could have been, and decides nothing that these leave open', () => {
      const whole = blrt(three, eei, { draws: 20, largestK: 1, level: 0.06 });
      const cost = costOf(three, eei, 1, 16);
      // A budget that is used up within the first batch of 16 ends after it; one more iteration takes another batch.
      for (const [budget, made] of [
        [cost - 1, 16],
        [cost, 16],
        [cost + 1, 20],
      ]) {
        const { steps, k, partial, ended } = blrt(three, eei, { draws: 20, largestK: 1, level: 0.06, budget });
        expect(steps).toHaveLength(1);
        expect(steps[0].drawn).toEqual(whole.steps[0].drawn.slice(0, made));
        expect(steps[0]).toMatchObject({ draws: made, planned: 20, p: 1 / (1 + made), bounds: [1 / 21, (21 - made) / 21] });
        expect([k, partial]).toEqual([null, made < 20]);
        if (made < 20) {
          expect(ended).toContain(`1 against 2 components rest on 16 of 20 draws: the budget of ${budget} EM iterations is used up`);
          expect(ended).toContain('p would lie between 0.0476 and 0.238');
        }
      }
    });

    it('decides what the missing draws could not have changed', () => {
      const { steps, k, partial, ended } = blrt(one, { ...spec, model: 'EEE' }, { draws: 40, largestK: 3, budget: 1 });
      expect(steps).toHaveLength(1);
      expect(steps[0].draws + steps[0].failed).toBe(16);
      const { bounds, p } = steps[0];
      expect(bounds![0]).toBeGreaterThanOrEqual(0.05);
      expect(bounds![0]).toBeLessThanOrEqual(p!);
      expect(bounds![1]).toBeGreaterThanOrEqual(p!);
      expect([k, partial]).toEqual([1, true]);
      expect(ended).toContain('so that 2 are no better');
    });

    it('does not begin a comparison that nothing is left for', () => {
      const budget = costOf(three, eei, 1, 19);
      const { steps, k, partial, ended } = blrt(three, eei, { draws: 19, largestK: 3, level: 0.06, budget });
      expect(steps.map(({ draws }) => draws)).toEqual([19]);
      expect([k, partial]).toEqual([null, true]);
      expect(ended).toContain('is used up before 2 against 3 components');
    });
  });

  it('its bounds are p where all draws were made', () => {
    const [{ p, bounds, planned }] = blrt(one, spec, { draws: 19, largestK: 1, level: 0.06 }).steps;
    expect([bounds, planned]).toEqual([[p, p], 19]);
  });

  it('has no statistic where the larger model has no proper solution, and says why', () => {
    // Two columns of yes and no: from two components on each of them is tied.
    const binary = matrixOf(Array.from({ length: 60 }, (_, i) => [i % 2, Math.floor(i / 2) % 2]));
    const { statistic, smaller, larger } = likelihoodRatio(spaceOf(binary), 1, { ...spec, model: 'VVI' });
    expect([statistic, smaller.status, larger?.status]).toEqual([null, 'fitted', 'not estimable']);
    const result = blrt(spaceOf(binary), { ...spec, model: 'VVI' }, { draws: 39, largestK: 3 });
    expect(result).toMatchObject({ k: null, steps: [{ k: 1, statistic: null, p: null, draws: 0 }] });
    expect(result.ended).toContain('tied values on column');
  });

  it('refuses so few draws that none could be significant', () => {
    expect(() => blrt(one, spec, { draws: 19, largestK: 1 })).toThrow('19 draws cannot bring p below 0.05');
  });

  it('stops at the largest number it was asked about', () => {
    const result = blrt(three, { ...spec, model: 'EEI' }, { draws: 19, largestK: 1, level: 0.06 });
    expect(result).toMatchObject({ k: null, ended: '2 components are still better than 1' });
  });
});
