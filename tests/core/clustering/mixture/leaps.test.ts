import fc from 'fast-check';
import { em, emFrom } from '../../../../src/core/clustering/mixture/em';
import { canLeap, Leaps } from '../../../../src/core/clustering/mixture/leaps';
import { COVARIANCE_MODELS, type MixtureParameters } from '../../../../src/core/clustering/mixture/types';
import { drawMixture, largestDifference, pointsOf } from './data';
import { normals, testStream } from '../data';

const parameters = (entries: readonly number[]): MixtureParameters => ({
  model: 'VVV',
  k: 1,
  cols: 2,
  proportions: Float64Array.of(1),
  means: Float64Array.from(entries.slice(0, 2)),
  covariances: Float64Array.from(entries.slice(2)),
});
const entriesOf = ({ means, covariances }: MixtureParameters): number[] => [...means, ...covariances];
const UNITS = Float64Array.of(2, 0.5);

describe('leaps', () => {
  it('land where steps that shrink by one factor would end', () => {
    const entry = fc.double({ min: -5, max: 5, noNaN: true });
    const entries = fc.tuple(entry, entry, entry, entry, entry, entry);
    fc.assert(
      fc.property(entries, entries, fc.double({ min: 0.3, max: 0.74, noNaN: true }), (end, away, factor) => {
        fc.pre(Math.max(...away.map(Math.abs)) > 0.1);
        const leaps = new Leaps(UNITS);
        const at = (step: number): MixtureParameters => parameters(end.map((value, i) => value + factor ** step * away[i]));
        expect(leaps.after(at(0))).toBeNull();
        expect(leaps.after(at(1))).toBeNull();
        const target = leaps.after(at(2));
        expect(target).not.toBeNull();
        expect(largestDifference(entriesOf(target!), end)).toBeLessThan(1e-10);
      }),
    );
  });

  it('are of four steps at most at first, of more once such a leap was taken, of fewer once it was not', () => {
    const lengthAfter = (answers: readonly boolean[]): number => {
      const leaps = new Leaps(UNITS);
      let [step, length] = [0, 0];
      const next = (): MixtureParameters => parameters([(step += 1) + 1e-9 * step ** 2, 0, 1, 0, 0, 1]);
      // Steps of 1: the leap from θ0 is as long as it is wide.
      for (const taken of [...answers, true]) {
        let target: MixtureParameters | null = null;
        let from = 0;
        for (let i = 0; target === null; i++) {
          if (i > 6) throw new Error('no leap in six steps');
          from = step - 1;
          target = leaps.after(next());
        }
        length = Math.round(target.means[0] - from);
        if (!taken) continue;
        leaps.taken();
        step = Math.round(target.means[0]);
      }
      return length;
    };
    expect(lengthAfter([])).toBe(8);
    expect(lengthAfter([true])).toBe(32);
    expect(lengthAfter([true, true])).toBe(128);
    expect(lengthAfter([true, false])).toBe(8);
    expect(lengthAfter([false])).toBe(8);
  });

  it('stay away where nothing moves any more', () => {
    const leaps = new Leaps(UNITS);
    const same = parameters([1, 2, 1, 0, 0, 1]);
    expect([1, 2, 3, 4, 5, 6].map(() => leaps.after(same))).toEqual([null, null, null, null, null, null]);
  });
});

/** Two components so near each other that EM creeps. */
function overlapping(seed: number): { points: ReturnType<typeof pointsOf>; start: Float64Array } {
  const normal = normals(testStream(seed));
  const rows = Array.from({ length: 400 }, (_, i) => [normal() + (i % 2) * 1.6, normal() * (i % 2 === 0 ? 1 : 0.5)]);
  return { points: pointsOf(rows), start: Float64Array.from(rows.flatMap((_, i) => (i % 2 === 0 ? [0.7, 0.3] : [0.3, 0.7]))) };
}

describe.each(COVARIANCE_MODELS.map((model) => [model] as const))('EM that leaps, %s', (model) => {
  const cases = fc.record({ seed: fc.integer({ min: 0, max: 1e6 }), d: fc.integer({ min: 1, max: 4 }), k: fc.integer({ min: 1, max: 3 }) });

  it('raises the likelihood in every iteration, to a solution that EM itself no longer moves', () => {
    fc.assert(
      fc.property(cases, ({ seed, d, k }) => {
        const { points, start } = drawMixture(seed, 100, d, k);
        const course: number[] = [];
        const tight = { tolerance: 1e-10, maxIterations: 3000 };
        const result = em(points, null, start, k, model, { ...tight, accelerated: true, onIteration: (_, value) => course.push(value) });
        for (let i = 1; i < course.length; i++)
          expect(course[i]).toBeGreaterThanOrEqual(course[i - 1] - 1e-10 * (1 + Math.abs(course[i])));
        if (result.degenerate !== null || !result.converged) return;
        const further = emFrom(points, null, result.parameters, { maxIterations: 3 });
        expect(Math.abs(further.logLikelihood - result.logLikelihood)).toBeLessThan(1e-7 * Math.abs(result.logLikelihood));
      }),
      { numRuns: 10 },
    );
  });

  it('ends where EM ends, in two thirds of its iterations at most where the model lets it', () => {
    let [plain, leapt] = [0, 0];
    for (const seed of [1, 2, 3, 4]) {
      const { points, start } = overlapping(seed);
      const options = { tolerance: 1e-11, maxIterations: 20_000 };
      const one = em(points, null, start.slice(), 2, model, options);
      const other = em(points, null, start.slice(), 2, model, { ...options, accelerated: true });
      expect(other).toMatchObject({ converged: one.converged, degenerate: null });
      expect(Math.abs(one.logLikelihood - other.logLikelihood)).toBeLessThan(1e-6 * Math.abs(one.logLikelihood));
      plain += one.iterations;
      leapt += other.iterations;
    }
    if (canLeap(model)) expect(leapt).toBeLessThan((2 / 3) * plain);
    else expect(leapt).toBe(plain);
  });
});

it('never leaps with a prior, and not unless it is told to', () => {
  const { points, start } = overlapping(1);
  const run = (options: object): number => em(points, null, start.slice(), 2, 'VVV', { tolerance: 1e-10, ...options }).iterations;
  expect(run({})).toBe(run({ accelerated: false }));
  expect(run({ accelerated: true })).toBeLessThan(run({}));
});
