import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { randomUUID } from 'node:crypto';
import { mkdir, realpath, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { PipelineError } from '../../contracts/errors';
import { quoteText } from '../../core/sql/identifiers';
import { ownedName } from '../artifacts/temporary';
import { toPipelineError } from './errors';

export interface InstanceOptions {
  readonly threads: number;
  /** For example `2GB`. */
  readonly memoryLimit: string;
  /** Folder for the private folders of sessions, made when needed. */
  readonly temporary: string;
  /** Cap of spilled data, for example `20GB`; without it the engine's own share of the free space. */
  readonly maxTemporary?: string;
}

/** A locked database of one session and the folder that only it uses. */
export interface OpenInstance {
  readonly instance: DuckDBInstance;
  readonly connection: DuckDBConnection;
  readonly folder: string;
  dispose(): Promise<void>;
}

/** What `create` accepts; the allowed paths can only be SET, and only before external access goes off. */
const CREATE_OPTIONS = {
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
  allow_community_extensions: 'false',
  allow_unsigned_extensions: 'false',
  allow_persistent_secrets: 'false',
} as const;

const list = (paths: readonly string[]): string => `[${paths.map(quoteText).join(', ')}]`;

async function readable(reads: readonly string[]): Promise<{ files: string[]; folders: string[] }> {
  const files: string[] = [];
  const folders: string[] = [];
  for (const read of reads) {
    const path = await realpath(read);
    if ((await stat(path)).isDirectory()) folders.push(`${path}/`);
    else files.push(path);
  }
  return { files, folders };
}

/** In this order: the lock is last, and paths cannot be added once external access is off. */
async function settingsOf(
  { maxTemporary }: InstanceOptions,
  folder: string,
  reads: readonly string[],
  timeZone: string,
): Promise<string[]> {
  const { files, folders } = await readable(reads);
  return [
    `SET allowed_directories = ${list([`${folder}/`, ...folders])}`,
    ...(files.length > 0 ? [`SET allowed_paths = ${list(files)}`] : []),
    `SET temp_directory = ${quoteText(join(folder, 'spill'))}`,
    ...(maxTemporary === undefined ? [] : [`SET max_temp_directory_size = ${quoteText(maxTemporary)}`]),
    `SET TimeZone = ${quoteText(timeZone)}`,
    'SET preserve_insertion_order = true',
    'SET enable_external_access = false',
    'SET lock_configuration = true',
  ];
}

/**
 * Open an in-memory database that can reach only its private folder and `reads` (files or folders), with every setting locked.
 * Where a step fails nothing stays open and no folder is left.
 */
export async function openInstance(
  options: InstanceOptions,
  reads: readonly string[],
  timeZone: string,
): Promise<OpenInstance> {
  const root = resolve(options.temporary);
  await mkdir(root, { recursive: true });
  const folder = join(await realpath(root), `sql-${ownedName()}`);
  let instance: DuckDBInstance | undefined;
  let connection: DuckDBConnection | undefined;
  const dispose = async (): Promise<void> => {
    try {
      connection?.disconnectSync();
      instance?.closeSync();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
  try {
    await mkdir(join(folder, 'spill'), { recursive: true, mode: 0o700 });
    const settings = await settingsOf(options, folder, reads, timeZone);
    instance = await DuckDBInstance.create(':memory:', {
      threads: String(options.threads),
      memory_limit: options.memoryLimit,
      ...CREATE_OPTIONS,
    });
    connection = await instance.connect();
    for (const setting of settings) await connection.run(setting);
    return { instance, connection, folder, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** What a locked database must refuse. */
function probes(folder: string): Readonly<Record<string, string>> {
  const outside = join(folder, '..', `probe-${randomUUID()}`);
  return {
    'reading a file outside': `SELECT count(*) FROM read_blob(${quoteText(__filename)})`,
    'listing a folder outside': `SELECT count(*) FROM glob(${quoteText(join(folder, '..', '*'))})`,
    'writing a file outside': `COPY (SELECT 1) TO ${quoteText(`${outside}.csv`)}`,
    'attaching a database outside': `ATTACH ${quoteText(`${outside}.db`)}`,
    'loading an extension': 'INSTALL httpfs',
    'changing a setting': 'SET threads = 1',
  };
}

/**
 * Try what must not work.
 *
 * @throws PipelineError `ENGINE_UNSAFE` naming the first thing that did work.
 */
export async function assertLocked(options: InstanceOptions): Promise<void> {
  const { connection, folder, dispose } = await openInstance(options, [], 'UTC');
  try {
    for (const [what, sql] of Object.entries(probes(folder))) {
      const refused = await connection.run(sql).then(
        () => false,
        () => true,
      );
      if (!refused)
        throw new PipelineError(
          'ENGINE_UNSAFE',
          `the database engine allows ${what}, so its lock does not hold; nothing was read`,
          { probe: what },
        );
    }
  } catch (error) {
    throw toPipelineError(error, 'checking the lock of the database engine');
  } finally {
    await dispose();
  }
}
