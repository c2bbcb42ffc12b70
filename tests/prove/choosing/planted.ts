import { RandomStream } from '../../../src/core/linalg/random-stream';
import type { Matrix } from '../../../src/core/linalg/matrix';
import { adjustedRandIndex } from '../../../src/core/validity/rand-index';
import { OVERLAPS, type Cell } from './cells';

// Bound once: a lookup of the global in a hot loop is slow in some hosts (test sandboxes).
const { cos, exp, floor, log, sqrt, PI } = Math;

/** Columns that behaviours differ in. */
const COLUMNS = 6;
const IRRELEVANT = 2;
const BACKGROUND = 0.05;
/** Correlation of any two columns within a behaviour; its sign is the behaviour's own. */
const CORRELATION = 0.3;
/** Degrees of freedom of the t-distribution. */
const FREEDOM = 4;
const ROWS_PER_STREAM = 1024;
/** Rows that the distance of the behaviours is set with. */
const TRIAL_ROWS = 4000;

/** A data set with its truth. */
export interface Planted {
  /** As a warehouse has it: not prepared. */
  readonly raw: Matrix;
  /** Behaviour of each customer, 0..k−1; −1 for a customer of none. */
  readonly truth: Int32Array;
  /** How well the true parameters tell the behaviours apart, over the customers that have one. */
  readonly recognition: Recognition;
}

export interface Recognition {
  /** Adjusted Rand index of the assignment with the true parameters. */
  readonly ari: number;
  /** Jaccard similarity of the behaviour that is recognised worst with those assigned to it. */
  readonly least: number;
}

/** One behaviour: its place, the spread of each column, and how the columns go together. */
interface Behaviour {
  readonly share: number;
  readonly centre: Float64Array;
  readonly spread: Float64Array;
  readonly sign: Float64Array;
}

/** What random numbers are drawn for. */
const PURPOSES = ['behaviours', 'trial', 'rows'] as const;

function streamOf(cell: Cell, seed: number, purpose: (typeof PURPOSES)[number], block = 0): RandomStream {
  const number = Number(cell.id.slice(1));
  return new RandomStream({ seed: number, stage: 'extract', use: 'simulation', candidate: 1 + PURPOSES.indexOf(purpose), restart: seed, block });
}

const normal = (random: RandomStream): number => sqrt(-2 * log(1 - random.uniform())) * cos(2 * PI * random.uniform());
/** Root of a chi-squared number with four degrees of freedom over four: what a normal number is divided by to be t-distributed. */
const stretch = (random: RandomStream): number => sqrt((-2 * log((1 - random.uniform()) * (1 - random.uniform()))) / FREEDOM);

/** The same cell and seed give the same customers. */
export function plant(cell: Cell, seed: number): Planted {
  const behaviours = placed(cell, seed);
  const cols = COLUMNS + (cell.noise === 'columns' ? IRRELEVANT : 0);
  const { customers: rows } = cell;
  const scores = new Float64Array(rows * cols);
  const truth = new Int32Array(rows);
  const { centre, sd } = overall(behaviours, cell);
  for (let from = 0; from < rows; from += ROWS_PER_STREAM) {
    const random = streamOf(cell, seed, 'rows', from / ROWS_PER_STREAM);
    for (let i = from; i < Math.min(from + ROWS_PER_STREAM, rows); i++) {
      const isBackground = cell.noise === 'background' && random.uniform() < BACKGROUND;
      truth[i] = isBackground ? -1 : drawnFrom(behaviours, random);
      if (isBackground) for (let j = 0; j < COLUMNS; j++) scores[i * cols + j] = centre[j] + 2 * sd[j] * normal(random);
      else draw(behaviours[truth[i]], cell, random, scores, i * cols);
      for (let j = COLUMNS; j < cols; j++) scores[i * cols + j] = normal(random) / (cell.tails === 't' ? stretch(random) : 1);
    }
  }
  const values = cell.tails === 'lognormal' ? scores.map((score, at) => asMoney(score, at % cols, centre, sd)) : scores;
  const names = Array.from({ length: cols }, (_, j) => (j < COLUMNS ? `behaviour_${j + 1}` : `irrelevant_${j - COLUMNS + 1}`));
  return { raw: { rows, cols, names, values }, truth, recognition: recognised(behaviours, cell, { rows, cols, values: scores }, truth) };
}

/** Median about 55, quartiles at 24 and 123. */
const asMoney = (score: number, j: number, centre: Float64Array, sd: Float64Array): number =>
  exp(4 + 1.2 * (j < COLUMNS ? (score - centre[j]) / sd[j] : score));

