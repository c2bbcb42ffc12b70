import { columnLabel } from './column-label';
import { list } from './format';
import type { View } from './view';

/** `more “Orders” and less “Days since last order”`: the columns that count for most in a direction of the model's space. */
export function directionWords(
  view: Pick<View, 'preprocessing' | 'units'>,
  columns: readonly string[],
  loadings: readonly number[],
  most = 2,
): string {
  const strongest = columns
    .map((column, j) => ({ column, loading: loadings[j] ?? 0 }))
    .sort((a, b) => Math.abs(b.loading) - Math.abs(a.loading) || (a.column < b.column ? -1 : 1))
    .slice(0, most);
  const named = (sign: number): string[] =>
    strongest.filter(({ loading }) => Math.sign(loading) === sign).map(({ column }) => columnLabel(view, column));
  return list([...named(1).map((label) => `more “${label}”`), ...named(-1).map((label) => `less “${label}”`)]);
}
