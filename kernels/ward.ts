/**
 * Ward's clusters as means and weights, f64, with a mirror of the means in f32 for the search of the nearest one. Places hold live clusters in the
 * order of their slots; a merged one has weight 0 until it is squeezed out. The mirror lies in packs of sixteen places, column after
 * column, centred and scaled by a power of two; a place that is not live lies far away in it.
 *
 * One record of addresses and sizes, 8 bytes each, tells where everything is:
 */
// @ts-ignore: decorator
@unmanaged
class Clusters {
  /** means: places x stride f64 */
  means: u32;
  stride: i32;
  /** weights: places f64 */
  weights: u32;
  /** weights in f32, 16 places filled up with 1 */
  weights32: u32;
  /** mirror: ceil(places / 16) · cols · 64 bytes */
  mirror: u32;
  cols: i32;
  /** centres: cols f64 */
  centres: u32;
  /** slot of each place, i32 */
  slotAt: u32;
  /** place of each slot, i32 */
  placeOf: u32;
  /** places in use */
  used: i32;
  live: i32;
  _pad: i32;
  /** the mirror holds (mean − centre) · scale */
  scale: f64;
  /** of the pair that `wardNearest` found last: squared Ward distance */
  distance: f64;
}

/** Places of a pack. */
const PACK: i32 = 16;
/** Bytes of one column of a pack. */
const PACK_BYTES: usize = 64;
/** Where a place that is not live lies: its distance is above every threshold. */
const AWAY: f32 = 1e18;
/** Relative rounding error of f32. */
const UNIT: f64 = 5.9604644775390625e-8;

// @ts-ignore: decorator
@inline
function mirrorAt(c: Clusters, place: i32): usize {
  return <usize>c.mirror + (<usize>((place / PACK) * c.cols)) * PACK_BYTES + (<usize>(place % PACK)) * 4;
}

// @ts-ignore: decorator
@inline
function weightOf(c: Clusters, place: i32): f64 {
  return load<f64>(<usize>c.weights + (<usize>place) * 8);
}

// @ts-ignore: decorator
@inline
function meanAt(c: Clusters, place: i32): usize {
  return <usize>c.means + (<usize>(place * c.stride)) * 8;
}

/** Mean and weight of a place into the mirror. */
function reflect(c: Clusters, place: i32): void {
  const mean = meanAt(c, place);
  let to = mirrorAt(c, place);
  for (let j = 0; j < c.cols; j++) {
    const at = (<usize>j) * 8;
    store<f32>(to, <f32>((load<f64>(mean + at) - load<f64>(<usize>c.centres + at)) * c.scale));
    to += PACK_BYTES;
  }
  store<f32>(<usize>c.weights32 + (<usize>place) * 4, <f32>weightOf(c, place));
}

// @ts-ignore: decorator
@inline
function hide(c: Clusters, place: i32): void {
  store<f32>(mirrorAt(c, place), AWAY);
}

/** Fill the mirror from means and weights, and number the places. */
export function wardStart(record: usize): void {
  const c = changetype<Clusters>(record);
  for (let i = 0; i < c.used; i++) {
    reflect(c, i);
    store<i32>(<usize>c.slotAt + (<usize>i) * 4, i);
    store<i32>(<usize>c.placeOf + (<usize>i) * 4, i);
  }
  const all = ((c.used + PACK - 1) / PACK) * PACK;
  for (let i = c.used; i < all; i++) {
    let to = mirrorAt(c, i);
    for (let j = 0; j < c.cols; j++) {
      store<f32>(to, 0);
      to += PACK_BYTES;
    }
    hide(c, i);
    store<f32>(<usize>c.weights32 + (<usize>i) * 4, 1);
  }
}

