import type { Compute } from '../../ports';
import { squaredDistance } from '../distance';
import type { Kernel, LloydOutcome, LloydShard } from '../kernel';
import type { Points } from '../points';
import { MAX_ITERATIONS } from './kmeans';

/** Rows are shared out to so many shards, whatever the number of threads: sums are added shard by shard, so no bit depends on who did which. */
const SHARDS = 8;
/** Shards begin at multiples of this. */
const STEP = 8;
/** Rows whose squared distances are added up before they are added to the rest. */
const BLOCK_ROWS = 1024;

/** A fit of all rows. Clusters are in the order of the start. */
export interface Polished extends LloydOutcome {
  /** k x stride. */
  readonly centroids: Float64Array;
  /** The nearest of these centroids, of each row. */
  readonly labels: Int32Array;
  readonly sizes: readonly number[];
  /** Sum of squared distances to the own centroid. */
  readonly inertia: number;
}

/** Indices into `control`. */
const STEP_NUMBER = 0;
const DONE = 1;
const PHASE = 2;
const ITERATIONS = 3;
const CLAIMS = 4;
const OWNERS = CLAIMS + SHARDS;
const CHANGED = OWNERS + SHARDS;
const CONTROL = CHANGED + SHARDS;

/** Values of `control[PHASE]`. */
const ITERATING = 0;
const SUMMING = 1;
const CONVERGED = 2;
const STOPPED = 3;

/** What all threads see; everything but `points` and the numbers is shared memory. */
export interface PolishShared {
  readonly points: Points;
  readonly k: number;
  readonly maxIterations: number;
  readonly control: Int32Array;
  readonly centroids: Float64Array;
  readonly labels: Int32Array;
  /** Per shard: k x stride sums, then k weights. */
  readonly totals: Float64Array;
  /** Per shard. */
  readonly inertia: Float64Array;
}

const shared = {
  f64: (length: number): Float64Array => new Float64Array(new SharedArrayBuffer(length * 8)),
  i32: (length: number): Int32Array => new Int32Array(new SharedArrayBuffer(length * 4)),
};

/**
 * Lloyd's iteration from given centroids over all rows, on all threads of `compute` at once, until no row changes its cluster. The same bits for any number of threads, and not those of `fitFrom`,
 * which adds up all rows in one row. A cluster that becomes empty stays where it is.
 *
 * @param points In shared memory (`toPoints` with `shared`), or each thread gets a copy.
 * @param start k x stride; not changed.
 *
 * O(nkd / threads) per iteration at most; threads that come late join, and one that has nothing to do takes over shards of others.
 */
export async function polish(
  { compute, signal }: { readonly compute: Compute; readonly signal?: AbortSignal },
  points: Points,
  start: Float64Array,
  k: number,
  maxIterations = MAX_ITERATIONS,
): Promise<Polished> {
  const state: PolishShared = {
    points,
    k,
    maxIterations,
    control: shared.i32(CONTROL),
    centroids: shared.f64(k * points.stride),
    labels: shared.i32(points.rows),
    totals: shared.f64(SHARDS * k * (points.stride + 1)),
    inertia: shared.f64(SHARDS),
  };
  state.control[STEP_NUMBER] = 1;
  state.centroids.set(start.subarray(0, k * points.stride));
  const participants = Array.from({ length: Math.min(SHARDS, compute.threads) }, (_, i) => i + 1);
  await compute.map<number, null>('kmeans.polish', participants, { shared: state, ...(signal && { signal }) });
  const sizes = new Array<number>(k).fill(0);
  for (const label of state.labels) sizes[label]++;
  return {
    iterations: state.control[ITERATIONS],
    converged: state.control[PHASE] === CONVERGED,
    centroids: state.centroids.slice(),
    labels: state.labels.slice(),
    sizes,
    inertia: state.inertia.reduce((sum, part) => sum + part, 0),
  };
}

/** First row of each shard, and the end. */
function boundsOf(rows: number): number[] {
  const blocks = Math.ceil(rows / STEP);
  return Array.from({ length: SHARDS + 1 }, (_, s) => Math.min(rows, Math.floor((blocks * s) / SHARDS) * STEP));
}

/**
 * One participant of `polish`. All do the same: claim a shard of the current step, work on it; who finishes the last shard of a step takes the next one. Nobody waits for a participant that has not
 * started, so any number of them finishes, one as well.
 *
 * @param self A number > 0 of its own.
 */
