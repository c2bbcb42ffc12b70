import type { Command } from 'commander';
import { withoutPlaces } from '../../core/audit';
import { diffRuns, type Difference, type RunDiff } from '../../core/audit/diff';
import { globalsOf } from '../options';
import { count, json, out, table } from '../output';
import { storeToAudit } from './open-store';
import { movesBetween, type Moves } from './moves-between';
import { finishedRun, slicesOf, type FinishedRun } from './run-inputs';

export const registerDiff = (audit: Command): void => {
  audit
    .command('diff <before> <after>')
    .description('what differs between two runs, whether by data, config, code or model, and how many customers moved between personas')
    .addHelpText('after', '\nExamples:\n  dramatis audit diff shop-demo-2026-06-29-1 shop-demo-2026-06-30-1\n  dramatis audit diff RUN RUN --json | jq .first')
    .action(async (first: string, second: string, _: unknown, command: Command) => {
      const options = globalsOf(command);
      const store = storeToAudit(options);
      const [before, after] = [await finishedRun(store, first), await finishedRun(store, second)];
      const diff = diffRuns(sideOf(before), sideOf(after));
      const moves = await movesBetween(store, before, after);
      if (options.json) return json({ before: first, after: second, ...diff, moves });
      print(diff, moves, before, after);
    });
};

const sideOf = ({ manifest, project }: FinishedRun) => ({ manifest, config: withoutPlaces(project), slices: slicesOf(project) });

const namesOf = ({ manifest }: FinishedRun): ReadonlyMap<string, string> => {
  const { personas } = manifest.facts.results.decisions.personas as { readonly personas: readonly { readonly key: string; readonly name: string }[] };
  return new Map(personas.map(({ key, name }) => [key, name]));
};

function print({ same, sameResults, data, config, code, model, stages, first }: RunDiff, moves: Moves | null, before: FinishedRun, after: FinishedRun): void {
  out(same ? 'the same: one digest' : sameResults ? 'the same results: decisions and outputs are equal, what they were made with is not' : `not the same; the first stage that came out differently: ${first?.stage ?? 'none'}`);
  for (const [part, list] of [['data', data.other], ['config', config], ['code and engine', code], ['model', model]] as const) {
    const files = part === 'data' ? data.inputs.map(({ role, name, change, rowsBefore, rowsAfter }) => `  ${role}/${name} ${change}: ${rowsBefore ?? 'no'} → ${rowsAfter ?? 'no'} rows`) : [];
    if (files.length + list.length === 0) out(`${part}: the same`);
    else out([`${part}:`, ...files, ...list.map(line)].join('\n'));
  }
  out('');
  out(table(['stage', 'outputs', 'what it depends on that differs'], stages.map(({ stage, changed, because }) => [stage, changed.length === 0 ? 'the same' : changed.map((name) => name.slice(stage.length + 1)).join(', '), because.join(', ')])));
  if (moves === null) return out('\ncustomers cannot be compared: the runs used other project keys, so pseudonyms differ');
  const names = [namesOf(before), namesOf(after)];
  out(`\ncustomers in the same persona: ${shown(moves.stayed)}; in another one: ${shown(moves.moved)}`);
  if (moves.byCause) {
    const { data: byData, model: byModel, both } = moves.byCause;
    out(`moved by their data: ${shown(byData)}; by the model: ${shown(byModel)}; by both: ${shown(both)}`);
  } else out('moves by data and by the model cannot be told apart: the model before reads a feature that the run after does not have');
  out(table(['from', ...moves.to.map((key) => names[1].get(key) ?? key)], moves.from.map((key, i) => [names[0].get(key) ?? key, ...moves.cells[i].map(shown)]), moves.to.map((key) => names[1].get(key) ?? key)));
}

const shown = (n: number | 'small' | 'withheld'): string => (typeof n === 'number' ? count(n) : n);

const LONGEST = 60;
const text = (value: unknown): string => {
  const whole = JSON.stringify(value);
  return whole.length > LONGEST ? `${whole.slice(0, LONGEST)}…` : whole;
};
const line = ({ path, before, after }: Difference): string => `  ${path}: ${text(before)} → ${text(after)}`;
