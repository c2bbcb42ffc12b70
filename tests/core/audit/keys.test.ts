import type { ResolvedProject } from '../../../src/config/project';
import { projectConfig } from '../../../src/config/project';
import {
  buildManifest,
  configDigest,
  digestOf,
  idempotencyKey,
  inputDigests,
  sha256Hex,
  stageKey,
  verifyManifest,
  withoutPlaces,
} from '../../../src/core/audit';
import { facts, observations } from '../../support/manifest';

const parts = {
  stage: 'features' as const,
  codeDigest: 'c',
  engine: { duckdb: '1.5.6', v8: '11', kernels: '1' },
  config: { revenue: 'net' },
  sqlDigests: { 'features/rfm': 'd' },
  seed: 0,
  asOf: '2024-01-31',
  knownAt: null,
  projectKeyId: 'k',
  inputs: { 'clean.lines': 'e' },
};

describe('sha256Hex', () => {
  it('gives the digest of "abc" in FIPS 180-4', () => {
    expect(sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});

describe('stageKey', () => {
  it('does not depend on the order of names', () => {
    expect(stageKey({ ...parts, engine: { v8: '11', kernels: '1', duckdb: '1.5.6' } })).toBe(stageKey(parts));
  });

  it.each([
    ['stage', { stage: 'clean' as const }],
    ['code', { codeDigest: 'x' }],
    ['engine', { engine: { ...parts.engine, duckdb: '2.0.0' } }],
    ['config', { config: { revenue: 'gross' } }],
    ['SQL', { sqlDigests: { 'features/rfm': 'x' } }],
    ['seed', { seed: 1 }],
    ['as-of', { asOf: '2024-02-01' }],
    ['known-at', { knownAt: '2024-02-01T00:00:00Z' }],
    ['project key', { projectKeyId: 'x' }],
    ['an input', { inputs: { 'clean.lines': 'x' } }],
    ['the name of an input', { inputs: { 'clean.orders': 'e' } }],
    ['the extra part', { extra: { algorithm: 'kmeans' } }],
  ])('changes with %s', (_, change) => {
    expect(stageKey({ ...parts, ...change })).not.toBe(stageKey(parts));
  });

  it('takes inputs by hash, whatever their size or kind says', () => {
    const ref = { sha256: 'e', bytes: 1, rows: 2, kind: 'clean.lines' };
    expect(inputDigests({ 'clean.lines': ref })).toEqual({ 'clean.lines': 'e' });
  });
});

describe('idempotencyKey', () => {
  const key = {
    project: 'shop',
    environment: 'prod',
    asOf: '2024-01-31',
    knownAt: null,
    mode: 'refit',
    configDigest: 'c',
    codeDigest: 'd',
    engine: { duckdb: '1.5.6' },
    projectKeyId: 'k',
    inputs: [
      { role: 'transactions', sha256: 'a' },
      { role: 'transactions', sha256: 'b' },
    ],
    reprocess: 0,
  };

  it('tells two pinned models apart, and is as it was before there were any where none is', () => {
    expect(idempotencyKey({ ...key, mode: 'score', model: 'a' })).not.toBe(idempotencyKey({ ...key, mode: 'score', model: 'b' }));
    // Made by the version before modes: releases of then are found again.
    expect(idempotencyKey(key)).toBe('150a50bda6299c263cc70a97051615b297a1f8353ff1aa3766a8c44fb8d3dbdf');
  });

  it('does not depend on the order of the files', () => {
    expect(idempotencyKey({ ...key, inputs: [...key.inputs].reverse() })).toBe(idempotencyKey(key));
  });

  it.each([
    ['environment', { environment: 'test' }],
    ['as-of', { asOf: '2024-02-01' }],
    ['known-at', { knownAt: '2024-02-01T00:00:00Z' }],
    ['config', { configDigest: 'x' }],
    ['code', { codeDigest: 'x' }],
    ['engine', { engine: { duckdb: '2.0.0' } }],
    ['project key', { projectKeyId: 'x' }],
    ['an input', { inputs: key.inputs.slice(1) }],
    ['the role of an input', { inputs: [{ role: 'customers', sha256: 'a' }, key.inputs[1]] }],
    ['reprocess', { reprocess: 1 }],
    ['the mode', { mode: 'score' }],
    ['the model that is applied', { model: 'm' }],
  ])('changes with %s', (_, change) => {
    expect(idempotencyKey({ ...key, ...change })).not.toBe(idempotencyKey(key));
  });
});

describe('configDigest', () => {
  interface Change {
    readonly top?: object;
    readonly transactions?: object;
    readonly privacy?: object;
  }
  const target = (more: object) => ({ top: { publish: { targets: [{ name: 'files', type: 'files', ...more }] } } });
  const column = (type: string) => ({ from: 'x', type });
  const resolve = (change: Change = {}): ResolvedProject => {
    const config: Record<string, unknown> = {
      version: 1,
      project: 'shop',
      objective: { touchpoint: 'newsletter', kpis: ['revenue'], granularity: { min: 3, max: 5 } },
      sources: {
        transactions: {
          path: 'data/*.csv',
          format: 'csv',
          ...change.transactions,
          columns: {
            customer_id: column('text'),
            order_id: column('text'),
            product_code: column('text'),
            quantity: column('integer'),
            unit_price: column('decimal'),
            ordered_at: column('timestamp'),
          },
        },
      },
      features: { model: ['recency_days', 'frequency'] },
      privacy: { purpose: 'newsletter', projectKey: { env: 'SHOP_KEY' }, ...change.privacy },
      ...change.top,
    };
    return { format: 1, config: projectConfig.parse(config), sql: {} };
  };
  const digest = configDigest(resolve());

  it.each([
    ['the path of a source', { transactions: { path: '/elsewhere/*.csv' } }],
    ['the path of a target', target({ path: '/elsewhere' })],
    ['the engine section', { top: { engine: { threads: 7, memoryLimit: '1GB' } } }],
    ['the default as-of date', { top: { asOf: '2024-01-31' } }],
    ['where the project key is found', { privacy: { projectKey: { file: 'keys/shop' } } }],
  ])('leaves out %s', (_, change) => {
    expect(configDigest(resolve(change))).toBe(digest);
  });

  it.each([
    ['a seed', { top: { modeling: { seed: 1 } } }],
    ['a delimiter', { transactions: { csv: { delimiter: ';' } } }],
    ['customer ids in a target', target({ customerIds: true })],
    ['the smallest published cell', { privacy: { kMin: 5 } }],
  ])('changes with %s', (_, change) => {
    expect(configDigest(resolve(change))).not.toBe(digest);
  });

  it("changes with the text of the project's own SQL", () => {
    expect(configDigest({ ...resolve(), sql: { 'x.sql': 'SELECT 1' } })).not.toBe(digest);
  });

  it('is the SHA-256 of the project without places, so an artifact of it has this name', () => {
    expect(digestOf(withoutPlaces(resolve()))).toBe(digest);
  });
});

describe('buildManifest', () => {
  const manifest = buildManifest(facts(), observations(), 'key');

  it('gives equal digests to runs that differ in observations only', () => {
    const other = buildManifest(
      facts(),
      { ...observations(), runId: 'shop-prod-2024-01-31-2', startedAt: '2025-01-01T00:00:00Z', attempt: 3 },
      'key',
    );
    expect([other.digest, other.resultDigest]).toEqual([manifest.digest, manifest.resultDigest]);
  });

  it('keeps the result digest when other files hold the same rows', () => {
    const inputs = [{ ...facts().inputs[0], sha256: 'f'.repeat(64) }];
    const other = buildManifest({ ...facts(), inputs }, observations(), 'key');
    expect(other.resultDigest).toBe(manifest.resultDigest);
    expect(other.digest).not.toBe(manifest.digest);
  });

  it('changes both digests with a decision', () => {
    const results = { ...facts().results, decisions: { selection: { k: 5 } } };
    const other = buildManifest({ ...facts(), results }, observations(), 'key');
    expect(other.resultDigest).not.toBe(manifest.resultDigest);
    expect(other.digest).not.toBe(manifest.digest);
  });

  it('verifies, and no longer does once a fact was changed', () => {
    expect(() => verifyManifest(manifest)).not.toThrow();
    const forged = { ...manifest, facts: { ...manifest.facts, seed: 1 } };
    expect(() => verifyManifest(forged)).toThrow(
      expect.objectContaining({ code: 'OBJECT_CORRUPT', message: expect.stringContaining('says digest') }),
    );
  });
});
