import type { ColumnPreparation } from '../../contracts/model';
import type { View } from './view';

/** `product_mix` and `productMix` → `Product mix`. */
export const words = (name: string): string => {
  const text = name
    .replace(/_/g, ' ')
    .replace(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);
  return text.charAt(0).toUpperCase() + text.slice(1);
};

/** The part that a log-ratio column sets against the parts after it; undefined for other columns. */
export function pivotOf({ basis, from }: ColumnPreparation): string | undefined {
  return basis.kind === 'ilr' ? from[basis.pivot - 1] : undefined;
}

/** Name of a model column for people: the feature's label, or the whole and the part that is set against the later ones. */
export function columnLabel({ preprocessing, units }: Pick<View, 'preprocessing' | 'units'>, column: string): string {
  const preparation = preprocessing.columns.find((c) => c.column === column);
  if (!preparation) return units.label(column);
  const pivot = pivotOf(preparation);
  if (pivot === undefined) return units.label(preparation.from[0]);
  const whole = units.spec(pivot)?.whole ?? column.replace(/_ilr_\d+$/, '');
  return `${words(whole)}: ${units.label(pivot)}`;
}
