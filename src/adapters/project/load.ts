import { readFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, resolve } from 'node:path';
import { parseProjectConfig } from '../../config/parse';
import type { ProjectConfig, ResolvedProject } from '../../config/project';
import { PipelineError } from '../../contracts/errors';

/** A project as it lies on disk. */
export interface LoadedProject {
  /** Folder of `dramatis.yaml`: relative paths start here. */
  readonly directory: string;
  readonly file: string;
  readonly resolved: ResolvedProject;
}

/** What the command line may override. */
export interface ProjectOverrides {
  /** Folder that replaces the folder part of every source path: examples on data that lie elsewhere. */
  readonly data?: string;
}

/**
 * Read a project: its config with defaults, and the text of its own SQL files.
 *
 * @param path The folder of the project or its `dramatis.yaml`.
 * @throws PipelineError `CONFIG_NOT_FOUND`, `CONFIG_INVALID`.
 */
export async function loadProject(path: string, overrides: ProjectOverrides = {}): Promise<LoadedProject> {
  const file = /\.ya?ml$/.test(path) ? resolve(path) : resolve(path, 'dramatis.yaml');
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const missing = error.code === 'ENOENT' || error.code === 'ENOTDIR';
    throw new PipelineError(
      'CONFIG_NOT_FOUND',
      `${missing ? 'there is no' : 'cannot read'} ${file}; make one with "dramatis init", or name the folder with --project`,
      { file },
    );
  });
  const directory = dirname(file);
  const config = relocate(parseProjectConfig(text, basename(file)), overrides.data);
  const sql: Record<string, string> = {};
  for (const name of sqlFiles(config)) sql[name] = await readSql(directory, name);
  return { directory, file, resolved: { format: 1, config, sql } };
}

function sqlFiles({ quality, features }: ProjectConfig): string[] {
  const checks = quality.checks.flatMap((check) => (check.check === 'sql' ? [check.file] : []));
  return [...new Set([...checks, ...features.sql.map(({ file }) => file)])].sort();
}

async function readSql(directory: string, name: string): Promise<string> {
  const path = resolve(directory, name);
  if (isAbsolute(name) || !path.startsWith(`${directory}/`)) {
    throw new PipelineError('CONFIG_INVALID', `the SQL file "${name}" lies outside of the project folder`, {
      file: name,
    });
  }
  return readFile(path, 'utf8').catch(() => {
    throw new PipelineError('CONFIG_INVALID', `the SQL file "${name}" that dramatis.yaml names cannot be read`, {
      file: name,
    });
  });
}

function relocate(config: ProjectConfig, data: string | undefined): ProjectConfig {
  if (data === undefined) return config;
  const folder = resolve(data);
  const moved = <S extends { readonly path: string }>(source: S): S => ({
    ...source,
    path: resolve(folder, source.path.replace(/^data\//, '')),
  });
  const { transactions, customers } = config.sources;
  return {
    ...config,
    sources: { transactions: moved(transactions), ...(customers && { customers: moved(customers) }) },
  };
}
