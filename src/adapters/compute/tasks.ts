import { assignTask } from '../../core/clustering/assign-task';
import type { Kernel } from '../../core/clustering/kernel';
import { refineTask } from '../../core/clustering/final/refine-task';
import { secondTask } from '../../core/clustering/final/second-sample';
import { holdoutFitTask } from '../../core/clustering/holdout/fit-task';
import { polishTask } from '../../core/clustering/kmeans/polish';
import { independentCheckTask } from '../../core/clustering/kmeans/independent-check';
import { blrtDraw } from '../../core/clustering/mixture/blrt';
import { DRIFT_TASKS, featureTask, placeTask } from '../../core/drift/tasks';
import { pcaTask } from '../../core/linalg/pca-task';
import { pictureTask } from '../../core/linalg/picture-task';
import { dendrogramTask } from '../../core/selection/dendrogram-task';
import { fitTask } from '../../core/selection/fit-task';
import { gapTask } from '../../core/selection/gap-task';
import { ratioTask } from '../../core/selection/ratio-task';
import { resampleTask, splitTask } from '../../core/selection/resample-task';
import { silhouetteTask } from '../../core/selection/silhouette-task';

/** A task by name: pure, given only its payload, what its map shares, and the kernel that its inner loops run in. */
export type Task = (payload: never, shared: never, kernel: Kernel) => unknown;

/** Everything a compute thread can do. */
export const TASKS: Readonly<Record<string, Task>> = {
  'selection.fit': fitTask,
  'selection.silhouette': silhouetteTask,
  'selection.gap': gapTask,
  'selection.resample': resampleTask,
  'selection.split': splitTask,
  'selection.dendrogram': dendrogramTask,
  'clustering.refine': refineTask,
  'clustering.assign': assignTask,
  'clustering.second': secondTask,
  'mixture.ratio': ratioTask,
  'holdout.fit': holdoutFitTask,
  'mixture.blrt': blrtDraw,
  'kmeans.check': independentCheckTask,
  'kmeans.polish': polishTask,
  [DRIFT_TASKS.feature]: featureTask,
  [DRIFT_TASKS.place]: placeTask,
  'pca.components': pcaTask,
  'picture.umap': pictureTask,
};
