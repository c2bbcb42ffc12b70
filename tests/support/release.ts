import type { ReleaseStore } from '../../src/core/ports';
import { refOf } from './manifest';

export type Draft = Parameters<ReleaseStore['commit']>[0];

/** A commit that is not there yet; `key` is its idempotency key. */
export const draftOf = (key: string, more: Partial<Draft> = {}): Draft => ({
  project: 'shop',
  environment: 'prod',
  parent: null,
  asOf: '2024-01-31',
  runId: 'shop-prod-2024-01-31-1',
  idempotencyKey: key,
  digest: 'd',
  resultDigest: 'r',
  manifest: refOf('run.manifest', '1'),
  artifacts: { 'personas.personas': refOf('personas.personas', '2') },
  at: '2024-02-01T00:00:00.000Z',
  actor: 'ana',
  reason: 'nightly',
  ...more,
});
