import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { LedgerDraft } from '../../src/adapters/ledger/entry';
import type { ArtifactRef } from '../../src/contracts/artifacts';
import { MANIFEST_PAYLOAD } from '../../src/contracts/envelope';
import type { ReleaseCommit } from '../../src/contracts/manifest';
import { buildManifest, canonicalJson, digestOf, sealEnvelope, sha256Hex } from '../../src/core/audit';
import type { RunRecord } from '../../src/core/ports';
import { layLog, makeLog, makeSigner } from './audit-logs';
import { facts, observations } from './manifest';

/** Numbers of a selection as large as that of the example shop: its manifests have 76 KB. */
const evidence = Array.from({ length: 350 }, (_, k) => ({ algorithm: 'kmeans', model: null, k, silhouette: Math.sin(k), calinskiHarabasz: 1e5 * Math.cos(k), gap: k / 7, jaccard: [k / 3, k / 11], status: 'rejected', reasons: ['fewer customers than a persona needs'] }));

/** A store of many published runs, each with its manifest, envelope, release, history and four entries; written without fsync. */
export function manyRuns(home: string, runs: number): { readonly megabytes: number } {
  const signer = makeSigner();
  const drafts: LedgerDraft[] = [];
  let [previous, bytes]: [string | null, number] = [null, 0];
  const write = (path: string, text: string): string => {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), text);
    bytes += text.length;
    return sha256Hex(text);
  };
  const store = (kind: string, text: string): ArtifactRef => {
    const sha256 = sha256Hex(text);
    write(`objects/sha256/${sha256.slice(0, 2)}/${sha256.slice(2)}`, text);
    return { sha256, bytes: Buffer.byteLength(text), rows: null, kind };
  };
  for (let n = 1; n <= runs; n++) {
    const runId = `shop-prod-${n}`;
    const output = store('report.html', `<!doctype html><p>${n}</p>`);
    const base = facts();
    const own = { ...base, config: { ...base.config, resolved: output }, inputs: [], seed: n, results: { decisions: { selection: evidence }, outputs: [{ name: 'report.html', ref: output, from: [] }] } };
    const manifest = buildManifest(own, { ...observations(), runId }, `key-${n}`);
    const text = canonicalJson(manifest);
    const stored = store('run.manifest', text);
    const envelope = canonicalJson(sealEnvelope(MANIFEST_PAYLOAD, text, signer.key, signer.keyId));
    const { digest, resultDigest, idempotencyKey } = manifest;
    const who = { actor: 'ana', reason: 'nightly', at: '2026-01-01T00:00:00.000Z' };
    const commit: ReleaseCommit = {
      format: 1, n, project: 'shop', environment: 'prod', previous: n === 1 ? null : n - 1, previousSha256: previous, parent: null, promoted: true, superseded: false,
      asOf: '2024-01-31', runId, idempotencyKey, digest, resultDigest, manifest: stored, artifacts: { 'report.html': output }, ...who,
    };
    previous = write(`releases/shop/prod/${n}.json`, canonicalJson(commit));
    const record: RunRecord = {
      format: 1, runId, workflowId: `w-${n}`, temporalRunIds: [`t-${n}`], request: {}, attempts: 1, status: 'succeeded', startedAt: who.at, finishedAt: who.at, stages: [],
      failure: null, manifest: stored, release: n, outcome: 'published',
    };
    write(`runs/${runId}/run.json`, canonicalJson(record));
    write(`runs/${runId}/manifest.json`, text);
    write(`runs/${runId}/manifests/1-${digest}.json`, text);
    write(`runs/${runId}/manifest.dsse.json`, envelope);
    const history = store('run.history', `{"events":${n}}`);
    drafts.push(
      { ...who, type: 'run.started', subject: runId, body: { attempt: 1 } },
      { ...who, type: 'release.committed', subject: `shop/prod/${n}`, body: { runId, release: n, commitSha256: digestOf(commit), digest, resultDigest, idempotencyKey } },
      { ...who, type: 'release.published', subject: `shop/prod/${n}`, body: { runId, commitSha256: digestOf(commit), digest, resultDigest, idempotencyKey } },
      { ...who, type: 'run.finished', subject: runId, body: { attempt: 1, outcome: 'published', digest, resultDigest, manifest: stored.sha256, envelope: sha256Hex(envelope), release: n } },
      { ...who, type: 'run.archived', subject: runId, body: { sha256: history.sha256 } },
    );
  }
  layLog(home, makeLog(drafts, signer), signer);
  return { megabytes: bytes / 1e6 };
}
