import type { View } from '../view';

// Bound once: a lookup of the global in a hot loop is slow in some hosts (test sandboxes).
const { atan2, cos, PI, sin, sqrt } = Math;

/** Region of a persona in the plane of the first two components. */
export interface Region {
  readonly cluster: number;
  readonly outline: readonly (readonly [number, number])[];
  readonly long: number;
  readonly short: number;
  /** Of the long half-axis against the first component, −90 to 90. */
  readonly degrees: number;
}

/** Squared radius that holds half of a normal distribution in the plane: the median of χ² with 2 degrees of freedom. */
const HALF = 2 * Math.log(2);
const STEPS = 48;

/** Half of each component of a mixture, projected on the first two principal components; null for other models. Small personas are left out. */
export function ellipses({ model, pca, kMin }: Pick<View, 'model' | 'pca' | 'kMin'>): Region[] | null {
  const { solution, sizes, centroids } = model;
  const [first, second] = pca.components;
  if (solution.kind !== 'mixture' || second === undefined) return null;
  const { means, covariances } = solution.mixture;
  const everyone = sizes.reduce((sum, size) => sum + size, 0);
  const centre = first.map((_, j) =>
    centroids.reduce((sum, centroid, c) => sum + (sizes[c] / everyone) * centroid[j], 0),
  );
  const along = (vector: readonly number[], point: readonly number[]): number =>
    vector.reduce((sum, v, j) => sum + v * (point[j] - centre[j]), 0);
  return means.flatMap((mean, cluster) => {
    if (sizes[cluster] < kMin) return [];
    const variance = (a: readonly number[], b: readonly number[]): number =>
      covariances[cluster].reduce(
        (sum, row, i) => sum + a[i] * row.reduce((inner, value, j) => inner + value * b[j], 0),
        0,
      );
    return [
      region(
        cluster,
        [along(first, mean), along(second, mean)],
        variance(first, first),
        variance(first, second),
        variance(second, second),
      ),
    ];
  });
}

function region(cluster: number, [x, y]: readonly [number, number], xx: number, xy: number, yy: number): Region {
  const middle = (xx + yy) / 2;
  const reach = sqrt(((xx - yy) / 2) ** 2 + xy * xy);
  const long = sqrt(HALF * (middle + reach));
  const short = sqrt(HALF * Math.max(middle - reach, 0));
  const angle = atan2(2 * xy, xx - yy) / 2;
  const outline = Array.from({ length: STEPS }, (_, i): [number, number] => {
    const [u, v] = [long * cos((2 * PI * i) / STEPS), short * sin((2 * PI * i) / STEPS)];
    return [x + u * cos(angle) - v * sin(angle), y + u * sin(angle) + v * cos(angle)];
  });
  return { cluster, outline, long, short, degrees: (angle * 180) / PI };
}
