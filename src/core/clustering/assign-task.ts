import { assign, type AssigningModel } from './assign';
import type { Assignments } from './assignments';
import type { Kernel } from './kernel';
import type { Points } from './points';

export interface AssignShared {
  readonly points: Points;
  readonly model: AssigningModel;
}

/** Assign one range of rows in a compute thread. */
export const assignTask = ([from, to]: readonly [number, number], { points, model }: AssignShared, kernel: Kernel): Assignments =>
  assign(model, points, from, to, kernel);
