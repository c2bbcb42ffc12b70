import type { HoldoutPersona } from '../../contracts/selection';
import { suppress, withCompany, type Shown } from './suppress';

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
  const shown = counts.map((row) => row.map((n): Shown => suppress(n, kMin)));
  const k = counts.length;
  const rows = counts.map((row, r) => row.map((_, c) => [r, c] as const));
  const columns = Array.from({ length: k + 1 }, (_, c) => counts.map((_row, r) => [r, c] as const));
  const lines = [...rows, ...columns, counts.map((_, r) => [r, r] as const)];
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
