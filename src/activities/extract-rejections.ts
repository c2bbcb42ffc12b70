import type { SourceExtract } from '../contracts/reports';
import type { SourceConfig } from '../core/extract/contract';
import type { FirstLine } from '../core/extract/summary';
import type { SqlSession } from '../core/ports';
import type { ReadSource } from './extract-warnings';
import type { StageWork } from './stage';

/** Lines the reader of text files dropped: it lists them, several times where several things are wrong with one. */
const DROPPED = 'SELECT DISTINCT scan_id, file_id, line_byte_position AS position FROM reject_errors';

export async function droppedLines(session: SqlSession, source: SourceConfig): Promise<number> {
  if (source.format === 'parquet') return 0;
  const [row] = await session.rows<{ n: number }>(`SELECT count(*) AS n FROM (${DROPPED})`);
  return row?.n ?? 0;
}

/** Rejected rows by reason; lines that were dropped are unreadable ones. */
export async function rejections(
  session: SqlSession,
  { deps }: StageWork,
  dropped: number,
): Promise<SourceExtract['rejected']> {
  const counted = await session.rows<{ reason: string; rows: number }>(deps.models.get('extract/rejections').text);
  const rows = new Map(counted.map(({ reason, rows: n }) => [reason, n]));
  if (dropped > 0) rows.set('unreadable line', (rows.get('unreadable line') ?? 0) + dropped);
  return [...rows].map(([reason, n]) => ({ reason, rows: n })).sort((a, b) => (a.reason < b.reason ? -1 : 1));
}

/** Rows of the table that are rejected. */
export async function countRejected(session: SqlSession): Promise<number> {
  const [row] = await session.rows<{ n: number }>(
    'SELECT count(*) AS n FROM extract.read WHERE reject_reason IS NOT NULL',
  );
  return row?.n ?? 0;
}

/** Lines that the reader of text dropped: the least number in each file. */
const DROPPED_FIRST =
  'SELECT s.file_path AS path, min(e.line) AS line FROM reject_errors AS e JOIN reject_scans AS s USING (scan_id, file_id) GROUP BY s.file_path ORDER BY s.file_path';

/** Rows of the table lie in the order of the file: the session keeps it. */
const REJECTED_FIRST =
  "SELECT reject_reason AS reason, min(rowid) AS place FROM extract.read WHERE starts_with(reject_reason, 'unreadable') GROUP BY reject_reason ORDER BY reject_reason";

/**
 * The first line of each reason for which a row is unreadable, as far as it is known: the reader names the lines it drops; the place of a
 * row it kept is its line only in a single file where it dropped none and each line is one record. Asked for only when a run stops.
 */
export async function firstLines(
  session: SqlSession,
  { source, files, scans }: Pick<ReadSource, 'source' | 'files' | 'scans'>,
): Promise<readonly FirstLine[]> {
  if (source.format === 'parquet') return [];
  const names = new Map(files.map(({ file }) => [file.path, file.name]));
  const dropped = await session.rows<{ path: string; line: number }>(DROPPED_FIRST);
  const lines = dropped.map(({ path, line }) => ({ reason: 'unreadable line', file: names.get(path) ?? '', line }));
  const [only, ...others] = files;
  const scan = scans[0];
  if (!only || others.length > 0 || lines.length > 0 || !scan?.shape || scan.shape.lines !== scan.records) return lines;
  const placed = await session.rows<{ reason: string; place: number }>(REJECTED_FIRST);
  const before = source.format === 'csv' ? 2 : 1; // rows are counted from 0, lines from 1, after a header
  return placed.map(({ reason, place }) => ({ reason, file: only.file.name, line: place + before }));
}
