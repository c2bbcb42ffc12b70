/**
 * Verify a bundle that `dramatis audit export` made, on any machine with Node 18 or later and nothing else:
 *
 *     node verify.js [FOLDER] [--key VERIFIER] [--checkpoint FILE]
 *
 * Checked are: the checkpoint's signature; each ledger entry's form, signature and inclusion in the checkpoint's tree (RFC 9162); that
 * the manifest is the one the ledger names, signed (DSSE), with digests that its facts give; the release's commit and the archived
 * history; the bytes of every artifact. With --checkpoint, a checkpoint kept elsewhere: that the bundle's ledger grew out of that one.
 *
 * What a bundle says about itself proves little: give --key or --checkpoint from somewhere else, and run a copy of this script that
 * does not come with the bundle. Ends with 0 where all is well, 1 where anything is wrong, 2 where it cannot be told.
 */
import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

type Json = Record<string, unknown>;

interface Bundle {
  readonly runId: string;
  readonly verifier: string;
  readonly entries: readonly { readonly seq: number; readonly file: string; readonly proof: readonly string[] }[];
  readonly consistency: readonly { readonly from: number; readonly proof: readonly string[] }[];
}

interface Entry {
  readonly seq: number;
  readonly type: string;
  readonly subject: string;
  readonly actor: string;
  readonly reason: string;
  readonly at: string;
  readonly keyId: string;
  readonly signature: string;
  readonly body: Json;
}

interface Head {
  readonly origin: string;
  readonly size: number;
  readonly root: Buffer;
}

const sha256 = (...parts: (string | Uint8Array)[]): Buffer => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
const hex = (data: string | Uint8Array): string => sha256(data).toString('hex');

/** RFC 8785 for what the ledger holds. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`;
}

/** Read `name+hash+key` of a signed note. */
function readVerifier(text: string): { readonly name: string; readonly key: KeyObject; readonly hash: Buffer } {
  const [, name = '', hash = '', base64 = ''] = /^([^+\s]+)\+([0-9a-f]{8})\+(.+)$/.exec(text.trim()) ?? [];
  const bytes = Buffer.from(base64, 'base64');
  const expected = sha256(`${name}\n`, bytes).subarray(0, 4);
  if (bytes.length !== 33 || bytes[0] !== 1 || expected.toString('hex') !== hash) throw new Error(`"${text}" is no key`);
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), bytes.subarray(1)]);
  return { name, key: createPublicKey({ key: spki, format: 'der', type: 'spki' }), hash: expected };
}

/** What a signed note says about a ledger; undefined where the key did not sign it. */
function openCheckpoint(note: string, { name, key, hash }: ReturnType<typeof readVerifier>): Head | undefined {
  const end = note.lastIndexOf('\n\n');
  const text = note.slice(0, end + 1);
  const signed = note.slice(end + 2).split('\n').some((line) => {
    const [dash, by, base64 = ''] = line.split(' ');
    const bytes = Buffer.from(base64, 'base64');
    return dash === '—' && by === name && bytes.subarray(0, 4).equals(hash) && verify(null, Buffer.from(text), key, bytes.subarray(4));
  });
  const [origin = '', size = '', root = ''] = text.split('\n');
  return end >= 0 && signed ? { origin, size: Number(size), root: Buffer.from(root, 'base64') } : undefined;
}

const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer => sha256(Buffer.of(1), left, right);
const half = (n: number): number => Math.floor(n / 2);

/** RFC 9162 §2.1.3.2. */
function includes(leaf: Buffer, index: number, { size, root }: Head, proof: readonly Buffer[]): boolean {
  let [node, last, hash] = [index, size - 1, leaf];
  if (!(index >= 0 && index < size)) return false;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(sibling, hash);
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else hash = nodeHash(hash, sibling);
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && hash.equals(root);
}

/** RFC 9162 §2.1.4.2. */
function grewFrom(older: Head, newer: Head, proof: readonly Buffer[]): boolean {
  if (older.size === newer.size) return older.root.equals(newer.root);
  const path = (older.size & (older.size - 1)) === 0 ? [older.root, ...proof] : proof;
  if (older.size < 1 || older.size > newer.size || path.length === 0) return false;
  let [node, last] = [older.size - 1, newer.size - 1];
  while (node % 2 === 1) [node, last] = [half(node), half(last)];
  let [before, after]: (Uint8Array | undefined)[] = [path[0], path[0]];
  for (const sibling of path.slice(1)) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      before = nodeHash(sibling, before!);
      after = nodeHash(sibling, after!);
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else after = nodeHash(after!, sibling);
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && older.root.equals(before!) && newer.root.equals(after!);
}

