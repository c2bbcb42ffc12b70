import type { KeyObject } from 'node:crypto';
import type { ArtifactRef } from '../../contracts/artifacts';
import { MANIFEST_PAYLOAD, type Envelope } from '../../contracts/envelope';
import { PipelineError } from '../../contracts/errors';
import type { Manifest } from '../../contracts/manifest';
import type { RefreshRequest } from '../../contracts/run';
import { openEnvelope, sha256Hex, wrongDigests } from '../../core/audit';
import type { RunRecord } from '../../core/ports';
import { objectKey } from '../artifacts/objects';
import type { LedgerEntry } from '../ledger';
import { parseRunRecord } from '../runs/record';
import type { Shelf } from '../shelf';
import { ENDED, type EntryIndex } from './entries';
import type { Wanted } from './objects';
import type { Findings } from './report';

/** A run's record as its file says it; undefined where there is none or it cannot be read, which is a finding. */
export interface ReadRun {
  readonly runId: string;
  readonly record: RunRecord | undefined;
}

export async function runIdsIn(shelf: Shelf): Promise<string[]> {
  return (await shelf.list('runs')).filter((name) => !name.startsWith('.'));
}

export async function readRun(shelf: Shelf, runId: string, findings: Findings): Promise<ReadRun> {
  const text = await shelf.read(`runs/${runId}/run.json`);
  // A folder whose opener died before it wrote a record is no run.
  if (text === undefined) return { runId, record: undefined };
  try {
    return { runId, record: parseRunRecord(runId, text) };
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    findings.wrong(`run ${runId}`, `cannot be read: ${error.message}`);
    return { runId, record: undefined };
  }
}

/** Still going on, or waiting for an approval. */
export const isOpen = (status: string): boolean => status === 'running' || status === 'held';

export interface RunChecker {
  readonly shelf: Shelf;
  readonly index: EntryIndex;
  /** Who signs envelopes. */
  readonly key: KeyObject | undefined;
  readonly wanted: Wanted;
  readonly findings: Findings;
}

/** Hold a run's record, manifest and envelope against the signed entries about it, and note every object it names. */
export async function checkRun(checker: RunChecker, { runId, record }: ReadRun): Promise<void> {
  const { findings, index, wanted } = checker;
  if (record === undefined) return;
  findings.counts.runs++;
  const object = `run ${runId}`;
  const { request, attempts, status } = record as Omit<RunRecord, 'request'> & { readonly request: Partial<RefreshRequest> };
  if (request.resolved) wanted.add(request.resolved, object);
  const started = index.about(runId).find(({ type, body }) => type === 'run.started' && body.attempt === attempts);
  if (started === undefined) {
    if (isOpen(status)) findings.notes.push(`${object} is not in the ledger yet: it is starting`);
    else findings.wrong(object, `has no entry in the ledger that says attempt ${attempts} was started`);
  }
  for (const name of ['kind', 'asOf', 'configDigest'] as const)
    findings.expect(started === undefined || started.body[name] === undefined || request[name] === started.body[name], object, `says it was asked for another ${name} than ledger entry ${started?.seq} says`);
  const end = index.endOf(runId, attempts);
  if (isOpen(status)) return void findings.notes.push(`${object} is ${status === 'held' ? 'held by the gate' : 'not finished'}`);
  if (end === undefined) return findings.wrong(object, `says it ${status}, the ledger knows of no end of attempt ${attempts}`);
  if (!findings.expect(ENDED[end.type as keyof typeof ENDED] === status, object, `says it ${status}, ledger entry ${end.seq} says ${end.type.replace('run.', '')}`)) return;
  if (status !== 'succeeded') return;
  const { manifest, release, outcome } = record;
  findings.expect(end.body.manifest === manifest?.sha256, object, `names another manifest than ledger entry ${end.seq}`);
  findings.expect(end.body.release === release, object, `names another release than ledger entry ${end.seq}`);
  findings.expect(end.body.outcome === outcome, object, `has another outcome than ledger entry ${end.seq}`);
  await checkManifest(checker, runId, end);
}

