import type { KeyObject } from 'node:crypto';
import { PipelineError } from '../../contracts/errors';
import { openNote, originOf, parseCheckpoint, parseVerifier, sha256Hex, verifierText, type Checkpoint } from '../../core/audit';
import { wrongActs } from '../../core/audit/signed-acts';
import { erasuresIn, type Erasures } from '../../core/gdpr';
import { objectKey } from '../artifacts/objects';
import { checkEntries, readTexts, strangersIn, verifyingKey, type CheckedEntries } from '../ledger';
import { shelfAt, type Place, type Shelf } from '../shelf';
import { atOnce } from '../at-once';
import { EntryIndex } from './entries';
import { checkObjects, Wanted } from './objects';
import { checkReleases, linesIn, missingReleases, readLine, type ReadLine } from './releases';
import { Findings, type AuditReport, type Outside } from './report';
import { checkRun, isOpen, missingRuns, readRun, runIdsIn, type ReadRun } from './runs';

export interface AuditOptions {
  /** Where the store is. */
  readonly home: Place;
  /** Only this run, with the whole ledger and its own release. */
  readonly runId?: string;
  /** Leave the bytes of artifacts unread: the ledger, releases, runs, manifests and envelopes only. */
  readonly recordsOnly?: boolean;
  /** Text of a checkpoint that was kept elsewhere. */
  readonly against?: string;
  /** The key to trust, `name+hash+key`, where the one in the store is not to be. */
  readonly verifier?: string;
  progress?(what: string, done: number, total: number): void;
}

/**
 * Check everything a store says about itself: the ledger's chain, signatures and tree, against a checkpoint if given; releases and
 * runs against the signed entries about them; what people signed against their keys; manifests, envelopes; the bytes of every object, each read once.
 *
 * Reads only. Records are read before the ledger, whose entries are written after a commit and before a run is marked as finished:
 * so what is going on meanwhile is no finding.
 *
 * @throws PipelineError `CONFIG_INVALID` for a key or checkpoint that is none, `RUN_NOT_FOUND`.
 */
export async function auditStore({ home, runId, recordsOnly = false, against, verifier, progress = () => undefined }: AuditOptions): Promise<AuditReport> {
  const findings = new Findings();
  const shelf = shelfAt(home);
  const key = verifier === undefined ? await verifyingKey(shelf) : keyOf(verifier);
  const ids = await runIdsIn(shelf);
  if (runId !== undefined && !ids.includes(runId)) throw new PipelineError('RUN_NOT_FOUND', `there is no run ${runId}; "dramatis runs" lists them`, { runId });
  const runs = await atOnce(runId === undefined ? ids : [runId], (id) => readRun(shelf, id, findings));
  const lines: ReadLine[] = [];
  for (const line of await linesIn(shelf)) lines.push(await readLine(shelf, line, findings));

  progress('ledger', 0, 1);
  const checked = checkEntries(await readTexts(shelf), key);
  findings.counts.entries = checked.sound.length + (checked.firstBad ? 1 : 0);
  if (checked.firstBad) findings.wrong(`ledger entry ${checked.firstBad.seq}`, checked.firstBad.problem.replace(/^entry \d+ /, ''));
  for (const name of await strangersIn(shelf)) findings.wrong(`file ledger/${name}`, 'is no entry');
  const index = new EntryIndex(checked.sound.map(({ entry }) => entry));
  const outside = checkOutside(checked, index, against, key, findings);

  const [saidFirst, notedFirst] = [findings.problems.length, findings.notes.length];
  // Behind a fault the ledger says nothing: what it lacks there must not be held against releases and runs.
  if (checked.firstBad === null) {
    await checkRecords({ shelf, key, index, runs, lines, only: runId, recordsOnly, findings, progress });
  } else {
    findings.notes.push('releases and runs were not held against the ledger, because it is damaged; restore it first');
    if (!recordsOnly) await checkObjects(shelf, new Wanted(), { others: true, gone: new Map() }, findings, (done, total) => progress('objects', done, total));
  }
  // What was read side by side comes in any order.
  findings.problems.push(...findings.problems.splice(saidFirst).sort((a, b) => (a.object < b.object ? -1 : a.object > b.object ? 1 : 0)));
  findings.notes.push(...findings.notes.splice(notedFirst).sort());
  const { sound, tree } = checked;
  const origin = sound[0] ? originOf(sound[0].sha256) : null;
  return {
    ok: findings.problems.length === 0,
    problems: findings.problems,
    notes: findings.notes,
    checked: findings.counts,
    ledger: { origin, size: tree.size, root: tree.root().toString('hex'), verifier: key && origin !== null ? verifierText({ name: origin, key }) : null },
    outside,
  };
}

interface Records {
  readonly shelf: Shelf;
  readonly key: KeyObject | undefined;
  readonly index: EntryIndex;
  readonly runs: readonly ReadRun[];
  readonly lines: readonly ReadLine[];
  readonly only: string | undefined;
  readonly recordsOnly: boolean;
  readonly findings: Findings;
  progress(what: string, done: number, total: number): void;
}