/** Squared Ward distance of two places in f64: operations and their order are those of the plain code, so that a pair has one distance. */
// @ts-ignore: decorator
@inline
function exact(c: Clusters, x: usize, weight: f64, place: i32): f64 {
  const y = meanAt(c, place);
  const other = weightOf(c, place);
  const factor = (2 * weight * other) / (weight + other);
  const bytes = (<usize>c.stride) * 8;
  let sum: f64 = 0;
  for (let o: usize = 0; o < bytes; o += 32) {
    const d0 = load<f64>(x + o) - load<f64>(y + o);
    const d1 = load<f64>(x + o, 8) - load<f64>(y + o, 8);
    const d2 = load<f64>(x + o, 16) - load<f64>(y + o, 16);
    const d3 = load<f64>(x + o, 24) - load<f64>(y + o, 24);
    sum += d0 * d0 + d1 * d1 + (d2 * d2 + d3 * d3);
  }
  return factor * sum;
}

/**
 * What a distance can be in the mirror, at most, that is below `least` in truth.
 *
 * With rounding unit u, coordinates of x and y in the mirror are off by u|x| and u|y| <= u (|x| + |x − y|); the factor is at most twice the
 * weight of x; the arithmetic adds a relative (cols + 9) u to the square.
 *
 * @param slack 2 u |x| sqrt(2 weight), in the unit of the mirror. @param growth 1 + (cols + 16) u.
 */
// @ts-ignore: decorator
@inline
function thresholdOf(least: f64, scale: f64, slack: f64, growth: f64): f32 {
  const root = (Math.sqrt(least) * scale + slack) * growth;
  return <f32>min(root * root + 1e-30, 1e35);
}

/**
 * Slot of the live cluster nearest to that of slot x: `previous` (−1 for none) if no other is strictly nearer, else the lowest slot of the nearest;
 * −1 if none is at a finite distance. The mirror rules out all but a few; f64 decides between these.
 */
export function wardNearest(record: usize, slot: i32, previous: i32): i32 {
  const c = changetype<Clusters>(record);
  const placeOf = <usize>c.placeOf;
  const own = load<i32>(placeOf + (<usize>slot) * 4);
  const weight = weightOf(c, own);
  const x = meanAt(c, own);
  const tip = mirrorAt(c, own);
  const packBytes = (<usize>c.cols) * PACK_BYTES;
  let norm: f64 = 0;
  for (let o: usize = 0; o < packBytes; o += PACK_BYTES) {
    const value = <f64>load<f32>(tip + o);
    norm += value * value;
  }
  const slack = 2 * UNIT * Math.sqrt(norm * 2 * weight) * (1 + 4 * UNIT);
  const growth = 1 + (<f64>(c.cols + 16)) * UNIT;
  const scale = c.scale;
  let least = Infinity;
  let place = -1;
  if (previous >= 0) {
    place = load<i32>(placeOf + (<usize>previous) * 4);
    least = exact(c, x, weight, place);
  }
  let threshold = thresholdOf(least, scale, slack, growth);
  let limit = f32x4.splat(threshold);
  const weights = <usize>c.weights;
  const self = f32x4.splat(<f32>weight);
  const twice = f32x4.add(self, self);
  const used = c.used;
  let pack = <usize>c.mirror;
  let w = <usize>c.weights32;
  // The cluster is not its own neighbour: it is passed over by its place.
  for (let first = 0; first < used; first += PACK) {
    let a0 = f32x4.splat(0);
    let a1 = a0;
    let a2 = a0;
    let a3 = a0;
    for (let o: usize = 0; o < packBytes; o += PACK_BYTES) {
      const y = v128.load32_splat(tip + o);
      let e = f32x4.sub(v128.load(pack + o), y);
      a0 = f32x4.add(a0, f32x4.mul(e, e));
      e = f32x4.sub(v128.load(pack + o, 16), y);
      a1 = f32x4.add(a1, f32x4.mul(e, e));
      e = f32x4.sub(v128.load(pack + o, 32), y);
      a2 = f32x4.add(a2, f32x4.mul(e, e));
      e = f32x4.sub(v128.load(pack + o, 48), y);
      a3 = f32x4.add(a3, f32x4.mul(e, e));
    }
    const w0 = v128.load(w);
    const w1 = v128.load(w, 16);
    const w2 = v128.load(w, 32);
    const w3 = v128.load(w, 48);
    // 2ab/(a + b) · d² <= t without a division: 2ab · d² <= t (a + b)
    const m0 = f32x4.le(f32x4.mul(f32x4.mul(twice, w0), a0), f32x4.mul(limit, f32x4.add(self, w0)));
    const m1 = f32x4.le(f32x4.mul(f32x4.mul(twice, w1), a1), f32x4.mul(limit, f32x4.add(self, w1)));
    const m2 = f32x4.le(f32x4.mul(f32x4.mul(twice, w2), a2), f32x4.mul(limit, f32x4.add(self, w2)));
    const m3 = f32x4.le(f32x4.mul(f32x4.mul(twice, w3), a3), f32x4.mul(limit, f32x4.add(self, w3)));
    if (v128.any_true(v128.or(v128.or(m0, m1), v128.or(m2, m3)))) {
      let hits =
        i32x4.bitmask(m0) | (i32x4.bitmask(m1) << 4) | (i32x4.bitmask(m2) << 8) | (i32x4.bitmask(m3) << 12);
      while (hits !== 0) {
        const i = first + ctz(hits);
        hits &= hits - 1;
        if (i === own || i >= used || load<f64>(weights + (<usize>i) * 8) === 0) continue;
        const distance = exact(c, x, weight, i);
        if (!(distance < least)) continue;
        least = distance;
        place = i;
        threshold = thresholdOf(least, scale, slack, growth);
        limit = f32x4.splat(threshold);
      }
      if (least === 0 && place >= 0) break;
    }
    pack += packBytes;
    w += PACK_BYTES;
  }
  c.distance = least;
  return place < 0 ? -1 : load<i32>(<usize>c.slotAt + (<usize>place) * 4);
}

