/**
 * EM of Gaussian mixtures in doubles, two to a vector. Rows lie in groups of 8: for each column the 8 values of the group one after the other, so that
 * every load is of neighbours. Columns are padded to an even number with zeros (and factors with zeros, so that they add nothing); rows past the end of
 * the data are any finite numbers. `d` is the padded number of columns throughout. The arithmetic is that of src/core/clustering/mixture, only its order
 * differs.
 */

/** Rows of a group. */
const LANES: i32 = 8;
/** Bytes of 8 doubles. */
const GROUP: usize = 64;
/** Rows that a component collects before they enter its sums: enough to keep the sums of a tile in registers for a while. */
const QUEUE: i32 = 64;
/** Bytes of a column of a queue. */
const COLUMN: usize = 512;
/** A share below e to this is less than half a rounding error of 1: it counts as 0. */
const NEGLIGIBLE: f64 = -40.0;

const LOG2E: f64 = 1.4426950408889634;
/** ln 2 in two parts; the first has so few digits that whole multiples of it are exact. */
const LN2_HIGH: f64 = 0.693147180369123816490;
const LN2_LOW: f64 = 1.90821492927058770002e-10;
/** Added to a small number it leaves that number, rounded, in the low bits. */
const ROUNDER: f64 = 6755399441055744.0;

/**
 * log of proportion times density of every component, for one group of rows.
 *
 * @param rows The group: d x 8.
 * @param density Of each component: d means; then the inverse factor, two rows at a time: for each column of the first the two entries, after them the
 *   last of the second; diagonal: d means and d inverse deviations.
 * @param constants k.
 * @param joint Written: k x 8.
 * @param centred Scratch: d x 8.
 */
// @ts-ignore: decorator
@inline
function jointOf(rows: usize, d: i32, k: i32, diagonal: bool, density: usize, constants: usize, joint: usize, centred: usize): void {
  for (let c = 0; c < k; c++) {
    if (diagonal) density = diagonalForms(rows, d, density, load<f64>(constants), joint);
    else density = fullForms(rows, d, density, load<f64>(constants), joint, centred);
    constants += 8;
    joint += GROUP;
  }
}

// @ts-ignore: decorator
@inline
function fullForms(rows: usize, d: i32, density: usize, constant: f64, joint: usize, centred: usize): usize {
  const end = centred + (<usize>d) * GROUP;
  for (let z = centred; z < end; z += GROUP, rows += GROUP, density += 8) {
    const mean = v128.load64_splat(density);
    v128.store(z, f64x2.sub(v128.load(rows), mean));
    v128.store(z, f64x2.sub(v128.load(rows, 16), mean), 16);
    v128.store(z, f64x2.sub(v128.load(rows, 32), mean), 32);
    v128.store(z, f64x2.sub(v128.load(rows, 48), mean), 48);
  }
  let q0 = f64x2.splat(0);
  let q1 = q0;
  let q2 = q0;
  let q3 = q0;
  for (let last = centred + 2 * GROUP; last <= end; last += 2 * GROUP) {
    let a0 = f64x2.splat(0);
    let a1 = a0;
    let a2 = a0;
    let a3 = a0;
    let b0 = a0;
    let b1 = a0;
    let b2 = a0;
    let b3 = a0;
    let z = centred;
    for (const diagonal = last - GROUP; z < diagonal; z += GROUP, density += 16) {
      const z0 = v128.load(z);
      const z1 = v128.load(z, 16);
      const z2 = v128.load(z, 32);
      const z3 = v128.load(z, 48);
      const a = v128.load64_splat(density);
      a0 = f64x2.add(a0, f64x2.mul(a, z0));
      a1 = f64x2.add(a1, f64x2.mul(a, z1));
      a2 = f64x2.add(a2, f64x2.mul(a, z2));
      a3 = f64x2.add(a3, f64x2.mul(a, z3));
      const b = v128.load64_splat(density, 8);
      b0 = f64x2.add(b0, f64x2.mul(b, z0));
      b1 = f64x2.add(b1, f64x2.mul(b, z1));
      b2 = f64x2.add(b2, f64x2.mul(b, z2));
      b3 = f64x2.add(b3, f64x2.mul(b, z3));
    }
    // The second row reaches one column further.
    const b = v128.load64_splat(density);
    density += 8;
    b0 = f64x2.add(b0, f64x2.mul(b, v128.load(z)));
    b1 = f64x2.add(b1, f64x2.mul(b, v128.load(z, 16)));
    b2 = f64x2.add(b2, f64x2.mul(b, v128.load(z, 32)));
    b3 = f64x2.add(b3, f64x2.mul(b, v128.load(z, 48)));
    q0 = f64x2.add(q0, f64x2.add(f64x2.mul(a0, a0), f64x2.mul(b0, b0)));
    q1 = f64x2.add(q1, f64x2.add(f64x2.mul(a1, a1), f64x2.mul(b1, b1)));
    q2 = f64x2.add(q2, f64x2.add(f64x2.mul(a2, a2), f64x2.mul(b2, b2)));
    q3 = f64x2.add(q3, f64x2.add(f64x2.mul(a3, a3), f64x2.mul(b3, b3)));
  }
  storeJoint(joint, constant, q0, q1, q2, q3);
  return density;
}