async function checkRecords({ shelf, key, index, runs, lines, only, recordsOnly, findings, progress }: Records): Promise<void> {
  const wanted = new Wanted();
  const running = new Set(runs.filter(({ record }) => record && isOpen(record.status)).map(({ runId }) => runId));
  const own = lines.map(({ line, commits }) => ({ line, commits: commits.filter(({ commit }) => only === undefined || commit.runId === only) }));
  for (const line of own) checkReleases(line, index, (id) => running.has(id), findings);
  if (only === undefined) {
    missingReleases(lines, index, findings);
    missingRuns(runs, index, findings);
  }
  let done = 0;
  await atOnce(runs, async (run) => {
    await checkRun({ shelf, index, key, wanted, findings }, run);
    progress('runs', ++done, runs.length);
  });
  for (const { line, commits } of own) {
    for (const { commit } of commits) {
      for (const [name, ref] of Object.entries(commit.artifacts)) wanted.add({ ...ref, kind: name }, `release ${commit.n} of ${line}`);
      wanted.add(commit.manifest, `release ${commit.n} of ${line}`);
    }
  }
  for (const { subject, body } of index.archives) {
    if (only !== undefined && subject !== only) continue;
    findings.counts.histories++;
    if (typeof body.sha256 === 'string') wanted.add({ sha256: body.sha256, kind: 'run.history', bytes: null }, `run ${subject}`);
  }
  for (const { seq, problem } of wrongActs(index.entries)) findings.wrong(`ledger entry ${seq}`, problem);
  const erased = erasuresIn(index.entries);
  for (const { seq, problem } of erased.refused) findings.wrong(`ledger entry ${seq}`, `is an erasure that does not count: ${problem}`);
  // What stands for an object is as needed as that was; in the order of the ledger, so that one that was replaced again leads on.
  for (const [sha256, { new: next, entry }] of erased.objects)
    if (wanted.has(sha256)) wanted.add({ sha256: next, kind: `stands for ${sha256}`, bytes: null }, `ledger entry ${entry}`);
  if (recordsOnly) findings.notes.push(`the bytes of ${wanted.size} objects were not read`);
  else await checkObjects(shelf, wanted, { others: only === undefined, gone: await goneBy(shelf, erased, index) }, findings, (done, total) => progress('objects', done, total));
}

/** Objects that are gone for a reason the ledger gives, each with it. What a collection removed stands in an object that its entry names. */
async function goneBy(shelf: Shelf, { objects }: Erasures, { collections }: EntryIndex): Promise<Map<string, string>> {
  const gone = new Map<string, string>();
  for (const { seq, body } of collections) {
    const list = String(body.list);
    const text = await shelf.read(objectKey(list));
    // A list that was changed excuses nothing; that it was is found where its bytes are hashed.
    const removed = text !== undefined && sha256Hex(text) === list ? (JSON.parse(text) as { readonly objects: readonly string[] }).objects : [];
    for (const name of removed) gone.set(name, `collected-by-record: ledger entry ${seq}`);
  }
  for (const [sha256, { new: next, entry }] of objects) gone.set(sha256, `erased-by-record: ledger entry ${entry}; object ${next} stands for it`);
  return gone;
}

function keyOf(verifier: string): KeyObject {
  const parsed = parseVerifier(verifier);
  if (parsed === undefined) throw new PipelineError('CONFIG_INVALID', 'the key given is none: it has the form name+hash+key, as "audit checkpoint" prints it');
  return parsed.key;
}

/** Hold the ledger against what was kept elsewhere, and against the checkpoints it says were taken. */
function checkOutside({ sound, tree, firstBad }: CheckedEntries, { checkpoints }: EntryIndex, against: string | undefined, key: KeyObject | undefined, findings: Findings): Outside {
  for (const { seq, body } of checkpoints) {
    const size = Number(body.size);
    findings.expect(size < seq && tree.root(size).toString('hex') === body.root, `ledger entry ${seq}`, 'names a checkpoint that its own ledger does not give');
  }
  const last = checkpoints.at(-1);
  const lastTaken = last ? { size: Number(last.body.size), at: last.at, actor: last.actor } : null;
  if (against === undefined) {
    findings.notes.push(
      lastTaken
        ? `no checkpoint was given: whoever holds the store and its key could have rewritten it or cut off its end. The last one taken covers ${lastTaken.size} entries: ask for it and give it with --against`
        : 'no checkpoint was ever taken: whoever holds the store and its key could have rewritten it. Take one with "audit checkpoint" and keep it elsewhere',
    );
    return { provenUpTo: null, lastTaken };
  }
  const { size, root, origin, signed } = readCheckpoint(against, key);
  const first = sound[0];
  if (first === undefined || origin !== originOf(first.sha256)) {
    findings.wrong('checkpoint', `is of another ledger: ${origin}${first ? `, not ${originOf(first.sha256)}` : ''}`);
  } else if (size > tree.size) {
    if (firstBad === null) findings.wrong(`ledger entry ${tree.size + 1}`, `is missing: the checkpoint covers ${size} entries`);
  } else if (!tree.root(size).equals(root)) {
    findings.wrong('checkpoint', `does not fit: one of the first ${size} entries is not what it was`);
  } else if (findings.expect(signed, 'checkpoint', 'is not signed with the key of this ledger')) {
    return { provenUpTo: size, lastTaken };
  }
  return { provenUpTo: null, lastTaken };
}

/** @throws PipelineError `CONFIG_INVALID` where it has not the form of a checkpoint. */
function readCheckpoint(note: string, key: KeyObject | undefined): Checkpoint & { readonly signed: boolean } {
  const checkpoint = parseCheckpoint(note);
  if (checkpoint === undefined) throw new PipelineError('CONFIG_INVALID', 'the file given with --against is no checkpoint: give one that "audit checkpoint" wrote');
  const text = key && openNote(note, { name: checkpoint.origin, key });
  // What is signed is read, not what stands around it.
  return { ...(text === undefined ? checkpoint : parseCheckpoint(text)!), signed: text !== undefined };
}

