import { Option, type Command } from 'commander';
import pc from 'picocolors';
import { RUN_MODES } from '../../contracts/run';
import { createPublishing } from '../../workers/publishing';
import { createWorkerDeps, machineOptions } from '../../workers/deps';
import { globalsOf, integer } from '../options';
import { json, out, table } from '../output';
import { planRun } from '../plan';
import type { PlannedModel } from '../plan-model';
import { requestOf, type StartOptions } from '../request';
import { openWorkspace } from '../workspace';

const ACTIONS = { run: pc.yellow('runs'), depends: pc.yellow('runs, unless what it reads comes out the same'), reuse: pc.dim('reused') };

const MODELS = { refit: 'a new one is fitted', score: 'one of before is applied' };

export const modelText = ({ runs, because, open }: PlannedModel): string =>
  [`model: ${runs === null ? 'not known yet' : MODELS[runs]} (${because.join('; ')})`, ...open.map((what) => `       ${what}`)].join('\n');

export const registerPlan = (program: Command): void => {
  program
    .command('plan')
    .description('what a run would do now: which stages run, which are reused, whether anything changes')
    .option('--as-of <date>', 'business date, inclusive (default: asOf of dramatis.yaml)')
    .option('--known-at <timestamp>', 'ignore rows loaded into the warehouse after this')
    .option('--reprocess <n>', 'as for run', integer(1))
    .addOption(new Option('--mode <mode>', 'as for run').choices(RUN_MODES).default('refit'))
    .option('--model-release <n>', 'as for run', integer(1))
    .addHelpText('after', '\nExamples:\n  dramatis plan --project examples/shop\n  dramatis plan --as-of 2026-06-29 --json\n  dramatis plan --as-of 2026-06-30 --mode auto')
    .action(async (start: StartOptions, command: Command) => {
      const options = globalsOf(command);
      const workspace = await openWorkspace(options);
      const { deps, close } = createWorkerDeps(workspace.store, machineOptions());
      try {
        const publishing = createPublishing(workspace.store, deps);
        const request = await requestOf(workspace, start);
        const plan = await planRun({ worker: deps, releases: workspace.store.releases, request, resolved: workspace.resolved, resolveParent: publishing.resolveParent, releaseOf: publishing.releaseOf });
        if (options.json) return json(plan);
        out(`as of ${plan.asOf}:`);
        out(modelText(plan.model));
        out(table(['stage', 'action', 'because'], plan.stages.map(({ stage, action, because }) => [stage, ACTIONS[action], because])));
        if (plan.unchangedRelease !== null) out(`\nnothing would change: release ${plan.unchangedRelease} stays`);
      } finally {
        await close();
      }
    });
};