// @ts-ignore: decorator
@inline
function diagonalForms(rows: usize, d: i32, density: usize, constant: f64, joint: usize): usize {
  const width = (<usize>d) * 8;
  let q0 = f64x2.splat(0);
  let q1 = q0;
  let q2 = q0;
  let q3 = q0;
  for (const end = density + width; density < end; density += 8, rows += GROUP) {
    const mean = v128.load64_splat(density);
    const factor = v128.load64_splat(density + width);
    const z0 = f64x2.mul(f64x2.sub(v128.load(rows), mean), factor);
    const z1 = f64x2.mul(f64x2.sub(v128.load(rows, 16), mean), factor);
    const z2 = f64x2.mul(f64x2.sub(v128.load(rows, 32), mean), factor);
    const z3 = f64x2.mul(f64x2.sub(v128.load(rows, 48), mean), factor);
    q0 = f64x2.add(q0, f64x2.mul(z0, z0));
    q1 = f64x2.add(q1, f64x2.mul(z1, z1));
    q2 = f64x2.add(q2, f64x2.mul(z2, z2));
    q3 = f64x2.add(q3, f64x2.mul(z3, z3));
  }
  storeJoint(joint, constant, q0, q1, q2, q3);
  return density + width;
}

// @ts-ignore: decorator
@inline
function storeJoint(joint: usize, constant: f64, q0: v128, q1: v128, q2: v128, q3: v128): void {
  const half = f64x2.splat(0.5);
  const most = f64x2.splat(constant);
  v128.store(joint, f64x2.sub(most, f64x2.mul(half, q0)));
  v128.store(joint, f64x2.sub(most, f64x2.mul(half, q1)), 16);
  v128.store(joint, f64x2.sub(most, f64x2.mul(half, q2)), 32);
  v128.store(joint, f64x2.sub(most, f64x2.mul(half, q3)), 48);
}

/**
 * e to each of two numbers in [`NEGLIGIBLE`, 0]: 2 to a whole power times a Taylor series on |r| <= ln 2 / 2, whose first term left out is 4e-18. Within
 * 1 ulp.
 */
