import { join, resolve } from 'node:path';
import type { ProjectConfig } from '../../config/project';
import type { TargetConfig } from '../../config/publish';
import type { ArtifactStore, Sink, Vault } from '../../core/ports';
import type { InstanceOptions } from '../duckdb/instance';
import type { Place } from '../shelf';
import { createChannelSink } from './channel';
import { createFilesSink } from './files';
import type { FolderSink } from './folder-sink';
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

/** A target that is a folder with folders of releases. */
export type FolderTarget = Extract<TargetConfig, { type: 'files' | 'channel' }>;

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

type SourceOf = (target: { readonly customerIds: boolean }) => ReleaseSource;

const sourcesOf =
  ({ artifacts, engine, openVault }: SinkDeps, config: ProjectConfig, projectDir: string): SourceOf =>
  ({ customerIds }) => ({
    artifacts,
    engine,
    kMin: config.privacy.kMin,
    vault: customerIds ? openVault(config, projectDir) : null,
  });

function folderSinkOf({ home }: SinkDeps, config: ProjectConfig, projectDir: string, sourceOf: SourceOf, target: FolderTarget): FolderSink {
  const root = targetRoot(config, target, home, projectDir);
  if (target.type === 'channel') return createChannelSink({ ...sourceOf(target), root, target });
  return createFilesSink({ ...sourceOf(target), name: target.name, root, formats: target.formats });
}

/** The targets of a project that are folders, each with its sink. */
export const createFolderSinksOf =
  (deps: SinkDeps) =>
  (config: ProjectConfig, { projectDir }: { readonly projectDir: string }): { readonly target: FolderTarget; readonly sink: FolderSink }[] => {
    const sourceOf = sourcesOf(deps, config, projectDir);
    const folders = config.publish.targets.filter((target) => target.type === 'files' || target.type === 'channel');
    return folders.map((target) => ({ target, sink: folderSinkOf(deps, config, projectDir, sourceOf, target) }));
  };

/** The sinks a project names in `publish.targets`. */
export const createSinksOf =
  (deps: SinkDeps) =>
  (config: ProjectConfig, { projectDir }: { readonly projectDir: string }): Sink[] => {
    const { home, shelf = home, artifacts, engine, env = process.env } = deps;
    const sourceOf = sourcesOf(deps, config, projectDir);
    return config.publish.targets.map((target): Sink => {
      switch (target.type) {
        case 'files':
        case 'channel':
          return folderSinkOf(deps, config, projectDir, sourceOf, target);
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
