import type { Kernel } from '../clustering/kernel';
import type { Points } from '../clustering/points';
import type { KernelInstance } from './memory';
import { unitBoxOf, type UnitBox } from './unit-box';

interface Exports {
  stripBytes(): number;
  packPoints(points: number, rows: number, cols: number, stride: number, centres: number, scale: number, packs: number): void;
  groupDistanceSums(packs: number, rows: number, cols: number, tips: number, starts: number, groups: number, strip: number, out: number): void;
}

/** Rows whose distances are measured at a time. */
const TIPS = 4;
/** Rows that are brought into the memory at a time. */
const CHUNK_ROWS = 4096;
/** Relative rounding error of single precision. */
const UNIT = 2 ** -24;

/**
 * `Kernel.groupDistanceSums` in single precision, sums in double. A coordinate is off by 2^-24 of its distance from the centre of the points, so a
 * distance from row x by at most twice that of |x|: `errors` says so. O(m n d), 4 n d bytes.
 */
export function simdGroupDistances(instance: KernelInstance): Kernel['groupDistanceSums'] {
  const { stripBytes, packPoints, groupDistanceSums } = instance.exports as unknown as Exports;
  const boxes = new WeakMap<Points, UnitBox>();

  function boxOf(points: Points): UnitBox {
    const known = boxes.get(points);
    if (known) return known;
    const box = unitBoxOf(points);
    boxes.set(points, box);
    return box;
  }

  function load(points: Points, { centres, scale }: UnitBox): number {
    const { rows, cols, stride, values } = points;
    const packBytes = Math.ceil(rows / 8) * cols * 32;
    const rawAt = Math.ceil(packBytes / 16) * 16;
    const raw = Math.min(rows, CHUNK_ROWS) * stride;
    return instance.hold(points, 'silhouette', rawAt + (raw + cols) * 8, (at) => {
      const centresAt = at + rawAt + raw * 8;
      instance.f64(centresAt, cols).set(centres);
      for (let from = 0; from < rows; from += CHUNK_ROWS) {
        const count = Math.min(CHUNK_ROWS, rows - from);
        instance.f64(at + rawAt, raw).set(values.subarray(from * stride, (from + count) * stride));
        packPoints(at + rawAt, count, cols, stride, centresAt, scale, at + (from / 8) * cols * 32);
      }
    });
  }

  return (points, starts, rows, out, errors) => {
    const groups = starts.length - 1;
    const box = boxOf(points);
    const packs = load(points, box);
    instance.frame(() => {
      const strip = instance.allocate(stripBytes());
      const startsAt = instance.allocate(starts.length * 4);
      const tipsAt = instance.allocate(TIPS * 4);
      const outAt = instance.allocate(TIPS * groups * 8);
      instance.i32(startsAt, starts.length).set(starts);
      const tips = instance.i32(tipsAt, TIPS);
      const sums = instance.f64(outAt, TIPS * groups);
      for (let from = 0; from < rows.length; from += TIPS) {
        const count = Math.min(TIPS, rows.length - from);
        // Where fewer are left, the last one takes the other places.
        for (let t = 0; t < TIPS; t++) tips[t] = rows[from + Math.min(t, count - 1)];
        groupDistanceSums(packs, points.rows, points.cols, tipsAt, startsAt, groups, strip, outAt);
        for (let i = 0; i < count * groups; i++) out[from * groups + i] = sums[i] / box.scale;
      }
    });
    rows.forEach((row, i) => (errors[i] = 2 * UNIT * distanceFromCentre(points, row, box)));
  };
}

function distanceFromCentre({ cols, stride, values }: Points, row: number, { centres, scale }: UnitBox): number {
  let sum = 0;
  for (let j = 0; j < cols; j++) sum += ((values[row * stride + j] - centres[j]) * scale) ** 2;
  return Math.sqrt(sum) / scale;
}
