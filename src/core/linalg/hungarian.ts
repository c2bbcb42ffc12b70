/**
 * Assignment of every row to a different column with the smallest total cost (or, with more rows than columns, of every column to a
 * different row). Shortest augmenting paths with dual variables. Among equally cheap assignments the order of rows and columns decides.
 * Jonker and Volgenant, Computing 38, 1987.
 *
 * @param cost Rectangular, all finite: rows x columns.
 * @returns For each row its column, or -1 where there are more rows than columns.
 *
 * O(min(r, c)² max(r, c)) time.
 */
export function assign(cost: readonly (readonly number[])[]): number[] {
  const rows = cost.length;
  const columns = rows === 0 ? 0 : cost[0].length;
  if (rows > columns) {
    const rowOf = assign(Array.from({ length: columns }, (_, j) => cost.map((row) => row[j])));
    const out = new Array<number>(rows).fill(-1);
    rowOf.forEach((row, column) => (out[row] = column));
    return out;
  }
  const potentials = { row: new Float64Array(rows), column: new Float64Array(columns) };
  const rowOf = new Array<number>(columns).fill(-1);
  for (let row = 0; row < rows; row++) augment(cost, row, rowOf, potentials);
  const out = new Array<number>(rows).fill(-1);
  rowOf.forEach((row, column) => {
    if (row >= 0) out[row] = column;
  });
  return out;
}

/** Grow a shortest-path tree of reduced costs from one free row to a free column, update the duals, and flip the path. */
function augment(cost: readonly (readonly number[])[], start: number, rowOf: number[], potentials: { row: Float64Array; column: Float64Array }): void {
  const columns = rowOf.length;
  const distance = new Float64Array(columns).fill(Infinity);
  const previous = new Array<number>(columns).fill(-1);
  const done: number[] = [];
  const isDone = new Uint8Array(columns);
  let row = start;
  let reached = 0;
  let last = -1;
  for (;;) {
    let next = -1;
    for (let j = 0; j < columns; j++) {
      if (isDone[j]) continue;
      const through = reached + cost[row][j] - potentials.row[row] - potentials.column[j];
      if (through < distance[j]) {
        distance[j] = through;
        previous[j] = last;
      }
      if (next < 0 || distance[j] < distance[next]) next = j;
    }
    reached = distance[next];
    isDone[next] = 1;
    if (rowOf[next] < 0) {
      last = next;
      break;
    }
    done.push(next);
    last = next;
    row = rowOf[next];
  }
  potentials.row[start] += reached;
  for (const j of done) {
    potentials.row[rowOf[j]] += reached - distance[j];
    potentials.column[j] -= reached - distance[j];
  }
  for (let j = last; j >= 0; j = previous[j]) rowOf[j] = previous[j] >= 0 ? rowOf[previous[j]] : start;
}
