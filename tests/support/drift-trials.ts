import { modesConfig } from '../../src/config/modes';
import type { DriftAlarm, FeatureDrift } from '../../src/contracts/drift';
import { featureDrift } from '../../src/core/drift/feature-drift';
import { dealGroups, drawGroups } from '../../src/core/drift/groups';
import { RandomStream } from '../../src/core/linalg/random-stream';

// Bound once: a lookup of the global in a hot loop is slow in some hosts (test sandboxes).
const { cos, exp, floor, log, sqrt, PI } = Math;

/** Columns by name; NaN = missing. */
export type Customers = Readonly<Record<string, Float64Array>>;

export const { drift: THRESHOLDS } = modesConfig.parse({});

export const random = (seed: number, block = 0): RandomStream =>
  new RandomStream({ seed, stage: 'features', use: 'drift', candidate: 1, restart: 0, block });

/** A standard normal value from two uniform ones (Box and Muller). */
export const normal = (source: RandomStream): number =>
  sqrt(-2 * log(1 - source.uniform())) * cos(2 * PI * source.uniform());

const COLUMNS: Readonly<Record<string, (source: RandomStream) => number>> = {
  spend: (source) => 80 * exp(normal(source)),
  orders: (source) => 1 + floor(log(1 - source.uniform()) / log(0.7)),
  recency: (source) => floor(-90 * log(1 - source.uniform())),
  gap: (source) => (source.uniform() < 0.3 ? NaN : 5 + 60 * source.uniform()),
  night: (source) => (source.uniform() < 0.6 ? 0 : source.uniform() ** 2),
};

/** Features as shops have them: a log-normal amount, a geometric count, exponential days, a gap that many lack, a share that is mostly 0. */
export function customers(n: number, seed: number): Customers {
  const source = random(seed);
  return Object.fromEntries(Object.entries(COLUMNS).map(([name, draw]) => [name, Float64Array.from({ length: n }, () => draw(source))]));
}

/** As many customers, drawn with replacement. */
export function resample(of: Customers, seed: number): Customers {
  const n = of.spend.length;
  const source = random(seed, 1);
  const rows = Int32Array.from({ length: n }, () => source.integer(n));
  return Object.fromEntries(Object.entries(of).map(([name, values]) => [name, Float64Array.from(rows, (row) => values[row])]));
}

export const ids = (n: number, prefix: string): string[] => Array.from({ length: n }, (_, i) => `${prefix}${i}`);

/** Drift of every column; `paired`: the same customers on both days, otherwise none in common. */
export function driftOf(reference: Customers, current: Customers, { paired, seed = 0 }: { readonly paired: boolean; readonly seed?: number }): FeatureDrift[] {
  const groups = dealGroups(ids(reference.spend.length, 'c'), ids(current.spend.length, paired ? 'c' : 'd'), seed);
  const draws = drawGroups(groups, THRESHOLDS.draws, seed);
  const names = Object.keys(reference);
  return names.map((name) =>
    featureDrift({ name, label: name, unit: '' }, { reference: reference[name], current: current[name] }, groups, draws, { thresholds: THRESHOLDS, features: names.length }),
  );
}

/** Alarms on resamples of the same data: of both days, or of today against the data itself. */
export function falseAlarms(n: number, trials: number, days: 'both' | 'today'): string[] {
  const data = customers(n, n);
  return Array.from({ length: trials }, (_, trial) => {
    const reference = days === 'both' ? resample(data, 2 * trial) : data;
    return driftOf(reference, resample(data, 2 * trial + 1), { paired: false, seed: trial })
      .filter(({ alarms }) => alarms.length > 0)
      .map(({ feature, alarms }) => `resample ${trial}: ${feature} ${alarms.join(' ')}`);
  }).flat();
}

/** In how many seeds of so many a shift of the named column is found, and by what. Paired customers also move on their own, by a fifth. */
export function shiftsFound(n: number, seeds: number, { shift, paired, column }: { readonly shift: number; readonly paired: boolean; readonly column: string }) {
  const by: Partial<Record<DriftAlarm, number>> = {};
  let found = 0;
  let elsewhere = 0;
  for (let seed = 0; seed < seeds; seed++) {
    const reference = customers(n, 1000 + seed);
    const base = paired ? reference : customers(n, 5000 + seed);
    const source = random(seed, 2);
    const moved = base[column].map((value) => value * (1 + shift) * (paired ? exp(0.2 * normal(source) - 0.02) : 1));
    for (const { feature, alarms } of driftOf(reference, { ...base, [column]: moved }, { paired, seed })) {
      if (feature !== column) elsewhere += alarms.length;
      else if (alarms.length > 0) found++;
      if (feature === column) for (const alarm of alarms) by[alarm] = (by[alarm] ?? 0) + 1;
    }
  }
  return { found, by, elsewhere };
}
