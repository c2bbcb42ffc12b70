/**
 * Sums and co-moments of a block of rows, f64. The block is turned into columns, centred on its own means, and multiplied in tiles of three by three
 * columns that stay in registers; blocks are joined in their order by the formula of Chan, Golub and LeVeque.
 */

/** Columns of a tile. */
const TILE: i32 = 3;

/**
 * Add a block to running totals.
 *
 * @param block rows x cols f64, row-major, rows <= capacity. @param capacity Even.
 * @param columns Scratch, padded columns x capacity f64; padded = cols rounded up to a multiple of three.
 * @param sums padded f64: of all rows so far; after it `centres`, padded f64 of scratch.
 * @param before Rows before this block.
 * @param moments padded x padded f64: of all rows so far; the lower triangle is kept.
 */
export function addCoMoments(
  block: usize,
  rows: i32,
  cols: i32,
  capacity: i32,
  columns: usize,
  sums: usize,
  before: f64,
  moments: usize,
): void {
  const padded = ((cols + TILE - 1) / TILE) * TILE;
  const columnBytes = (<usize>capacity) * 8;
  const shifts = sums + (<usize>padded) * 8;
  turn(block, rows, cols, columnBytes, columns);
  for (let j = 0; j < cols; j++) {
    const column = columns + (<usize>j) * columnBytes;
    const at = (<usize>j) * 8;
    const sum = sumOf(column, rows);
    const mean = sum / <f64>rows;
    centre(column, rows, mean);
    const total = load<f64>(sums + at);
    store<f64>(shifts + at, before > 0 ? mean - total / before : 0);
    store<f64>(sums + at, total + sum);
  }
  const joint = (before * <f64>rows) / (before + <f64>rows);
  const used = (<usize>((rows + 1) & ~1)) * 8;
  for (let i = 0; i < padded; i += TILE) {
    for (let j = 0; j <= i; j += TILE) {
      multiply(columns + (<usize>i) * columnBytes, columns + (<usize>j) * columnBytes, columnBytes, used, i, j, padded, joint, shifts, moments);
    }
  }
}

/** Rows to columns, two rows at a time; an odd last row is followed by zeros. */
function turn(block: usize, rows: i32, cols: i32, columnBytes: usize, columns: usize): void {
  const rowBytes = (<usize>cols) * 8;
  let row = block;
  let to = columns;
  for (let i = 0; i < rows - 1; i += 2) {
    let column = to;
    for (let o: usize = 0; o < rowBytes; o += 8) {
      const first = v128.load64_zero(row + o);
      v128.store(column, v128.load64_lane(row + rowBytes + o, first, 1));
      column += columnBytes;
    }
    row += 2 * rowBytes;
    to += 16;
  }
  if ((rows & 1) === 0) return;
  for (let o: usize = 0; o < rowBytes; o += 8) {
    v128.store(to, v128.load64_zero(row + o));
    to += columnBytes;
  }
}

function sumOf(column: usize, rows: i32): f64 {
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let at = column;
  let left = rows;
  for (; left >= 4; left -= 4) {
    s0 = f64x2.add(s0, v128.load(at));
    s1 = f64x2.add(s1, v128.load(at, 16));
    at += 32;
  }
  s0 = f64x2.add(s0, s1);
  let sum = f64x2.extract_lane(s0, 0) + f64x2.extract_lane(s0, 1);
  for (; left > 0; left--) {
    sum += load<f64>(at);
    at += 8;
  }
  return sum;
}

/** Subtract the mean; the zero that fills up an odd number of rows stays. */
function centre(column: usize, rows: i32, mean: f64): void {
  const m = f64x2.splat(mean);
  let at = column;
  for (let i = 0; i < rows - 1; i += 2) {
    v128.store(at, f64x2.sub(v128.load(at), m));
    at += 16;
  }
  if ((rows & 1) === 1) store<f64>(at, load<f64>(at) - mean);
}

/** Products of three columns with three, with the correction for the shift of the means, onto the running co-moments. */
function multiply(
  a: usize,
  b: usize,
  columnBytes: usize,
  used: usize,
  i: i32,
  j: i32,
  padded: i32,
  joint: f64,
  shifts: usize,
  moments: usize,
): void {
  const zero = f64x2.splat(0);
  let s00 = zero;
  let s01 = zero;
  let s02 = zero;
  let s10 = zero;
  let s11 = zero;
  let s12 = zero;
  let s20 = zero;
  let s21 = zero;
  let s22 = zero;
  const a1 = a + columnBytes;
  const a2 = a1 + columnBytes;
  const b1 = b + columnBytes;
  const b2 = b1 + columnBytes;
  for (let o: usize = 0; o < used; o += 16) {
    const y0 = v128.load(b + o);
    const y1 = v128.load(b1 + o);
    const y2 = v128.load(b2 + o);
    let x = v128.load(a + o);
    s00 = f64x2.add(s00, f64x2.mul(x, y0));
    s01 = f64x2.add(s01, f64x2.mul(x, y1));
    s02 = f64x2.add(s02, f64x2.mul(x, y2));
    x = v128.load(a1 + o);
    s10 = f64x2.add(s10, f64x2.mul(x, y0));
    s11 = f64x2.add(s11, f64x2.mul(x, y1));
    s12 = f64x2.add(s12, f64x2.mul(x, y2));
    x = v128.load(a2 + o);
    s20 = f64x2.add(s20, f64x2.mul(x, y0));
    s21 = f64x2.add(s21, f64x2.mul(x, y1));
    s22 = f64x2.add(s22, f64x2.mul(x, y2));
  }
  addRow(s00, s01, s02, i, j, padded, joint, shifts, moments);
  addRow(s10, s11, s12, i + 1, j, padded, joint, shifts, moments);
  addRow(s20, s21, s22, i + 2, j, padded, joint, shifts, moments);
}

// @ts-ignore: decorator
@inline
function addRow(s0: v128, s1: v128, s2: v128, i: i32, j: i32, padded: i32, joint: f64, shifts: usize, moments: usize): void {
  const shift = load<f64>(shifts + (<usize>i) * 8) * joint;
  const to = moments + (<usize>(i * padded + j)) * 8;
  const other = shifts + (<usize>j) * 8;
  store<f64>(to, load<f64>(to) + (f64x2.extract_lane(s0, 0) + f64x2.extract_lane(s0, 1) + shift * load<f64>(other)));
  store<f64>(to, load<f64>(to, 8) + (f64x2.extract_lane(s1, 0) + f64x2.extract_lane(s1, 1) + shift * load<f64>(other, 8)), 8);
  store<f64>(to, load<f64>(to, 16) + (f64x2.extract_lane(s2, 0) + f64x2.extract_lane(s2, 1) + shift * load<f64>(other, 16)), 16);
}
