import { resolve } from 'node:path';
import type { LoadedProject } from '../adapters/project/load';
import { loadProject } from '../adapters/project/load';
import { openStore, type Store } from '../adapters/store';
import { PipelineError } from '../contracts/errors';
import type { ReleaseCommit } from '../contracts/manifest';
import type { GlobalOptions } from './options';

/** A project and its store, as most commands need them. */
export interface Workspace extends LoadedProject {
  readonly store: Store;
}

export const homeOf = (options: GlobalOptions, directory: string): string => resolve(options.home ?? process.env.DRAMATIS_HOME ?? resolve(directory, '.dramatis'));

export async function openWorkspace(options: GlobalOptions): Promise<Workspace> {
  const loaded = await loadProject(options.project, options.data === undefined ? {} : { data: options.data });
  return { ...loaded, store: openStore(homeOf(options, loaded.directory)) };
}

/** The release asked for, or the current one. */
export async function releaseOf({ resolved, store }: Workspace, n?: number): Promise<ReleaseCommit> {
  const { project, environment } = resolved.config;
  if (n !== undefined) return store.releases.read(project, environment, n);
  const current = await store.releases.current(project, environment);
  if (!current) throw new PipelineError('RELEASE_NOT_FOUND', `nothing has been published for ${project} (${environment}) yet; "dramatis run" makes the first release`, { project, environment });
  return current;
}
