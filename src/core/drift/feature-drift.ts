import type { ModesConfig } from '../../config/modes';
import type { DriftAlarm, FeatureDrift } from '../../contracts/drift';
import type { FeatureSpec } from '../../contracts/features';
import { quantile } from '../prepare/quantile';
import type { CustomerGroups, Draws } from './groups';
import { kolmogorovSmirnov } from './kolmogorov-smirnov';
import { meanChange, type MeanChange, type TwoDays } from './mean-change';
import { populationStability } from './population-stability';

// Bound once: a lookup of the global in a hot loop is slow in some hosts (test sandboxes).
const { isNaN } = Number;

/** Where the upper tail is cut in means. */
const CAP = 0.99;

export interface DriftOptions {
  readonly thresholds: ModesConfig['drift'];
  /** Features that are looked at together: they share the level. */
  readonly features: number;
}

/** How far a feature of the model has moved since the reference, and whether that is drift. O(n log n + m log m + groups × draws). */
export function featureDrift(
  { name: feature, label, unit }: Pick<FeatureSpec, 'name' | 'label' | 'unit'>,
  column: TwoDays,
  groups: CustomerGroups,
  draws: Draws,
  { thresholds, features }: DriftOptions,
): FeatureDrift {
  const reference = sortedValues(column.reference);
  const current = sortedValues(column.current);
  const comparable = reference.length > 0 && current.length > 0;
  const cap = reference.length > 0 ? quantile(reference, CAP) : null;
  const measured = {
    missing: { reference: missingShare(reference, column.reference), current: missingShare(current, column.current) },
    psi: comparable ? populationStability(reference, current) : null,
    ks: comparable ? kolmogorovSmirnov(reference, current) : null,
    mean: comparable && cap !== null ? meanChange(column, cap, groups, draws, thresholds.level / features) : null,
  };
  return {
    feature,
    label,
    unit,
    values: { reference: reference.length, current: current.length },
    ...measured,
    cap,
    alarms: alarmsOf(measured, thresholds),
  };
}

type Measured = Pick<FeatureDrift, 'psi' | 'ks' | 'mean' | 'missing'>;

function alarmsOf({ psi, ks, mean, missing }: Measured, thresholds: DriftOptions['thresholds']): DriftAlarm[] {
  const alarms: [DriftAlarm, boolean][] = [
    ['psi', psi !== null && psi > thresholds.psi],
    ['ks', ks !== null && ks > thresholds.ks],
    ['mean', mean !== null && isBeyond(mean, thresholds.meanChange)],
    // A missing value is a value like any other: the distribution has moved by so much there.
    ['missing', Math.abs(missing.current - missing.reference) > thresholds.ks],
  ];
  return alarms.filter(([, raised]) => raised).map(([alarm]) => alarm);
}

/** Whether the whole interval lies beyond ± the change. */
const isBeyond = ({ low, high }: MeanChange, change: number): boolean => low > change || high < -change;

const sortedValues = (values: Float64Array): Float64Array => values.filter((value) => !isNaN(value)).sort();

const missingShare = (values: Float64Array, all: Float64Array): number => (all.length === 0 ? 0 : 1 - values.length / all.length);