/** Behaviours as far from each other as the cell asks for. */
function placed(cell: Cell, seed: number): Behaviour[] {
  const random = streamOf(cell, seed, 'behaviours');
  const k = cell.behaviours;
  const weights = Array.from({ length: k }, (_, b) => (cell.shares === 'even' ? 1 : 1 + (2 * b) / (k - 1)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const places = spreadOut(k, random);
  const shapes = places.map((centre, b): Behaviour => {
    const size = 0.2 * normal(random);
    return {
      share: weights[b] / total,
      centre,
      spread: Float64Array.from({ length: COLUMNS }, () => exp(size + 0.25 * normal(random))),
      sign: Float64Array.from({ length: COLUMNS }, () => (random.uniform() < 0.5 ? -1 : 1)),
    };
  });
  const recognisedAt = trial(shapes, cell, seed);
  let [near, far] = [0, 40];
  for (let step = 0; step < 20; step++) {
    const middle = (near + far) / 2;
    if (recognisedAt(moved(shapes, middle)) < OVERLAPS[cell.overlap]) near = middle;
    else far = middle;
  }
  return moved(shapes, far);
}

const moved = (behaviours: readonly Behaviour[], factor: number): Behaviour[] =>
  behaviours.map((behaviour) => ({ ...behaviour, centre: behaviour.centre.map((value) => value * factor) }));

/** Places at random, but no two much nearer than others: of twenty candidates the one farthest from those there already. */
function spreadOut(k: number, random: RandomStream): Float64Array[] {
  const candidate = (): Float64Array => Float64Array.from({ length: COLUMNS }, () => normal(random));
  const places = [candidate()];
  const nearest = (place: Float64Array): number => Math.min(...places.map((other) => place.reduce((sum, value, j) => sum + (value - other[j]) ** 2, 0)));
  while (places.length < k) {
    const candidates = Array.from({ length: 20 }, candidate);
    places.push(candidates.reduce((a, b) => (nearest(b) > nearest(a) ? b : a)));
  }
  return places;
}

/** Recognition of the behaviours wherever they are moved; the same random numbers everywhere. */
function trial(behaviours: readonly Behaviour[], cell: Cell, seed: number): (moved: readonly Behaviour[]) => number {
  const random = streamOf(cell, seed, 'trial');
  const truth = new Int32Array(TRIAL_ROWS);
  const deviations = new Float64Array(TRIAL_ROWS * COLUMNS);
  const origin = new Float64Array(COLUMNS);
  for (let i = 0; i < TRIAL_ROWS; i++) {
    truth[i] = drawnFrom(behaviours, random);
    draw({ ...behaviours[truth[i]], centre: origin }, cell, random, deviations, i * COLUMNS);
  }
  return (moved) => {
    const values = deviations.map((deviation, at) => moved[truth[floor(at / COLUMNS)]].centre[at % COLUMNS] + deviation);
    return recognised(moved, cell, { rows: TRIAL_ROWS, cols: COLUMNS, values }, truth).ari;
  };
}

function drawnFrom(behaviours: readonly Behaviour[], random: RandomStream): number {
  let left = random.uniform();
  for (let b = 0; b < behaviours.length - 1; b++) {
    left -= behaviours[b].share;
    if (left < 0) return b;
  }
  return behaviours.length - 1;
}

/** One customer of a behaviour into `out`: correlated normal numbers, for heavy tails divided by one root of a chi-squared number. */
function draw({ centre, spread, sign }: Behaviour, { tails }: Cell, random: RandomStream, out: Float64Array, at: number): void {
  const common = sqrt(CORRELATION) * normal(random);
  const own = sqrt(1 - CORRELATION);
  const divisor = tails === 't' ? stretch(random) : 1;
  for (let j = 0; j < COLUMNS; j++) out[at + j] = centre[j] + (spread[j] * (own * normal(random) + sign[j] * common)) / divisor;
}

/** Mean and standard deviation of each column over all behaviours. */
function overall(behaviours: readonly Behaviour[], { tails }: Cell): { readonly centre: Float64Array; readonly sd: Float64Array } {
  const within = tails === 't' ? FREEDOM / (FREEDOM - 2) : 1;
  const centre = new Float64Array(COLUMNS).map((_, j) => behaviours.reduce((sum, b) => sum + b.share * b.centre[j], 0));
  const sd = centre.map((mean, j) =>
    sqrt(behaviours.reduce((sum, b) => sum + b.share * (within * b.spread[j] ** 2 + (b.centre[j] - mean) ** 2), 0)),
  );
  return { centre, sd };
}

/** The assignment with the true parameters against the truth, on the scale the behaviours were planted on. */
function recognised(behaviours: readonly Behaviour[], { tails }: Cell, { rows, cols, values }: { readonly rows: number; readonly cols: number; readonly values: Float64Array }, truth: Int32Array): Recognition {
  const own = Int32Array.from(truth.keys()).filter((row) => truth[row] >= 0);
  const constants = behaviours.map(({ share, spread }) => log(share) - spread.reduce((sum, value) => sum + log(value), 0));
  const assigned = own.map((row) => {
    let best = 0;
    let most = -Infinity;
    behaviours.forEach((behaviour, b) => {
      const q = distance(behaviour, values, row * cols);
      const density = constants[b] + (tails === 't' ? -0.5 * (FREEDOM + COLUMNS) * log(1 + q / FREEDOM) : -0.5 * q);
      if (density > most) [best, most] = [b, density];
    });
    return best;
  });
  const planted = own.map((row) => truth[row]);
  return { ari: rows === 0 ? 1 : adjustedRandIndex(planted, assigned), least: leastJaccard(planted, assigned, behaviours.length) };
}

/** Squared Mahalanobis distance; the correlation matrix `(1 − ρ) I + ρ s s'` is inverted by Sherman and Morrison's formula. */
function distance({ centre, spread, sign }: Behaviour, values: Float64Array, at: number): number {
  let squares = 0;
  let along = 0;
  for (let j = 0; j < COLUMNS; j++) {
    const u = (values[at + j] - centre[j]) / spread[j];
    squares += u * u;
    along += sign[j] * u;
  }
  return (squares - (CORRELATION * along * along) / (1 - CORRELATION + CORRELATION * COLUMNS)) / (1 - CORRELATION);
}

function leastJaccard(a: Int32Array, b: Int32Array, k: number): number {
  const both = new Float64Array(k);
  const either = new Float64Array(k);
  a.forEach((label, i) => {
    either[label]++;
    if (b[i] === label) both[label]++;
    else either[b[i]]++;
  });
  return Math.min(...both.map((count, c) => (either[c] > 0 ? count / either[c] : 0)));
}
