import type { ColumnPreparation, Preprocessing } from '../../contracts/model';

// Bound once: a lookup of the global in a hot loop is slow in some hosts (test sandboxes).
const { exp, expm1, log1p, max, min, sqrt } = Math;

/** `x` such that Yeo-Johnson with λ gives `y`; where none does, the end of the range. Yeo and Johnson, Biometrika 87(4), 2000. */
function undoYeoJohnson(y: number, lambda: number): number {
  if (y >= 0) return lambda === 0 ? expm1(y) : expm1(log1p(max(lambda * y, -1 + Number.EPSILON)) / lambda);
  const mirrored = 2 - lambda;
  return mirrored === 0 ? -expm1(-y) : -expm1(log1p(max(-mirrored * y, -1 + Number.EPSILON)) / mirrored);
}

function undoTransform(transform: ColumnPreparation['transform'], value: number): number {
  switch (transform.kind) {
    case 'none':
      return value;
    case 'log1p':
      return expm1(value);
    case 'yeo-johnson':
      return undoYeoJohnson(value, transform.lambda);
  }
}

/** A scaled value of a column on its basis: scaling and transform undone, within the limits it was winsorised to, beyond which the model saw nothing. */
function basisAt({ transform, scale, winsorise: { lower, upper } }: ColumnPreparation, scaled: number): number {
  return max(lower ?? -Infinity, min(upper ?? Infinity, undoTransform(transform, scale.mean + scale.sd * scaled)));
}

/** The feature's value where its model column has the scaled value, within the winsorising limits; null for a log-ratio, which belongs to no feature alone. */
export function rawAt(column: ColumnPreparation, scaled: number): number | null {
  const value = basisAt(column, scaled);
  switch (column.basis.kind) {
    case 'identity':
      return value;
    case 'logit': {
      const { pseudoCount: c } = column.basis;
      const odds = exp(value);
      return min(1, max(0, (odds * (1 + c) - c) / (1 + odds)));
    }
    case 'ilr':
      return null;
  }
}

/**
 * A point of the model's space in raw units: each feature that its columns determine, with its value. Parts of a whole come back together
 * from all their pivot coordinates (closed to 1 again); where one of these was left out as redundant, the parts are not determined.
 *
 * @param scaled One value per column, in the order of the columns.
 */
export function rawPoint({ columns }: Pick<Preprocessing, 'columns'>, scaled: readonly number[]): Map<string, number> {
  const point = new Map<string, number>();
  columns.forEach((column, j) => {
    const { basis, from } = column;
    const single = rawAt(column, scaled[j]);
    if (single !== null) point.set(from[0], single);
    if (basis.kind !== 'ilr' || basis.pivot !== 1) return;
    const coordinates = from
      .slice(1)
      .map((_, i) =>
        columns.findIndex(
          (other) => other.basis.kind === 'ilr' && other.basis.pivot === i + 1 && other.from.join() === from.join(),
        ),
      );
    if (coordinates.includes(-1)) return;
    const parts = partsAt(
      coordinates.map((at) => basisAt(columns[at], scaled[at])),
      basis.pseudoCount,
    );
    from.forEach((feature, i) => point.set(feature, parts[i]));
  });
  return point;
}

/** Parts of a whole from all pivot coordinates: Egozcue et al., Mathematical Geology 35(3), 2003, undone from the last part on. */
function partsAt(coordinates: readonly number[], pseudoCount: number): number[] {
  const parts = coordinates.length + 1;
  const logs = new Array<number>(parts).fill(0);
  let later = 0;
  for (let i = parts - 2; i >= 0; i--) {
    const rest = parts - 1 - i;
    logs[i] = coordinates[i] * sqrt((rest + 1) / rest) + later / rest;
    later += logs[i];
  }
  const counts = logs.map((value) => exp(value));
  const whole = counts.reduce((sum, value) => sum + value, 0);
  const shares = counts.map((value) => max(0, (value / whole) * (1 + parts * pseudoCount) - pseudoCount));
  const sum = shares.reduce((total, value) => total + value, 0);
  return shares.map((value) => value / sum);
}
