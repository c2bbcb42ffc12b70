import fc from 'fast-check';
import { toPoints, type Points } from '../../../src/core/clustering/points';
import { matrixOf, normals, testStream } from '../clustering/data';

/** What random rows look like. */
export interface Shape {
  readonly seed: number;
  readonly n: number;
  readonly d: number;
  readonly kind: (typeof KINDS)[number];
  /** Power of ten that all values are multiplied by. */
  readonly scale: number;
}

/**
 * `normal`: a cloud. `grid`: small whole numbers, with many ties and equal rows. `far`: two clouds a million widths apart. `outlier`: one row far from a
 * cloud. `shifted`: a cloud far from zero.
 */
const KINDS = ['normal', 'grid', 'far', 'outlier', 'shifted'] as const;

export const shapes = ({ n, d = 40 }: { readonly n: readonly [number, number]; readonly d?: number }): fc.Arbitrary<Shape> =>
  fc.record({
    seed: fc.integer({ min: 0, max: 1e6 }),
    n: fc.integer({ min: n[0], max: n[1] }),
    d: fc.integer({ min: 1, max: d }),
    kind: fc.constantFrom(...KINDS),
    scale: fc.constantFrom(0, 0, 0, -100, -20, 20, 100),
  });

/** The rows of a shape. */
export function rowsOf({ seed, n, d, kind, scale }: Shape): number[][] {
  const random = testStream(seed);
  const normal = normals(random);
  const unit = 10 ** scale;
  return Array.from({ length: n }, (_, i) => {
    const place = (kind === 'far' && i % 2 === 1) || (kind === 'outlier' && i === n >> 1) || kind === 'shifted' ? 1e6 : 0;
    return Array.from({ length: d }, () => unit * (kind === 'grid' ? Math.floor(3 * random.uniform()) : place + normal()));
  });
}

export const pointsOf = (shape: Shape): Points => toPoints(matrixOf(rowsOf(shape), shape.d));

/** Labels 0..k−1 of n rows, at random; every cluster has a row where n >= k. */
export function labelsOf(n: number, k: number, seed: number): Int32Array {
  const random = testStream(seed + 1);
  return Int32Array.from({ length: n }, (_, i) => (i < k ? i : Math.floor(k * random.uniform() ** 2)));
}