/** The manifest that the run's last entry names: its object, its copy beside the run, its envelope, and what it says. */
async function checkManifest({ shelf, key, wanted, findings }: RunChecker, runId: string, { seq, body }: LedgerEntry): Promise<void> {
  const object = `manifest of run ${runId}`;
  const sha256 = String(body.manifest);
  findings.counts.manifests++;
  const stored = /^[0-9a-f]{64}$/.test(sha256) ? await shelf.readBytes(objectKey(sha256)) : undefined;
  if (stored === undefined) return findings.wrong(object, `is missing: object ${sha256}, which ledger entry ${seq} names`);
  if (!wanted.has(sha256)) {
    findings.counts.objects++;
    findings.counts.bytes += stored.byteLength;
  }
  wanted.settle(sha256);
  const folder = `runs/${runId}`;
  if (sha256Hex(stored) !== sha256) return findings.wrong(object, `holds other bytes than ledger entry ${seq} names: object ${sha256}`);
  const text = stored.toString('utf8');
  const manifest = JSON.parse(text) as Manifest;
  for (const name of wrongDigests(manifest, text)) findings.wrong(object, `says a ${name} that its facts do not give`);
  for (const name of ['digest', 'resultDigest'] as const) findings.expect(manifest[name] === body[name], object, `has another ${name} than ledger entry ${seq} says`);
  findings.expect(manifest.observations.runId === runId, object, `is that of run ${manifest.observations.runId}`);
  const copy = await shelf.readBytes(`${folder}/manifest.json`);
  findings.expect(copy !== undefined, `file runs/${runId}/manifest.json`, 'is missing');
  findings.expect(copy === undefined || copy.equals(stored), `file runs/${runId}/manifest.json`, 'is not the manifest that the ledger names');
  await checkKept(shelf, runId, findings);
  checkEnvelope(await shelf.read(`${folder}/manifest.dsse.json`), { text, key, runId, envelope: body.envelope, seq, findings });
  wantObjects(manifest, object, wanted);
}

/** Manifests of all attempts, kept by attempt and digest: each is an object of the store. */
async function checkKept(shelf: Shelf, runId: string, findings: Findings): Promise<void> {
  const folder = `runs/${runId}/manifests`;
  for (const name of await shelf.list(folder)) {
    const object = `file ${folder}/${name}`;
    const text = await shelf.readBytes(`${folder}/${name}`);
    const stored = text && (await shelf.readBytes(objectKey(sha256Hex(text))));
    findings.expect(stored !== undefined, object, 'holds other bytes than were written there');
  }
}

interface EnvelopeCheck {
  readonly text: string;
  readonly key: KeyObject | undefined;
  readonly runId: string;
  readonly envelope: unknown;
  readonly seq: number;
  readonly findings: Findings;
}

function checkEnvelope(found: string | undefined, { text, key, runId, envelope, seq, findings }: EnvelopeCheck): void {
  const object = `envelope of run ${runId}`;
  if (envelope === undefined && found === undefined) return void findings.notes.push(`run ${runId} has no signed envelope: it was made by a version that wrote none; the ledger vouches for its manifest`);
  if (found === undefined) return findings.wrong(object, `is missing; ledger entry ${seq} names it`);
  findings.counts.envelopes++;
  if (!findings.expect(envelope === undefined || sha256Hex(found) === envelope, object, `is not the one that ledger entry ${seq} names`)) return;
  if (key === undefined) return;
  findings.expect(opened(found, key) === text, object, 'is not signed with the key of the ledger, or holds another manifest');
}

function opened(text: string, key: KeyObject): string | undefined {
  try {
    return openEnvelope(JSON.parse(text) as Envelope, MANIFEST_PAYLOAD, key);
  } catch {
    return undefined;
  }
}

const IN_STORE: ReadonlySet<string> = new Set(['parent', 'extract', 'model', 'project']);

function wantObjects({ facts, observations }: Manifest, by: string, wanted: Wanted): void {
  const want = (ref: Pick<ArtifactRef, 'sha256' | 'kind' | 'bytes'>): void => wanted.add(ref, by);
  want(facts.config.resolved);
  for (const { name, ref } of facts.results.outputs) wanted.add({ ...ref, kind: name }, by);
  // Source files lie outside of the store; what stands among the inputs under these roles lies in it.
  for (const { role, name, sha256, bytes } of facts.inputs) if (IN_STORE.has(role)) want({ sha256, bytes, kind: name });
  for (const { outputs } of observations.stages) for (const [name, ref] of Object.entries(outputs)) wanted.add({ ...ref, kind: name }, by);
}

/** Runs that the ledger knows and that are not there. */
export function missingRuns(runs: readonly ReadRun[], index: EntryIndex, findings: Findings): void {
  const there = new Set(runs.filter(({ record }) => record !== undefined).map(({ runId }) => runId));
  const named = new Set(findings.problems.map(({ object }) => object));
  for (const runId of index.runs) if (!there.has(runId) && !named.has(`run ${runId}`)) findings.wrong(`run ${runId}`, 'has no record, though the ledger says that it was started');
}
