/**
 * K-means. Distances are compared by the score x·c − |c|²/2, which is larger the nearer c is, in f32 on rows that the caller centred and scaled. What f32 cannot tell
 * apart is decided in f64 on the rows as they are, in the order of additions of the plain code. So labels are those of the plain code.
 *
 * Packed rows lie in blocks of eight: d columns of 8 f32, then their 8 Euclidean norms (rounded up). Packed centroids lie in quads: d times 4 f32, and 4 offsets −|c|²/2 in an array
 * of their own; a quad is filled up with centroids of offset −3e38. Plain rows and centroids are `stride` f64 each, a multiple of four.
 */

const FAR: f32 = -3.0e38;
/** Rows that are settled together: their lines of memory are then fetched side by side. */
const TOLD: usize = 512;

/** Where everything lies that `assignBlocks` reads and writes; written by src/core/kernels/kmeans/lloyd.ts, field by field. */
@unmanaged
class LloydPlan {
  /** Packed rows. */
  x!: usize;
  /** Number of rows; those beyond it only fill up the last block. */
  rows!: i32;
  /** Number of columns. */
  d!: i32;
  /** Packed centroids. */
  quads!: i32;
  quadsAt!: usize;
  offsets!: usize;
  /** Plain rows and centroids. */
  values!: usize;
  stride!: i32;
  k!: i32;
  centroids!: usize;
  /** f64 per row, or 0 for 1 each. */
  weights!: usize;
  /** i32 per packed row; −1 for none yet. */
  labels!: usize;
  /** f32 per packed row: lead over the runner-up, less what f32 cannot tell, when last compared. */
  leads!: usize;
  /** Two f64 per block: reach and lift when last compared. */
  stamps!: usize;
  /** k x stride f64: weighted sums of the rows of each cluster. */
  sums!: usize;
  /** k f64: their weights. */
  counts!: usize;
  /** Room for TOLD + 8 pairs of i32: rows to settle, and what they were told. */
  told!: usize;
  /** Written so that no load is left out as useless. */
  touched!: i32;
}

/** Squared distance of two plain rows, with the additions of the plain code: (d0² + d1²) + (d2² + d3²), from the left. */
@inline
function squaredDistance(a: usize, b: usize, stride: i32): f64 {
  let sum: f64 = 0;
  for (const end = a + (<usize>stride << 3); a < end; a += 32, b += 32) {
    const d0 = load<f64>(a) - load<f64>(b), d1 = load<f64>(a, 8) - load<f64>(b, 8), d2 = load<f64>(a, 16) - load<f64>(b, 16), d3 = load<f64>(a, 24) - load<f64>(b, 24);
    sum += d0 * d0 + d1 * d1 + (d2 * d2 + d3 * d3);
  }
  return sum;
}

/** Nearest centroid of one row in f64: the old one if it is as near as any, else the first of equals. */
function decide(plan: LloydPlan, row: i32, old: i32): i32 {
  const stride = plan.stride, at = plan.values + <usize>row * (<usize>stride << 3), centroids = plan.centroids;
  let best: f64 = Infinity, label = -1;
  for (let c = 0, to = centroids; c < plan.k; c++, to += <usize>stride << 3) {
    const distance = squaredDistance(at, to, stride);
    if (distance < best) { best = distance; label = c; }
  }
  return old >= 0 && label != old && squaredDistance(at, centroids + <usize>old * (<usize>stride << 3), stride) == best ? old : label;
}

