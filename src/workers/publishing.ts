import { readFileSync } from 'node:fs';
import { arch, cpus, platform, release as osRelease } from 'node:os';
import { resolve } from 'node:path';
import { idempotencyKeyOf } from '../activities/manifest';
import { createPublish, type PublishDeps } from '../activities/publish';
import type { WorkerDeps } from '../activities/stage';
import { readBuildSource } from '../adapters/code-digests';
import { createLineage } from '../adapters/lineage';
import { createFolderSinksOf, createSinksOf, type SinkDeps } from '../adapters/sinks';
import { openVault } from '../adapters/vault';
import type { Store } from '../adapters/store';
import type { ResolvedParent, ResolveParentInput } from '../contracts/activities';
import type { RunContext, StageResult } from '../contracts/run';
import { machineOptions, type MachineOptions } from './deps';

const temporalSdk = (): string =>
  (JSON.parse(readFileSync(require.resolve('@temporalio/worker/package.json'), 'utf8')) as { version: string }).version;

/** What a run ran on and with: observations, none of which may change a byte of what it makes. */
function hostOf(threads: number, memoryLimit: string): Readonly<Record<string, unknown>> {
  const { node, icu, tz, openssl } = process.versions;
  return {
    node,
    icu: icu ?? null,
    timeZones: tz ?? null,
    openssl: openssl ?? null,
    temporalSdk: temporalSdk(),
    os: `${platform()} ${osRelease()}`,
    arch: arch(),
    cpu: cpus()[0]?.model ?? null,
    threads,
    memoryLimit,
    build: readBuildSource(),
  };
}

/** What targets need of the machine. */
type SinkMachine = Pick<MachineOptions, 'threads' | 'memoryLimit'>;

const sinkDeps = ({ home, shelf, artifacts }: Store, { threads, memoryLimit }: SinkMachine): SinkDeps => ({
  home,
  shelf,
  artifacts,
  engine: { temporary: resolve(home, 'tmp', 'duckdb'), threads, memoryLimit },
  openVault: ({ privacy }, projectDir) => openVault({ config: privacy, projectDir, home: shelf }),
});

/** The targets of projects of a store, for whoever delivers a release. */
export const sinksOfStore = (store: Store, machine: SinkMachine) => createSinksOf(sinkDeps(store, machine));

/** Those of them that are folders, for whoever writes these again. */
export const folderSinksOfStore = (store: Store, machine: SinkMachine) => createFolderSinksOf(sinkDeps(store, machine));

/** What publishing needs beyond the stages' dependencies. */
export function publishingDeps(store: Store, deps: WorkerDeps, { threads, memoryLimit }: SinkMachine): PublishDeps {
  const sinksOf = sinksOfStore(store, { threads, memoryLimit });
  return {
    ...deps,
    runs: store.runs,
    releases: store.releases,
    ledger: store.ledger,
    lineage: createLineage(store.shelf, deps.code.version),
    sinksOf,
    host: () => hostOf(threads, memoryLimit),
  };
}

/** The questions about releases that `plan` asks, answered as a run would. */
export function createPublishing(store: Store, deps: WorkerDeps): {
  resolveParent(input: ResolveParentInput): Promise<ResolvedParent>;
  releaseOf(run: RunContext, stages: readonly StageResult[]): Promise<number | null>;
} {
  const all = publishingDeps(store, deps, machineOptions());
  return {
    resolveParent: createPublish(all).resolveParent,
    async releaseOf(run, stages) {
      const key = await idempotencyKeyOf(all, run, stages);
      return (await store.releases.findByIdempotencyKey(run.project, run.environment, key))?.n ?? null;
    },
  };
}
