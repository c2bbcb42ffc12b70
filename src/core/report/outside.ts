import { count, percent } from './format';
import type { View } from './view';

/** `592 customers (12.0%)`, or words where their number is not shown; undefined where everybody has a persona. */
export function customersOutside({ personas: { unassigned } }: Pick<View, 'personas'>): string | undefined {
  if (unassigned.customers === 0) return undefined;
  return unassigned.customers === null
    ? 'A few customers'
    : `${count(unassigned.customers)} customers (${percent(unassigned.share)})`;
}
