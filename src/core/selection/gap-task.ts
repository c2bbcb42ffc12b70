import type { Kernel } from '../clustering/kernel';
import { runRestart, workspaceFor } from '../clustering/kmeans/kmeans';
import type { Points } from '../clustering/points';
import { gapReference, logWithin, type ReferenceBox } from '../validity/gap';

/** Starts of k-means on a reference set. */
const RESTARTS = 3;

export interface GapShared {
  readonly box: ReferenceBox;
  /** Ascending. */
  readonly ks: readonly number[];
  readonly seed: number;
}

/** Log of the least inertia of k-means on one reference set, for every k. */
export function gapTask(draw: number, { box, ks, seed }: GapShared, kernel: Kernel): (number | null)[] {
  const points = gapReference(box, draw, seed);
  return inertias(points, ks, draw, seed, kernel).map((inertia) => logWithin(inertia, points));
}

function inertias(points: Points, ks: readonly number[], draw: number, seed: number, kernel: Kernel): number[] {
  const workspace = workspaceFor(points.rows, Math.max(...ks));
  return ks.map((k) => {
    let least = Infinity;
    for (let block = 0; block < RESTARTS; block++) {
      const address = { seed, stage: 'selection', use: 'gap seeding', candidate: k, restart: draw, block } as const;
      least = Math.min(least, runRestart(points, null, k, address, workspace, kernel).inertia);
    }
    return least;
  });
}
