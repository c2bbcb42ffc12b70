import type { FeatureSpec, FeaturesReport } from '../../contracts/features';
import { money, percent, plain } from './format';

/** How the values of one feature are written: money with its symbol, shares as per cent, the rest with the unit on request. */
export interface Units {
  spec(feature: string): FeatureSpec | undefined;
  label(feature: string): string;
  /** `12.4`, `£1,234`, `27.1%`. */
  value(feature: string, unit: string, value: number | null): string;
  /** The same with the unit behind it: `12.4 days`. */
  withUnit(feature: string, unit: string, value: number | null): string;
}

export function unitsOf({ features, currency }: FeaturesReport): Units {
  const specs = new Map(features.map((spec) => [spec.name, spec]));
  const value: Units['value'] = (feature, unit, v) => {
    const kind = specs.get(feature)?.kind;
    if (kind === 'amount' || unit === currency) return money(v, currency);
    if (kind === 'share' || kind === 'part' || unit === '%') return percent(v);
    return plain(v);
  };
  return {
    spec: (feature) => specs.get(feature),
    label: (feature) => specs.get(feature)?.label ?? feature,
    value,
    withUnit: (feature, unit, v) => {
      const text = value(feature, unit, v);
      return unit === '' || unit === currency || unit === '%' || !/^[\d−.,]+$/.test(text) ? text : `${text} ${unit}`;
    },
  };
}