/** Give a row its new label, and its values from the sums of the old one to those of the new. Returns 1, or 0 where nothing changes. */
@inline
function settle(plan: LloydPlan, row: i32, told: i32): i32 {
  if (row >= plan.rows) return 0;
  const at = plan.labels + (<usize>row << 2), old = load<i32>(at), label = told < 0 ? decide(plan, row, old) : told;
  if (label == old) return 0;
  store<i32>(at, label);
  const bytes = <usize>plan.stride << 3, sums = plan.sums, counts = plan.counts;
  const w = plan.weights == 0 ? 1.0 : load<f64>(plan.weights + (<usize>row << 3)), weight = f64x2.splat(w);
  let from = plan.values + <usize>row * bytes, to = sums + <usize>label * bytes;
  const more = counts + (<usize>label << 3), end = from + bytes;
  store<f64>(more, load<f64>(more) + w);
  if (old < 0) {
    for (; from < end; from += 32, to += 32) {
      v128.store(to, f64x2.add(v128.load(to), f64x2.mul(weight, v128.load(from))));
      v128.store(to, f64x2.add(v128.load(to, 16), f64x2.mul(weight, v128.load(from, 16))), 16);
    }
    return 1;
  }
  let off = sums + <usize>old * bytes;
  const less = counts + (<usize>old << 3);
  store<f64>(less, load<f64>(less) - w);
  for (; from < end; from += 32, to += 32, off += 32) {
    const v0 = f64x2.mul(weight, v128.load(from)), v1 = f64x2.mul(weight, v128.load(from, 16));
    v128.store(to, f64x2.add(v128.load(to), v0));
    v128.store(to, f64x2.add(v128.load(to, 16), v1), 16);
    v128.store(off, f64x2.sub(v128.load(off), v0));
    v128.store(off, f64x2.sub(v128.load(off, 16), v1), 16);
  }
  return 1;
}

/** Settle the rows from `plan.told` up to `end`, in order. Returns how many changed. */
function settleAll(plan: LloydPlan, end: usize): i32 {
  // Ask for all lines of memory before the first is needed: these loads do not wait for each other.
  const values = plan.values, bytes = <usize>plan.stride << 3, last = <usize>(plan.rows - 1);
  let touched = 0;
  for (let at = plan.told; at < end; at += 8) {
    let row = <usize>load<i32>(at);
    row = values + (row < last ? row : last) * bytes;
    for (const to = row + bytes; row < to; row += 64) touched |= load<i32>(row);
  }
  plan.touched = touched;
  let changed = 0;
  for (let at = plan.told; at < end; at += 8) changed += settle(plan, load<i32>(at), load<i32>(at, 4));
  return changed;
}

/**
 * Compare the rows of blocks [from, to) with all centroids and move those whose nearest centroid has changed, in row order.
 *
 * A block is left out where no label can have changed since it was last compared: a row's lead over the runner-up shrinks by at most `norm * reach + lift` while centroids move
 * (Cauchy-Schwarz). That is Hamerly's bound for scores, for eight rows at a time.
 *
 * @param slope f32 cannot tell apart scores that differ by less than `norm * slope + base`.
 * @param reach, lift How far centroids have moved in all since the labels were first compared; never decreasing.
 * @param all Leave out nothing.
 * @returns Number of rows that changed their cluster.
 *
 * O(k d) per row compared. Lloyd, IEEE Trans. Information Theory 28(2), 1982; Hamerly, SIAM SDM 2010.
 */
