import type { FeatureSpec } from '../../contracts/features';
import type { FeatureProfile } from '../../contracts/personas';

/**
 * How different two profiles are: the root mean square of the differences of their standings (z) over the features that both show, in
 * base standard deviations of each one's own release. Scores are left out: they restate what they are made from.
 *
 * @returns >= 0; null where no feature is shown in both.
 */
export function profileDistance(a: readonly FeatureProfile[], b: readonly FeatureProfile[], specs: readonly FeatureSpec[]): number | null {
  const scores = new Set(specs.filter(({ kind }) => kind === 'score').map(({ name }) => name));
  const theirs = new Map(b.map(({ feature, z }) => [feature, z]));
  const squares = a.flatMap(({ feature, z }) => {
    const other = theirs.get(feature) ?? null;
    return z === null || other === null || scores.has(feature) ? [] : [(z - other) ** 2];
  });
  return squares.length === 0 ? null : Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);
}
