import { PipelineError } from '../contracts/errors';
import type { ProjectConfig } from '../config/project';
import { countryGroupColumns } from '../core/features/country-groups';
import { checkOwnColumns, checkOwnCounts, ownCountsSelect, type OwnCounts } from '../core/features/own';
import type { SqlParams, SqlSession } from '../core/ports';
import { assertDeterministic } from '../core/sql/lint';
import type { StageWork } from './stage';

const GROUPS = ['rfm', 'orders', 'timing', 'seasonality', 'product_mix', 'country', 'customers'] as const;
/** The shipped models behind the groups. */
export const GROUP_MODELS = GROUPS.map((name) => `features/${name}`);

/** Whether orders carry a time of day. */
export const isTimed = ({ sources }: Pick<ProjectConfig, 'sources'>): boolean => sources.transactions.columns.ordered_at.type !== 'date';

type GroupsWork = Pick<StageWork, 'config' | 'project' | 'deps'>;

/**
 * Make the tables `features.<group>`, the project's own among them, from `clean.lines`, `clean.orders` and `clean.customers` of the session,
 * as of a day. `assembleFeatures` joins them.
 *
 * @returns The parameters they were made with, `as_of` among them.
 * @throws PipelineError `SQL_REFUSED` where a file of the project gives something else than declared.
 */
export async function fillFeatureGroups(
  session: SqlSession,
  work: GroupsWork,
  asOf: string,
  onProgress: (fraction: number, note: string) => void = () => undefined,
): Promise<SqlParams> {
  const { config, deps } = work;
  const params = paramsOf(config, asOf);
  await session.insert('features.country_groups', countryGroupColumns(config.features.countryGroups));
  for (const [i, group] of GROUPS.entries()) {
    await session.table(`features.${group}`, deps.models.get(`features/${group}`).text, params);
    onProgress((0.9 * (i + 1)) / GROUPS.length, group);
  }
  await runOwnSql(session, work, params);
  return params;
}

const paramsOf = (config: ProjectConfig, asOf: string): SqlParams => ({
  as_of: { date: asOf },
  recency_from: config.features.recencyFrom,
  revenue: config.features.revenue,
  night_from: config.features.night.from,
  night_to: config.features.night.to,
  timed: isTimed(config),
});

/** Run the project's own SELECTs, each as table `features.own_<i>`, and check what they give. */
async function runOwnSql(session: SqlSession, { config, project }: GroupsWork, params: SqlParams): Promise<void> {
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
