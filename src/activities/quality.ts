import { assertDeterministic } from '../core/sql/lint';
import type { ArtifactRef, ArtifactRefs } from '../contracts/artifacts';
import { PipelineError } from '../contracts/errors';
import type { ExtractReport, QualityCheckResult, QualityReport } from '../contracts/reports';
import { fillIdentifiers, quoteIdent, quoteText } from '../core/sql/identifiers';
import { withCommas } from '../core/extract/summary';
import type { SqlSession } from '../core/ports';
import { assertGate, checkResult, describeResult } from '../core/quality/results';
import { planCheck, type Check, type CheckPlan, type Source, type SourceColumns } from '../core/quality/rules';
import { profileSources } from './quality-profile';
import type { StageDefinition, StageOutput, StageWork } from './stage';

const MODELS = [
  'completeness',
  'duplicates',
  'range',
  'range_dates',
  'reference',
  'consistency',
  'quarantine',
  'kept',
  'exact_duplicates',
  'exact_duplicate_lines',
  'number_profile',
  'date_profile',
  'transaction_facts',
].map((name) => `quality/${name}`);

interface Extracted {
  readonly role: Source;
  readonly ref: ArtifactRef;
  readonly columns: ReadonlyMap<string, string>;
}

function extractedSources(inputs: ArtifactRefs, report: ExtractReport): readonly Extracted[] {
  return report.sources.map(({ role, columns }) => {
    const ref = inputs[`extract.${role}`];
    if (!ref)
      throw new PipelineError('OBJECT_MISSING', `quality needs extract.${role}, which the report of extract names`);
    return { role: role as Source, ref, columns: new Map(columns.map(({ name, type }) => [name, type])) };
  });
}

/** A project's own check: one SELECT whose column row_id names the offending rows; it is held to the rules of determinism. */
function projectSql(check: Extract<Check, { check: 'sql' }>, sql: StageWork['project']['sql']): string {
  const text = sql[check.file];
  if (text === undefined)
    throw new PipelineError(
      'CONFIG_INVALID',
      `quality check "${check.id}": the file ${check.file} is not part of the project`,
      { check: check.id },
    );
  assertDeterministic(text, check.file);
  return text;
}

const table = (index: number): string => `quality.check_${index}`;

/** The table a consistency check looks things up in, as an identifier for its model. */
async function fillValid(
  session: SqlSession,
  index: number,
  { valid }: CheckPlan,
): Promise<{ readonly valid?: string }> {
  if (!valid) return {};
  const name = `valid_${index}`;
  await session.insert(`quality.${name}`, [
    { name: 'value', type: 'VARCHAR', values: valid.map(([value]) => value) },
    { name: 'decided', type: 'VARCHAR', values: valid.map(([, decided]) => decided) },
  ]);
  return { valid: name };
}

/** Find the offending rows of one check: a table of distinct row ids of its source. */
async function findOffending(
  session: SqlSession,
  work: StageWork,
  check: Check,
  index: number,
  plan: CheckPlan,
): Promise<number> {
  const lookup = await fillValid(session, index, plan);
  const text =
    check.check === 'sql'
      ? projectSql(check, work.project.sql)
      : fillIdentifiers(work.deps.models.get(plan.model ?? '').text, { ...plan.identifiers, ...lookup });
  await session.table(`${table(index)}_found`, text, plan.params).catch((error: unknown) => {
    throw inCheck(error, check);
  });
  const source = `extract.${quoteIdent(check.source)}`;
  const rows = await session.table(
    table(index),
    `SELECT DISTINCT row_id FROM ${table(index)}_found WHERE row_id IN (SELECT row_id FROM ${source}) ORDER BY row_id`,
  );
  const [unknown] = await session.rows<{ n: number }>(
    `SELECT count(*) AS n FROM ${table(index)}_found WHERE row_id IS NULL OR row_id NOT IN (SELECT row_id FROM ${source})`,
  );
  if ((unknown?.n ?? 0) > 0)
    throw new PipelineError(
      'SQL_REFUSED',
      `quality check "${check.id}" names ${unknown?.n} rows that sources.${check.source} does not have; select row_id of extract.${check.source}`,
      { check: check.id },
    );
  return rows;
}

function inCheck(error: unknown, { id }: Check): unknown {
  return error instanceof PipelineError
    ? new PipelineError(error.code, `quality check "${id}": ${error.message}`, { ...error.details, check: id })
    : error;
}

const NOTHING = `SELECT NULL::VARCHAR AS rule_id, NULL::VARCHAR AS source, NULL::BIGINT AS row_id, NULL::VARCHAR AS pid, NULL::BOOLEAN AS removed, NULL::VARCHAR AS "row" WHERE false`;

async function listOffending(session: SqlSession, checks: readonly Check[]): Promise<void> {
  const found = checks.map(
    ({ id, source, rows }, i) =>
      `SELECT ${quoteText(id)} AS rule_id, ${quoteText(source)} AS source, t.row_id, t.pid, ${rows === 'quarantine'} AS removed, to_json(t)::VARCHAR AS "row" FROM ${table(i)} AS o JOIN extract.${quoteIdent(source)} AS t ON t.row_id = o.row_id`,
  );
  await session.table('quality.offending', [NOTHING, ...found].join('\nUNION ALL\n'));
}

