import type { HoldoutPersona } from '../../contracts/selection';
import { suppress, suppressTogether, withCompany, type Shown } from './suppress';

/**
 * Customers of each persona by the persona they have later, and in the last column those that have none, as they may be shown.
 *
 * Sums of rows, of columns and of the diagonal are shown elsewhere or can be worked out from what is: none of these lines has a single
 * cell that is not shown.
 *
 * @returns k rows of k + 1 cells.
 */
export function shownMoves(personas: readonly Pick<HoldoutPersona, 'movedTo' | 'left'>[], kMin: number): Shown[][] {
  const counts = personas.map(({ movedTo, left }) => [...movedTo, left]);
  return suppressLines(counts, counts.map((row) => row.map((n): Shown => suppress(n, kMin))), [counts.map((_, r) => [r, r] as const)]);
}

/**
 * Customers by where they were (rows) and where they are (columns), as they may be shown. The sums of rows and columns are known from the
 * releases they belong to, so far as those show them: where a sum is not shown, none of its cells is.
 */
export function shownMigration(counts: readonly (readonly number[])[], kMin: number): Shown[][] {
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const rows = suppressTogether(counts.map(sum), kMin);
  const columns = suppressTogether((counts[0] ?? []).map((_, c) => sum(counts.map((row) => row[c]))), kMin);
  const shown = counts.map((row, r) =>
    row.map((n, c): Shown => {
      const hidden = n > 0 && (typeof rows[r] !== 'number' || typeof columns[c] !== 'number');
      return hidden && suppress(n, kMin) !== 'small' ? 'withheld' : suppress(n, kMin);
    }),
  );
  return suppressLines(counts, shown, []);
}

/** Complementary suppression along all rows, columns and lines given, until none of them has a single cell that is not shown. */
function suppressLines(counts: readonly (readonly number[])[], first: readonly (readonly Shown[])[], more: readonly (readonly (readonly [number, number])[])[]): Shown[][] {
  const shown = first.map((row) => [...row]);
  const rows = counts.map((row, r) => row.map((_, c) => [r, c] as const));
  const columns = (counts[0] ?? []).map((_, c) => counts.map((_row, r) => [r, c] as const));
  const lines = [...rows, ...columns, ...more];
  const hidden = (): number => shown.flat().filter((cell) => typeof cell !== 'number').length;
  // Each round hides one more cell at least, or is the last.
  for (let before = -1; before < hidden(); ) {
    before = hidden();
    for (const line of lines) {
      const cells = withCompany(line.map(([r, c]) => counts[r][c]), line.map(([r, c]) => shown[r][c]));
      line.forEach(([r, c], i) => (shown[r][c] = cells[i]));
    }
  }
  return shown;
}