const problems: string[] = [];
const good: string[] = [];
const notes: string[] = [];
/** Files of the bundle that something signed names. */
const vouched = new Set(['README.md', 'verify.js', 'bundle.json', 'checkpoint', 'lineage.ndjson']);

function expect(holds: boolean, wrong: string): boolean {
  if (!holds) problems.push(wrong);
  return holds;
}

const hashes = (texts: readonly string[]): Buffer[] => texts.map((text) => Buffer.from(text, 'base64'));

function parsed(text: string): Entry | undefined {
  try {
    return JSON.parse(text) as Entry;
  } catch {
    return undefined;
  }
}

function readEntries(folder: string, { entries }: Bundle, head: Head, key: KeyObject): Entry[] {
  const keyId = hex(key.export({ type: 'spki', format: 'der' })).slice(0, 16);
  return entries.flatMap(({ seq, file, proof }) => {
    const object = `ledger entry ${seq}`;
    vouched.add(file);
    if (!expect(existsSync(join(folder, file)), `${object} is missing`)) return [];
    const text = readFileSync(join(folder, file), 'utf8');
    const entry = parsed(text);
    if (!expect(entry !== undefined, `${object} cannot be read`) || entry === undefined) return [];
    const { signature, ...unsigned } = entry;
    const signed = entry.keyId === keyId && verify(null, Buffer.from(canonical(unsigned)), key, Buffer.from(String(signature), 'base64'));
    const sound = entry.seq === seq && canonical(entry) === text && signed;
    if (!expect(sound, `${object} is not as it was signed`)) return [];
    if (!expect(includes(sha256(Buffer.of(0), text), seq - 1, head, hashes(proof)), `${object} is not part of the ledger that the checkpoint is of`)) return [];
    return [entry];
  });
}

function checkManifest(folder: string, { seq, body }: Entry, key: KeyObject): Json {
  vouched.add('manifest.json').add('manifest.dsse.json');
  if (!expect(existsSync(join(folder, 'manifest.json')), 'manifest.json is missing')) return {};
  const bytes = readFileSync(join(folder, 'manifest.json'));
  if (!expect(hex(bytes) === body.manifest, `manifest.json is not the one that ledger entry ${seq} names`)) return {};
  const manifest = JSON.parse(bytes.toString('utf8')) as Json & { facts: Json & { results: Json } };
  expect(hex(canonical(manifest.facts)) === manifest.digest && manifest.digest === body.digest, 'the digest of the manifest does not fit');
  expect(hex(canonical(manifest.facts.results)) === manifest.resultDigest && manifest.resultDigest === body.resultDigest, 'the resultDigest of the manifest does not fit');
  good.push(`manifest ${String(body.manifest)}: digest ${String(manifest.digest)}`);
  if (body.envelope === undefined) notes.push('the manifest has no envelope of its own: it was made by a version that wrote none');
  else checkEnvelope(folder, bytes, body.envelope, key);
  return manifest;
}