// @ts-ignore: decorator
@inline
function exp(t: v128): v128 {
  const shifted = f64x2.add(f64x2.mul(t, f64x2.splat(LOG2E)), f64x2.splat(ROUNDER));
  const power = f64x2.sub(shifted, f64x2.splat(ROUNDER));
  const r = f64x2.sub(f64x2.sub(t, f64x2.mul(power, f64x2.splat(LN2_HIGH))), f64x2.mul(power, f64x2.splat(LN2_LOW)));
  const s = f64x2.mul(r, r);
  // Odd and even terms apart: two short chains in place of a long one.
  let odd = f64x2.splat(1.0 / 6227020800.0);
  let even = f64x2.splat(1.0 / 479001600.0);
  odd = f64x2.add(f64x2.mul(odd, s), f64x2.splat(1.0 / 39916800.0));
  even = f64x2.add(f64x2.mul(even, s), f64x2.splat(1.0 / 3628800.0));
  odd = f64x2.add(f64x2.mul(odd, s), f64x2.splat(1.0 / 362880.0));
  even = f64x2.add(f64x2.mul(even, s), f64x2.splat(1.0 / 40320.0));
  odd = f64x2.add(f64x2.mul(odd, s), f64x2.splat(1.0 / 5040.0));
  even = f64x2.add(f64x2.mul(even, s), f64x2.splat(1.0 / 720.0));
  odd = f64x2.add(f64x2.mul(odd, s), f64x2.splat(1.0 / 120.0));
  even = f64x2.add(f64x2.mul(even, s), f64x2.splat(1.0 / 24.0));
  odd = f64x2.add(f64x2.mul(odd, s), f64x2.splat(1.0 / 6.0));
  even = f64x2.add(f64x2.mul(even, s), f64x2.splat(0.5));
  const series = f64x2.add(f64x2.splat(1), f64x2.add(r, f64x2.mul(s, f64x2.add(even, f64x2.mul(odd, r)))));
  const scale = i64x2.shl(i64x2.add(shifted, i64x2.splat(1023)), 52);
  return f64x2.mul(series, scale);
}

// @ts-ignore: decorator
@inline
function divide(at: usize, end: usize, by: v128): void {
  for (; at < end; at += GROUP) v128.store(at, f64x2.mul(v128.load(at), by));
}

/** Whether a row has no density in floating point under any component. */
// @ts-ignore: decorator
@inline
function unreachable(largest: v128): bool {
  return v128.any_true(f64x2.eq(largest, f64x2.splat(-Infinity)));
}

/**
 * Joint log-densities of a group (k x 8) into posteriors times weights, in place.
 *
 * @param weights 8 numbers, or 0 for once each.
 * @param count Rows of the group that are there, 1..8: the others get no weight.
 * @param sums Scratch: 16 numbers.
 * @returns The group's weighted log-likelihood; −Infinity where a row has no density: its posteriors are equal.
 */
