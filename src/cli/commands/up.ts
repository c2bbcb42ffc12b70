import type { Command } from 'commander';
import { namesServer, temporalTarget } from '../../adapters/temporal/connect';
import { startEmbeddedServer } from '../../adapters/temporal/embedded-server';
import { loadProject } from '../../adapters/project/load';
import { runWorker } from '../../workers/run-worker';
import { globalsOf } from '../options';
import { json, note } from '../output';
import { assertSharedServer } from '../shared-store';
import { homeOf } from '../workspace';

export const registerUp = (program: Command): void => {
  program
    .command('up')
    .description('server and worker in the foreground, until Ctrl-C')
    .option('--ui', "serve Temporal's web page too")
    .addHelpText('after', '\nExamples:\n  dramatis up --project examples/shop --ui')
    .action(async ({ ui = false }: { ui?: boolean }, command: Command) => {
      const options = globalsOf(command);
      const { directory } = await loadProject(options.project);
      const home = homeOf(options, directory);
      assertSharedServer();
      const server = namesServer() ? undefined : await startEmbeddedServer({ home, log: note, ui });
      try {
        if (server?.uiAddress) note(`Temporal's web page: ${server.uiAddress}`);
        const ready = (): void => {
          if (options.json) json({ ready: true, address: temporalTarget(server?.address).address, ui: server?.uiAddress ?? null });
          else note('worker ready; Ctrl-C to stop');
        };
        await runWorker({ home, address: server?.address, onReady: ready });
      } finally {
        await server?.stop();
      }
    });
};
