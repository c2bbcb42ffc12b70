import type { Points } from '../../clustering/points';
import type { KernelInstance } from '../memory';
import { blocksFor, BLOCK, bytesPerBlock, centringOf, packRows, type Centring } from './packing';

/** Rows as the instance holds them for comparisons in f32. */
export interface PackedRows {
  readonly at: number;
  readonly centring: Centring;
}

const packedFormat = ({ rows, cols }: Points): string => `packed ${rows} x ${cols}`;

/** Load rows packed for comparisons, unless they are there from the call before. O(nd) the first time. Before any frame is open. */
export function holdPacked(instance: KernelInstance, points: Points): PackedRows {
  const { rows, cols } = points;
  const centring = centringOf(points);
  const blocks = blocksFor(rows);
  const at = instance.hold(points.values, packedFormat(points), blocks * bytesPerBlock(cols), (to) =>
    packRows(points, 0, rows, centring, instance.f32(to, blocks * BLOCK * (cols + 1))),
  );
  return { at, centring };
}

/** The same if they are there. */
export function findPacked(instance: KernelInstance, points: Points): PackedRows | null {
  const at = instance.held(points.values, packedFormat(points));
  return at === null ? null : { at, centring: centringOf(points) };
}

/** Load rows as they are. Before any frame is open. */
export function holdPlain(instance: KernelInstance, { rows, stride, values }: Points): number {
  const length = rows * stride;
  return instance.hold(values, `plain ${rows} x ${stride}`, length * 8, (to) => instance.f64(to, length).set(values.subarray(0, length)));
}
