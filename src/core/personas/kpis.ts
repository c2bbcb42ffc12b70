import { PipelineError } from '../../contracts/errors';
import type { FeaturesReport } from '../../contracts/features';
import type { Persona } from '../../contracts/personas';
import { nearestNames } from '../prepare/names';
import { numericFeatures } from './profile';

export interface Kpi {
  readonly kpi: string;
  readonly label: string;
  readonly unit: string;
}

/**
 * The KPIs of the objective as columns: `revenue` is a sum, a feature its mean.
 * @throws PipelineError `CONFIG_INVALID` naming a KPI that is neither, with the nearest names.
 */
export function kpiColumns(kpis: readonly string[], { features, currency }: Pick<FeaturesReport, 'features' | 'currency'>): Kpi[] {
  const numeric = numericFeatures(features);
  return kpis.map((kpi) => {
    if (kpi === 'revenue') return { kpi, label: 'Revenue', unit: currency };
    const spec = numeric.find(({ name }) => name === kpi);
    if (spec === undefined) throw unknownKpi(kpi, features.some(({ name }) => name === kpi), ['revenue', ...numeric.map(({ name }) => name)]);
    return { kpi, label: spec.label, unit: spec.unit };
  });
}

/** Values of the KPIs of one persona against the base: sums for revenue, means for features, null where the profile's mean is. */
export function kpiValues(columns: readonly Kpi[], persona: Pick<Persona, 'revenue' | 'profile'>, totalRevenue: string): Persona['kpis'] {
  return columns.map((column) => {
    if (column.kpi === 'revenue') return { ...column, value: Number(persona.revenue), base: Number(totalRevenue) };
    const feature = persona.profile.find((entry) => entry.feature === column.kpi);
    return { ...column, value: feature?.mean ?? null, base: feature?.baseMean ?? null };
  });
}

function unknownKpi(kpi: string, isCategory: boolean, known: readonly string[]): PipelineError {
  const nearest = nearestNames(kpi, known);
  const hint = nearest.length > 0 ? `Did you mean ${nearest.map((name) => `"${name}"`).join(' or ')}?` : `Known: ${known.join(', ')}`;
  const problem = isCategory ? 'is a category, which has no mean' : 'is neither "revenue" nor a feature';
  return new PipelineError('CONFIG_INVALID', `objective.kpis: "${kpi}" ${problem}. ${hint}`, { path: 'objective.kpis', value: kpi, nearest });
}