export function polishTask(self: number, state: PolishShared, kernel: Kernel): null {
  const { control } = state;
  const bounds = boundsOf(state.points.rows);
  const open = new Map<number, LloydShard>();
  for (;;) {
    const step = Atomics.load(control, STEP_NUMBER);
    const phase = Atomics.load(control, PHASE);
    if (phase === CONVERGED || phase === STOPPED) return null;
    const shard = claim(control, step, self, open);
    if (shard < 0) {
      Atomics.wait(control, STEP_NUMBER, step);
      continue;
    }
    if (phase === ITERATING) assignShard(state, shard, bounds[shard], bounds[shard + 1], self, open, kernel);
    else state.inertia[shard] = inertiaOf(state, bounds[shard], bounds[shard + 1]);
    if (Atomics.add(control, DONE, 1) === SHARDS - 1) takeStep(state, step);
  }
}

/** A shard that nobody has claimed in this step: one that is open here, one that is nobody's, any. −1: there is none, or the step is over. */
function claim(control: Int32Array, step: number, self: number, open: ReadonlyMap<number, LloydShard>): number {
  const rank = (shard: number): number => {
    const owner = Atomics.load(control, OWNERS + shard);
    return owner === self && open.has(shard) ? 0 : owner === 0 ? 1 : 2;
  };
  const order = Array.from({ length: SHARDS }, (_, s) => s).sort((a, b) => rank(a) - rank(b) || a - b);
  for (const shard of order) if (Atomics.compareExchange(control, CLAIMS + shard, step - 1, step) === step - 1) return shard;
  return -1;
}

function assignShard(state: PolishShared, shard: number, from: number, to: number, self: number, open: Map<number, LloydShard>, kernel: Kernel): void {
  const { control, points, k, labels, centroids } = state;
  const width = k * (points.stride + 1);
  const sums = state.totals.subarray(shard * width, shard * width + k * points.stride);
  const weights = state.totals.subarray(shard * width + k * points.stride, (shard + 1) * width);
  const own = open.get(shard) ?? kernel.openShard(points, from, to, k);
  open.set(shard, own);
  const owner = Atomics.exchange(control, OWNERS + shard, self);
  if (owner !== 0 && owner !== self) own.adopt(labels.subarray(from, to), { sums, weights });
  control[CHANGED + shard] = own.assign(centroids);
  labels.set(own.labels, from);
  sums.set(own.totals.sums);
  weights.set(own.totals.weights);
}

/** All shards are done: new centroids, or the end. Only one participant is here, and the others wait. */
function takeStep(state: PolishShared, step: number): void {
  const { control } = state;
  const iterations = control[ITERATIONS];
  const changed = control.subarray(CHANGED, CHANGED + SHARDS).some((rows) => rows > 0);
  if (control[PHASE] === SUMMING) Atomics.store(control, PHASE, changed ? STOPPED : CONVERGED);
  else if (iterations === state.maxIterations || !changed) {
    // The comparison that found nothing to change counts, as in `Kernel.lloyd`.
    if (!changed) control[ITERATIONS] = Math.min(iterations + 1, state.maxIterations);
    Atomics.store(control, PHASE, SUMMING);
  } else {
    control[ITERATIONS] = iterations + 1;
    moveCentroids(state);
  }
  Atomics.store(control, DONE, 0);
  Atomics.store(control, STEP_NUMBER, step + 1);
  Atomics.notify(control, STEP_NUMBER);
}

/** Means over all shards, added in their order; an empty cluster stays where it is. */
function moveCentroids({ points: { stride }, k, totals, centroids }: PolishShared): void {
  const width = k * (stride + 1);
  const all = new Float64Array(width);
  for (let shard = 0; shard < SHARDS; shard++) for (let j = 0; j < width; j++) all[j] += totals[shard * width + j];
  for (let c = 0; c < k; c++) {
    const weight = all[k * stride + c];
    if (weight > 0) for (let j = c * stride; j < (c + 1) * stride; j++) centroids[j] = all[j] / weight;
  }
}

function inertiaOf({ points: { stride, values }, labels, centroids }: PolishShared, from: number, to: number): number {
  let total = 0;
  for (let first = from; first < to; first += BLOCK_ROWS) {
    let sum = 0;
    for (let i = first; i < Math.min(first + BLOCK_ROWS, to); i++) sum += squaredDistance(values, i * stride, centroids, labels[i] * stride, stride);
    total += sum;
  }
  return total;
}
