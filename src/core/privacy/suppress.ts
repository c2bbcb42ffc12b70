/** A count of customers as it may be shown: the number, `small` for 1..kMin−1, or `withheld` to keep another cell's number from being worked out. */
export type Shown = number | 'small' | 'withheld';

/** Counts of 1..kMin−1 customers are suppressed; 0 stays: it describes nobody. */
export const suppress = (customers: number, kMin: number): Shown =>
  customers > 0 && customers < kMin ? 'small' : customers;

/**
 * Complementary suppression: a cell that is not shown and alone in that could be worked out from the sum, so the smallest of the
 * other positive counts is withheld with it.
 *
 * @param counts Counts that are shown together with their sum.
 * @param shown The same, suppressed one by one.
 */
export function withCompany(counts: readonly number[], shown: readonly Shown[]): Shown[] {
  if (shown.filter((n) => typeof n !== 'number').length !== 1) return [...shown];
  const others = counts.map((n, i) => ({ n, i })).filter(({ n, i }) => n > 0 && typeof shown[i] === 'number');
  const smallest = others.sort((a, b) => a.n - b.n || a.i - b.i)[0];
  return shown.map((n, i) => (i === smallest?.i ? 'withheld' : n));
}

/** Counts that are shown together with their sum: small ones suppressed, and none of them alone. */
export const suppressTogether = (customers: readonly number[], kMin: number): Shown[] =>
  withCompany(
    customers,
    customers.map((n) => suppress(n, kMin)),
  );

/** The count, or null where it is not shown. */
export const shownOrNull = (n: Shown): number | null => (typeof n === 'number' ? n : null);
