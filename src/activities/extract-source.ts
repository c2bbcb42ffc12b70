import type { ArtifactRef } from '../contracts/artifacts';
import { PipelineError } from '../contracts/errors';
import type { SourceExtract } from '../contracts/reports';
import { declaredColumns, rowRules, type Role } from '../core/extract/columns';
import type { SourceConfig } from '../core/extract/contract';
import { fillIdentifiers } from '../core/sql/identifiers';
import { readSelect } from '../core/extract/read-select';
import { readerOf } from '../core/extract/readers';
import {
  assertNoRowLost,
  profileHash,
  rejectedTooMany,
  shownColumns,
  tooManyUnreadable,
  type ColumnFacts,
  type RowCounts,
} from '../core/extract/summary';
import { assertRecordsEnd, encodingHint } from '../core/extract/text-shape';
import { sqlTypeOf } from '../core/extract/typed-columns';
import type { FileScan, SourceFile, SqlParams, SqlSession } from '../core/ports';
import { asUnreadable, checkFiles, groupFiles, type CheckedFile } from './extract-files';
import { countRejected, droppedLines, firstLines, rejections } from './extract-rejections';
import { leaveOut, mentioner } from './extract-erased';
import { warningsOf } from './extract-warnings';
import type { StageWork } from './stage';

/** A source as it lay there when its hash was taken. */
export interface ScannedSource {
  readonly role: Role;
  readonly source: SourceConfig;
  readonly files: readonly SourceFile[];
  readonly scans: readonly FileScan[];
}

export interface ExtractedSource {
  readonly extract: SourceExtract;
  readonly ref: ArtifactRef;
  readonly warnings: readonly string[];
}

/** Rejected records kept in the vault, at most; the counts are always whole. */
const SEALED_RECORDS = 10_000;
/** Pseudonyms made before the event loop gets its turn. */
const IDS_AT_A_TIME = 20_000;

/** The clocks of the run in the business's local time. */
async function clockParams(session: SqlSession, { run, config }: StageWork, source: SourceConfig): Promise<SqlParams> {
  const [row] = await session.rows<{ as_of_end: string; known_at: string | null; fresh_from: string }>(
    `SELECT ($as_of::DATE + 1)::TIMESTAMP AS as_of_end, timezone($zone, $known_at::TIMESTAMPTZ) AS known_at, ($as_of::DATE - to_months($months::INTEGER))::TIMESTAMP AS fresh_from`,
    {
      as_of: { date: run.asOf },
      zone: config.timeZone,
      known_at: run.knownAt,
      months: source.freshness?.maxAgeMonths ?? 0,
    },
  );
  return { as_of_end: row?.as_of_end ?? null, known_at: row?.known_at ?? null, fresh_from: row?.fresh_from ?? null };
}

async function readRows(
  session: SqlSession,
  work: StageWork,
  { role, source }: ScannedSource,
  files: readonly CheckedFile[],
): Promise<number> {
  const options = { moneyScale: work.config.moneyScale, timeZone: work.config.timeZone };
  const readers = groupFiles(files).map(({ group, names }) => readerOf(group, names, source, options));
  const select = readSelect(readers, rowRules(role, source, work.run.knownAt !== null));
  const params = await clockParams(session, work, source);
  const erased = await work.deps.vault.erased();
  if (erased.digest === null) return session.table('extract.read', select, params);
  await session.table('extract.seen', select, params);
  return leaveOut(session, work.deps.vault, erased);
}

async function sealRejected(
  session: SqlSession,
  { deps, run }: StageWork,
  { role, source }: ScannedSource,
): Promise<void> {
  const { text } = deps.models.get('extract/rejected_records');
  const records = await session.rows(text, { limit: SEALED_RECORDS });
  const lines =
    source.format === 'parquet'
      ? []
      : await session.rows(
          `SELECT DISTINCT 'unreadable line' AS reason, csv_line AS record FROM reject_errors ORDER BY record LIMIT $limit::BIGINT`,
          { limit: SEALED_RECORDS },
        );
  const mentions = await mentioner(deps.vault);
  const all = [...lines, ...records].filter(({ record }) => !mentions(String(record)));
  if (all.length > 0)
    await deps.vault.seal(
      `rejected-${role}-${run.runId.toLowerCase()}`,
      all.map((record) => JSON.stringify(record)).join('\n'),
    );
}

