import { join, resolve } from 'node:path';
import type { ProjectConfig } from '../../config/project';
import type { TargetConfig } from '../../config/publish';
import type { ArtifactStore, Sink, Vault } from '../../core/ports';
import type { InstanceOptions } from '../duckdb/instance';
import type { Place } from '../shelf';
import { createChannelSink } from './channel';
import { createFilesSink } from './files';
import type { ReleaseSource } from './load';
import { createPostgresSink } from './postgres';
import { createS3Sink } from './s3';
import { openBucket } from './s3/bucket';
import { secretOf } from './secret';
import { createWebhookSink } from './webhook';

export interface SinkDeps {
  /** Folder of this host: targets without a path of their own lie in it. */
  readonly home: string;
  /** Where receipts of targets that keep none are kept. */
  readonly shelf?: Place;
  readonly artifacts: ArtifactStore;
  readonly engine: InstanceOptions;
  /** Where targets' secrets are; default: the environment of the process. */
  readonly env?: NodeJS.ProcessEnv;
  openVault(config: ProjectConfig, projectDir: string): Vault;
}

type FolderTarget = Extract<TargetConfig, { type: 'files' | 'channel' }>;

/**
 * Where a target keeps its releases, one folder each. A target without a path of its own lies in the store: the first of type `files` in
 * `<home>/published/<project>/<env>`, each further one in a folder with its name beside it.
 */
export function targetRoot(
  { project, environment, publish }: ProjectConfig,
  target: FolderTarget,
  home: string,
  projectDir: string,
): string {
  if (target.path !== undefined) return resolve(projectDir, target.path);
  const first = publish.targets.find((other) => other.type === 'files' && other.path === undefined);
  return join(home, 'published', project, target === first ? environment : `${environment}.${target.name}`);
}

/** The target whose folders have all documents, for those who look for the report; undefined where a project has none. */
export const filesTargetOf = ({ publish }: ProjectConfig) => publish.targets.find((target) => target.type === 'files');

/** The sinks a project names in `publish.targets`. */
export const createSinksOf =
  ({ home, shelf = home, artifacts, engine, openVault, env = process.env }: SinkDeps) =>
  (config: ProjectConfig, { projectDir }: { readonly projectDir: string }): Sink[] => {
    const sourceOf = ({ customerIds }: { readonly customerIds: boolean }): ReleaseSource => ({
      artifacts,
      engine,
      kMin: config.privacy.kMin,
      vault: customerIds ? openVault(config, projectDir) : null,
    });
    return config.publish.targets.map((target): Sink => {
      switch (target.type) {
        case 'files': {
          const root = targetRoot(config, target, home, projectDir);
          return createFilesSink({ ...sourceOf(target), name: target.name, root, formats: target.formats });
        }
        case 'channel':
          return createChannelSink({ ...sourceOf(target), root: targetRoot(config, target, home, projectDir), target });
        case 'postgres': {
          const url = () => secretOf(env, target.name, 'connection', target.connection);
          return createPostgresSink({ ...sourceOf(target), target, url });
        }
        case 's3': {
          const { name, prefix = `${config.project}/${config.environment}`, formats, bucket, endpoint, region } = target;
          const open = () =>
            openBucket({
              target: name,
              bucket,
              endpoint,
              region,
              accessKeyId: secretOf(env, name, 'accessKeyId', target.accessKeyId),
              secretAccessKey: secretOf(env, name, 'secretAccessKey', target.secretAccessKey),
            });
          return createS3Sink({ ...sourceOf(target), name, prefix, formats, open });
        }
        case 'webhook': {
          const receipts = `receipts/${config.project}/${config.environment}/${target.name}`;
          const secret = () => secretOf(env, target.name, 'secret', target.secret);
          return createWebhookSink({ artifacts, engine, kMin: config.privacy.kMin, target, home: shelf, receipts, secret });
        }
      }
    });
  };
