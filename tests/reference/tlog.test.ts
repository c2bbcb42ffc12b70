import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createLedger, readTexts } from '../../src/adapters/ledger';
import { openStore } from '../../src/adapters/store';
import { proofsOf } from '../../src/cli/audit/proofs';
import { leafHash, MerkleTree, openNote, parseCheckpoint, parseVerifier, verifyConsistency, verifyInclusion, type Hash } from '../../src/core/audit';
import { freshHome } from '../support/home';

/** What `tests/reference/make/tlog` writes and reads. */
interface Document {
  readonly verifier: string;
  readonly checkpoint: string;
  readonly records: readonly string[];
  readonly roots: readonly string[];
  readonly inclusion: readonly { readonly index: number; readonly size: number; readonly proof: readonly string[] }[];
  readonly consistency: readonly { readonly from: number; readonly to: number; readonly proof: readonly string[] }[];
}

const base64 = (hashes: readonly Hash[]): string[] => hashes.map((hash) => hash.toString('base64'));
const hashes = (texts: readonly string[]): Hash[] => texts.map((text) => Buffer.from(text, 'base64'));

describe("what Go's sumdb/note and sumdb/tlog wrote", () => {
  const go = JSON.parse(readFileSync('tests/reference/tlog.json', 'utf8')) as Document;
  const tree = new MerkleTree(go.records.map((record) => leafHash(record)));

  it('has the same roots and, hash by hash, the same proofs', () => {
    expect(go.records.map((_, i) => tree.root(i + 1).toString('base64'))).toEqual(go.roots);
    for (const { index, size, proof } of go.inclusion) expect(base64(tree.inclusion(index, size))).toEqual(proof);
    for (const { from, to, proof } of go.consistency) expect(base64(tree.consistency(from, to))).toEqual(proof);
  });

  it('is accepted here', () => {
    expect(parseCheckpoint(openNote(go.checkpoint, parseVerifier(go.verifier)!)!)).toEqual({ origin: 'PeterNeumann', size: 21, root: tree.root() });
    for (const { index, size, proof } of go.inclusion) expect(verifyInclusion(leafHash(go.records[index]), index, size, hashes(proof), tree.root(size))).toBe(true);
    for (const { from, to, proof } of go.consistency)
      expect(verifyConsistency({ size: from, root: tree.root(from) }, { size: to, root: tree.root(to) }, hashes(proof))).toBe(true);
  });
});

/** The checker, compiled; undefined with a printed reason where there is no Go, or its one module cannot be had. */
function checker(): string | undefined {
  const binary = join(freshHome(), 'tlog');
  const { error, status, stderr } = spawnSync('go', ['build', '-o', binary, '.'], { cwd: resolve('tests/reference/make/tlog'), encoding: 'utf8', timeout: 120_000 });
  if (status === 0) return binary;
  const reason = error ? `Go cannot be run (${(error as NodeJS.ErrnoException).code})` : `Go could not build the checker: ${stderr.trim().split('\n').at(-1)}`;
  process.stderr.write(`skipped: proofs are not shown to Go's sumdb/tlog: ${reason}\n`);
  return undefined;
}

const binary = checker();
(binary === undefined ? it.skip : it)("the ledger's checkpoint and all its proofs are accepted by Go's sumdb/note and sumdb/tlog", async () => {
  const home = freshHome();
  const ledger = createLedger(home);
  for (let i = 0; i < 23; i++) await ledger.append({ type: 'note', actor: 'ana', reason: 'Grüße', at: '2026-01-01T00:00:00.000Z', subject: `thing-${i}`, body: { i } });
  const { note, verifier } = await ledger.checkpoint();
  const { tree } = await ledger.check();
  const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
  const document: Document = {
    verifier,
    checkpoint: note,
    records: (await readTexts(home)).map((text) => text!),
    roots: upTo(23).map((i) => tree.root(i + 1).toString('base64')),
    inclusion: upTo(23).flatMap((last) => upTo(last + 1).map((index) => ({ index, size: last + 1, proof: base64(tree.inclusion(index, last + 1)) }))),
    consistency: upTo(23).flatMap((last) => upTo(last + 1).map((i) => ({ from: i + 1, to: last + 1, proof: base64(tree.consistency(i + 1, last + 1)) }))),
  };
  const { status, stdout } = spawnSync(binary!, [], { input: JSON.stringify(document), encoding: 'utf8' });
  expect([status, stdout]).toEqual([0, 'accepted: checkpoint of 23 records, 23 roots, 276 inclusion proofs, 276 consistency proofs; forged ones refused: 552\n']);
  const forged = { ...document, checkpoint: note.replace('\n23\n', '\n22\n') };
  expect(spawnSync(binary!, [], { input: JSON.stringify(forged), encoding: 'utf8' }).status).toBe(1);
});

(binary === undefined ? it.skip : it)("what audit prove writes is accepted by Go's sumdb/note and sumdb/tlog, and nothing that was changed", async () => {
  const home = freshHome();
  const store = openStore(home);
  const append = (i: number) => store.ledger.append({ type: 'note', actor: 'ana', reason: 'Grüße', at: '2026-01-01T00:00:00.000Z', subject: `thing-${i}`, body: { i } });
  for (let i = 0; i < 13; i++) await append(i);
  const { note: kept, verifier } = await store.ledger.checkpoint();
  for (let i = 13; i < 22; i++) await append(i);
  const [proof, consistency, checkpoint] = ['proof', 'consistency', 'checkpoint'].map((name) => join(home, name)) as [string, string, string];
  const lay = (...texts: [string, string, string]) => [proof, consistency, checkpoint].forEach((path, i) => writeFileSync(path, texts[i]!));
  const go = (): { status: number | null; stdout: string } => spawnSync(binary!, ['-proof', verifier, proof, consistency, checkpoint], { encoding: 'utf8' });
  for (const what of ['1', '9', '22']) {
    const { entry, inclusion, consistency: grown } = await proofsOf(store, what, { against: kept });
    lay(inclusion, grown!.text, kept);
    const { status, stdout } = go();
    expect([status, JSON.parse(stdout)]).toEqual([0, entry]);
    for (const [from, to] of [['\nindex ', '\nindex 1'], ['extra ey', 'extra eX'], ['\n22\n', '\n21\n']] as const) {
      lay(inclusion.replace(from, to), grown!.text, kept);
      expect(go().status).toBe(1);
    }
    lay(inclusion, grown!.text.replace('old 13', 'old 12'), kept);
    expect(go().status).toBe(1);
  }
});
