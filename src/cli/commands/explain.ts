import type { Command } from 'commander';
import { createWorkerDeps, machineOptions } from '../../workers/deps';
import { explainCustomer, type CustomerExplanation } from '../explain-customer';
import { globalsOf, integer } from '../options';
import { figure, json, out, percent, table } from '../output';
import { openWorkspace, releaseOf } from '../workspace';

export const registerExplain = (program: Command): void => {
  program
    .command('explain <customer>')
    .description('why one customer is in its persona: probability, runner-up, contributions, changed cells, history')
    .option('--release <n>', 'another release than the current one', integer(1))
    .option('--pseudonym', 'the argument is a pseudonym (pid), not a customer id')
    .addHelpText('after', '\nExamples:\n  dramatis explain 17850 --project examples/online-retail\n  dramatis explain 17850 --json')
    .action(async (customer: string, { release, pseudonym }: { release?: number; pseudonym?: boolean }, command: Command) => {
      const options = globalsOf(command);
      const workspace = await openWorkspace(options);
      const { config } = workspace.resolved;
      const commit = await releaseOf(workspace, release);
      const { deps, close } = createWorkerDeps(workspace.store, machineOptions());
      try {
        const pid = pseudonym ? customer : deps.openVault(config, workspace.directory).pseudonym(customer);
        const releases = await workspace.store.releases.list(config.project, config.environment);
        const explanation = await explainCustomer(deps, commit, releases, pid);
        if (options.json) json(explanation);
        else print(explanation);
      } finally {
        await close();
      }
    });
};

const EXPLAINED: Readonly<Record<CustomerExplanation['of'], string>> = {
  distances: 'what speaks for the persona (positive) and for the runner-up (negative); the column adds up to the margin',
  'distances to the means': 'where the customer lies between the means of the persona (positive) and of the runner-up (negative); a density is not decided by its means',
  'log odds': 'what speaks for the persona (positive) and for the runner-up (negative); the column adds up to twice the log odds, but for a constant',
  'distance to the nearest': 'what keeps the customer out of the nearest persona; the column adds up to minus the squared distance to its mean',
};

function print({ persona, runnerUp, probability, of, margin, contributions, changedCells, removedRows, history, release, asOf }: CustomerExplanation): void {
  out(`release ${release}, as of ${asOf}`);
  out(persona ? `persona    ${persona.name} (${persona.key}), probability ${percent(probability)}` : 'persona    none: in no dense region');
  if (runnerUp) out(`${persona ? 'runner-up' : 'nearest  '}  ${runnerUp.name} (${runnerUp.key}), margin ${figure(margin)}`);
  out(`\n${EXPLAINED[of]}`);
  const value = (v: number | null): string => (v === null ? 'missing' : figure(v));
  const rows = contributions.map(({ label, from, prepared, contribution }) => [label, from.length === 1 ? value(from[0]!.value) : `${from.length} shares`, prepared.toFixed(2), contribution.toFixed(3)]);
  out(table(['feature', 'value', 'scaled', 'contribution'], rows, ['value', 'scaled', 'contribution']));
  out(`\nchanged cells: ${changedCells.length === 0 ? 'none' : ''}`);
  for (const { column, change, before, after } of changedCells) out(`  ${column}: ${change}, ${before === null ? 'missing' : figure(before)} → ${figure(after)}`);
  out(`rows removed by cleaning: ${removedRows.length === 0 ? 'none' : removedRows.map(({ rule, rows: n }) => `${rule} ${n}`).join(', ')}`);
  out('\nhistory');
  out(table(['release', 'as of', 'key', 'persona'], history.map((h) => [String(h.release), h.asOf, h.key, h.name]), ['release']));
}
