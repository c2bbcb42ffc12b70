import type { Matrix } from '../../../src/core/linalg/matrix';
import { RandomStream } from '../../../src/core/linalg/random-stream';

/** A matrix from rows, with columns named x1, x2, … */
export function matrixOf(rows: readonly (readonly number[])[], cols = rows[0]?.length ?? 0): Matrix {
  return {
    rows: rows.length,
    cols,
    names: Array.from({ length: cols }, (_, j) => `x${j + 1}`),
    values: Float64Array.from(rows.flat()),
  };
}

/** A stream of its own for test data. */
export const testStream = (seed: number): RandomStream =>
  new RandomStream({ seed, stage: 'extract', use: 'seeding', candidate: 0, restart: 0, block: 0 });

/** Standard normal numbers (Box-Muller). */
export const normals = (random: RandomStream) => (): number =>
  Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());

/** Round groups with the given centres and sizes, mixed in a fixed way; `truth` is the group of each row. */
export function blobs(
  centres: readonly (readonly number[])[],
  sizes: readonly number[],
  sd: number,
  seed = 1,
): { matrix: Matrix; truth: Int32Array } {
  const random = testStream(seed);
  const normal = normals(random);
  const rows = centres.flatMap((centre, g) =>
    Array.from({ length: sizes[g] }, () => ({
      g,
      at: random.uniform(),
      row: centre.map((value) => value + sd * normal()),
    })),
  );
  rows.sort((a, b) => a.at - b.at);
  return { matrix: matrixOf(rows.map(({ row }) => row)), truth: Int32Array.from(rows, ({ g }) => g) };
}

/** Ids in ascending order, one per row. */
export const idsOf = (rows: number): string[] =>
  Array.from({ length: rows }, (_, i) => `c_${String(i).padStart(8, '0')}`);
