import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import pc from 'picocolors';
import { verifyingKey, type LedgerEntry } from '../../adapters/ledger';
import { PipelineError } from '../../contracts/errors';
import { checkProof, parseCheckpoint, parseInclusion, parseVerifier, type CheckedProof, type NoteVerifier } from '../../core/audit';
import { EXIT } from '../exit-codes';
import { globalsOf, type GlobalOptions } from '../options';
import { count, json, note, out, pasteable } from '../output';
import { storeToAudit } from './open-store';
import { proofsOf } from './proofs';

interface ProveOptions {
  readonly at?: string;
  readonly against?: string;
  readonly out?: string;
  readonly check?: string;
  readonly key?: string;
}

/** The proof that the ledger grew lies beside the one that the entry is part of it. */
const consistencyFile = (file: string): string => `${file}.consistency`;

export const registerProve = (audit: Command): void => {
  audit
    .command('prove [what]')
    .description('prove of one entry that it is part of the ledger, for somebody who has not the ledger; or check such a proof')
    .option('--out <file>', 'write the proof there (default: stdout); that of --against goes to FILE.consistency')
    .option('--against <file>', 'a checkpoint kept elsewhere: prove, or check, also that the ledger grew out of it')
    .option('--at <file>', 'prove in this checkpoint (default: one of the whole ledger, signed now)')
    .option('--check <file>', 'check a proof; needs no store')
    .option('--key <verifier>', 'with --check: who must have signed (name+hash+key, as "audit checkpoint" prints it; default: the key in the store)')
    .addHelpText(
      'after',
      [
        '\nWHAT is the number of an entry, a release as project/environment/number, or a run.',
        '\nExamples:',
        '  dramatis audit prove 17 --out entry.tlog-proof',
        '  dramatis audit prove shop/demo/3 --against kept.checkpoint --out release.tlog-proof',
        '  dramatis audit prove shop-demo-2026-06-30-1 --json',
        '  dramatis audit prove --check release.tlog-proof --against kept.checkpoint --key VERIFIER',
      ].join('\n'),
    )
    .action(async (what: string | undefined, prove: ProveOptions, command: Command) => {
      const options = globalsOf(command);
      if ((what === undefined) === (prove.check === undefined))
        return command.error('error: name what to prove (an entry, a release, a run), or a proof with --check');
      if (what === undefined) await check(prove.check!, prove, options);
      else await give(what, prove, options);
    });
};

async function give(what: string, { at, against, out: file, key }: ProveOptions, options: GlobalOptions): Promise<void> {
  if (key !== undefined) throw new PipelineError('CONFIG_INVALID', '--key goes with --check: whoever proves signs with the key of the ledger');
  if (against !== undefined && file === undefined && !options.json)
    throw new PipelineError('CONFIG_INVALID', '--against gives a second proof: say with --out where both go, or use --json');
  const { entry, checkpoint, inclusion, consistency } = await proofsOf(storeToAudit(options), what, {
    ...(at !== undefined && { at: await textOf(at) }),
    ...(against !== undefined && { against: await textOf(against) }),
  });
  const path = file === undefined ? null : resolve(file);
  if (path !== null) {
    await writeFile(path, inclusion);
    if (consistency) await writeFile(consistencyFile(path), consistency.text);
  }
  if (options.json) {
    const { seq, type, subject } = entry;
    const { origin, size } = checkpoint;
    return json({ entry: { seq, type, subject }, origin, size, root: checkpoint.root.toString('hex'), inclusion, consistency: consistency?.text ?? null, from: consistency?.from ?? null, file: path });
  }
  if (path === null) return out(inclusion.trimEnd());
  out(`${said(entry)}: proof in a checkpoint of ${count(checkpoint.size)} entries: ${path}`);
  if (consistency) out(`that the ledger grew out of ${count(consistency.from)} entries: ${consistencyFile(path)}`);
  note(`check it with: dramatis audit prove --check ${pasteable(path)} --key VERIFIER${consistency ? ' --against CHECKPOINT' : ''}`);
}

async function check(file: string, { at, against, out: place, key }: ProveOptions, options: GlobalOptions): Promise<void> {
  if (at !== undefined || place !== undefined) throw new PipelineError('CONFIG_INVALID', '--at and --out do not go with --check');
  const inclusion = await textOf(file);
  const verifier = key === undefined ? await keyOfStore(inclusion, options) : parseVerifier(key);
  if (verifier === undefined) throw new PipelineError('CONFIG_INVALID', 'the key given is none: it has the form name+hash+key, as "audit checkpoint" prints it');
  const kept = against === undefined ? undefined : { checkpoint: await textOf(against), consistency: await textOf(consistencyFile(file)) };
  const checked = checkProof({ inclusion, verifier, ...(kept && { kept }) });
  const ok = checked.problems.length === 0;
  if (!ok) process.exitCode = EXIT.failed;
  if (options.json) return json({ ok, problems: checked.problems, entry: checked.entry && asEntry(checked.entry.text), ledger: checked.ledger, grewFrom: checked.grewFrom });
  print(checked);
  if (key === undefined) note('the key is the one in the store: compare it with one from elsewhere, or give that with --key');
}

function print({ problems, entry, ledger, grewFrom }: CheckedProof): void {
  if (entry && ledger) {
    const { actor, at, reason, ...rest } = asEntry(entry.text);
    out(`${pc.green('✓')} ${said({ ...rest, seq: entry.seq })} is part of ${ledger.origin}, of ${count(ledger.size)} entries`);
    out(`  by ${actor} at ${at}: ${reason}`);
  }
  if (grewFrom !== null) out(`${pc.green('✓')} the ledger grew out of the checkpoint given, of ${count(grewFrom)} entries`);
  for (const problem of problems) out(`${pc.red('✗')} ${problem}`);
}

const said = ({ seq, type, subject }: Pick<LedgerEntry, 'seq' | 'type' | 'subject'>): string => `ledger entry ${seq} (${type} ${subject})`;

/** Signed and included: what a ledger holds is JSON. */
const asEntry = (text: string): LedgerEntry => JSON.parse(text) as LedgerEntry;

/** The key in the store, under the name that the proof gives its ledger; only whoever has the store can do without --key. */
async function keyOfStore(inclusion: string, options: GlobalOptions): Promise<NoteVerifier> {
  const missing = new PipelineError('CONFIG_INVALID', 'say whose signature counts: --key VERIFIER, as "dramatis audit checkpoint" prints it');
  const home = homeIfAny(options);
  const key = home === undefined ? undefined : await verifyingKey(home);
  if (key === undefined) throw missing;
  const proof = parseInclusion(inclusion);
  return { name: (proof && parseCheckpoint(proof.checkpoint)?.origin) ?? 'unknown', key };
}

function homeIfAny(options: GlobalOptions): string | undefined {
  try {
    return storeToAudit(options).home;
  } catch (error) {
    if (error instanceof PipelineError) return undefined;
    throw error;
  }
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(resolve(file), 'utf8');
  } catch (error) {
    throw new PipelineError('CONFIG_INVALID', `${file} cannot be read (${(error as NodeJS.ErrnoException).code})`, { file }, { cause: error });
  }
}
