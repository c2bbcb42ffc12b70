import { toPoints, type Points } from '../../../../src/core/clustering/points';
import type { Dendrogram, Linkage } from '../../../../src/core/clustering/hierarchical/types';
import { matrixOf, normals, testStream } from '../data';

export const pointsOf = (rows: readonly (readonly number[])[]): Points => toPoints(matrixOf(rows));

/** Rows of normal numbers: no two distances are equal. */
export function normalRows(rows: number, cols: number, seed: number): number[][] {
  const normal = normals(testStream(seed));
  return Array.from({ length: rows }, () => Array.from({ length: cols }, normal));
}

/** The numbers 0..n−1 in another order. */
export function shuffled(n: number, seed: number): number[] {
  const random = testStream(seed);
  const keys = Array.from({ length: n }, () => random.uniform());
  return [...keys.keys()].sort((a, b) => keys[a] - keys[b]);
}

/** Rows below each id of a dendrogram. */
export function membersOf({ leaves, left, right }: Dendrogram): number[][] {
  const members = Array.from({ length: leaves }, (_, row) => [row]);
  left.forEach((id, i) => members.push([...members[id], ...members[right[i]]]));
  return members;
}

const euclidean = (a: readonly number[], b: readonly number[]): number =>
  Math.sqrt(a.reduce((sum, value, j) => sum + (value - b[j]) ** 2, 0));

/** Distance of two clusters, from its definition over all their rows; a row of weight w is w rows. */
export function distanceByDefinition(
  rows: readonly (readonly number[])[],
  weights: readonly number[],
  a: readonly number[],
  b: readonly number[],
  method: Linkage,
): number {
  const weightOf = (members: readonly number[]): number => members.reduce((sum, i) => sum + weights[i], 0);
  if (method === 'ward') {
    const mean = (members: readonly number[]): number[] =>
      rows[0].map((_, j) => members.reduce((sum, i) => sum + weights[i] * rows[i][j], 0) / weightOf(members));
    const within = (members: readonly number[]): number =>
      members.reduce((sum, i) => sum + weights[i] * euclidean(rows[i], mean(members)) ** 2, 0);
    return Math.sqrt(Math.max(0, 2 * (within([...a, ...b]) - within(a) - within(b))));
  }
  const pairs = a.flatMap((i) =>
    b.map((j) => ({ distance: euclidean(rows[i], rows[j]), pairs: weights[i] * weights[j] })),
  );
  return method === 'complete'
    ? Math.max(...pairs.map(({ distance }) => distance))
    : pairs.reduce((sum, pair) => sum + pair.pairs * pair.distance, 0) / (weightOf(a) * weightOf(b));
}
