import { UMAP } from 'umap-js';
import { PipelineError } from '../../contracts/errors';
import type { Points } from '../clustering/points';
import { neighboursOf } from './neighbours';
import { principalComponents, scores } from './pca';
import type { RandomStream } from './random-stream';

/** Neighbours that are kept together, the row itself included. */
export const UMAP_NEIGHBOURS = 15;
/** Passes over the neighbourhoods: more change the eye's impression no more. */
const EPOCHS = 200;
/** Where the layout begins: the largest score on a component, and the noise that parts copies of a row. */
const SPREAD = 10;
const JITTER = 1e-3;

/**
 * A map that keeps neighbours together (umap-js), from exact neighbours, begun at the first two principal components rather than at random: groups
 * then lie about where they are, and the map depends little on the seed. For the eye only; distances between groups mean nothing.
 *
 * @param points At least `UMAP_NEIGHBOURS` + 1 rows, all finite; O(n²) in time, so a sample.
 * @returns n positions [x, y], finite.
 * @throws PipelineError `INSUFFICIENT_DATA` for fewer rows; `NOT_FINITE`.
 *
 * McInnes, Healy and Melville, arXiv:1802.03426, 2018; on where to begin Kobak and Linderman, Nature Biotechnology 39, 2021.
 */
export function umap(points: Points, random: RandomStream): number[][] {
  const { rows: n, cols, stride, values } = points;
  if (n <= UMAP_NEIGHBOURS) throw new PipelineError('INSUFFICIENT_DATA', `a map needs at least ${UMAP_NEIGHBOURS + 1} rows, got ${n}`, { rows: n });
  const rows = Array.from({ length: n }, (_, i) => Array.from(values.subarray(i * stride, i * stride + cols)));
  const start = startOf(rows, random);
  const layout = new UMAP({ nNeighbors: UMAP_NEIGHBOURS, nEpochs: EPOCHS, random: () => random.uniform() });
  const { indices, distances } = withThemselves(points);
  layout.setPrecomputedKNN(indices, distances);
  layout.initializeFit(rows);
  // Its own positions, which it goes on from, are random ones.
  const positions = layout.getEmbedding();
  positions.forEach((position, i) => position.splice(0, 2, ...start[i]));
  for (let epoch = 0; epoch < EPOCHS; epoch++) layout.step();
  if (!positions.every((position) => position.every(Number.isFinite)))
    throw new PipelineError('NOT_FINITE', 'the positions on the map are not finite: the values are too large or too small');
  return positions;
}

/** Scores on two components, the largest `SPREAD`, with a little noise. */
function startOf(rows: readonly (readonly number[])[], random: RandomStream): number[][] {
  const cols = rows[0].length;
  const x = { rows: rows.length, cols, names: rows[0].map((_, j) => `column ${j + 1}`), values: Float64Array.from(rows.flat()) };
  const pca = principalComponents(x, { allowUnscaled: true });
  const start = scores(x, pca, [...rows.keys()], 2);
  const largest = start.reduce((most, position) => Math.max(most, ...position.map(Math.abs)), 0);
  const scale = largest > 0 ? SPREAD / largest : 0;
  return start.map((position) => position.map((value) => value * scale + JITTER * (random.uniform() - 0.5)));
}

/** As UMAP wants them: each row is the first of its neighbours. */
function withThemselves(points: Points): { indices: number[][]; distances: number[][] } {
  const others = UMAP_NEIGHBOURS - 1;
  const { rows, distances } = neighboursOf(points, others);
  const each = <T>(make: (i: number, from: number, to: number) => T): T[] =>
    Array.from({ length: points.rows }, (_, i) => make(i, i * others, (i + 1) * others));
  return {
    indices: each((i, from, to) => [i, ...rows.subarray(from, to)]),
    distances: each((_, from, to) => [0, ...distances.subarray(from, to)]),
  };
}
