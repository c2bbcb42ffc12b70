import { PipelineError } from '../contracts/errors';
import type { ProjectConfig } from '../config/project';
import { categoryParams } from '../core/clean/categories';
import { configuredPatterns } from '../core/clean/patterns';
import { cleaningPlan, policyColumns } from '../core/clean/plan';
import { cleanReport, cleanSummary, cleanWarnings, type StepRow } from '../core/clean/report';
import type { SqlSession, SqlModels } from '../core/ports';
import type { StageDefinition, StageOutput, StageWork } from './stage';

/** Models run after the rules' own lists. */
const TABLES = ['decisions', 'categories', 'lines', 'orders', 'customer_removals', 'customers', 'removed', 'steps', 'counts', 'coverage', 'pattern'].map((name) => `clean/${name}`);

/** The column that tells the newest row of a customer: when it was loaded, else its date. */
const newestBy = ({ sources: { customers } }: ProjectConfig): string | null => customers?.knownAt ?? customers?.freshness?.column ?? null;

/**
 * Find out before any row is read whether the engine takes every configured regular expression.
 *
 * @throws PipelineError `CONFIG_INVALID` naming the place.
 */
async function tryPatterns(session: SqlSession, models: SqlModels, config: ProjectConfig): Promise<void> {
  for (const { path, pattern } of configuredPatterns(config)) {
    try {
      await session.rows(models.get('clean/pattern').text, { pattern });
    } catch (error) {
      if (!(error instanceof PipelineError) || error.code === 'CANCELLED') throw error;
      throw new PipelineError('CONFIG_INVALID', `${path}: "${pattern}" is no regular expression of RE2 (it has no look-around and no back-references)`, { path }, { cause: error });
    }
  }
}

/** Without a source of customers its table is there, and empty. */
async function showSources(session: SqlSession, { inputs }: StageWork): Promise<void> {
  await session.view('quality.transactions', inputs['quality.transactions']);
  const customers = inputs['quality.customers'];
  if (customers) await session.view('quality.customers', customers);
  else await session.insert('quality.customers', [{ name: 'row_id', type: 'BIGINT', values: [] }, { name: 'pid', type: 'VARCHAR', values: [] }]);
}

async function cleanLines(session: SqlSession, work: StageWork): Promise<StageOutput> {
  const { config, inputs, deps, progress } = work;
  const text = (name: string): string => deps.models.get(`clean/${name}`).text;
  await tryPatterns(session, deps.models, config);
  await showSources(session, work);
  const plan = cleaningPlan(config.cleaning);
  await session.insert('clean.policies', policyColumns(plan));
  for (const { model, params } of plan) await session.table(model.replace('/', '.'), deps.models.get(model).text, params);
  await session.table('clean.decisions', text('decisions'));
  progress(0.4, 'rules applied');

  const categories = categoryParams(config.features.productMix);
  await session.table('clean.categories', text('categories'), { ...categories });
  const lines = await session.save('clean.lines', text('lines'), { source: categories.source });
  await session.view('clean.lines', lines);
  progress(0.7, 'lines written');
  const orders = await session.save('clean.orders', text('orders'));
  await session.table('clean.customer_removals', text('customer_removals'), { newest_by: newestBy(config) });
  const customers = await session.save('clean.customers', text('customers'));
  const removed = await session.save('clean.removed', text('removed'));
  progress(0.9, 'decision log');

  const steps = await session.rows<StepRow>(text('steps'));
  const [counts] = await session.rows<{ transactions: number; rows: number; customers: number }>(text('counts'));
  const coverage = await session.rows<{ category: string; lines: number; share: number | null }>(text('coverage'));
  const dropped = await session.rows<{ rule: string; rows: number }>('SELECT rule, count(*) AS rows FROM clean.customer_removals GROUP BY rule ORDER BY rule');
  const customerRows = inputs['quality.customers'] ? { rowsIn: counts.rows, rowsOut: customers.rows ?? 0, removed: dropped } : null;
  const report = cleanReport(counts.transactions, steps, { lines: lines.rows ?? 0, customers: counts.customers, customerRows });
  if (customerRows && customerRows.rowsIn !== customerRows.rowsOut + dropped.reduce((sum, { rows }) => sum + rows, 0)) {
    throw new PipelineError('ROWS_LOST', 'clean.customers: rows in are not rows out plus rows removed', { ...customerRows });
  }
  const summary = cleanSummary(report, orders.rows ?? 0);
  if (orders.rows === 0) throw new PipelineError('INSUFFICIENT_DATA', `no sale is left after cleaning: ${summary}`, { steps: report.steps });
  return {
    outputs: {
      'clean.lines': lines,
      'clean.orders': orders,
      'clean.customers': customers,
      'clean.removed': removed,
      'clean.report': await deps.artifacts.writeJson('clean.report', report),
    },
    rowsIn: report.rowsIn,
    rowsOut: report.rowsOut,
    summary,
    warnings: cleanWarnings(steps, Object.keys(config.sources.transactions.columns)),
    facts: {
      orders: orders.rows,
      customers: report.customers,
      removed: Object.fromEntries(report.steps.filter((step) => step.removed > 0).map(({ rule, removed: n }) => [rule, n])),
      categories: coverage.map(({ category, share }) => ({ category, share })),
    },
  };
}

/** Decide line by line what is a sale, what a return and what neither; every removed row is kept with its rule. */
export const clean: StageDefinition = {
  stage: 'clean',
  reads: ['quality.transactions', 'quality.customers?'],
  configOf: (config) => ({
    cleaning: config.cleaning,
    newestBy: newestBy(config),
    columns: Object.keys(config.sources.transactions.columns).sort(),
    categories: categoryParams(config.features.productMix),
  }),
  sqlOf: ({ config }) => [...cleaningPlan(config.cleaning).map(({ model }) => model), ...TABLES],
  async work(work) {
    const session = await work.deps.sql.session({ signal: work.signal });
    try {
      return await cleanLines(session, work);
    } finally {
      await session.close();
    }
  },
};