const changed = ({ name }: SourceFile): PipelineError =>
  new PipelineError(
    'INPUT_CHANGED',
    `${name} changed while it was read; the run starts over when nobody writes to it`,
    { file: name },
  );

/**
 * What is wrong with a file that is being written says nothing about the file. Hashes only, so that damage does not hide a change.
 *
 * @throws PipelineError `INPUT_CHANGED` naming the file whose bytes are not those of the first look, or that is gone.
 */
async function assertUnchanged({ deps, signal }: StageWork, { files, scans }: ScannedSource): Promise<void> {
  for (const [i, file] of files.entries()) {
    const { sha256 } = await deps.sql.sources.scan(file, { format: 'parquet', signal }).catch((error: unknown) => {
      throw error instanceof PipelineError && error.code === 'SOURCE_NOT_FOUND' ? changed(file) : error;
    });
    if (sha256 !== scans[i]?.sha256) throw changed(file);
  }
}

/** @throws PipelineError `INPUT_CHANGED` naming the file whose bytes are not those of the first look. */
async function scanAgain(
  { deps, signal }: StageWork,
  { source, files, scans }: ScannedSource,
): Promise<readonly FileScan[]> {
  const again: FileScan[] = [];
  for (const [i, file] of files.entries()) {
    const scan = await deps.sql.sources.scan(file, {
      format: source.format,
      delimiter: source.csv.delimiter,
      quote: source.csv.quote,
      signal,
    });
    if (scan.sha256 !== scans[i]?.sha256) throw changed(file);
    again.push(scan);
  }
  return again;
}

async function pseudonymise(session: SqlSession, { deps }: StageWork): Promise<void> {
  const ids = await session.texts(deps.models.get('extract/identities').text);
  const pids: string[] = [];
  for (const [i, id] of ids.entries()) {
    // Millions of them take longer than a heartbeat may be silent.
    if (i % IDS_AT_A_TIME === 0) await new Promise((resolve) => setImmediate(resolve));
    pids.push(deps.vault.pseudonym(id));
  }
  await deps.vault.remember(new Map(pids.map((pid, i) => [pid, ids[i] ?? ''])));
  await session.insert('extract.pseudonyms', [
    { name: 'customer_id', type: 'VARCHAR', values: ids },
    { name: 'pid', type: 'VARCHAR', values: pids },
  ]);
}

async function profile(
  session: SqlSession,
  { deps, config }: StageWork,
  { role, source }: ScannedSource,
): Promise<readonly ColumnFacts[]> {
  const { text } = deps.models.get('extract/column_profile');
  const columns: ColumnFacts[] = [];
  for (const [name, { from, type }] of declaredColumns(role, source)) {
    const column = name === 'customer_id' ? 'pid' : name;
    const [facts] = await session.rows<Omit<ColumnFacts, 'name' | 'from' | 'type'>>(fillIdentifiers(text, { column }));
    if (facts) columns.push({ name: column, from, type: sqlTypeOf(type, config.moneyScale), ...facts });
  }
  return columns;
}

/** @throws PipelineError `SOURCE_UNREADABLE` where a quote swallows lines. */
function assertShapes({ source, files }: ScannedSource, scans: readonly FileScan[]): void {
  for (const [i, { name }] of files.entries()) {
    const shape = scans[i]?.shape;
    if (shape) assertRecordsEnd(name, shape, source.csv.multiline);
  }
}

const encodingOf = ({ files }: ScannedSource, scans: readonly FileScan[]): string =>
  encodingHint(files.map(({ name }, i) => [name, scans[i]?.shape ?? null]));