function posteriorOf(joint: usize, k: i32, weights: usize, count: i32, sums: usize): f64 {
  const end = joint + (<usize>k) * GROUP;
  let m0 = v128.load(joint);
  let m1 = v128.load(joint, 16);
  let m2 = v128.load(joint, 32);
  let m3 = v128.load(joint, 48);
  for (let at = joint + GROUP; at < end; at += GROUP) {
    m0 = f64x2.pmax(m0, v128.load(at));
    m1 = f64x2.pmax(m1, v128.load(at, 16));
    m2 = f64x2.pmax(m2, v128.load(at, 32));
    m3 = f64x2.pmax(m3, v128.load(at, 48));
  }
  const o0 = m0;
  const o1 = m1;
  const o2 = m2;
  const o3 = m3;
  v128.store(sums, m0);
  v128.store(sums, m1, 16);
  v128.store(sums, m2, 32);
  v128.store(sums, m3, 48);
  if (unreachable(f64x2.pmin(f64x2.pmin(m0, m1), f64x2.pmin(m2, m3)))) {
    for (let p: usize = 0; p < GROUP; p += 8) {
      if (load<f64>(sums + p) != -Infinity) continue;
      for (let at = joint; at < end; at += GROUP) store<f64>(at + p, 0);
    }
    const none = f64x2.splat(-Infinity);
    const zero = f64x2.splat(0);
    m0 = v128.bitselect(zero, m0, f64x2.eq(m0, none));
    m1 = v128.bitselect(zero, m1, f64x2.eq(m1, none));
    m2 = v128.bitselect(zero, m2, f64x2.eq(m2, none));
    m3 = v128.bitselect(zero, m3, f64x2.eq(m3, none));
  }
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  const least = f64x2.splat(NEGLIGIBLE);
  for (let at = joint; at < end; at += GROUP) {
    const b0 = f64x2.sub(v128.load(at), m0);
    const b1 = f64x2.sub(v128.load(at, 16), m1);
    const b2 = f64x2.sub(v128.load(at, 32), m2);
    const b3 = f64x2.sub(v128.load(at, 48), m3);
    // Of a component far away nothing is worked out.
    const c0 = f64x2.ge(b0, least);
    const c1 = f64x2.ge(b1, least);
    const c2 = f64x2.ge(b2, least);
    const c3 = f64x2.ge(b3, least);
    if (!v128.any_true(v128.or(v128.or(c0, c1), v128.or(c2, c3)))) {
      const none = f64x2.splat(0);
      v128.store(at, none);
      v128.store(at, none, 16);
      v128.store(at, none, 32);
      v128.store(at, none, 48);
      continue;
    }
    const e0 = v128.and(exp(f64x2.pmax(b0, least)), c0);
    const e1 = v128.and(exp(f64x2.pmax(b1, least)), c1);
    const e2 = v128.and(exp(f64x2.pmax(b2, least)), c2);
    const e3 = v128.and(exp(f64x2.pmax(b3, least)), c3);
    v128.store(at, e0);
    v128.store(at, e1, 16);
    v128.store(at, e2, 32);
    v128.store(at, e3, 48);
    s0 = f64x2.add(s0, e0);
    s1 = f64x2.add(s1, e1);
    s2 = f64x2.add(s2, e2);
    s3 = f64x2.add(s3, e3);
  }
  v128.store(sums, s0, 64);
  v128.store(sums, s1, 80);
  v128.store(sums, s2, 96);
  v128.store(sums, s3, 112);
  let logLikelihood: f64 = 0;
  if (weights == 0 && count == LANES) {
    const product = f64x2.mul(f64x2.mul(s0, s1), f64x2.mul(s2, s3));
    const all = f64x2.extract_lane(product, 0) * f64x2.extract_lane(product, 1);
    logLikelihood = across(f64x2.add(f64x2.add(o0, o1), f64x2.add(o2, o3)));
    // Each sum lies in [1, k]: the logarithm of their product is one call in place of 8.
    if (all != 1) logLikelihood += Math.log(all);
  } else if (weights == 0) {
    let product: f64 = 1;
    for (let p: usize = 0, last = (<usize>count) * 8; p < last; p += 8) {
      logLikelihood += load<f64>(sums + p);
      product *= load<f64>(sums + p, 64);
    }
    if (product != 1) logLikelihood += Math.log(product);
  } else {
    for (let p: usize = 0, last = (<usize>count) * 8; p < last; p += 8)
      logLikelihood += load<f64>(weights + p) * (load<f64>(sums + p) + Math.log(load<f64>(sums + p, 64)));
  }
  const one = f64x2.splat(1);
  let w0 = f64x2.div(one, s0);
  let w1 = f64x2.div(one, s1);
  let w2 = f64x2.div(one, s2);
  let w3 = f64x2.div(one, s3);
  if (weights != 0) {
    w0 = f64x2.mul(w0, v128.load(weights));
    w1 = f64x2.mul(w1, v128.load(weights, 16));
    w2 = f64x2.mul(w2, v128.load(weights, 32));
    w3 = f64x2.mul(w3, v128.load(weights, 48));
  }
  divide(joint, end, w0);
  divide(joint + 16, end, w1);
  divide(joint + 32, end, w2);
  divide(joint + 48, end, w3);
  if (count < LANES) withoutRows(joint, end, count);
  return logLikelihood;
}