function checkEnvelope(folder: string, manifest: Buffer, named: unknown, key: KeyObject): void {
  const path = join(folder, 'manifest.dsse.json');
  if (!expect(existsSync(path), 'manifest.dsse.json is missing')) return;
  const text = readFileSync(path, 'utf8');
  if (!expect(hex(text) === named, 'manifest.dsse.json is not the envelope that the ledger names')) return;
  const { payload, payloadType, signatures } = JSON.parse(text) as { payload: string; payloadType: string; signatures: { sig: string }[] };
  const bytes = Buffer.from(payload, 'base64');
  const signed = Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${bytes.length} `), bytes]);
  const fits = signatures.some(({ sig }) => verify(null, signed, key, Buffer.from(sig, 'base64')));
  if (expect(fits && bytes.equals(manifest), 'manifest.dsse.json is not signed, or holds another manifest')) good.push('the manifest is signed (DSSE)');
}

/** A file that an entry names by its SHA-256. */
function checkNamed(folder: string, file: string, what: string, entries: readonly Entry[], hashOf: (entry: Entry) => unknown): Json | undefined {
  const own = entries.filter((entry) => typeof hashOf(entry) === 'string');
  if (own.length === 0) return undefined;
  vouched.add(file);
  if (!expect(existsSync(join(folder, file)), `${file} is missing`)) return undefined;
  const bytes = readFileSync(join(folder, file));
  if (!expect(own.some((entry) => hashOf(entry) === hex(bytes)), `${file} is not the ${what} that the ledger names`)) return undefined;
  good.push(`${what} ${hex(bytes)}`);
  return JSON.parse(bytes.toString('utf8')) as Json;
}

function checkObjects(folder: string, manifest: Json, release: Json | undefined): void {
  const facts = (manifest.facts ?? {}) as { results?: { outputs: { name: string; ref: { sha256: string } }[] }; config?: { resolved: { sha256: string } }; inputs?: { role: string; name: string; sha256: string }[] };
  const artifacts = Object.entries((release?.artifacts ?? {}) as Record<string, { sha256: string }>).map(([name, ref]) => ({ name, ref }));
  const inStore = (facts.inputs ?? []).filter(({ role }) => role === 'parent' || role === 'extract').map(({ name, sha256: ref }) => ({ name, ref: { sha256: ref } }));
  const config = facts.config ? [{ name: 'project.config', ref: facts.config.resolved }] : [];
  const named = new Map([...(facts.results?.outputs ?? []), ...artifacts, ...inStore, ...config].map(({ name, ref }) => [ref.sha256, name]));
  let [there, absent] = [0, 0];
  for (const [name, kind] of named) {
    const file = `objects/${name}`;
    vouched.add(file);
    if (!existsSync(join(folder, file))) absent++;
    else if (expect(hex(readFileSync(join(folder, file))) === name, `object ${name} (${kind}) holds other bytes than its name says`)) there++;
  }
  good.push(`${there} artifacts hold the bytes that the manifest names`);
  if (absent > 0) notes.push(`${absent} artifacts that the manifest names are not in the bundle, such as tables of customers`);
}

function checkOutside(file: string, verifier: ReturnType<typeof readVerifier>, head: Head, { consistency }: Bundle): void {
  const outside = openCheckpoint(readFileSync(file, 'utf8'), verifier);
  if (outside === undefined) return void problems.push('the checkpoint given is not signed with this key');
  if (!expect(outside.origin === head.origin, 'the checkpoint given is of another ledger')) return;
  const proof = consistency.find(({ from }) => from === outside.size)?.proof;
  if (outside.size !== head.size && proof === undefined)
    return void problems.push(`the bundle has no proof for a checkpoint of ${outside.size} entries: have it made with --against that checkpoint`);
  if (expect(grewFrom(outside, head, hashes(proof ?? [])), 'the ledger was changed since the checkpoint given')) good.push(`the ledger grew out of the checkpoint given, of ${outside.size} entries`);
}

function strangers(folder: string): string[] {
  const files = readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? readdirSync(join(folder, entry.name)).map((name) => `${entry.name}/${name}`) : [entry.name]));
  return files.filter((file) => !vouched.has(file));
}

function main(argv: readonly string[]): number {
  const option = (name: string): string | undefined => (argv.includes(name) ? argv[argv.indexOf(name) + 1] : undefined);
  const [key, outside] = [option('--key'), option('--checkpoint')];
  const folder = argv.find((arg, i) => !arg.startsWith('--') && !['--key', '--checkpoint'].includes(argv[i - 1] ?? '')) ?? '.';
  const bundle = JSON.parse(readFileSync(join(folder, 'bundle.json'), 'utf8')) as Bundle;
  const verifier = readVerifier(key ?? bundle.verifier);
  if (key === undefined) notes.push(`the key is the bundle's own; compare it with one from elsewhere: ${bundle.verifier}`);
  const head = openCheckpoint(readFileSync(join(folder, 'checkpoint'), 'utf8'), verifier);
  if (head === undefined) problems.push('checkpoint is not signed with the key');
  else {
    good.push(`checkpoint of ${head.size} entries, signed`);
    const entries = readEntries(folder, bundle, head, verifier.key);
    good.push(`${entries.length} of ${bundle.entries.length} ledger entries signed and part of the ledger`);
    if (outside !== undefined) checkOutside(outside, verifier, head, bundle);
    const own = entries.filter(({ subject, body }) => subject === bundle.runId || body.runId === bundle.runId);
    const finished = own.filter(({ type }) => type === 'run.finished').pop();
    const manifest = finished ? checkManifest(folder, finished, verifier.key) : (void problems.push(`the ledger has no end of run ${bundle.runId}`), {});
    const release = checkNamed(folder, 'release.json', 'release', own, ({ body }) => body.commitSha256);
    expect(release !== undefined || (finished?.body.release ?? null) === null || problems.length > 0, 'the bundle lacks the entry of the release that the run made');
    checkNamed(folder, 'history.json', 'history', own, ({ type, body }) => (type === 'run.archived' ? body.sha256 : undefined));
    checkObjects(folder, manifest, release);
    for (const file of strangers(folder)) problems.push(`${file} is named by nothing that is signed`);
  }
  for (const text of good) console.log(`✓ ${text}`);
  for (const text of notes) console.log(`· ${text}`);
  for (const text of problems) console.log(`✗ ${text}`);
  console.log(problems.length === 0 ? `run ${bundle.runId}: nothing is wrong` : `run ${bundle.runId}: ${problems.length} wrong`);
  return problems.length === 0 ? 0 : 1;
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  console.log(`✗ this cannot be verified: ${(error as Error).message}`);
  process.exitCode = 2;
}
