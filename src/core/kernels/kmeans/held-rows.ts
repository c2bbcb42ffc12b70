import type { Points } from '../../clustering/points';
import type { KernelInstance } from '../memory';
import { blocksFor, BLOCK, bytesPerBlock, centringOf, packRows, type Centring } from './packing';

/** Rows as the instance holds them for comparisons in f32. */
export interface PackedRows {
  readonly at: number;
  readonly centring: Centring;
}

const packedFormat = ({ rows, cols }: Points, part = 'all'): string => `packed ${rows} x ${cols}, ${part}`;

/**
 * Load rows packed for comparisons, unless they are there from the call before. O(nd) the first time. Before any frame is open.
 *
 * @param key, part Where these are some of the rows of others: the values of those, and which rows of them.
 */
export function holdPacked(instance: KernelInstance, points: Points, key: Float64Array = points.values, part = 'all'): PackedRows {
  const { rows, cols } = points;
  const centring = centringOf(points);
  const blocks = blocksFor(rows);
  const at = instance.hold(key, packedFormat(points, part), blocks * bytesPerBlock(cols), (to) =>
    packRows(points, 0, rows, centring, instance.f32(to, blocks * BLOCK * (cols + 1))),
  );
  return { at, centring };
}

/** The same if they are there. */
export function findPacked(instance: KernelInstance, points: Points): PackedRows | null {
  const at = instance.held(points.values, packedFormat(points));
  return at === null ? null : { at, centring: centringOf(points) };
}

/** Load rows as they are; otherwise as `holdPacked`. */
export function holdPlain(instance: KernelInstance, { rows, stride, values }: Points, key: Float64Array = values, part = 'all'): number {
  const length = rows * stride;
  return instance.hold(key, `plain ${rows} x ${stride}, ${part}`, length * 8, (to) => instance.f64(to, length).set(values.subarray(0, length)));
}