/** No weight for the rows of a group past the end of the data. */
function withoutRows(shares: usize, end: usize, count: i32): void {
  for (; shares < end; shares += GROUP) for (let p = count; p < LANES; p++) store<f64>(shares + ((<usize>p) << 3), 0);
}

// @ts-ignore: decorator
@inline
function across(pair: v128): f64 {
  return f64x2.extract_lane(pair, 0) + f64x2.extract_lane(pair, 1);
}

// @ts-ignore: decorator
@inline
function add(at: usize, value: f64): void {
  store<f64>(at, load<f64>(at) + value);
}

/** Bytes of a component's queue: how many rows wait, their weights, and their distances from the centre (d x `QUEUE`). */
// @ts-ignore: decorator
@inline
function queueBytes(d: i32): usize {
  return 16 + COLUMN + (<usize>d) * COLUMN;
}

/** Bytes of a component's sums: weight, d sums, d x d products (the lower triangle counts) or d squares. */
// @ts-ignore: decorator
@inline
function sumsBytes(d: i32, diagonal: bool): usize {
  return 8 * (1 + (<usize>d) + (diagonal ? <usize>d : (<usize>d) * (<usize>d)));
}

/**
 * Put the rows of a group that have weight in a component into its queue, as distances from its centre. Pair after pair is written whole, whatever it
 * holds; the next one begins behind its last row of weight. Where only the second of a pair has weight the pair is read from there: what lies behind
 * the group is then read, too, and is overwritten or never looked at.
 *
 * @param shares 8 weights.
 * @param weighed Scratch of `flush`.
 */
function enqueue(rows: usize, shares: usize, d: i32, centre: usize, queue: usize, sums: usize, weighed: usize): void {
  const zero = f64x2.splat(0);
  const m0 = i64x2.bitmask(f64x2.ne(v128.load(shares), zero));
  const m1 = i64x2.bitmask(f64x2.ne(v128.load(shares, 16), zero));
  const m2 = i64x2.bitmask(f64x2.ne(v128.load(shares, 32), zero));
  const m3 = i64x2.bitmask(f64x2.ne(v128.load(shares, 48), zero));
  if ((m0 | m1 | m2 | m3) == 0) return;
  let waiting = load<i32>(queue);
  if (waiting > QUEUE - LANES) {
    flush(queue, d, sums, weighed);
    waiting = 0;
  }
  let to0 = queue + 16 + ((<usize>waiting) << 3);
  let to1 = to0 + (<usize>popcnt(m0) << 3);
  let to2 = to1 + (<usize>popcnt(m1) << 3);
  let to3 = to2 + (<usize>popcnt(m2) << 3);
  store<i32>(queue, waiting + popcnt(m0) + popcnt(m1) + popcnt(m2) + popcnt(m3));
  const skip0: usize = m0 == 2 ? 8 : 0;
  const skip1: usize = m1 == 2 ? 24 : 16;
  const skip2: usize = m2 == 2 ? 40 : 32;
  const skip3: usize = m3 == 2 ? 56 : 48;
  v128.store(to0, v128.load(shares + skip0));
  v128.store(to1, v128.load(shares + skip1));
  v128.store(to2, v128.load(shares + skip2));
  v128.store(to3, v128.load(shares + skip3));
  let from0 = rows + skip0;
  let from1 = rows + skip1;
  let from2 = rows + skip2;
  let from3 = rows + skip3;
  // Columns are even in number.
  for (const end = centre + ((<usize>d) << 3); centre < end; centre += 16) {
    const mean = v128.load64_splat(centre);
    v128.store(to0, f64x2.sub(v128.load(from0), mean), COLUMN);
    v128.store(to1, f64x2.sub(v128.load(from1), mean), COLUMN);
    v128.store(to2, f64x2.sub(v128.load(from2), mean), COLUMN);
    v128.store(to3, f64x2.sub(v128.load(from3), mean), COLUMN);
    const next = v128.load64_splat(centre, 8);
    v128.store(to0, f64x2.sub(v128.load(from0, GROUP), next), 2 * COLUMN);
    v128.store(to1, f64x2.sub(v128.load(from1, GROUP), next), 2 * COLUMN);
    v128.store(to2, f64x2.sub(v128.load(from2, GROUP), next), 2 * COLUMN);
    v128.store(to3, f64x2.sub(v128.load(from3, GROUP), next), 2 * COLUMN);
    to0 += 2 * COLUMN;
    to1 += 2 * COLUMN;
    to2 += 2 * COLUMN;
    to3 += 2 * COLUMN;
    from0 += 2 * GROUP;
    from1 += 2 * GROUP;
    from2 += 2 * GROUP;
    from3 += 2 * GROUP;
  }
}

