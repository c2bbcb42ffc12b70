import { PipelineError } from '../../contracts/errors';
import type { ProjectConfig } from '../../config/project';

/**
 * The columns of the lookup `features.country_groups`, ordered by country.
 *
 * @throws PipelineError `CONFIG_INVALID` for a country in two groups.
 */
export function countryGroupColumns(groups: ProjectConfig['features']['countryGroups']) {
  const pairs = Object.entries(groups).flatMap(([group, countries]) => [...new Set(countries)].map((country) => ({ country, group })));
  pairs.sort((a, b) => (a.country < b.country ? -1 : 1));
  const twice = pairs.find(({ country }, i) => country === pairs[i + 1]?.country);
  if (twice) throw new PipelineError('CONFIG_INVALID', `features.countryGroups: "${twice.country}" is in two groups; keep it in one`, { path: 'features.countryGroups' });
  return [
    { name: 'country', type: 'VARCHAR', values: pairs.map(({ country }) => country) },
    { name: 'country_group', type: 'VARCHAR', values: pairs.map(({ group }) => group) },
  ] as const;
}
