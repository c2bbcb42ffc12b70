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
 * The sinks a project names in `publish.targets`. A target without a path of its own lies in the store: the first in
 * `<home>/published/<project>/<env>`, each further one in a folder with its name beside it.
 */
export const createSinksOf =
  ({ home, artifacts, engine, openVault }: SinkDeps) =>
  (config: ProjectConfig, { environment, projectDir }: { readonly environment: string; readonly projectDir: string }): Sink[] => {
    const inStore = config.publish.targets.filter(({ path }) => path === undefined);
    return config.publish.targets.map((target) =>
      createFilesSink({
        name: target.name,
        root:
          target.path !== undefined
            ? resolve(projectDir, target.path)
            : target === inStore[0]
              ? join(home, 'published', config.project, environment)
              : join(home, 'published', config.project, `${environment}.${target.name}`),
        formats: target.formats,
        kMin: config.privacy.kMin,
        artifacts,
        engine,
        vault: target.customerIds ? openVault(config, projectDir) : null,
      }),
    );
  };
