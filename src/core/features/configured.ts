import type { FeatureKind, FeatureSpec } from '../../contracts/features';
import { PipelineError } from '../../contracts/errors';
import type { ProjectConfig } from '../../config/project';

type FeaturesConfig = ProjectConfig['features'];
type ColumnType = ProjectConfig['sources']['transactions']['columns'][string]['type'];

/** The category of what no pattern matches. */
export const OTHER = 'other';

/** `mix_<category>` for each configured category, and `mix_other`. */
export function productMixFeatures(mix: FeaturesConfig['productMix']): FeatureSpec[] {
  if (!mix) return [];
  const part = (name: string, label: string, words: FeatureSpec['words']): FeatureSpec => ({
    name: `mix_${name}`, group: 'product_mix', kind: 'part', unit: '%', label: `Value bought: ${label}`, whole: 'product_mix', words,
  });
  return [
    ...mix.categories.map(({ name, label, people = `${label} lovers` }) => part(name, label, { high: people, low: `${label} avoiders` })),
    part(OTHER, mix.other, null),
  ];
}

/** `country_group`, where the source declares a country and the config groups them. */
export function countryFeatures({ features, sources }: ProjectConfig): FeatureSpec[] {
  const grouped = Object.keys(features.countryGroups).length > 0 && 'country' in sources.transactions.columns;
  return grouped ? [{ name: 'country_group', group: 'country', kind: 'category', unit: '', label: 'Country group', whole: null, words: null }] : [];
}

const KIND_OF_TYPE: Readonly<Record<ColumnType, FeatureKind>> = { text: 'category', boolean: 'category', integer: 'number', decimal: 'number', date: 'days', timestamp: 'days' };

/** "signed_up_on" → "Signed up on" */
const readable = (name: string): string => {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/**
 * The configured columns of the source customers. Text and yes/no are categories, numbers stay, dates become days up to the as-of
 * date. `birth_year` becomes `age`: the year itself is left out.
 *
 * @throws PipelineError `CONFIG_INVALID` for a column the source does not declare.
 */
export function customerFeatures({ features, sources }: ProjectConfig): FeatureSpec[] {
  const columns = sources.customers?.columns ?? {};
  const of = (name: string, kind: FeatureKind, unit: string, label: string, words: FeatureSpec['words']): FeatureSpec => ({ name, group: 'customers', kind, unit, label, whole: null, words });
  return features.customerAttributes.map((attribute, i) => {
    const age = attribute === 'birth_year' || (attribute === 'age' && !('age' in columns));
    const declared = columns[age ? 'birth_year' : attribute];
    if (!declared || attribute === 'customer_id') {
      const known = Object.keys(columns).filter((name) => name !== 'customer_id');
      const way = known.length > 0 ? `declared are ${known.join(', ')}` : 'there are none: declare the source customers';
      throw new PipelineError('CONFIG_INVALID', `features.customerAttributes[${i}]: "${attribute}" is no column of the source customers; ${way}`, { path: `features.customerAttributes[${i}]` });
    }
    if (age || attribute === 'age') return of('age', 'number', 'years', 'Age', { high: 'Older', low: 'Younger' });
    const kind = KIND_OF_TYPE[declared.type];
    const label = readable(attribute);
    if (kind === 'category') return of(attribute, kind, '', label, null);
    if (kind === 'days') return of(attribute, kind, 'days', `Days since: ${label}`, null);
    return of(attribute, kind, '', label, null);
  });
}

/** The features of the project's own SQL files; their group is `own_<i>`, 1-based, the table of the file. */
export function ownFeatures(sql: FeaturesConfig['sql']): FeatureSpec[] {
  return sql.flatMap(({ features }, i) =>
    features.map(({ name, kind, unit, label, words }): FeatureSpec => ({
      name, group: `own_${i + 1}`, kind, unit: unit === '' && kind === 'share' ? '%' : unit, label, whole: null, words: kind === 'category' ? null : (words ?? null),
    })),
  );
}
