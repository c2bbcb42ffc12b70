import type { ProjectConfig } from '../config/project';
import type { ExtractReport, SourceExtract } from '../contracts/reports';
import { fillIdentifiers } from '../core/sql/identifiers';
import type { SqlModels, SqlSession } from '../core/ports';

const isNumber = (type: string): boolean => type === 'BIGINT' || type.startsWith('DECIMAL');
const isDate = (type: string): boolean => type === 'DATE' || type === 'TIMESTAMP';

type Filled = (
  model: string,
  identifiers: Record<string, string | readonly string[]>,
) => Promise<Record<string, unknown>[]>;

async function profileColumn(
  run: Filled,
  source: string,
  { name, type, nulls, distinct, min, max }: SourceExtract['columns'][number],
): Promise<Record<string, unknown>> {
  const facts = { name, type, nulls, distinct, ...(min === null ? {} : { min, max }) };
  if (isNumber(type)) {
    const [numbers] = await run('quality/number_profile', { source, column: name });
    return { ...facts, sum: numbers?.total ?? null, median: numbers?.median ?? null };
  }
  if (!isDate(type)) return facts;
  return {
    ...facts,
    rowsByMonth: (await run('quality/date_profile', { source, column: name })).map(({ month, rows }) => [month, rows]),
  };
}

async function profileSource(run: Filled, { role, kept, columns }: SourceExtract): Promise<Record<string, unknown>> {
  const names = columns.map(({ name }) => name);
  const [duplicates] =
    role === 'transactions'
      ? await run('quality/exact_duplicate_lines', { columns: names })
      : await run('quality/exact_duplicates', { source: role, columns: names });
  const profiled: Record<string, unknown>[] = [];
  for (const column of columns) profiled.push(await profileColumn(run, role, column));
  return { rows: kept, exactDuplicates: duplicates?.rows ?? 0, columns: profiled };
}

/** Facts of the extracted sources: rows, nulls, distinct values, duplicates, sizes of numbers, rows by month; never a text value. */
export async function profileSources(
  session: SqlSession,
  models: SqlModels,
  extracted: ExtractReport,
  { cleaning }: ProjectConfig,
): Promise<Readonly<Record<string, unknown>>> {
  const run: Filled = (model, identifiers) => session.rows(fillIdentifiers(models.get(model).text, identifiers));
  const profile: Record<string, unknown> = {};
  for (const source of extracted.sources) profile[source.role] = await profileSource(run, source);
  const patterns = {
    cancellation: cleaning.cancellations?.orderPattern ?? null,
    bad_debt: cleaning.badDebt?.orderPattern ?? null,
  };
  const [facts] = await session.rows(models.get('quality/transaction_facts').text, patterns);
  return { ...profile, facts: facts ?? {} };
}
