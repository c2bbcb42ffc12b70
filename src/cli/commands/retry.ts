import type { Command } from 'commander';
import type { RefreshRequest } from '../../contracts/run';
import { globalsOf } from '../options';
import { json, note } from '../output';
import { printResult, resultJson } from '../run-result';
import { assertRetryable } from '../retryable';
import { openWorkspace } from '../workspace';
import { runWorkspace } from './run';

export const registerRetry = (program: Command): void => {
  program
    .command('retry <run>')
    .description('run a failed or cancelled run again, from the stage that failed on')
    .option('--actor <name>', 'who acts (default: the operating-system user)')
    .option('--reason <text>', 'why, for the ledger')
    .addHelpText('after', '\nExamples:\n  dramatis retry shop-demo-2026-06-30-2 --reason "export was mended"')
    .action(async (runId: string, { actor, reason }: { actor?: string; reason?: string }, command: Command) => {
      const options = globalsOf(command);
      const workspace = await openWorkspace(options);
      const run = await workspace.store.runs.read(runId);
      await assertRetryable(workspace, run);
      const { asOf, knownAt, kind, scratch, reprocess, mode = 'refit', modelRelease = null } = run.request as RefreshRequest;
      if (!options.json) note(`retrying ${runId}: finished stages are reused`);
      const result = await runWorkspace(
        workspace,
        { asOf, kind, scratch, reprocess, mode, modelRelease, retryOf: runId, reason: reason ?? `retry of ${runId}`, ...(knownAt !== null && { knownAt }), ...(actor !== undefined && { actor }) },
        { quiet: options.json === true },
      );
      if (options.json) json(resultJson(result));
      else printResult(result);
    });
};
