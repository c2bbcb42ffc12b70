import type { Command } from 'commander';
import pc from 'picocolors';
import { createPublishing } from '../../workers/publishing';
import { createWorkerDeps, machineOptions } from '../../workers/deps';
import { globalsOf } from '../options';
import { json, out, table } from '../output';
import { planRun } from '../plan';
import { requestOf, type StartOptions } from '../request';
import { openWorkspace } from '../workspace';

export const registerPlan = (program: Command): void => {
  program
    .command('plan')
    .description('what a run would do now: which stages run, which are reused, whether anything changes')
    .option('--as-of <date>', 'business date, inclusive (default: asOf of dramatis.yaml)')
    .option('--known-at <timestamp>', 'ignore rows loaded into the warehouse after this')
    .option('--reprocess <n>', 'as for run', Number)
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
        out(table(['stage', 'action', 'because'], plan.stages.map(({ stage, action, because }) => [stage, action === 'run' ? pc.yellow('runs') : pc.dim('reused'), because])));
        if (plan.unchangedRelease !== null) out(`\nnothing would change: release ${plan.unchangedRelease} stays`);
      } finally {
        await close();
      }
    });
};
