import type { FeaturesReport, FeatureSpec } from '../contracts/features';
import { PipelineError } from '../contracts/errors';
import { withCommas } from '../core/extract/summary';
import { assembleFeatures } from '../core/features/assemble';
import { featureCatalogue } from '../core/features/catalogue';
import { countryGroupColumns } from '../core/features/country-groups';
import { checkOwnColumns, checkOwnCounts, ownCountsSelect, type OwnCounts } from '../core/features/own';
import type { SqlParams, SqlSession } from '../core/ports';
import { assertDeterministic } from '../core/sql/lint';
import type { StageDefinition, StageOutput, StageWork } from './stage';

const GROUPS = ['rfm', 'orders', 'timing', 'seasonality', 'product_mix', 'country', 'customers'] as const;
const MODELS = [...GROUPS, 'cohorts', 'totals'].map((name) => `features/${name}`);
const READS = ['clean.lines', 'clean.orders', 'clean.customers'] as const;

function paramsOf({ run, config: { features, sources } }: StageWork): SqlParams {
  return {
    as_of: { date: run.asOf },
    recency_from: features.recencyFrom,
    revenue: features.revenue,
    night_from: features.night.from,
    night_to: features.night.to,
    timed: sources.transactions.columns.ordered_at.type !== 'date',
  };
}

/** Run the project's own SELECTs, each as table `features.own_<i>`, and check what they give. */
async function runOwnSql(session: SqlSession, { config, project }: StageWork, params: SqlParams): Promise<void> {
  for (const [i, own] of config.features.sql.entries()) {
    const text = project.sql[own.file];
    if (text === undefined)
      throw new PipelineError('SQL_REFUSED', `${own.file} is not among the project's SQL files`, { file: own.file });
    assertDeterministic(text, own.file);
    const table = `own_${i + 1}`;
    try {
      await session.table(`features.${table}`, text, { as_of: params.as_of });
    } catch (error) {
      if (!(error instanceof PipelineError) || error.code !== 'SQL_REFUSED') throw error;
      throw new PipelineError(
        'SQL_REFUSED',
        `${own.file}: ${error.message}`,
        { ...error.details, file: own.file },
        { cause: error },
      );
    }
    checkOwnColumns(
      own,
      await session.rows<{ name: string; type: string }>(
        `SELECT column_name AS name, column_type AS type FROM (DESCRIBE features.${table})`,
      ),
    );
    const [counts] = await session.rows<OwnCounts>(ownCountsSelect(table, own));
    checkOwnCounts(own, counts);
  }
}

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
  const { config, inputs, deps, progress } = work;
  const features = featureCatalogue(config);
  const params = paramsOf(work);
  for (const name of READS) await session.view(name, inputs[name]);
  await session.insert('features.country_groups', countryGroupColumns(config.features.countryGroups));
  for (const [i, group] of GROUPS.entries()) {
    await session.table(`features.${group}`, deps.models.get(`features/${group}`).text, params);
    progress((0.7 * (i + 1)) / GROUPS.length, group);
  }
  await runOwnSql(session, work, params);
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
    warnings: paramsOf(work).timed
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
      timed: config.sources.transactions.columns.ordered_at.type !== 'date',
    };
  },
  sqlOf: () => MODELS,
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
