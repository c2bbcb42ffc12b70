import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import pc from 'picocolors';
import { auditStore, type AuditReport } from '../../adapters/audit';
import { PipelineError } from '../../contracts/errors';
import { EXIT } from '../exit-codes';
import { createProgress } from '../lab/progress';
import { globalsOf } from '../options';
import { count, duration, json, out } from '../output';
import { storeToAudit } from './open-store';

interface VerifyOptions {
  readonly all?: boolean;
  readonly run?: string;
  readonly records?: boolean;
  readonly against?: string;
  readonly key?: string;
}

export const registerVerify = (audit: Command): void => {
  audit
    .command('verify')
    .description('check the ledger and everything it vouches for; names what is wrong and ends with 1 where anything is')
    .option('--all', 'everything, with the bytes of every object (the default)')
    .option('--run <run>', 'one run only: its entries, manifest, release and artifacts')
    .option('--records', 'leave the bytes of artifacts unread: seconds instead of minutes for a large store')
    .option('--against <file>', 'a checkpoint that was kept elsewhere: finds also what was cut off or rewritten with the key')
    .option('--key <verifier>', 'trust this key (name+hash+key, as "audit checkpoint" prints it), not the one in the store')
    .addHelpText('after', '\nExamples:\n  dramatis audit verify\n  dramatis audit verify --against /mnt/elsewhere/shop.checkpoint\n  dramatis audit verify --run shop-demo-2026-06-30-1 --json')
    .action(async ({ all, run, records, against, key }: VerifyOptions, command: Command) => {
      const options = globalsOf(command);
      if (all && (run !== undefined || records)) throw new PipelineError('CONFIG_INVALID', '--all cannot go with --run or --records');
      const { shelf } = storeToAudit(options);
      const progress = createProgress(process.stderr.isTTY && !options.json);
      const started = performance.now();
      const report = await auditStore({
        home: shelf,
        ...(run !== undefined && { runId: run }),
        ...(records && { recordsOnly: true }),
        ...(against !== undefined && { against: await textOf(against) }),
        ...(key !== undefined && { verifier: key }),
        progress: (what, done, total) => progress.show(done / Math.max(1, total), what),
      });
      progress.clear();
      const ms = Math.round(performance.now() - started);
      if (options.json) json({ ...report, ms });
      else print(report, ms);
      if (!report.ok) process.exitCode = EXIT.failed;
    });
};

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(resolve(file), 'utf8');
  } catch (error) {
    throw new PipelineError('CONFIG_INVALID', `the checkpoint ${file} cannot be read (${(error as NodeJS.ErrnoException).code})`, { file }, { cause: error });
  }
}

function print({ ok, problems, notes, checked, ledger, outside }: AuditReport, ms: number): void {
  const { entries, releases, runs, manifests, envelopes, histories, objects, bytes } = checked;
  for (const { object, problem } of problems) out(`${pc.red('✗')} ${object} ${problem}`);
  for (const text of notes) out(pc.dim(`· ${text}`));
  out(`${ok ? pc.green('✓ nothing is wrong') : pc.red(`✗ ${problems.length} thing${problems.length === 1 ? '' : 's'} wrong`)}: ${count(entries)} ledger entries, ${count(releases)} releases, ${count(runs)} runs, ${count(manifests)} manifests (${count(envelopes)} signed), ${count(histories)} histories, ${count(objects)} objects with ${count(bytes / 1e6)} MB, in ${duration(ms)}`);
  if (ledger.origin !== null) out(`ledger ${ledger.origin}, ${count(ledger.size)} entries, root ${ledger.root}`);
  if (outside.provenUpTo !== null) out(`proven by the checkpoint up to entry ${count(outside.provenUpTo)} of ${count(ledger.size)}`);
}
