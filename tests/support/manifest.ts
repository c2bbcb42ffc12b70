import type { ArtifactRef } from '../../src/contracts/artifacts';
import type { ManifestFacts, ManifestObservations } from '../../src/contracts/manifest';

/** A reference to nothing, with a name made of one repeated digit. */
export const refOf = (kind: string, digit: string, rows: number | null = null): ArtifactRef => ({
  sha256: digit.repeat(64),
  bytes: 10,
  rows,
  kind,
});

/** Facts of a small run: one source file, one table. */
export const facts = (): ManifestFacts => ({
  project: 'shop',
  environment: 'prod',
  asOf: '2024-01-31',
  knownAt: null,
  mode: 'refit',
  inputs: [{ role: 'transactions', name: 'orders.csv', sha256: '1'.repeat(64), bytes: 10, rows: 3 }],
  code: { version: '0.1.0', digest: 'c', stages: {} },
  engine: { duckdb: '1.5.6', v8: '11', kernels: '1' },
  config: { digest: 'd', resolved: refOf('project.config', '2') },
  projectKeyId: 'k',
  parentRelease: null,
  seed: 0,
  results: {
    decisions: { selection: { k: 4 } },
    outputs: [
      { name: 'extract.transactions', ref: refOf('extract.transactions', '3', 3), from: ['source.transactions'] },
    ],
  },
});

export const observations = (): ManifestObservations => ({
  runId: 'shop-prod-2024-01-31-1',
  kind: 'adhoc',
  attempt: 1,
  actor: 'ana',
  reason: 'first run',
  startedAt: '2024-02-01T02:00:00.000Z',
  finishedAt: '2024-02-01T02:01:00.000Z',
  stages: [],
  host: {},
  temporal: { workflowId: 'refresh/shop/prod/2024-01-31', runId: 'r1' },
});