export function assignBlocks(planAt: usize, from: i32, to: i32, slope: f32, base: f32, reach: f64, lift: f64, all: bool): i32 {
  const plan = changetype<LloydPlan>(planAt);
  const bytes = <usize>(plan.d + 1) << 5, quads = plan.quads, quadsAt = plan.quadsAt, offsets = plan.offsets;
  const slopes = f32x4.splat(slope), bases = f32x4.splat(base), zero = f32x4.splat(0), one = i32x4.splat(1);
  let x = plan.x + <usize>from * bytes, labels = plan.labels + (<usize>from << 5), leads = plan.leads + (<usize>from << 5), stamps = plan.stamps + (<usize>from << 4);
  let changed = 0, told = plan.told;
  const full = told + (TOLD << 3);
  for (let b = from; b < to; b++, x += bytes, labels += 32, leads += 32, stamps += 16) {
    const norms = x + bytes - 32;
    if (!all) {
      const moved = f32x4.splat(<f32>(reach - load<f64>(stamps))), raised = f32x4.splat(<f32>(lift - load<f64>(stamps, 8)));
      const safe0 = f32x4.gt(v128.load(leads), f32x4.add(f32x4.mul(v128.load(norms), moved), raised));
      const safe1 = f32x4.gt(v128.load(leads, 16), f32x4.add(f32x4.mul(v128.load(norms, 16), moved), raised));
      if (i32x4.all_true(v128.and(safe0, safe1))) continue;
    }
    let best0 = f32x4.splat(FAR), best1 = best0, next0 = best0, next1 = best0, label0 = i32x4.splat(0), label1 = label0, id = label0;
    let c = quadsAt;
    for (let o = offsets, end = offsets + (<usize>quads << 4); o < end; o += 16) {
      let a00 = v128.load32_splat(o), a10 = v128.load32_splat(o, 4), a20 = v128.load32_splat(o, 8), a30 = v128.load32_splat(o, 12);
      let a01 = a00, a11 = a10, a21 = a20, a31 = a30;
      for (let p = x; p < norms; p += 32, c += 16) {
        const x0 = v128.load(p), x1 = v128.load(p, 16);
        let y = v128.load32_splat(c);
        a00 = f32x4.add(a00, f32x4.mul(x0, y)); a01 = f32x4.add(a01, f32x4.mul(x1, y));
        y = v128.load32_splat(c, 4);
        a10 = f32x4.add(a10, f32x4.mul(x0, y)); a11 = f32x4.add(a11, f32x4.mul(x1, y));
        y = v128.load32_splat(c, 8);
        a20 = f32x4.add(a20, f32x4.mul(x0, y)); a21 = f32x4.add(a21, f32x4.mul(x1, y));
        y = v128.load32_splat(c, 12);
        a30 = f32x4.add(a30, f32x4.mul(x0, y)); a31 = f32x4.add(a31, f32x4.mul(x1, y));
      }
      label0 = v128.bitselect(id, label0, f32x4.gt(a00, best0)); next0 = f32x4.pmax(next0, f32x4.pmin(a00, best0)); best0 = f32x4.pmax(best0, a00);
      label1 = v128.bitselect(id, label1, f32x4.gt(a01, best1)); next1 = f32x4.pmax(next1, f32x4.pmin(a01, best1)); best1 = f32x4.pmax(best1, a01);
      id = i32x4.add(id, one);
      label0 = v128.bitselect(id, label0, f32x4.gt(a10, best0)); next0 = f32x4.pmax(next0, f32x4.pmin(a10, best0)); best0 = f32x4.pmax(best0, a10);
      label1 = v128.bitselect(id, label1, f32x4.gt(a11, best1)); next1 = f32x4.pmax(next1, f32x4.pmin(a11, best1)); best1 = f32x4.pmax(best1, a11);
      id = i32x4.add(id, one);
      label0 = v128.bitselect(id, label0, f32x4.gt(a20, best0)); next0 = f32x4.pmax(next0, f32x4.pmin(a20, best0)); best0 = f32x4.pmax(best0, a20);
      label1 = v128.bitselect(id, label1, f32x4.gt(a21, best1)); next1 = f32x4.pmax(next1, f32x4.pmin(a21, best1)); best1 = f32x4.pmax(best1, a21);
      id = i32x4.add(id, one);
      label0 = v128.bitselect(id, label0, f32x4.gt(a30, best0)); next0 = f32x4.pmax(next0, f32x4.pmin(a30, best0)); best0 = f32x4.pmax(best0, a30);
      label1 = v128.bitselect(id, label1, f32x4.gt(a31, best1)); next1 = f32x4.pmax(next1, f32x4.pmin(a31, best1)); best1 = f32x4.pmax(best1, a31);
      id = i32x4.add(id, one);
    }
    const lead0 = f32x4.sub(f32x4.sub(best0, next0), f32x4.add(f32x4.mul(v128.load(norms), slopes), bases));
    const lead1 = f32x4.sub(f32x4.sub(best1, next1), f32x4.add(f32x4.mul(v128.load(norms, 16), slopes), bases));
    v128.store(leads, lead0);
    v128.store(leads, lead1, 16);
    store<f64>(stamps, reach);
    store<f64>(stamps, lift, 8);
    // Not "lead <= 0": a NaN (overflow) is in doubt, too.
    const clear0 = f32x4.gt(lead0, zero), clear1 = f32x4.gt(lead1, zero);
    const quiet0 = v128.and(clear0, i32x4.eq(label0, v128.load(labels))), quiet1 = v128.and(clear1, i32x4.eq(label1, v128.load(labels, 16)));
    if (i32x4.all_true(v128.and(quiet0, quiet1))) continue;
    // In doubt: all bits set, which is −1.
    const told0 = v128.or(label0, v128.not(clear0)), told1 = v128.or(label1, v128.not(clear1));
    const loud = <usize>((i32x4.bitmask(quiet0) | (i32x4.bitmask(quiet1) << 4)) ^ 255);
    // Branches that nobody can predict cost more than stores that are written over.
    const row = b << 3;
    store<i32>(told, row); store<i32>(told, i32x4.extract_lane(told0, 0), 4); told += (loud & 1) << 3;
    store<i32>(told, row + 1); store<i32>(told, i32x4.extract_lane(told0, 1), 4); told += (loud & 2) << 2;
    store<i32>(told, row + 2); store<i32>(told, i32x4.extract_lane(told0, 2), 4); told += (loud & 4) << 1;
    store<i32>(told, row + 3); store<i32>(told, i32x4.extract_lane(told0, 3), 4); told += (loud & 8);
    store<i32>(told, row + 4); store<i32>(told, i32x4.extract_lane(told1, 0), 4); told += (loud & 16) >> 1;
    store<i32>(told, row + 5); store<i32>(told, i32x4.extract_lane(told1, 1), 4); told += (loud & 32) >> 2;
    store<i32>(told, row + 6); store<i32>(told, i32x4.extract_lane(told1, 2), 4); told += (loud & 64) >> 3;
    store<i32>(told, row + 7); store<i32>(told, i32x4.extract_lane(told1, 3), 4); told += (loud & 128) >> 4;
    if (told < full) continue;
    changed += settleAll(plan, told);
    told = plan.told;
  }
  return changed + settleAll(plan, told);
}

