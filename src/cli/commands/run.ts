import { Option, type Command } from 'commander';
import { RUN_MODES } from '../../contracts/run';
import { permit } from '../../core/actors';
import { gateOf } from '../../core/gate';
import { EXIT } from '../exit-codes';
import { globalsOf, integer } from '../options';
import { json } from '../output';
import { requestOf, type StartOptions } from '../request';
import { printResult, readResult, resultJson, type RunResult } from '../run-result';
import { runToEnd } from '../run-to-end';
import { openSession } from '../session';
import { warnOfNewKey } from '../project-key';
import { openWorkspace, type Workspace } from '../workspace';

interface RunOptions extends StartOptions {
  readonly worker: boolean;
}

/** Run a workspace to its end, with whatever server and worker that takes. */
export async function runWorkspace(workspace: Workspace, start: StartOptions, { quiet, worker = true }: { quiet: boolean; worker?: boolean }): Promise<RunResult> {
  const { engine } = workspace.resolved.config;
  const request = await requestOf(workspace, start);
  const { actor, reason, project, environment, asOf, retryOf } = request;
  // The run itself asks again, whoever started it: here the answer comes before a server is.
  await permit(workspace.store.ledger, { action: 'start', actor, reason, subject: retryOf ?? `${project}/${environment}/${asOf}`, at: new Date().toISOString() });
  if (worker) await warnOfNewKey(workspace, quiet);
  const session = await openSession({ home: workspace.store.home, worker, quiet, memoryLimit: engine.memoryLimit, ...(engine.threads !== undefined && { threads: engine.threads }) });
  try {
    return await readResult(workspace, await runToEnd(session.client, request, quiet, gateOf(workspace.resolved.config).enabled && !request.scratch));
  } finally {
    await session.close();
  }
}

export const registerRun = (program: Command): void => {
  program
    .command('run')
    .description('refresh the personas of one day, from export to release')
    .option('--as-of <date>', 'business date, inclusive (default: asOf of dramatis.yaml)')
    .option('--known-at <timestamp>', 'ignore rows loaded into the warehouse after this')
    .option('--scratch', 'try it: never commits or promotes a release')
    .option('--reprocess <n>', 'publish again what is already published: a number above the last one used', integer(1))
    .addOption(new Option('--mode <mode>', 'fit a new model, apply one of before, or decide').choices(RUN_MODES).default('refit'))
    .option('--model-release <n>', 'with --mode score: apply the model of this release instead of the current one', integer(1))
    .option('--actor <name>', 'who acts (default: the operating-system user)')
    .option('--reason <text>', 'why, for the ledger')
    .option('--no-worker', 'leave the work to workers that run elsewhere')
    .addHelpText('after', '\nExamples:\n  dramatis run --project examples/shop\n  dramatis run --as-of 2026-06-30 --reason "new price list"\n  dramatis run --scratch --json')
    .action(async ({ worker, ...start }: RunOptions, command: Command) => {
      const options = globalsOf(command);
      const workspace = await openWorkspace(options);
      const result = await runWorkspace(workspace, start, { quiet: options.json === true, worker });
      if (options.json) json(resultJson(result));
      else printResult(result);
      if (result.summary.outcome === 'superseded') process.exitCode = EXIT.superseded;
    });
};
