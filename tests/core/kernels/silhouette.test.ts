import fc from 'fast-check';
import { plainKernel } from '../../../src/core/clustering/plain-kernel';
import { toPoints } from '../../../src/core/clustering/points';
import { createSimdKernel } from '../../../src/core/kernels/simd-kernel';
import { planSilhouette, silhouetteValues, type Labeling } from '../../../src/core/validity/silhouette';
import { testKernels } from '../../support/kernels';
import { matrixOf } from '../clustering/data';
import { labelsOf, pointsOf, rowsOf, shapes } from './rows';

const simd = createSimdKernel(testKernels());

const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

/** Group borders for n rows, some groups empty or of one row. */
function startsOf(n: number, groups: number, seed: number): Int32Array {
  const inner = Array.from(labelsOf(groups, Math.min(groups, n), seed), (value, g) => (value * 7919 + g * 104729 + seed) % (n + 1));
  return Int32Array.from([0, ...inner.slice(1).sort((a, b) => a - b), n]);
}

describe('sums of distances', () => {
  it('of a square and its centre, worked out by hand', () => {
    const points = toPoints(matrixOf([[0, 0], [3, 0], [3, 4], [0, 4], [1.5, 2]]));
    const out = new Float64Array(4);
    simd.groupDistanceSums(points, Int32Array.of(0, 4, 5), Int32Array.of(0, 4), out, new Float64Array(2));
    // From a corner: 0 + 3 + 5 + 4, and 2.5 to the centre; from the centre four times 2.5.
    expect(Array.from(out)).toEqual([12, 2.5, 10, 0].map((sum) => expect.closeTo(sum, 5) as unknown));
  });

  it('are those of double precision up to the error they state', () => {
    fc.assert(
      fc.property(shapes({ n: [1, 70] }), fc.integer({ min: 1, max: 64 }), (shape, groups) => {
        const points = pointsOf(shape);
        const starts = startsOf(shape.n, groups, shape.seed);
        // An odd number of tips, in no order, one of them twice.
        const rows = Int32Array.from({ length: 1 + (shape.seed % 9) }, (_, i) => (i * 31 + shape.seed) % shape.n);
        const [sums, exact] = [new Float64Array(rows.length * groups), new Float64Array(rows.length * groups)];
        const errors = new Float64Array(rows.length);
        simd.groupDistanceSums(points, starts, rows, sums, errors);
        plainKernel.groupDistanceSums(points, starts, rows, exact, new Float64Array(rows.length));
        const tooMuch = Array.from(sums, (sum, at) => {
          const g = at % groups;
          const members = starts[g + 1] - starts[g];
          const rounding = (shape.d + 24) * 2 ** -24 * exact[at];
          return Math.abs(sum - exact[at]) - members * errors[(at - g) / groups] - rounding;
        });
        expect(Math.max(...tooMuch)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 300 },
    );
  });

  it('lose no digits over more rows than a strip holds, wherever the groups lie', () => {
    const shape = { seed: 3, n: 5003, d: 12, kind: 'normal', scale: 0 } as const;
    const points = pointsOf(shape);
    for (const starts of [Int32Array.of(0, 5003), Int32Array.of(0, 1, 1023, 1024, 1025, 3500, 5002, 5003), Int32Array.of(0, 0, 2048, 2048, 5003, 5003)]) {
      const groups = starts.length - 1;
      const rows = Int32Array.of(0, 1024, 5002, 7, 4095);
      const [sums, exact] = [new Float64Array(5 * groups), new Float64Array(5 * groups)];
      simd.groupDistanceSums(points, starts, rows, sums, new Float64Array(5));
      plainKernel.groupDistanceSums(points, starts, rows, exact, new Float64Array(5));
      sums.forEach((sum, at) => expect(Math.abs(sum - exact[at])).toBeLessThanOrEqual(3e-7 * exact[at]));
    }
  });

  it('do not depend on the rows that are asked for together, nor on what was in the memory before', () => {
    const points = pointsOf({ seed: 4, n: 1500, d: 7, kind: 'normal', scale: 0 });
    const starts = Int32Array.of(0, 300, 301, 1500);
    const together = new Float64Array(9 * 3);
    simd.groupDistanceSums(points, starts, Int32Array.from({ length: 9 }, (_, i) => 160 * i), together, new Float64Array(9));
    const other = pointsOf({ seed: 5, n: 900, d: 9, kind: 'far', scale: 0 });
    for (let i = 0; i < 9; i++) {
      const alone = new Float64Array(3);
      simd.groupDistanceSums(other, Int32Array.of(0, 900), Int32Array.of(5), new Float64Array(1), new Float64Array(1));
      simd.groupDistanceSums(points, starts, Int32Array.of(160 * i), alone, new Float64Array(1));
      expect(alone).toEqual(together.slice(3 * i, 3 * i + 3));
    }
  });
});

describe('silhouettes', () => {
  it('are those of double precision to 1e-6 in the mean, of several labellings at once', () => {
    fc.assert(
      fc.property(shapes({ n: [6, 90] }), fc.array(fc.integer({ min: 2, max: 64 }), { minLength: 1, maxLength: 4 }), (shape, ks) => {
        const points = pointsOf(shape);
        const labelings: Labeling[] = ks.map((wanted, l) => {
          const k = Math.min(wanted, shape.n - 1);
          return { k, labels: labelsOf(shape.n, k, shape.seed + l) };
        });
        const plan = planSilhouette(points, labelings);
        const at = Int32Array.from(plan.order.keys());
        const [values, exact] = [silhouetteValues(plan, at, simd), silhouetteValues(plan, at)];
        expect(Math.max(...values.map((value, i) => Math.abs(value - exact[i])))).toBeLessThanOrEqual(5e-6);
        ks.forEach((_, l) => {
          const of = (all: Float64Array): number => mean(all.subarray(l * shape.n, (l + 1) * shape.n));
          expect(Math.abs(of(values) - of(exact))).toBeLessThanOrEqual(1e-6);
        });
      }),
      { numRuns: 300 },
    );
  });

  it('are measured again in double precision where coordinates are large beside the distances, and only there', () => {
    const watched = jest.spyOn(plainKernel, 'groupDistanceSums');
    try {
      // 0 and 1 are near the centre; 2..5 lie in two tight pairs a million away.
      const rows = [[0], [1], [1e6], [1e6 + 1e-3], [1e6 + 1], [1e6 + 1 + 1e-3], ...Array.from({ length: 60 }, (_, i) => [i / 10])];
      const labels = Int32Array.from(rows, (_, i) => (i < 2 || i > 5 ? 0 : i < 4 ? 1 : 2));
      const plan = planSilhouette(toPoints(matrixOf(rows)), [{ k: 3, labels }]);
      const at = Int32Array.from(plan.order.keys());
      const values = silhouetteValues(plan, at, simd);
      const again = watched.mock.calls.map(([, , [sorted]]) => plan.order[sorted]);
      expect(again).toEqual(expect.arrayContaining([2, 3, 4, 5]));
      plan.order.forEach((row, i) => {
        if (row >= 2 && row <= 5) expect(values[i]).toBeCloseTo(1 - 1e-3, 5);
      });
    } finally {
      watched.mockRestore();
    }
  });

  it('of standardised rows need no second look', () => {
    const watched = jest.spyOn(plainKernel, 'groupDistanceSums');
    try {
      const points = pointsOf({ seed: 6, n: 600, d: 12, kind: 'normal', scale: 0 });
      const plan = planSilhouette(points, [{ k: 6, labels: labelsOf(600, 6, 1) }]);
      silhouetteValues(plan, Int32Array.from(plan.order.keys()), simd);
      expect(watched).not.toHaveBeenCalled();
    } finally {
      watched.mockRestore();
    }
  });

  it('of rows that are all equal are 0', () => {
    const points = toPoints(matrixOf(rowsOf({ seed: 1, n: 20, d: 3, kind: 'normal', scale: 0 }).map(() => [0.1, 1 / 3, 7])));
    const plan = planSilhouette(points, [{ k: 2, labels: Int32Array.from({ length: 20 }, (_, i) => i % 2) }]);
    expect(Array.from(silhouetteValues(plan, Int32Array.from(plan.order.keys()), simd))).toEqual(new Array<number>(20).fill(0));
  });
});
