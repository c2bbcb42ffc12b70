import { arch, platform, release as osRelease } from 'node:os';
import { resolve } from 'node:path';
import { idempotencyKeyOf } from '../activities/manifest';
import { createPublish, type PublishDeps } from '../activities/publish';
import type { WorkerDeps } from '../activities/stage';
import { createLineage } from '../adapters/lineage';
import { createSinksOf } from '../adapters/sinks';
import { openVault } from '../adapters/vault';
import type { Store } from '../adapters/store';
import type { ResolvedParent, ResolveParentInput } from '../contracts/activities';
import type { RefreshRequest, StageResult } from '../contracts/run';
import { machineOptions, type MachineOptions } from './deps';

/** The targets of projects of a store, for whoever delivers a release. */
export const sinksOfStore = ({ home, artifacts }: Store, { threads, memoryLimit }: MachineOptions) =>
  createSinksOf({
    home,
    artifacts,
    engine: { temporary: resolve(home, 'tmp', 'duckdb'), threads, memoryLimit },
    openVault: ({ privacy }, projectDir) => openVault({ config: privacy, projectDir, home }),
  });

/** What publishing needs beyond the stages' dependencies. */
export function publishingDeps(store: Store, deps: WorkerDeps, { threads, memoryLimit }: MachineOptions): PublishDeps {
  const sinksOf = sinksOfStore(store, { threads, memoryLimit });
  return {
    ...deps,
    runs: store.runs,
    releases: store.releases,
    ledger: store.ledger,
    lineage: createLineage(store.home, deps.code.version),
    sinksOf,
    host: () => ({ node: process.versions.node, os: `${platform()} ${osRelease()}`, arch: arch(), threads, memoryLimit }),
  };
}

/** The questions about releases that `plan` asks, answered as a run would. */
export function createPublishing(store: Store, deps: WorkerDeps): {
  resolveParent(input: ResolveParentInput): Promise<ResolvedParent>;
  releaseOf(request: RefreshRequest, stages: readonly StageResult[]): Promise<number | null>;
} {
  const all = publishingDeps(store, deps, machineOptions());
  return {
    resolveParent: createPublish(all).resolveParent,
    async releaseOf(request, stages) {
      const key = await idempotencyKeyOf(all, { ...request, runId: 'plan', attempt: 1 }, stages);
      return (await store.releases.findByIdempotencyKey(request.project, request.environment, key))?.n ?? null;
    },
  };
}
