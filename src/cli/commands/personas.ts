import type { Command } from 'commander';
import type { PersonaNotes } from '../../contracts/notes';
import type { PersonasReport } from '../../contracts/personas';
import { globalsOf, integer } from '../options';
import { json, note, out } from '../output';
import { changeLines, noteLines, personasJson, personasTable } from '../personas-table';
import { openWorkspace, releaseOf } from '../workspace';
import { registerPersonasHistory } from './personas-history';

export const registerPersonas = (program: Command): void => {
  const personas = program
    .command('personas')
    .description('the personas of the current release')
    .option('--release <n>', 'another release', integer(1))
    .addHelpText('after', '\nExamples:\n  dramatis personas --project examples/shop\n  dramatis personas --release 3 --json')
    .action(async ({ release }: { release?: number }, command: Command) => {
      const options = globalsOf(command);
      const workspace = await openWorkspace(options);
      const commit = await releaseOf(workspace, release);
      const report = await workspace.store.artifacts.readJson<PersonasReport>(commit.artifacts['personas.personas']!);
      const attached = commit.artifacts['personas.notes'];
      const notes = attached ? await workspace.store.artifacts.readJson<PersonaNotes>(attached) : null;
      if (options.json) return json({ ...personasJson({ release: commit.n, run: commit.runId }, report), ...(notes && { notes: notes.personas, looseNotes: notes.loose }) });
      note(`release ${commit.n} of ${commit.project} (${commit.environment}), as of ${commit.asOf}, run ${commit.runId}`);
      out(personasTable(report));
      section(`since release ${report.parentRelease ?? 0}`, changeLines(report));
      section('interview notes', notes === null ? [] : noteLines(notes));
    });
  registerPersonasHistory(personas);
};

function section(title: string, lines: readonly string[]): void {
  if (lines.length > 0) out(`\n${title}\n${lines.map((line) => `  ${line}`).join('\n')}`);
}
