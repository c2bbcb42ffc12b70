import { join, resolve } from 'node:path';
import type { ProjectConfig } from '../../config/project';
import type { ArtifactStore, Sink, Vault } from '../../core/ports';
import type { InstanceOptions } from '../duckdb/instance';
import { createFilesSink } from './files';

export interface SinkDeps {
  readonly home: string;
  readonly artifacts: ArtifactStore;
  readonly engine: InstanceOptions;
  openVault(config: ProjectConfig, projectDir: string): Vault;
}

/**
 * Where a target keeps its releases, one folder each. A target without a path of its own lies in the store: the first in
 * `<home>/published/<project>/<env>`, each further one in a folder with its name beside it.
 */
export function targetRoot(
  { project, environment, publish }: ProjectConfig,
  target: ProjectConfig['publish']['targets'][number],
  home: string,
  projectDir: string,
): string {
  if (target.path !== undefined) return resolve(projectDir, target.path);
  const first = publish.targets.find(({ path }) => path === undefined);
  return join(home, 'published', project, target === first ? environment : `${environment}.${target.name}`);
}

/** The sinks a project names in `publish.targets`. */
export const createSinksOf =
  ({ home, artifacts, engine, openVault }: SinkDeps) =>
  (config: ProjectConfig, { projectDir }: { readonly projectDir: string }): Sink[] =>
    config.publish.targets.map((target) =>
      createFilesSink({
        name: target.name,
        root: targetRoot(config, target, home, projectDir),
        formats: target.formats,
        kMin: config.privacy.kMin,
        artifacts,
        engine,
        vault: target.customerIds ? openVault(config, projectDir) : null,
      }),
    );
