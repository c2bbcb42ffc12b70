import { blocksOf } from '../../linalg/blocks';
import type { AssigningModel } from '../assign';
import type { AssignShared } from '../assign-task';
import type { Assignments } from '../assignments';
import type { Points } from '../points';
import type { FinalInput } from './input';

/** Rows assigned by one task. */
const TASK_ROWS = 65_536;

/** Every row assigned by the model, in the order of the rows. */
export async function assignAll(
  { solution, sizes, inertia }: AssigningModel,
  points: Points,
  { compute, signal }: Pick<FinalInput, 'compute' | 'signal'>,
): Promise<Assignments> {
  const shared: AssignShared = { points, model: { solution, sizes, inertia } };
  const parts = await compute.map<readonly [number, number], Assignments>('clustering.assign', blocksOf(points.rows, TASK_ROWS), {
    shared,
    ...(signal && { signal }),
  });
  const whole: Assignments = {
    cluster: new Int32Array(points.rows),
    distance: new Float64Array(points.rows),
    runnerUp: new Int32Array(points.rows),
    margin: new Float64Array(points.rows),
    probability: new Float64Array(points.rows),
  };
  parts.forEach((part, p) => {
    for (const name of ['cluster', 'distance', 'runnerUp', 'margin', 'probability'] as const)
      whole[name].set(part[name], p * TASK_ROWS);
  });
  return whole;
}
