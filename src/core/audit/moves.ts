import { suppress, withCompany, type Shown } from '../privacy/suppress';

/** Customers by where they were and where they are: persona keys, `unassigned`, or `absent`. */
export interface Move {
  readonly from: string;
  readonly to: string;
  readonly customers: number;
}

/** A table of moves as it may be shown. */
export interface MoveMatrix {
  readonly from: readonly string[];
  readonly to: readonly string[];
  /** cells[i][j]: customers that were in from[i] and are in to[j]. */
  readonly cells: readonly (readonly Shown[])[];
  /** In the same persona on both sides. */
  readonly stayed: Shown;
  /** In a persona on both sides, but in another one. */
  readonly moved: Shown;
}

/** Not in the data of that run. */
export const ABSENT = 'absent';
/** In the data, in no persona. */
export const UNASSIGNED = 'unassigned';

const compare = (a: string, b: string): number => Number(a === ABSENT) - Number(b === ABSENT) || Number(a === UNASSIGNED) - Number(b === UNASSIGNED) || (a < b ? -1 : a > b ? 1 : 0);

/**
 * Moves as a table with counts of 1..kMin−1 left out, and others with them wherever a row or column, whose sum is the size of a persona
 * and known, would give one away.
 */
export function moveMatrix(moves: readonly Move[], kMin: number): MoveMatrix {
  const from = [...new Set(moves.map((move) => move.from))].sort(compare);
  const to = [...new Set(moves.map((move) => move.to))].sort(compare);
  const counts = from.map((a) => to.map((b) => moves.find((move) => move.from === a && move.to === b)?.customers ?? 0));
  let cells: Shown[][] = counts.map((row) => row.map((n) => suppress(n, kMin)));
  for (let before = -1, hidden = 0; hidden !== before; ) {
    before = hidden;
    cells = cells.map((row, i) => withCompany(counts[i], row));
    for (const j of to.keys()) {
      const column = withCompany(counts.map((row) => row[j]), cells.map((row) => row[j]));
      cells = cells.map((row, i) => row.map((cell, l) => (l === j ? column[i] : cell)));
    }
    hidden = cells.flat().filter((cell) => typeof cell !== 'number').length;
  }
  const total = (holds: (move: Move) => boolean): number => moves.filter(holds).reduce((sum, { customers }) => sum + customers, 0);
  const assigned = (move: Move): boolean => [move.from, move.to].every((name) => name !== ABSENT && name !== UNASSIGNED);
  return {
    from,
    to,
    cells,
    stayed: suppress(total((move) => assigned(move) && move.from === move.to), kMin),
    moved: suppress(total((move) => assigned(move) && move.from !== move.to), kMin),
  };
}

/**
 * Customers of both runs by what moved them, on the way over the features of the run after as the model of the run before sees them:
 * `data` by their features alone (what they did, or how it is counted), `model` by the model alone, `both` by the one and then by the other,
 * some of them back to where they were.
 */
export interface MovesByCause {
  readonly data: Shown;
  readonly model: Shown;
  readonly both: Shown;
}

/** Counts of 1..kMin−1 left out, and a second one where their sum, which is nearly the number of those who moved, would give one away. */
export function movesByCause({ data, model, both }: Readonly<Record<keyof MovesByCause, number>>, kMin: number): MovesByCause {
  const counts = [data, model, both];
  const [shownData, shownModel, shownBoth] = withCompany(counts, counts.map((n) => suppress(n, kMin)));
  return { data: shownData, model: shownModel, both: shownBoth };
}
