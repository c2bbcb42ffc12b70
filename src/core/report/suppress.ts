import { count } from './format';

/** A count of customers as it may be shown: the number, `small` for 1..kMin−1, or `withheld` to keep another cell's number from being worked out. */
export type Shown = number | 'small' | 'withheld';

/** Counts of 1..kMin−1 customers are suppressed; 0 stays: it describes nobody. */
export const suppress = (customers: number, kMin: number): Shown =>
  customers > 0 && customers < kMin ? 'small' : customers;

/**
 * Counts that are shown together with their sum. One suppressed cell alone could be worked out from the sum,
 * so the smallest of the others is withheld with it (complementary suppression).
 */
export function suppressTogether(customers: readonly number[], kMin: number): Shown[] {
  const shown = customers.map((n) => suppress(n, kMin));
  if (shown.filter((n) => n === 'small').length !== 1) return shown;
  const others = customers.map((n, i) => ({ n, i })).filter(({ n, i }) => n > 0 && shown[i] !== 'small');
  const smallest = others.sort((a, b) => a.n - b.n || a.i - b.i)[0];
  if (smallest) shown[smallest.i] = 'withheld';
  return shown;
}

/** `1,234`, `< 11` or `withheld`. */
export const shownCount = (n: Shown, kMin: number): string =>
  n === 'small' ? `< ${kMin}` : n === 'withheld' ? 'withheld' : count(n);
