import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { configError, parseLocated } from '../../config/parse';
import type { ProjectConfig, ResolvedProject } from '../../config/project';
import { PipelineError } from '../../contracts/errors';
import { configIssues, configWarnings } from './check';
import { readNotes, type LoadedNotes } from './notes';
import { readSqlFiles } from './sql-files';

/** A project as it lies on disk. */
export interface LoadedProject {
  /** Folder of `dramatis.yaml`: relative paths start here. */
  readonly directory: string;
  readonly file: string;
  readonly resolved: ResolvedProject;
  /** The interview notes, which go into the store with a run; null where there are none. */
  readonly notes: LoadedNotes | null;
  /** What is probably not meant, one line each, with its place in the file. */
  readonly warnings: readonly string[];
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
 * @throws PipelineError `CONFIG_NOT_FOUND`; `CONFIG_INVALID` with one line `file:line:column path: what is wrong` per issue.
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
  const name = basename(file);
  const located = parseLocated(text, name);
  const { config } = located;
  const { sql, issues: unreadable } = await readSqlFiles(directory, config);
  const issues = [...unreadable, ...(await configIssues(config))].map(({ path: keys, message }) => ({
    // A default has no place: the section that it contradicts is the one that is written.
    ...located.locate(located.has(keys.slice(0, 1)) ? keys : ['objective', 'granularity']),
    path: keys.join('.'),
    message,
  }));
  if (issues.length > 0) throw configError(name, issues);
  const warnings = configWarnings(config).map(({ path: keys, message }) => {
    const { line, column } = located.locate(keys);
    return `${name}:${line}:${column} ${keys.join('.')}: ${message}`;
  });
  const notes = await readNotes(directory);
  return { directory, file, resolved: { format: 1, config: relocate(config, overrides.data), sql, ...(notes && { notes: notes.ref }) }, notes, warnings };
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
