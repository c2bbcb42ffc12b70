import type { HoldoutComparison, HoldoutPersona } from '../../../contracts/selection';
import type { Matrix } from '../../linalg/matrix';
import { persistence, profileShift } from '../../validity/holdout';
import { crossTable, hungarianJaccard, type MatchedJaccard } from '../../validity/jaccard';
import { predictionStrength } from '../../validity/prediction-strength';
import { adjustedRandIndex, withNoiseAsGroup } from '../../validity/rand-index';
import { stabilityLabel } from '../../validity/stability';
import type { HoldoutFit } from './fit-task';

/** The customers of one window, in the order of their ids. */
export interface WindowRows {
  readonly ids: readonly string[];
  /** Prepared, n x d. */
  readonly matrix: Matrix;
}

export interface CompareInput {
  readonly earlier: WindowRows;
  readonly later: WindowRows;
  /** The model of the earlier window, with its labels of both windows. */
  readonly model: HoldoutFit;
  /** The later window clustered anew, with its labels of the later window. */
  readonly anew: HoldoutFit;
  /** Published cluster of each customer, and how many there are. */
  readonly published: ReadonlyMap<string, number>;
  readonly publishedClusters: number;
}

const NOBODY = -1;

/**
 * Whether the groups of the earlier window live on in the later one. Two questions: do its customers stay in their groups (one model, two
 * windows), and does the later window, looked at afresh, show the same groups (two models, one window)?
 *
 * @throws PipelineError `INSUFFICIENT_DATA` where rows and labels do not fit.
 *
 * O(n d + k³).
 */
export function compareWindows({ earlier, later, model, anew, published, publishedClusters }: CompareInput): HoldoutComparison {
  const { k } = model;
  const [before, after] = model.labels;
  const [alignedBefore, alignedAfter] = align(earlier.ids, before, later.ids, after);
  const kept = persistence(alignedBefore, alignedAfter, k);
  const moves = crossTable(alignedBefore, alignedAfter, k, k).table;
  const shifts = profileShift({ x: earlier.matrix, labels: before }, { x: later.matrix, labels: after }, k);
  const own = Int32Array.from(later.ids, (id) => published.get(id) ?? NOBODY);
  const names = matched(after, own, k, publishedClusters);
  const again = anew.failure === null ? matched(after, anew.labels[0], k, anew.k) : null;
  const personas = kept.personas.map(({ earlier: had, later: has, stayed, left, joined, jaccard }, p): HoldoutPersona => ({
    cluster: names === null || names.counterpart[p] < 0 ? null : names.counterpart[p],
    overlap: names?.perCluster[p] ?? 0,
    earlier: had,
    later: has,
    stayed,
    left,
    joined,
    movedTo: Array.from(moves.subarray(p * k, (p + 1) * k)),
    jaccard,
    label: jaccard === null ? null : stabilityLabel(jaccard),
    foundAgain: again?.perCluster[p] ?? null,
    shifts: shifts[p],
  }));
  return {
    columns: earlier.matrix.names,
    customers: kept.customers,
    stayed: kept.personas.reduce((sum, { stayed }) => sum + stayed, 0),
    adjustedRand: kept.adjustedRand,
    personas,
    anew: anew.failure === null ? structureOf(after, anew.labels[0], k, anew.k) : null,
  };
}

/** Two labellings over the customers of either window, −1 where a customer is not in one. Ids are distinct. */
function align(idsA: readonly string[], a: Int32Array, idsB: readonly string[], b: Int32Array): [Int32Array, Int32Array] {
  const inB = new Map(idsB.map((id, row) => [id, row]));
  const inA = new Set(idsA);
  const joined = Array.from(b).filter((_, row) => !inA.has(idsB[row]));
  const first = [...a, ...joined.map(() => NOBODY)];
  const second = [
    ...idsA.map((id) => {
      const row = inB.get(id);
      return row === undefined ? NOBODY : b[row];
    }),
    ...joined,
  ];
  return [Int32Array.from(first), Int32Array.from(second)];
}

/** Null where no row is in a cluster of the first, or the second has none. */
const matched = (a: Int32Array, b: Int32Array, k: number, kOfSecond: number): MatchedJaccard | null =>
  kOfSecond === 0 || !a.some((label) => label >= 0) ? null : hungarianJaccard(a, b, k, kOfSecond);

function structureOf(predicted: Int32Array, own: Int32Array, k: number, found: number): HoldoutComparison['anew'] {
  // Those without a cluster are a group of their own: to leave the same customers out is agreement too.
  return {
    k: found,
    adjustedRand: adjustedRandIndex(withNoiseAsGroup(predicted), withNoiseAsGroup(own)),
    predictionStrength: found === 0 ? null : predictionStrength(own, predicted, Math.max(k, found)).value,
  };
}
