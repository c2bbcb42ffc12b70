import type { Command } from 'commander';
import type { HeldRelease } from '../../contracts/gate';
import { globalsOf, integer } from '../options';
import { duration, json, out, table } from '../output';
import { openWorkspace } from '../workspace';

const heldText = ({ reasons, until }: HeldRelease): string => `waits for approval until ${until}: ${reasons.map(({ message }) => message).join('; ')}`;

export const registerRuns = (program: Command): void => {
  program
    .command('runs')
    .description('list the runs of this store, newest first')
    .option('--limit <n>', 'at most this many', integer(1), 20)
    .addHelpText('after', '\nExamples:\n  dramatis runs\n  dramatis runs --json | jq ".[0].runId"')
    .action(async ({ limit }: { limit: number }, command: Command) => {
      const options = globalsOf(command);
      const { store } = await openWorkspace(options);
      const runs = (await store.runs.list()).sort((a, b) => b.startedAt.localeCompare(a.startedAt)).slice(0, limit);
      if (options.json) return json(runs.map(({ request: _request, stages: _stages, ...run }) => run));
      if (runs.length === 0) return out('no runs yet; "dramatis run" starts one');
      const rows = runs.map((run) => {
        const took = run.finishedAt === null ? '' : duration(Date.parse(run.finishedAt) - Date.parse(run.startedAt));
        const result = run.failure ? `${run.failure.code} in ${run.failure.stage ?? 'start'}` : run.status === 'held' && run.hold ? heldText(run.hold) : (run.outcome ?? '');
        return [run.runId, run.status, run.startedAt, took, String(run.attempts), run.release === null ? '' : String(run.release), result];
      });
      out(table(['run', 'status', 'started', 'took', 'attempts', 'release', 'result'], rows, ['took', 'attempts', 'release']));
    });
};
