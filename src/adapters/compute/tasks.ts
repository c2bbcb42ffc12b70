import { independentCheckTask } from '../../core/clustering/kmeans/independent-check';
import { predictTask } from '../../core/clustering/predict-task';
import { pcaTask } from '../../core/linalg/pca-task';
import { polishTask, resampleTask, restartsTask, silhouetteTask } from '../../core/selection/tasks';

/** A kernel by name: pure, given only its payload and what its map shares. */
export type Task = (payload: never, shared: never) => unknown;

/** Everything a compute thread can do. */
export const TASKS: Readonly<Record<string, Task>> = {
  'kmeans.restarts': restartsTask,
  'kmeans.polish': polishTask,
  'kmeans.predict': predictTask,
  'kmeans.check': independentCheckTask,
  'pca.components': pcaTask,
  'silhouette.block': silhouetteTask,
  'stability.resample': resampleTask,
};
