import type { FeaturesReport, FeatureSpec } from '../contracts/features';
import { PipelineError } from '../contracts/errors';
import { withCommas } from '../core/extract/summary';
import { assembleFeatures } from '../core/features/assemble';
import { featureCatalogue } from '../core/features/catalogue';
import type { SqlParams, SqlSession } from '../core/ports';
import { fillFeatureGroups, GROUP_MODELS, isTimed } from './feature-groups';
import type { StageDefinition, StageOutput, StageWork } from './stage';

const REPORT_MODELS = ['features/cohorts', 'features/totals'] as const;
const READS = ['clean.lines', 'clean.orders', 'clean.customers'] as const;

async function buildReport(
  session: SqlSession,
  { run, config, deps }: StageWork,
  features: readonly FeatureSpec[],
  params: SqlParams,
): Promise<FeaturesReport> {
  const [totals] = await session.rows<{ customers: number; revenue: string }>(deps.models.get('features/totals').text);
  const cohorts = await session.rows<{ cohort_month: string; months_since: number; customers: number }>(
    deps.models.get('features/cohorts').text,
    params,
  );
  return {
    asOf: run.asOf,
    revenue: config.features.revenue,
    currency: config.currency,
    customers: totals.customers,
    totalRevenue: totals.revenue,
    features,
    cohorts: cohorts.map(({ cohort_month, months_since, customers }) => [cohort_month, months_since, customers]),
  };
}

async function buildFeatures(session: SqlSession, work: StageWork): Promise<StageOutput> {
  const { run, config, inputs, deps, progress } = work;
  const features = featureCatalogue(config);
  for (const name of READS) await session.view(name, inputs[name]);
  const params = await fillFeatureGroups(session, work, run.asOf, (fraction, note) => progress(0.8 * fraction, note));
  progress(0.8, 'joining the groups');
  const table = await session.save('features.features', assembleFeatures(features), params);
  const report = await buildReport(session, work, features, params);
  if (table.rows !== report.customers) {
    throw new PipelineError('ROWS_LOST', `features.features has ${table.rows} rows for ${report.customers} customers`, {
      rows: table.rows,
      customers: report.customers,
    });
  }
  if (report.customers === 0)
    throw new PipelineError('INSUFFICIENT_DATA', `no customer has a sale up to ${report.asOf}`);
  return {
    outputs: {
      'features.features': table,
      'features.report': await deps.artifacts.writeJson('features.report', report),
    },
    rowsIn: inputs['clean.lines'].rows,
    rowsOut: table.rows,
    summary: `${withCommas(report.customers)} customers, ${features.length} features, ${report.revenue} revenue ${withCommas(report.totalRevenue)} ${report.currency}`,
    warnings: isTimed(config)
      ? []
      : ['orders are dated by day, without a time: night_share is unknown for every customer'],
    facts: { customers: report.customers, features: features.length, totalRevenue: report.totalRevenue },
  };
}

/** One row per customer with a sale, from the shipped groups and the project's own SQL, as of the run's date. */
export const features: StageDefinition = {
  stage: 'features',
  reads: READS,
  configOf: (config) => {
    // `model` chooses among the features, it does not change them
    const { model: _, ...built } = config.features;
    return {
      features: built,
      catalogue: featureCatalogue(config),
      timed: isTimed(config),
    };
  },
  sqlOf: () => [...GROUP_MODELS, ...REPORT_MODELS],
  projectSqlOf: (config) => config.features.sql.map(({ file }) => file),
  async work(work) {
    const session = await work.deps.sql.session({ signal: work.signal });
    try {
      return await buildFeatures(session, work);
    } finally {
      await session.close();
    }
  },
};
