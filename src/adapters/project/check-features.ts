import type { ProjectConfig } from '../../config/project';
import type { Path } from '../../config/position';
import type { FeatureSpec } from '../../contracts/features';
import { featureCatalogue } from '../../core/features/catalogue';
import { countryGroupColumns } from '../../core/features/country-groups';
import { kpiColumns } from '../../core/personas/kpis';
import { planColumns } from '../../core/prepare/columns';
import { refusalsOf, type Issue } from './issue';

type FeaturesConfig = ProjectConfig['features'];

/** Features that cannot be, and names in the model and the KPIs that are none. */
export function featureIssues(config: ProjectConfig): Issue[] {
  const { catalogue, issues } = growCatalogue(config);
  return [...issues, ...modelIssues(config, catalogue), ...kpiIssues(config, catalogue), ...productMixIssues(config), ...countryIssues(config.features)];
}

/** One configured feature: its place, and the config with it. */
interface Addition {
  readonly path: Path;
  readonly add: (features: FeaturesConfig) => FeaturesConfig;
}

function additions({ productMix, customerAttributes, sql }: FeaturesConfig): Addition[] {
  const categories = (productMix?.categories ?? []).map((category, i): Addition => ({
    path: ['features', 'productMix', 'categories', i, 'name'],
    add: (features) => ({ ...features, productMix: { ...productMix!, categories: [...(features.productMix?.categories ?? []), category] } }),
  }));
  const attributes = customerAttributes.map((name, i): Addition => ({
    path: ['features', 'customerAttributes', i],
    add: (features) => ({ ...features, customerAttributes: [...features.customerAttributes, name] }),
  }));
  const own = sql.flatMap((entry, i) =>
    entry.features.map((feature, j): Addition => ({
      path: ['features', 'sql', i, 'features', j, 'name'],
      add: (features) => ({
        ...features,
        sql: sql.slice(0, i + 1).map((file, at) => (at < i ? (features.sql[at] ?? { ...file, features: [] }) : { ...file, features: [...(features.sql[i]?.features ?? []), feature] })),
      }),
    })),
  );
  return [...categories, ...attributes, ...own];
}

/** The catalogue is grown feature by feature, so that each one that does not fit is found, and the others are known to what names them. */
function growCatalogue(config: ProjectConfig): { readonly catalogue: readonly FeatureSpec[]; readonly issues: readonly Issue[] } {
  let grown: FeaturesConfig = { ...config.features, productMix: undefined, customerAttributes: [], sql: [] };
  const issues: Issue[] = [];
  for (const { path, add } of additions(config.features)) {
    const next = add(grown);
    const refused = refusalsOf(path, () => featureCatalogue({ ...config, features: next }));
    issues.push(...refused);
    if (refused.length === 0) grown = next;
  }
  return { catalogue: featureCatalogue({ ...config, features: grown }), issues };
}

function modelIssues({ features: { model }, prepare }: ProjectConfig, catalogue: readonly FeatureSpec[]): Issue[] {
  return model.flatMap((name, i) => {
    const path = ['features', 'model', i];
    if (model.indexOf(name) < i) return [{ path, message: `"${name}" is listed twice` }];
    return refusalsOf(path, () => planColumns([name], catalogue, prepare.pseudoCount));
  });
}

function kpiIssues({ objective, currency }: ProjectConfig, catalogue: readonly FeatureSpec[]): Issue[] {
  return objective.kpis.flatMap((kpi, i) => refusalsOf(['objective', 'kpis', i], () => kpiColumns([kpi], { features: [...catalogue], currency })));
}

const PRODUCT_COLUMNS = ['product_code', 'product_name', 'product_category'];

function productMixIssues({ features: { productMix }, sources }: ProjectConfig): Issue[] {
  const { columns } = sources.transactions;
  if (!productMix || productMix.column in columns) return [];
  const mapped = PRODUCT_COLUMNS.filter((name) => name in columns);
  return [{ path: ['features', 'productMix', 'column'], message: `"${productMix.column}" is not mapped in sources.transactions.columns; map it, or name ${mapped.join(' or ')}` }];
}

/** Groups are added one by one, so that the second one with the same country is named. */
function countryIssues({ countryGroups }: FeaturesConfig): Issue[] {
  let grown: FeaturesConfig['countryGroups'] = {};
  return Object.entries(countryGroups).flatMap(([group, countries]) => {
    const next = { ...grown, [group]: countries };
    const refused = refusalsOf(['features', 'countryGroups', group], () => countryGroupColumns(next));
    if (refused.length === 0) grown = next;
    return refused;
  });
}