/** Merge the cluster of slot x into that of slot y. */
export function wardMerge(record: usize, x: i32, y: i32): void {
  const c = changetype<Clusters>(record);
  const from = load<i32>(<usize>c.placeOf + (<usize>x) * 4);
  const to = load<i32>(<usize>c.placeOf + (<usize>y) * 4);
  const share = weightOf(c, from) / (weightOf(c, from) + weightOf(c, to));
  let f = meanAt(c, from);
  let t = meanAt(c, to);
  // This way round the mean of equal rows is that row, without rounding.
  for (let j = 0; j < c.stride; j++) {
    const mean = load<f64>(t);
    store<f64>(t, mean + share * (load<f64>(f) - mean));
    f += 8;
    t += 8;
  }
  store<f64>(<usize>c.weights + (<usize>to) * 8, weightOf(c, to) + weightOf(c, from));
  store<f64>(<usize>c.weights + (<usize>from) * 8, 0);
  reflect(c, to);
  hide(c, from);
  c.live--;
  if (<f64>c.live < 0.9 * <f64>c.used) squeeze(c);
}

/** Live clusters together at the front. */
function squeeze(c: Clusters): void {
  const bytes = (<usize>c.stride) * 8;
  let to = 0;
  for (let from = 0; from < c.used; from++) {
    if (weightOf(c, from) === 0) continue;
    const slot = load<i32>(<usize>c.slotAt + (<usize>from) * 4);
    if (from > to) {
      memory.copy(meanAt(c, to), meanAt(c, from), bytes);
      store<f64>(<usize>c.weights + (<usize>to) * 8, weightOf(c, from));
      store<i32>(<usize>c.slotAt + (<usize>to) * 4, slot);
      reflect(c, to);
    }
    store<i32>(<usize>c.placeOf + (<usize>slot) * 4, to);
    to++;
  }
  // What is left of them in the last pack would only be looked at in vain.
  const all = min(((to + PACK - 1) / PACK) * PACK, c.used);
  for (let i = to; i < all; i++) hide(c, i);
  c.used = to;
}
