import type { CandidateSpec } from '../../../contracts/algorithms';
import { fitTask } from '../../selection/fit-task';
import type { FitOptions } from '../../selection/fitters';
import { clustersOf, labelsOf } from '../assign';
import type { Kernel } from '../kernel';
import type { Points } from '../points';

/** One window: all its customers, and those a model is fitted to. */
export interface HoldoutPoints {
  readonly all: Points;
  readonly sample: Points;
}

export interface HoldoutShared {
  readonly windows: readonly HoldoutPoints[];
  readonly options: FitOptions;
}

export interface HoldoutFitPayload {
  readonly spec: CandidateSpec;
  /** Window whose sample the model is fitted to. */
  readonly fit: number;
  /** Windows whose customers it labels. */
  readonly label: readonly number[];
}

export interface HoldoutFit {
  /** Clusters found; 0 without a solution. */
  readonly k: number;
  /** Why there is no solution; null where there is one. */
  readonly failure: string | null;
  /** Of all customers of each labelled window, −1 for none; clusters by their size in the sample, largest first. */
  readonly labels: readonly Int32Array[];
}

/** Fit the specification to one window and label the customers of some. */
export function holdoutFitTask({ spec, fit, label }: HoldoutFitPayload, { windows, options }: HoldoutShared, kernel: Kernel): HoldoutFit {
  const [{ solution, failure }] = fitTask([spec], { sample: windows[fit].sample, all: null, options }, kernel);
  if (solution === null) return { k: 0, failure: failure ?? 'no solution', labels: [] };
  return { k: clustersOf(solution), failure: null, labels: label.map((window) => labelsOf(solution, windows[window].all, kernel)) };
}
