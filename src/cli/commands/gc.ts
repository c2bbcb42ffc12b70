import type { Command } from 'commander';
import { collect, type Collection } from '../../adapters/gc';
import { permit } from '../../core/actors';
import { defaultActor, globalsOf } from '../options';
import { count, json, note, out } from '../output';
import { assertFolder } from '../shared-store';
import { openWorkspace } from '../workspace';

interface Options {
  readonly apply?: boolean;
  readonly actor?: string;
  readonly reason?: string;
}

export const registerGc = (program: Command): void => {
  program
    .command('gc')
    .description('remove what no kept release, hold or open run needs; without --apply only say so')
    .option('--dry-run', 'say what would happen (the default)')
    .option('--apply', 'list garbage, and remove what was listed a grace period ago')
    .option('--actor <name>', 'who acts (default: the operating-system user)')
    .option('--reason <text>', 'why, for the ledger', 'garbage collection')
    .addHelpText('after', '\nWhat is kept: `retention` in dramatis.yaml.\n\nExamples:\n  dramatis gc\n  dramatis gc --apply --reason "monthly" --json')
    .action(async ({ apply = false, actor = defaultActor(), reason = '' }: Options, command: Command) => {
      const options = globalsOf(command);
      const { store, resolved } = await openWorkspace(options);
      assertFolder(store, 'gc');
      const { project, environment } = resolved.config;
      if (apply) await permit(store.ledger, { action: 'gc', actor, reason, subject: `${project}/${environment}`, at: new Date().toISOString() });
      const collection = await collect(store, { policy: resolved.config.retention, apply, actor, reason, now: Date.now() });
      if (options.json) return json(collection);
      print(collection, resolved.config.retention.graceHours);
    });
};

function print({ applied, objects, kept, listed, waiting, removed, removedBytes, expired, openRuns }: Collection, grace: number): void {
  const will = applied ? '' : 'would be ';
  out(`${count(objects)} objects, ${count(kept)} of them needed`);
  out(`${count(listed)} ${will}listed as garbage, to be removed after ${grace} hours`);
  out(`${count(waiting)} waiting for their time`);
  out(`${count(removed)} ${will}removed (${count(Math.round(removedBytes / 1024))} KiB)`);
  if (expired.length > 0) out(`releases whose artifacts are not kept: ${expired.join(', ')}`);
  if (openRuns.length > 0) note(`open runs keep what stages have made: ${openRuns.join(', ')}`);
  if (!applied && listed + removed > 0) note('nothing was changed; --apply does it');
}
