import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { openStore, type Store } from '../../adapters/store';
import { PipelineError } from '../../contracts/errors';
import type { GlobalOptions } from '../options';
import { homeOf } from '../workspace';

/**
 * The store to audit: an auditor needs neither the project's file nor its data.
 *
 * @throws PipelineError `STORE_UNUSABLE` where there is none: an audit makes nothing.
 */
export function storeToAudit(options: GlobalOptions): Store {
  const project = resolve(options.project);
  const isFile = statSync(project, { throwIfNoEntry: false })?.isFile() ?? false;
  const home = homeOf(options, isFile ? dirname(project) : project);
  const store = openStore(home);
  if (!store.shelf.shared && !existsSync(home)) throw new PipelineError('STORE_UNUSABLE', `there is no store at ${home}: name the project with --project, or the store with --home`, { home });
  return store;
}
