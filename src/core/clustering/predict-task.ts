import type { Points } from './points';
import { predict, type Assignments, type CentroidModel } from './predict';

export interface PredictShared {
  readonly points: Points;
  readonly model: CentroidModel;
}

/** Assign one range of rows in a compute thread. */
export const predictTask = ([from, to]: readonly [number, number], { points, model }: PredictShared): Assignments =>
  predict(model, points, from, to);