/**
 * Nearest centroid and runner-up of the rows of some blocks. −1 as the label: f32 cannot tell which is nearest; as the runner-up (where it is asked for): which is second.
 *
 * @param labels, seconds i32 per row of the blocks, written; `seconds` may be 0.
 * Other arguments as in `assignBlocks`. With k = 1 the runner-up is a centroid that only fills up the quad.
 */
export function nearestBlocks(
  x: usize, blocks: i32, d: i32, quads: i32, centroids: usize, offsets: usize, slope: f32, base: f32, labels: usize, seconds: usize,
): void {
  const bytes = <usize>(d + 1) << 5;
  const slopes = f32x4.splat(slope), bases = f32x4.splat(base);
  for (let b = 0; b < blocks; b++, x += bytes) {
    // Four rows at a time: the third place is kept as well, and registers are few.
    for (let half: usize = 0; half < 32; half += 16) {
      let best = f32x4.splat(FAR), next = best, third = best, label = i32x4.splat(0), second = label;
      let c = centroids;
      for (let q = 0; q < quads; q++) {
        const at = offsets + (<usize>q << 4);
        let a0 = v128.load32_splat(at), a1 = v128.load32_splat(at, 4), a2 = v128.load32_splat(at, 8), a3 = v128.load32_splat(at, 12);
        for (let p = x + half, end = x + bytes - 32; p < end; p += 32, c += 16) {
          const v = v128.load(p);
          a0 = f32x4.add(a0, f32x4.mul(v, v128.load32_splat(c)));
          a1 = f32x4.add(a1, f32x4.mul(v, v128.load32_splat(c, 4)));
          a2 = f32x4.add(a2, f32x4.mul(v, v128.load32_splat(c, 8)));
          a3 = f32x4.add(a3, f32x4.mul(v, v128.load32_splat(c, 12)));
        }
        for (let j = 0; j < 4; j++) {
          const a = j == 0 ? a0 : j == 1 ? a1 : j == 2 ? a2 : a3;
          const id = i32x4.splat((q << 2) + j);
          const wins = f32x4.gt(a, best), places = f32x4.gt(a, next);
          third = f32x4.pmax(third, f32x4.pmin(a, next));
          second = v128.bitselect(label, v128.bitselect(id, second, places), wins);
          next = f32x4.pmax(next, f32x4.pmin(a, best));
          label = v128.bitselect(id, label, wins);
          best = f32x4.pmax(best, a);
        }
      }
      const unclear = f32x4.add(f32x4.mul(v128.load(x + bytes - 32 + half), slopes), bases);
      v128.store(labels, v128.or(label, v128.not(f32x4.gt(f32x4.sub(best, next), unclear))));
      labels += 16;
      if (seconds != 0) {
        v128.store(seconds, v128.or(second, v128.not(f32x4.gt(f32x4.sub(next, third), unclear))));
        seconds += 16;
      }
    }
  }
}

