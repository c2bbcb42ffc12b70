import type { ColumnPreparation } from '../../contracts/model';
import { moments } from './moments';
import { fitYeoJohnson, yeoJohnson } from './yeo-johnson';

export type Transform = ColumnPreparation['transform'];

/** Skewness beyond which a column is transformed. */
const SKEWED = 1;
/** Share of the mean that the standard deviation of transformed values must exceed, so that half of their digits mean something. */
const SPREAD = 1e-8;

/** One value through a fitted transform. */
export function transformValue(transform: Transform, x: number): number {
  switch (transform.kind) {
    case 'none':
      return x;
    case 'log1p':
      return Math.log1p(x);
    case 'yeo-johnson':
      return yeoJohnson(x, transform.lambda);
  }
}

/**
 * The transform of a column by its skewness g1 after winsorising: none where |g1| <= 1; log(1 + x) where no value is negative and it
 * lowers |g1|; else Yeo-Johnson with the λ of maximum likelihood; none again where that does not lower |g1| either.
 *
 * @param column All finite.
 */
export function chooseTransform(column: Float64Array): Transform {
  const { skewness, sd } = moments(column);
  if (sd === 0 || Math.abs(skewness) <= SKEWED) return { kind: 'none', skewness };
  const logged = column.some((x) => x < 0) ? undefined : helps(column, { kind: 'log1p', skewness, after: 0 });
  return logged ?? helps(column, { kind: 'yeo-johnson', lambda: fitYeoJohnson(column), skewness, after: 0 }) ?? { kind: 'none', skewness };
}

/** The transform with the skewness it leaves, or undefined where it leaves as much, or values that differ in their last digits only. */
function helps(column: Float64Array, transform: Exclude<Transform, { kind: 'none' }>): Transform | undefined {
  const { skewness: after, mean, sd } = moments(column.map((x) => transformValue(transform, x)));
  return sd > SPREAD * Math.abs(mean) && Math.abs(after) < Math.abs(transform.skewness) ? { ...transform, after } : undefined;
}
