import type { FeatureDrift } from '../../contracts/drift';
import type { FeatureSpec } from '../../contracts/features';
import type { AssigningModel } from '../clustering/assign';
import type { Kernel } from '../clustering/kernel';
import type { Points } from '../clustering/points';
import { featureDrift, type DriftOptions } from './feature-drift';
import type { CustomerGroups, Draws } from './groups';
import type { TwoDays } from './mean-change';
import { place, type Placement } from './placement';

/** What the tasks are called in compute threads. */
export const DRIFT_TASKS = { feature: 'drift.feature', place: 'drift.place' } as const;

export interface FeatureShared {
  readonly groups: CustomerGroups;
  readonly draws: Draws;
  readonly options: DriftOptions;
}

export interface FeaturePayload {
  readonly spec: Pick<FeatureSpec, 'name' | 'label' | 'unit'>;
  readonly column: TwoDays;
}

/** Drift of one feature in a compute thread. */
export const featureTask = ({ spec, column }: FeaturePayload, { groups, draws, options }: FeatureShared): FeatureDrift =>
  featureDrift(spec, column, groups, draws, options);

export interface PlaceShared {
  readonly model: AssigningModel;
  readonly days: readonly Points[];
}

/** Place rows [from, to) of one day in a compute thread. */
export const placeTask = ([day, from, to]: readonly [number, number, number], { model, days }: PlaceShared, kernel: Kernel): Placement =>
  place(model, days[day], from, to, kernel);
