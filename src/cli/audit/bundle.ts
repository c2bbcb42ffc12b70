import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { auditStore } from '../../adapters/audit';
import { readTexts } from '../../adapters/ledger';
import type { Store } from '../../adapters/store';
import type { ArtifactRef } from '../../contracts/artifacts';
import { PipelineError } from '../../contracts/errors';
import type { LedgerEntry } from '../../adapters/ledger';
import { canonicalJson, parseCheckpoint } from '../../core/audit';
import { finishedRun, type FinishedRun } from './run-inputs';

/** Files of a bundle by their name in it, in the order they are written. */
export type BundleFiles = Map<string, Uint8Array>;

export interface BundleOptions {
  /** Also tables with a row per customer (pseudonyms, but persons still). */
  readonly tables: boolean;
  /** Text of a checkpoint kept elsewhere that the bundle should be provable against. */
  readonly against?: string;
  /** The stand-alone verifier; by default the compiled one beside this file. */
  readonly script?: string;
}

/**
 * Everything that shows of one run, without this store or program, who did what and that nothing was changed: its entries with proofs
 * of inclusion, a checkpoint, manifest, envelope, commit, history, lineage, artifacts, and the script that checks them.
 *
 * @throws PipelineError `OBJECT_CORRUPT` where the run's records are damaged: what is wrong is not passed on.
 */
export async function bundleOf(store: Store, runId: string, { tables, against, script = resolve(__dirname, 'bundle-verifier.js') }: BundleOptions): Promise<BundleFiles> {
  const { shelf, ledger } = store;
  const { problems } = await auditStore({ home: shelf, runId });
  const [problem] = problems;
  if (problem) throw new PipelineError('OBJECT_CORRUPT', `${problem.object} ${problem.problem}: a damaged run is not exported`, { ...problem });
  const run = await finishedRun(store, runId);
  const { note, verifier, origin, size } = await ledger.checkpoint();
  const { sound, tree } = await ledger.check();
  const texts = await readTexts(shelf);
  const own = sound.map(({ entry }) => entry).filter((entry) => entry.seq <= size && isAbout(entry, runId));
  const files: BundleFiles = new Map();
  const entries = own.map(({ seq }) => ({ seq, file: `ledger/${String(seq).padStart(8, '0')}.json`, proof: tree.inclusion(seq - 1, size).map((hash) => hash.toString('base64')) }));
  const sizes = [...sound.flatMap(({ entry }) => (entry.type === 'ledger.checkpoint' ? [Number(entry.body.size)] : [])), ...sizeIn(against, origin, size)];
  const consistency = [...new Set(sizes)].filter((from) => from >= 1 && from <= size).map((from) => ({ from, proof: tree.consistency(from, size).map((hash) => hash.toString('base64')) }));
  files.set('README.md', Buffer.from(readme(run, verifier)));
  files.set('verify.js', await readFile(script));
  files.set('bundle.json', Buffer.from(canonicalJson({ format: 1, runId, origin, size, verifier, entries, consistency })));
  files.set('checkpoint', Buffer.from(note));
  for (const { seq, file } of entries) files.set(file, Buffer.from(texts[seq - 1]!));
  for (const name of ['manifest.json', 'manifest.dsse.json']) await add(files, name, shelf, `runs/${runId}/${name}`);
  await addReleases(store, own, files);
  const archived = own.find(({ type }) => type === 'run.archived');
  if (archived) files.set('history.json', await store.artifacts.readBytes({ sha256: String(archived.body.sha256), kind: 'run.history', bytes: 0, rows: null }));
  await add(files, 'lineage.ndjson', shelf, `lineage/${runId}.ndjson`);
  for (const ref of artifactsOf(run).filter(({ rows }) => tables || rows === null)) files.set(`objects/${ref.sha256}`, await store.artifacts.readBytes(ref));
  return files;
}

const isAbout = ({ subject, body }: LedgerEntry, runId: string): boolean => subject === runId || body.runId === runId;

function sizeIn(against: string | undefined, origin: string, size: number): number[] {
  if (against === undefined) return [];
  const outside = parseCheckpoint(against);
  if (outside === undefined || outside.origin !== origin || outside.size > size)
    throw new PipelineError('CONFIG_INVALID', 'the file given with --against is no checkpoint of this ledger, or reaches further than the ledger does');
  return [outside.size];
}

async function add(files: BundleFiles, name: string, shelf: Store['shelf'], key: string): Promise<void> {
  const bytes = await shelf.readBytes(key);
  if (bytes) files.set(name, bytes);
}

/** The commit that the run made, or found made. */
async function addReleases({ shelf }: Store, own: readonly LedgerEntry[], files: BundleFiles): Promise<void> {
  const released = own.find(({ type, body }) => type.startsWith('release.') && typeof body.commitSha256 === 'string');
  if (released) await add(files, 'release.json', shelf, `releases/${released.subject}.json`);
}

function artifactsOf({ manifest: { facts } }: FinishedRun): ArtifactRef[] {
  // The report of what was read is an input of the manifest; the tables of the parent release belong to another run's bundle.
  const extract = facts.inputs.filter(({ role }) => role === 'extract').map(({ name, sha256, bytes }) => ({ sha256, bytes, rows: null, kind: name }));
  return [...facts.results.outputs.map(({ ref }) => ref), facts.config.resolved, ...extract];
}

const readme = ({ runId, manifest: { facts, digest } }: FinishedRun, verifier: string): string => `# Run ${runId}

Of project ${facts.project} (${facts.environment}), as of ${facts.asOf}; digest ${digest}.

    node verify.js --key KEY --checkpoint FILE

checks everything here without the program that made it. Take KEY and FILE (a checkpoint kept elsewhere) from somewhere else than this
bundle, and best also the script; without them it is only shown that the bundle fits itself. The key that it says is its own:

    ${verifier}

| file | what |
|---|---|
| ledger/ | who did what, when and why: the signed entries about this run |
| bundle.json | proofs that they are part of the ledger that \`checkpoint\` is of, and that it grew out of earlier checkpoints |
| manifest.json, manifest.dsse.json | what the run read, decided and made, by hash; the same in a signed envelope |
| release.json | the commit of the release, if one was made |
| history.json | what the workflow engine recorded, named by the ledger |
| lineage.ndjson | OpenLineage events; not signed |
| objects/ | artifacts by their SHA-256. Documents hold figures about groups of customers, also small ones: pass them on with care |
`;