/**
 * Add the rows of a queue to the sums of its component, and empty it.
 *
 * @param weighed Scratch: two columns.
 */
function flush(queue: usize, d: i32, sums: usize, weighed: usize): void {
  const waiting = load<i32>(queue);
  if (waiting == 0) return;
  const weights = queue + 16;
  // An odd row out is followed by one without weight; what stands there is finite.
  if (waiting & 1) store<f64>(weights + ((<usize>waiting) << 3), 0);
  const bytes = (<usize>((waiting + 1) & ~1)) << 3;
  let size = f64x2.splat(0);
  for (let p: usize = 0; p < bytes; p += 16) size = f64x2.add(size, v128.load(weights + p));
  add(sums, across(size));
  let first = sums + 8;
  let row = first + ((<usize>d) << 3);
  const below = (<usize>d) << 3;
  for (let i = 0, z = weights + COLUMN; i < d; i += 2, z += 2 * COLUMN) {
    let s0 = f64x2.splat(0);
    let s1 = s0;
    for (let p: usize = 0; p < bytes; p += 16) {
      const weight = v128.load(weights + p);
      const u0 = f64x2.mul(weight, v128.load(z + p));
      const u1 = f64x2.mul(weight, v128.load(z + p, COLUMN));
      v128.store(weighed + p, u0);
      v128.store(weighed + p, u1, COLUMN);
      s0 = f64x2.add(s0, u0);
      s1 = f64x2.add(s1, u1);
    }
    add(first, across(s0));
    add(first + 8, across(s1));
    first += 16;
    let to = row;
    let other = weights + COLUMN;
    for (; other + COLUMN < z; other += 4 * COLUMN, to += 32) fourColumns(weighed, other, bytes, to, below);
    if (other <= z) twoColumns(weighed, other, bytes, to, below);
    row += below << 1;
  }
  store<i32>(queue, 0);
}

/** Products of two weighed columns with four. */
// @ts-ignore: decorator
@inline
function fourColumns(weighed: usize, columns: usize, bytes: usize, to: usize, below: usize): void {
  let a0 = f64x2.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let b0 = a0;
  let b1 = a0;
  let b2 = a0;
  let b3 = a0;
  for (const end = weighed + bytes; weighed < end; weighed += 16, columns += 16) {
    const a = v128.load(weighed);
    const b = v128.load(weighed, COLUMN);
    const c0 = v128.load(columns);
    const c1 = v128.load(columns, COLUMN);
    const c2 = v128.load(columns, 2 * COLUMN);
    const c3 = v128.load(columns, 3 * COLUMN);
    a0 = f64x2.add(a0, f64x2.mul(a, c0));
    a1 = f64x2.add(a1, f64x2.mul(a, c1));
    a2 = f64x2.add(a2, f64x2.mul(a, c2));
    a3 = f64x2.add(a3, f64x2.mul(a, c3));
    b0 = f64x2.add(b0, f64x2.mul(b, c0));
    b1 = f64x2.add(b1, f64x2.mul(b, c1));
    b2 = f64x2.add(b2, f64x2.mul(b, c2));
    b3 = f64x2.add(b3, f64x2.mul(b, c3));
  }
  addPair(to, a0, a1);
  addPair(to + 16, a2, a3);
  addPair(to + below, b0, b1);
  addPair(to + below + 16, b2, b3);
}

