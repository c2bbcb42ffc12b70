/**
 * Distance sums for silhouettes. Points lie in packs of eight: pack p holds rows 8p .. 8p + 7, column after column, f32, so that one load
 * gives one column of four rows. Distances of four tips at a time are written to a strip, and the strip is added up group by group.
 */

/** Rows of a pack. */
const PACK: i32 = 8;
/** Bytes of one column of a pack. */
const PACK_BYTES: usize = 32;
/** Rows whose distances are in the strip at a time, a multiple of `PACK`: the strip of four tips stays in the first-level cache. */
const STRIP: i32 = 1024;

/** Bytes of the strip that `groupDistanceSums` needs. */
export function stripBytes(): usize {
  return (<usize>STRIP) * 4 * 4;
}

/**
 * Rows [0, rows) of f64 points into packs: `(x − centre) · scale` in f32. The last pack is filled up with zeros.
 *
 * @param points rows x stride f64. @param centres cols f64. @param packs ceil(rows / 8) · cols · 32 bytes.
 */
export function packPoints(
  points: usize,
  rows: i32,
  cols: i32,
  stride: i32,
  centres: usize,
  scale: f64,
  packs: usize,
): void {
  const rowBytes = (<usize>stride) * 8;
  const whole = (rows + PACK - 1) / PACK;
  for (let p = 0; p < whole; p++) {
    for (let r = 0; r < PACK; r++) {
      const row = p * PACK + r;
      const from = points + (<usize>row) * rowBytes;
      let to = packs + (<usize>(p * cols)) * PACK_BYTES + (<usize>r) * 4;
      for (let j = 0; j < cols; j++) {
        const at = (<usize>j) * 8;
        store<f32>(to, row < rows ? <f32>((load<f64>(from + at) - load<f64>(centres + at)) * scale) : 0);
        to += PACK_BYTES;
      }
    }
  }
}

/** Where row i begins in the packs; its columns are `PACK_BYTES` apart. */
// @ts-ignore: decorator
@inline
function rowAt(packs: usize, cols: i32, row: i32): usize {
  return packs + (<usize>((row / PACK) * cols)) * PACK_BYTES + (<usize>(row % PACK)) * 4;
}

/**
 * Sums of distances from four tips to the members of each group, `out[t * groups + g]`, f64.
 *
 * @param tips Four rows, i32. @param starts groups + 1 row numbers, i32: group g is rows starts[g] .. starts[g + 1] − 1.
 */
export function groupDistanceSums(
  packs: usize,
  rows: i32,
  cols: i32,
  tips: usize,
  starts: usize,
  groups: i32,
  strip: usize,
  out: usize,
): void {
  memory.fill(out, 0, (<usize>groups) * 4 * 8);
  let group = 0;
  for (let first = 0; first < rows; first += STRIP) {
    const last = min(first + STRIP, rows);
    measureStrip(packs, cols, tips, first, last, strip);
    // The group that goes beyond the strip is taken up again in the next one.
    while (group < groups) {
      const from = max(load<i32>(starts + (<usize>group) * 4), first);
      const end = load<i32>(starts + (<usize>group) * 4, 4);
      const to = min(end, last);
      let o = out + (<usize>group) * 8;
      let s = strip;
      for (let t = 0; t < 4; t++) {
        store<f64>(o, load<f64>(o) + sumOf(s + (<usize>(from - first)) * 4, to - from));
        o += (<usize>groups) * 8;
        s += (<usize>STRIP) * 4;
      }
      if (end > last) break;
      group++;
    }
  }
}

/** Distances from four tips to rows [first, last), tip after tip, `STRIP` apart. Works on whole packs. */
function measureStrip(packs: usize, cols: i32, tips: usize, first: i32, last: i32, strip: usize): void {
  const t0 = rowAt(packs, cols, load<i32>(tips));
  const t1 = rowAt(packs, cols, load<i32>(tips, 4));
  const t2 = rowAt(packs, cols, load<i32>(tips, 8));
  const t3 = rowAt(packs, cols, load<i32>(tips, 12));
  const packBytes = (<usize>cols) * PACK_BYTES;
  let pack = packs + (<usize>(first / PACK)) * packBytes;
  let to = strip;
  for (let row = first; row < last; row += PACK) {
    let a0 = f32x4.splat(0);
    let a1 = a0;
    let b0 = a0;
    let b1 = a0;
    let c0 = a0;
    let c1 = a0;
    let d0 = a0;
    let d1 = a0;
    for (let o: usize = 0; o < packBytes; o += PACK_BYTES) {
      const x0 = v128.load(pack + o);
      const x1 = v128.load(pack + o, 16);
      let y = v128.load32_splat(t0 + o);
      let e = f32x4.sub(x0, y);
      a0 = f32x4.add(a0, f32x4.mul(e, e));
      e = f32x4.sub(x1, y);
      a1 = f32x4.add(a1, f32x4.mul(e, e));
      y = v128.load32_splat(t1 + o);
      e = f32x4.sub(x0, y);
      b0 = f32x4.add(b0, f32x4.mul(e, e));
      e = f32x4.sub(x1, y);
      b1 = f32x4.add(b1, f32x4.mul(e, e));
      y = v128.load32_splat(t2 + o);
      e = f32x4.sub(x0, y);
      c0 = f32x4.add(c0, f32x4.mul(e, e));
      e = f32x4.sub(x1, y);
      c1 = f32x4.add(c1, f32x4.mul(e, e));
      y = v128.load32_splat(t3 + o);
      e = f32x4.sub(x0, y);
      d0 = f32x4.add(d0, f32x4.mul(e, e));
      e = f32x4.sub(x1, y);
      d1 = f32x4.add(d1, f32x4.mul(e, e));
    }
    v128.store(to, f32x4.sqrt(a0));
    v128.store(to, f32x4.sqrt(a1), 16);
    v128.store(to, f32x4.sqrt(b0), STRIP * 4);
    v128.store(to, f32x4.sqrt(b1), STRIP * 4 + 16);
    v128.store(to, f32x4.sqrt(c0), STRIP * 8);
    v128.store(to, f32x4.sqrt(c1), STRIP * 8 + 16);
    v128.store(to, f32x4.sqrt(d0), STRIP * 12);
    v128.store(to, f32x4.sqrt(d1), STRIP * 12 + 16);
    pack += packBytes;
    to += 32;
  }
}

/** Sum of f32 numbers in f64; of sixteen at a time, four by four are added in f32 first. */
// @ts-ignore: decorator
@inline
function sumOf(from: usize, count: i32): f64 {
  let sum = f64x2.splat(0);
  let at = from;
  let left = count;
  for (; left >= 16; left -= 16) {
    const v = f32x4.add(f32x4.add(v128.load(at), v128.load(at, 16)), f32x4.add(v128.load(at, 32), v128.load(at, 48)));
    sum = f64x2.add(sum, f64x2.add(f64x2.promote_low_f32x4(v), f64x2.promote_low_f32x4(v128.shuffle<f64>(v, v, 1, 1))));
    at += 64;
  }
  for (; left >= 4; left -= 4) {
    const v = v128.load(at);
    sum = f64x2.add(sum, f64x2.add(f64x2.promote_low_f32x4(v), f64x2.promote_low_f32x4(v128.shuffle<f64>(v, v, 1, 1))));
    at += 16;
  }
  let total = f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
  for (; left > 0; left--) {
    total += <f64>load<f32>(at);
    at += 4;
  }
  return total;
}
