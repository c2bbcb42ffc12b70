import type { FirstLine } from '../core/extract/summary';
import type { SqlSession } from '../core/ports';
import type { ReadSource } from './extract-warnings';

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