/** Products of two weighed columns with two. */
// @ts-ignore: decorator
@inline
function twoColumns(weighed: usize, columns: usize, bytes: usize, to: usize, below: usize): void {
  let a0 = f64x2.splat(0);
  let a1 = a0;
  let b0 = a0;
  let b1 = a0;
  for (const end = weighed + bytes; weighed < end; weighed += 16, columns += 16) {
    const a = v128.load(weighed);
    const b = v128.load(weighed, COLUMN);
    const c0 = v128.load(columns);
    const c1 = v128.load(columns, COLUMN);
    a0 = f64x2.add(a0, f64x2.mul(a, c0));
    a1 = f64x2.add(a1, f64x2.mul(a, c1));
    b0 = f64x2.add(b0, f64x2.mul(b, c0));
    b1 = f64x2.add(b1, f64x2.mul(b, c1));
  }
  addPair(to, a0, a1);
  addPair(to + below, b0, b1);
}

/** Add the sums across two pairs to two neighbours in memory. */
// @ts-ignore: decorator
@inline
function addPair(to: usize, a: v128, b: v128): void {
  const sums = f64x2.add(v128.shuffle<f64>(a, b, 0, 2), v128.shuffle<f64>(a, b, 1, 3));
  v128.store(to, f64x2.add(v128.load(to), sums));
}

/** Add a group to the sums of a component that only need squares. */
function addSquares(rows: usize, shares: usize, d: i32, centre: usize, sums: usize): void {
  const r0 = v128.load(shares);
  const r1 = v128.load(shares, 16);
  const r2 = v128.load(shares, 32);
  const r3 = v128.load(shares, 48);
  const all = f64x2.add(f64x2.add(r0, r1), f64x2.add(r2, r3));
  const size = across(all);
  if (size == 0) return;
  add(sums, size);
  const width = (<usize>d) << 3;
  sums += 8;
  for (const end = sums + width; sums < end; sums += 8, centre += 8, rows += GROUP) {
    const mean = v128.load64_splat(centre);
    const z0 = f64x2.sub(v128.load(rows), mean);
    const z1 = f64x2.sub(v128.load(rows, 16), mean);
    const z2 = f64x2.sub(v128.load(rows, 32), mean);
    const z3 = f64x2.sub(v128.load(rows, 48), mean);
    const u0 = f64x2.mul(r0, z0);
    const u1 = f64x2.mul(r1, z1);
    const u2 = f64x2.mul(r2, z2);
    const u3 = f64x2.mul(r3, z3);
    const first = f64x2.add(f64x2.add(u0, u1), f64x2.add(u2, u3));
    const second = f64x2.add(f64x2.add(f64x2.mul(u0, z0), f64x2.mul(u1, z1)), f64x2.add(f64x2.mul(u2, z2), f64x2.mul(u3, z3)));
    const both = f64x2.add(v128.shuffle<f64>(first, second, 0, 2), v128.shuffle<f64>(first, second, 1, 3));
    add(sums, f64x2.extract_lane(both, 0));
    add(sums + width, f64x2.extract_lane(both, 1));
  }
}

/** Add a group to the sums of all components. */
// @ts-ignore: decorator
@inline
function gather(rows: usize, shares: usize, d: i32, k: i32, diagonal: bool, centres: usize, queues: usize, sums: usize, weighed: usize): void {
  const queueSize = queueBytes(d);
  const sumsSize = sumsBytes(d, diagonal);
  for (let c = 0; c < k; c++) {
    if (diagonal) addSquares(rows, shares, d, centres, sums);
    else enqueue(rows, shares, d, centres, queues, sums, weighed);
    shares += GROUP;
    centres += (<usize>d) << 3;
    queues += queueSize;
    sums += sumsSize;
  }
}

