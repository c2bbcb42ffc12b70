import type { Points } from '../clustering/points';
import { RandomStream } from '../linalg/random-stream';

/**
 * The same rows with every column shuffled on its own: each column keeps its distribution, and nothing else holds between them. What an
 * algorithm finds here is of its own making. O(nd).
 */
export function permuteColumns({ rows, cols, stride, values }: Points, seed: number, shuffle: number, shared = false): Points {
  const length = values.length;
  const shuffled = shared ? new Float64Array(new SharedArrayBuffer(length * Float64Array.BYTES_PER_ELEMENT)) : new Float64Array(length);
  shuffled.set(values);
  for (let j = 0; j < cols; j++) {
    const random = new RandomStream({ seed, stage: 'selection', use: 'permutation', candidate: j, restart: shuffle, block: 0 });
    for (let i = rows - 1; i > 0; i--) {
      const other = random.integer(i + 1) * stride + j;
      const own = i * stride + j;
      [shuffled[own], shuffled[other]] = [shuffled[other], shuffled[own]];
    }
  }
  return { rows, cols, stride, values: shuffled };
}
