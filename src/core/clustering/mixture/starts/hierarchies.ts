import { RandomStream } from '../../../linalg/random-stream';
import { cuts } from '../../hierarchical/cut';
import { linkage } from '../../hierarchical/linkage';
import { pickPoints, type Points } from '../../points';
import { agglomerate, labelsAt } from './model-based';
import { sphere } from './sphere';

/** Rows an agglomeration is made of, at most: its time and memory grow with their square. */
export const HIERARCHY_ROWS = 2000;

/** An agglomeration that was cut once for every k: starts that all covariance models share. */
export interface Hierarchy {
  readonly method: 'model-based' | 'ward' | 'ward, sphered';
  /** Groups of the sampled rows into 1, 2, ... clusters. */
  readonly labels: readonly Int32Array[];
}

/** What starts are made from: plain data, worked out once for a data set. */
export interface StartSpace {
  readonly points: Points;
  readonly weights: Float64Array | null;
  /** The same rows, sphered. */
  readonly sphered: Points;
  /** Rows of the hierarchies, ascending; null for all. */
  readonly sample: Int32Array | null;
  readonly hierarchies: readonly Hierarchy[];
}

/**
 * The space of the starts and three hierarchies in it: model-based and Ward's on the sphered columns, Ward's on the columns as they are.
 *
 * @param weights Whole numbers >= 1, or null for 1 each.
 * @param largestK Clusters the hierarchies are cut into, at most.
 *
 * O(nd²), then O(m²d³) for the m <= `hierarchyRows` sampled rows.
 */
export function startSpace(
  points: Points,
  weights: Float64Array | null,
  {
    largestK,
    seed,
    hierarchyRows = HIERARCHY_ROWS,
  }: { readonly largestK: number; readonly seed: number; readonly hierarchyRows?: number },
): StartSpace {
  const sphered = sphere(points, weights);
  const sample = points.rows > hierarchyRows ? drawRows(points.rows, hierarchyRows, seed) : null;
  const of = (whole: Points): Points => (sample === null ? whole : pickPoints(whole, sample));
  const drawn = weights === null || sample === null ? weights : Float64Array.from(sample, (row) => weights[row]);
  const inSphere = of(sphered);
  const ks = Array.from({ length: Math.min(largestK, inSphere.rows) }, (_, i) => i + 1);
  const tree = agglomerate(inSphere, drawn);
  return {
    points,
    weights,
    sphered,
    sample,
    hierarchies: [
      { method: 'model-based', labels: ks.map((k) => labelsAt(tree, k)) },
      { method: 'ward, sphered', labels: cuts(linkage(inSphere, drawn, 'ward'), ks) },
      { method: 'ward', labels: cuts(linkage(of(points), drawn, 'ward'), ks) },
    ],
  };
}

/** `size` of `rows` rows, ascending: those with the smallest random numbers, so that a smaller sample is part of a larger one. O(n log n). */
export function drawRows(rows: number, size: number, seed: number): Int32Array {
  const random = new RandomStream({ seed, stage: 'selection', use: 'seeding', candidate: 0, restart: 0, block: 1 });
  const keys = Float64Array.from({ length: rows }, () => random.uniform());
  const limit = Float64Array.from(keys).sort()[size - 1];
  const below = Int32Array.from({ length: rows }, (_, row) => row).filter((row) => keys[row] <= limit);
  return below.slice(0, size);
}