/** From k x 8 to 8 rows of k, the first `count` of them. */
function writeRows(shares: usize, k: i32, count: i32, out: usize): void {
  for (let p = 0; p < count; p++) {
    let from = shares + ((<usize>p) << 3);
    for (let c = 0; c < k; c++, from += GROUP, out += 8) store<f64>(out, load<f64>(from));
  }
}

/** Joint log-densities of rows [from, to) (`from` a multiple of 8), written row-major. */
export function mixtureJoint(
  rows: usize, from: i32, to: i32, d: i32, k: i32, diagonal: bool, density: usize, constants: usize, scratch: usize, out: usize,
): void {
  const joint = scratch;
  const centred = joint + (<usize>k) * GROUP;
  const step = (<usize>d) * GROUP;
  let group = rows + (<usize>(from >> 3)) * step;
  for (let i = from; i < to; i += LANES, group += step) {
    jointOf(group, d, k, diagonal, density, constants, joint, centred);
    writeRows(joint, k, min(LANES, to - i), out);
    out += (<usize>k) * GROUP;
  }
}

/**
 * E-step of rows [from, to) (`from` a multiple of 8), and what the M-step needs of them.
 *
 * @param weights One per row, padded to whole groups; 0 for once each.
 * @param centres k x d: sums are of distances from these.
 * @param queues Rows that wait, see `queueBytes`; not used where diagonal.
 * @param sums See `sumsBytes`; added to.
 * @param scratch k x 8, d x 8, 16 and 128 numbers.
 * @returns The log-likelihood of the rows.
 */
export function mixtureStep(
  rows: usize, weights: usize, from: i32, to: i32, d: i32, k: i32, diagonal: bool, density: usize, constants: usize, centres: usize, queues: usize,
  sums: usize, scratch: usize,
): f64 {
  const joint = scratch;
  const own = joint + (<usize>k) * GROUP;
  const weighed = own + 128;
  const centred = weighed + 2 * COLUMN;
  const step = (<usize>d) * GROUP;
  let group = rows + (<usize>(from >> 3)) * step;
  let logLikelihood: f64 = 0;
  for (let i = from; i < to; i += LANES, group += step) {
    const count = min(LANES, to - i);
    jointOf(group, d, k, diagonal, density, constants, joint, centred);
    logLikelihood += posteriorOf(joint, k, weights == 0 ? 0 : weights + ((<usize>i) << 3), count, own);
    gather(group, joint, d, k, diagonal, centres, queues, sums, weighed);
  }
  return logLikelihood;
}

/**
 * The sums of `mixtureStep` for given responsibilities.
 *
 * @param given Of rows [from, to), row-major.
 */
export function mixtureGiven(
  rows: usize, weights: usize, from: i32, to: i32, d: i32, k: i32, diagonal: bool, given: usize, centres: usize, queues: usize, sums: usize, scratch: usize,
): void {
  const shares = scratch;
  const weighed = shares + (<usize>k) * GROUP;
  const step = (<usize>d) * GROUP;
  let group = rows + (<usize>(from >> 3)) * step;
  for (let i = from; i < to; i += LANES, group += step) {
    const count = min(LANES, to - i);
    for (let p = 0; p < count; p++) {
      const weight = weights == 0 ? 1 : load<f64>(weights + ((<usize>(i + p)) << 3));
      let share = shares + ((<usize>p) << 3);
      for (let c = 0; c < k; c++, given += 8, share += GROUP) store<f64>(share, weight * load<f64>(given));
    }
    if (count < LANES) withoutRows(shares, shares + (<usize>k) * GROUP, count);
    gather(group, shares, d, k, diagonal, centres, queues, sums, weighed);
  }
}

/** Add what still waits in the queues to the sums. */
export function mixtureFlush(d: i32, k: i32, queues: usize, sums: usize, scratch: usize): void {
  const queueSize = queueBytes(d);
  const sumsSize = sumsBytes(d, false);
  for (let c = 0; c < k; c++) {
    flush(queues, d, sums, scratch);
    queues += queueSize;
    sums += sumsSize;
  }
}