/**
 * One seed on trial of greedy k-means++: squared distances of rows to it, and what remains of the potential. In f64 and with the additions of the plain code, so the same bits.
 *
 * @param x Plain rows.
 * @param seed One plain row.
 * @param closest f64 per row: squared distance to the nearest seed so far.
 * @param weights f64 per row.
 * @param out f64 per row: the smaller of the distance and `closest`; may be `closest`.
 * @param total The potential of the rows before.
 * @returns It, and the sum over these rows of weight times what is in `out`, added row by row.
 *
 * O(d) per row. Arthur and Vassilvitskii, SODA 2007.
 */
export function trialDistances(x: usize, rows: i32, stride: i32, seed: usize, closest: usize, weights: usize, out: usize, total: f64): f64 {
  const bytes = <usize>stride << 3;
  for (; rows >= 2; rows -= 2, closest += 16, weights += 16, out += 16, x += bytes) {
    let sum = f64x2.splat(0);
    let s = seed;
    // Two rows at a time, one per lane.
    for (const end = x + bytes; x < end; x += 32, s += 32) {
      const y = x + bytes, s0 = v128.load(s), s1 = v128.load(s, 16);
      const a0 = f64x2.sub(v128.load(x), s0), a1 = f64x2.sub(v128.load(x, 16), s1), b0 = f64x2.sub(v128.load(y), s0), b1 = f64x2.sub(v128.load(y, 16), s1);
      const p0 = f64x2.mul(a0, a0), p1 = f64x2.mul(a1, a1), q0 = f64x2.mul(b0, b0), q1 = f64x2.mul(b1, b1);
      const left = f64x2.add(v128.shuffle<f64>(p0, q0, 0, 2), v128.shuffle<f64>(p0, q0, 1, 3)), right = f64x2.add(v128.shuffle<f64>(p1, q1, 0, 2), v128.shuffle<f64>(p1, q1, 1, 3));
      sum = f64x2.add(sum, f64x2.add(left, right));
    }
    const nearer = f64x2.pmin(v128.load(closest), sum);
    v128.store(out, nearer);
    const part = f64x2.mul(v128.load(weights), nearer);
    total = total + f64x2.extract_lane(part, 0);
    total = total + f64x2.extract_lane(part, 1);
  }
  if (rows == 1) {
    const distance = squaredDistance(x, seed, stride), near = load<f64>(closest), nearer = distance < near ? distance : near;
    store<f64>(out, nearer);
    total += load<f64>(weights) * nearer;
  }
  return total;
}
