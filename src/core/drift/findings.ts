import type { ModesConfig } from '../../config/modes';
import type { DriftReport, FeatureDrift, ModeReason } from '../../contracts/drift';

export type Measured = Pick<DriftReport, 'customers' | 'fit' | 'unplaceable' | 'features'>;

/** What of the measures is drift, each with its evidence: every reason to fit a new model but its age. */
export function findingsOf({ customers, fit, unplaceable, features }: Measured, config: ModesConfig): ModeReason[] {
  return [
    ...(unplaceable === null ? [] : [{ rule: 'unplaceable' as const, evidence: unplaceable }]),
    ...features.filter(({ alarms }) => alarms.length > 0).map((feature) => ({ rule: 'drift' as const, evidence: drifted(feature, config.drift) })),
    ...customersChanged(customers, config),
    ...(fit?.personas ?? [])
      .filter(({ reference, current }) => Math.abs(current - reference) > config.maxShareChange)
      .map(({ name, reference, current }) => ({
        rule: 'sizes' as const,
        evidence: `"${name}" had ${percent(reference)} of the customers, today ${percent(current)}; ${percent(config.maxShareChange)} up or down are let pass`,
      })),
    ...(fit === null || !(fit.far.current - fit.far.reference > config.maxFarIncrease)
      ? []
      : [{ rule: 'far' as const, evidence: `${percent(fit.far.current)} of the customers ${FAR[fit.far.measure]}, ${percent(fit.far.reference)} at the fit; ${percent(config.maxFarIncrease)} more are let pass` }]),
  ];
}

const FAR = {
  distance: 'lie far from every persona',
  density: 'lie where the mixture hardly expects anyone',
  unassigned: 'belong to no persona',
} as const;

function customersChanged({ reference, current }: DriftReport['customers'], { maxCustomerChange }: ModesConfig): ModeReason[] {
  const change = current / reference - 1;
  if (!(Math.abs(change) > maxCustomerChange)) return [];
  return [{ rule: 'customers', evidence: `${current} customers, ${reference} at the fit (${signedPercent(change)}); ${percent(maxCustomerChange)} up or down are let pass` }];
}

/** One line on a feature: every measure that raised the alarm, with its threshold. */
export function drifted({ label, psi, ks, mean, missing, alarms }: FeatureDrift, thresholds: ModesConfig['drift']): string {
  const texts = alarms.map((alarm) => {
    switch (alarm) {
      case 'psi':
        return `PSI ${psi?.toFixed(2)} (> ${thresholds.psi})`;
      case 'ks':
        return `KS D ${ks?.toFixed(2)} (> ${thresholds.ks})`;
      case 'mean':
        return `mean ${signedPercent(mean?.change ?? 0)}, interval ${signedPercent(mean?.low ?? 0)} to ${signedPercent(mean?.high ?? 0)} (beyond ±${percent(thresholds.meanChange)})`;
      case 'missing':
        return `missing for ${percent(missing.current)}, ${percent(missing.reference)} at the fit (> ${thresholds.ks} apart)`;
    }
  });
  return `${label}: ${texts.join('; ')}`;
}

export const percent = (value: number): string => `${(100 * value).toFixed(1)}%`;
export const signedPercent = (value: number): string => `${value > 0 ? '+' : ''}${percent(value)}`;