/** What the engine could not read: the bytes may say why. */
async function whyUnreadable(work: StageWork, scanned: ScannedSource, error: unknown): Promise<unknown> {
  const { role, files } = scanned;
  const why = asUnreadable(
    error,
    files.length === 1 ? (files[0]?.name ?? '') : `one of ${files.length} files of sources.${role}`,
  );
  if (!(why instanceof PipelineError) || why.code !== 'SOURCE_UNREADABLE') {
    await assertUnchanged(work, scanned);
    return why;
  }
  const scans = await scanAgain(work, scanned);
  assertShapes(scanned, scans);
  const hint = encodingOf(scanned, scans);
  return hint === '' ? why : new PipelineError(why.code, `${why.message}${hint}`, why.details);
}

/** Read one source: contract, typed rows, reconciled counts, pseudonyms, artifact, profile. */
export async function extractSource(work: StageWork, scanned: ScannedSource): Promise<ExtractedSource> {
  const { deps, signal, run } = work;
  const { role, source, files } = scanned;
  const session = await deps.sql.session({ reads: files.map(({ path }) => path), signal });
  try {
    const declared = declaredColumns(role, source);
    const checked = await checkFiles(session, deps.sql.sources, files, source, declared).catch(
      async (error: unknown) => {
        await assertUnchanged(work, scanned);
        throw error;
      },
    );
    const read = await readRows(session, work, scanned, checked).catch(async (error: unknown) => {
      throw await whyUnreadable(work, scanned, error).catch(async (other: unknown) => {
        await assertUnchanged(work, scanned);
        throw other;
      });
    });
    const scans = await scanAgain(work, scanned).catch(async (error: unknown) => {
      await assertUnchanged(work, scanned);
      throw error;
    });
    assertShapes(scanned, scans);
    const counts = scans.map(
      ({ records }, i) => checked[i]?.rows ?? (records ?? 0) - (source.format === 'csv' ? 1 : 0),
    );
    const rejected = await rejections(session, work, await droppedLines(session, source));
    const rejectedRead = await countRejected(session);
    const rowCounts = { role, rowsIn: counts.reduce((sum, n) => sum + n, 0), kept: read - rejectedRead, rejected };
    if (rowCounts.rowsIn === 0 && read === 0)
      throw new PipelineError(
        'SOURCE_EMPTY',
        `sources.${role} has no rows in ${files.length === 1 ? files[0]?.name : `${files.length} files`}`,
        { role },
      );
    assertNoRowLost(rowCounts);
    await sealRejected(session, work, scanned);
    const seen = { ...rowCounts, role, source, files: checked, scans, counts };
    if (tooManyUnreadable(rowCounts, source.maxRejected))
      throw rejectedTooMany(rowCounts, source.maxRejected, await firstLines(session, seen), encodingOf(scanned, scans));
    if (rowCounts.kept === 0) throw noneKept(rowCounts, run.asOf, encodingOf(scanned, scans));
    await pseudonymise(session, work);
    const columns = declared.map(([name]) => (name === 'customer_id' ? 'pid' : name));
    const ref = await session.save(
      `extract.${role}`,
      fillIdentifiers(deps.models.get('extract/pseudonymised').text, { columns }),
      {},
      { number: 'row_id' },
    );
    await session.view('extract.output', ref);
    const facts = await profile(session, work, scanned);
    return {
      ref,
      warnings: warningsOf(seen, run),
      extract: {
        ...rowCounts,
        files: files.map(({ name }, i) => ({
          name,
          sha256: scans[i]?.sha256 ?? '',
          bytes: scans[i]?.bytes ?? 0,
          rows: counts[i] ?? 0,
        })),
        columns: shownColumns(facts),
        profileHash: profileHash(rowCounts.kept, facts),
      },
    };
  } finally {
    await session.close();
  }
}

function noneKept({ role, rowsIn, rejected }: RowCounts, asOf: string, hint: string): PipelineError {
  const reasons = rejected.map(({ reason, rows }) => `${reason}: ${rows}`).join(', ');
  return new PipelineError(
    'SOURCE_EMPTY',
    `none of the ${rowsIn} rows of sources.${role} is visible at ${asOf} (${reasons})${hint}`,
    { role, rowsIn, rejected },
  );
}