async function runChecks(
  session: SqlSession,
  work: StageWork,
  sources: readonly Extracted[],
): Promise<readonly QualityCheckResult[]> {
  const { checks } = work.config.quality;
  const columns: SourceColumns = Object.fromEntries(sources.map((source) => [source.role, source.columns]));
  const plans = checks.map((check) => planCheck(check, columns, work.run.asOf));
  const results: QualityCheckResult[] = [];
  for (const [i, check] of checks.entries()) {
    work.progress(i / checks.length, check.id);
    const tested = sources.find(({ role }) => role === check.source)?.ref.rows ?? 0;
    results.push(checkResult(check, tested, await findOffending(session, work, check, i, plans[i] as CheckPlan)));
  }
  await listOffending(session, checks);
  return results;
}

async function quarantinedRows(
  session: SqlSession,
  { role, ref }: Extracted,
): Promise<{ source: string; rows: number; of: number }> {
  const [row] = await session.rows<{ n: number }>(
    'SELECT count(DISTINCT row_id) AS n FROM quality.offending WHERE removed AND source = $source',
    { source: role },
  );
  return { source: role, rows: row?.n ?? 0, of: ref.rows ?? 0 };
}

/** The source without quarantined rows; the very same object where there is none. */
async function keptRows(
  session: SqlSession,
  { deps }: StageWork,
  { role, ref }: Extracted,
  quarantined: number,
): Promise<ArtifactRef> {
  const kind = `quality.${role}`;
  if (quarantined === 0) return { ...ref, kind };
  if (quarantined === ref.rows)
    throw new PipelineError(
      'INSUFFICIENT_DATA',
      `every row of sources.${role} is quarantined (${quarantined}): the checks or the export are wrong`,
      { role, rows: quarantined },
    );
  return session.save(kind, fillIdentifiers(deps.models.get('quality/kept').text, { source: role }), { source: role });
}

function outputOf(
  results: readonly QualityCheckResult[],
  quarantined: readonly { source: string; rows: number }[],
  sources: readonly Extracted[],
  outputs: ArtifactRefs,
): StageOutput {
  const failed = results.filter(({ passed }) => !passed);
  const rowsIn = sources.reduce((sum, { ref }) => sum + (ref.rows ?? 0), 0);
  const removed = quarantined.reduce((sum, { rows }) => sum + rows, 0);
  const checks = `${results.length} ${results.length === 1 ? 'check' : 'checks'}`;
  return {
    outputs,
    rowsIn,
    rowsOut: rowsIn - removed,
    summary: `${checks}${results.length === 0 ? '' : failed.length === 0 ? ' passed' : `, ${failed.length} failed`}${removed > 0 ? `; ${withCommas(removed)} rows to quarantine` : ''}`,
    warnings: failed.map(describeResult),
    facts: {
      checks: results.map(({ id, offending, tested, passed }) => ({ id, offending, tested, passed })),
      quarantined,
    },
  };
}

async function work(stage: StageWork): Promise<StageOutput> {
  const { deps, inputs, config, signal } = stage;
  const extracted = await deps.artifacts.readJson<ExtractReport>(inputs['extract.report'] as ArtifactRef);
  const sources = extractedSources(inputs, extracted);
  const session = await deps.sql.session({ signal });
  try {
    for (const { role, ref } of sources) await session.view(`extract.${role}`, ref);
    const checks = await runChecks(session, stage, sources);
    const quarantined = await Promise.all(sources.map((source) => quarantinedRows(session, source)));
    const quarantine = await session.save('quality.quarantine', deps.models.get('quality/quarantine').text);
    const listed = quarantined.map(({ source, rows }) => ({ source, rows }));
    const profile = await profileSources(session, deps.models, extracted, config);
    const report = await deps.artifacts.writeJson('quality.report', {
      checks,
      quarantined: listed,
      profile,
    } satisfies QualityReport);
    assertGate(checks, { quarantine, report });
    const outputs: Record<string, ArtifactRef> = { 'quality.quarantine': quarantine, 'quality.report': report };
    for (const [i, source] of sources.entries())
      outputs[`quality.${source.role}`] = await keptRows(session, stage, source, quarantined[i]?.rows ?? 0);
    return outputOf(checks, listed, sources, outputs);
  } finally {
    await session.close();
  }
}

/**
 * Profile the extracted sources and hold them against the checks of the config. Offending rows are listed in the quarantine with the id of
 * the rule; those of checks with `rows: quarantine` leave the data. A blocking check stops the run after the quarantine is written.
 */
export const quality: StageDefinition = {
  stage: 'quality',
  reads: ['extract.transactions', 'extract.customers?', 'extract.report'],
  configOf: ({ quality: checks, cleaning }) => ({
    checks,
    cancellation: cleaning.cancellations?.orderPattern ?? null,
    badDebt: cleaning.badDebt?.orderPattern ?? null,
  }),
  sqlOf: () => MODELS,
  projectSqlOf: ({ quality: { checks } }) =>
    [...new Set(checks.flatMap((check) => (check.check === 'sql' ? [check.file] : [])))].sort(),
  work,
};
