import type { Command } from 'commander';
import pc from 'picocolors';
import { createPublishing } from '../../workers/publishing';
import { createWorkerDeps, machineOptions } from '../../workers/deps';
import { globalsOf, integer } from '../options';
import { json, out, table } from '../output';
import { planRun } from '../plan';
import { requestOf, type StartOptions } from '../request';
import { openWorkspace } from '../workspace';

const ACTIONS = { run: pc.yellow('runs'), depends: pc.yellow('runs, unless what it reads comes out the same'), reuse: pc.dim('reused') };

export const registerPlan = (program: Command): void => {
  program
    .command('plan')
    .description('what a run would do now: which stages run, which are reused, whether anything changes')
    .option('--as-of <date>', 'business date, inclusive (default: asOf of dramatis.yaml)')
    .option('--known-at <timestamp>', 'ignore rows loaded into the warehouse after this')
    .option('--reprocess <n>', 'as for run', integer(1))
    .addHelpText('after', '\nExamples:\n  dramatis plan --project examples/shop\n  dramatis plan --as-of 2026-06-29 --json')
    .action(async (start: StartOptions, command: Command) => {
      const options = globalsOf(command);
      const workspace = await openWorkspace(options);
      const { deps, close } = createWorkerDeps(workspace.store, machineOptions());
      try {
        const publishing = createPublishing(workspace.store, deps);
        const request = await requestOf(workspace, start);
        const plan = await planRun({ worker: deps, request, resolved: workspace.resolved, resolveParent: publishing.resolveParent, releaseOf: (stages) => publishing.releaseOf(request, stages) });
        if (options.json) return json(plan);
        out(`as of ${plan.asOf}:`);
        out(table(['stage', 'action', 'because'], plan.stages.map(({ stage, action, because }) => [stage, ACTIONS[action], because])));
        if (plan.unchangedRelease !== null) out(`\nnothing would change: release ${plan.unchangedRelease} stays`);
      } finally {
        await close();
      }
    });
};
