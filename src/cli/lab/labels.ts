import { constants } from 'node:fs';
import { access, copyFile, link, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { ownedName } from '../../adapters/artifacts/temporary';
import { PipelineError } from '../../contracts/errors';
import type { Assignments } from '../../core/clustering/assignments';
import type { ArtifactStore, SqlEngine } from '../../core/ports';
import { pasteable } from '../output';

/** Cluster of every row of the file: null for one that has none, because a value is missing or because it belongs to no cluster. */
export interface Labels {
  /** Rows of the file. */
  readonly rows: number;
  /** The rows used, from 0, ascending. */
  readonly used: Int32Array;
  readonly assignments: Pick<Assignments, 'cluster' | 'probability'>;
}

/** A path whose ending names the format. */
export function labelsPath(text: string): string {
  if (/\.(csv|parquet)$/i.test(text)) return text;
  throw new InvalidArgumentError('Give a path that ends in .csv or .parquet.');
}

/**
 * Whether the labels can be written, asked before the work.
 *
 * @param source The file that is modelled: never the target.
 * @throws PipelineError `CONFIG_INVALID` naming the path.
 */
export async function assertWritable(target: string, source: string, force: boolean): Promise<void> {
  const refuse = (why: string): PipelineError => new PipelineError('CONFIG_INVALID', `--labels ${target}: ${why}`, { path: target });
  const folder = dirname(resolve(target));
  await access(folder, constants.W_OK).catch(() => {
    throw refuse('the folder is not there, or cannot be written to');
  });
  const there = await stat(target).catch(() => undefined);
  if (!there) return;
  if (!there.isFile()) throw refuse('is not a file');
  if ((await realpath(target)) === (await realpath(source))) throw refuse('is the file that is read');
  if (!force) throw occupied(target);
}

const occupied = (target: string): PipelineError =>
  new PipelineError('CONFIG_INVALID', `--labels ${target}: the file is there already; name another one, or give --force`, { path: target });

/** The columns of the labels: row in the file (from 1), cluster (from 0, the largest first), probability of that cluster. */
function columnsOf({ rows, used, assignments }: Labels): { row: number[]; cluster: (number | null)[]; probability: (number | null)[] } {
  const row = Array.from({ length: rows }, (_, i) => i + 1);
  const cluster = new Array<number | null>(rows).fill(null);
  const probability = new Array<number | null>(rows).fill(null);
  used.forEach((at, i) => {
    if (assignments.cluster[i] < 0) return;
    cluster[at] = assignments.cluster[i];
    probability[at] = assignments.probability[i];
  });
  return { row, cluster, probability };
}

/** Write the labels, whole or not at all; over a file that is there only where `force` says so. */
export async function writeLabels(
  target: string,
  labels: Labels,
  { sql, artifacts, force }: { readonly sql: SqlEngine; readonly artifacts: ArtifactStore; readonly force: boolean },
): Promise<void> {
  const columns = columnsOf(labels);
  // Beside the target: a rename or link within one folder is all or nothing.
  const temporary = join(dirname(resolve(target)), `.${basename(target)}.${ownedName()}`);
  try {
    if (/\.csv$/i.test(target)) await writeFile(temporary, csvOf(columns));
    else await copyFile(await parquetOf(columns, sql, artifacts), temporary);
    if (force) await rename(temporary, target);
    else await link(temporary, target);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw occupied(target);
    if (code === 'ENOSPC') throw new PipelineError('DISK_FULL', `--labels ${target}: no space left on the disk`);
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

function csvOf({ row, cluster, probability }: ReturnType<typeof columnsOf>): string {
  const lines = row.map((number, i) => `${number},${cluster[i] ?? ''},${probability[i] ?? ''}\n`);
  return `row,cluster,probability\n${lines.join('')}`;
}

async function parquetOf({ row, cluster, probability }: ReturnType<typeof columnsOf>, sql: SqlEngine, artifacts: ArtifactStore): Promise<string> {
  const session = await sql.session();
  try {
    await session.insert('lab.labels', [
      { name: 'row', type: 'BIGINT', values: row },
      { name: 'cluster', type: 'INTEGER', values: cluster },
      { name: 'probability', type: 'DOUBLE', values: probability },
    ]);
    return await artifacts.path(await session.save('lab.labels', 'SELECT * FROM lab.labels ORDER BY "row"'));
  } finally {
    await session.close();
  }
}

/** For people. */
export const labelsNote = (target: string): string => `labels    ${pasteable(target)}`;
