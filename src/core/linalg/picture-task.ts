import type { PictureReport } from '../../contracts/selection';
import { toPoints, type Points } from '../clustering/points';
import { trustworthiness } from '../validity/trustworthiness';
import { RandomStream } from './random-stream';
import { umap } from './umap';

/** Neighbours that the trustworthiness is measured on, where there are rows enough. */
const NEIGHBOURS = 15;

export interface PicturePayload {
  /** The sample, `UMAP_NEIGHBOURS` + 1 rows at least. */
  readonly points: Points;
  readonly seed: number;
}

export interface PictureResult {
  /** One per row. */
  readonly positions: readonly (readonly number[])[];
  readonly trustworthiness: NonNullable<PictureReport['trustworthiness']>;
}

/** The map of a sample and what it is worth, in a compute thread. Same points and seed: same bytes. */
export function pictureTask({ points, seed }: PicturePayload): PictureResult {
  const random = new RandomStream({ seed, stage: 'clustering', use: 'picture', candidate: 0, restart: 0, block: 0 });
  const positions = umap(points, random);
  const map = toPoints({ rows: points.rows, cols: 2, names: ['x', 'y'], values: Float64Array.from(positions.flat()) });
  const neighbours = Math.min(NEIGHBOURS, Math.ceil(points.rows / 2) - 1);
  return { positions, trustworthiness: { value: trustworthiness(points, map, neighbours), neighbours } };
}
