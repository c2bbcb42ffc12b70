import type { Command } from 'commander';
import { temporalTarget } from '../../adapters/temporal/connect';
import { loadProject } from '../../adapters/project/load';
import { runWorker } from '../../workers/run-worker';
import { globalsOf } from '../options';
import { json, note } from '../output';
import { homeOf } from '../workspace';

export const registerWorker = (program: Command): void => {
  program
    .command('worker')
    .description('a worker in the foreground, for a Temporal that runs elsewhere (TEMPORAL_ADDRESS or a profile)')
    .addHelpText('after', '\nExamples:\n  TEMPORAL_ADDRESS=temporal:7233 DRAMATIS_HOME=/srv/dramatis dramatis worker\n  DRAMATIS_STORE=s3://lake/personas TEMPORAL_ADDRESS=temporal:7233 dramatis worker')
    .action(async (_: unknown, command: Command) => {
      const options = globalsOf(command);
      const home = options.home ?? process.env.DRAMATIS_HOME ?? homeOf(options, (await loadProject(options.project)).directory);
      await runWorker({ home, address: undefined, onReady: () => (options.json ? json({ ready: true, address: temporalTarget().address }) : note('worker ready; Ctrl-C to stop')) });
    });
};
