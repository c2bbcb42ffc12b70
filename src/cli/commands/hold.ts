import type { Command } from 'commander';
import { createHoldStore, type Hold } from '../../adapters/gc';
import { permit } from '../../core/actors';
import { defaultActor, globalsOf } from '../options';
import { json, out, table } from '../output';
import { openWorkspace, type Workspace } from '../workspace';

interface Options {
  readonly reason: string;
  readonly actor?: string;
}

/** A hold put on or taken off, in the ledger too: `at` tells the second time from the first. */
async function change(workspace: Workspace, type: 'hold.added' | 'hold.removed', { project, environment, release }: Pick<Hold, 'project' | 'environment' | 'release'>, actor: string, reason: string, at: string): Promise<void> {
  await workspace.store.ledger.append({ type, actor, reason, at, subject: `${project}/${environment}/${release}`, body: { release, at } });
}

export const registerHold = (program: Command): void => {
  const hold = program.command('hold').description('releases that garbage collection leaves alone');
  hold
    .command('add <release>')
    .description('keep the artifacts of a release')
    .requiredOption('--reason <text>', 'why, for the ledger')
    .option('--actor <name>', 'who acts (default: the operating-system user)')
    .addHelpText('after', '\nExamples:\n  dramatis hold add 12 --reason "audit 2026-14"')
    .action(async (text: string, { reason, actor = defaultActor() }: Options, command: Command) => {
      const { workspace, project, environment, release } = await opened(text, command);
      await workspace.store.releases.read(project, environment, release);
      const at = new Date().toISOString();
      await permit(workspace.store.ledger, { action: 'hold', actor, reason, subject: `${project}/${environment}/${release}`, at });
      const created = await createHoldStore(workspace.store.shelf).add({ project, environment, release, actor, reason, at });
      if (created) await change(workspace, 'hold.added', { project, environment, release }, actor, reason, at);
      if (globalsOf(command).json) return json({ release, created });
      out(created ? `release ${release} is held` : `release ${release} was held already`);
    });
  hold
    .command('remove <release>')
    .description('let go of a release')
    .requiredOption('--reason <text>', 'why, for the ledger')
    .option('--actor <name>', 'who acts (default: the operating-system user)')
    .addHelpText('after', '\nExamples:\n  dramatis hold remove 12 --reason "audit is over"')
    .action(async (text: string, { reason, actor = defaultActor() }: Options, command: Command) => {
      const { workspace, project, environment, release } = await opened(text, command);
      await permit(workspace.store.ledger, { action: 'hold', actor, reason, subject: `${project}/${environment}/${release}`, at: new Date().toISOString() });
      await createHoldStore(workspace.store.shelf).remove(project, environment, release);
      await change(workspace, 'hold.removed', { project, environment, release }, actor, reason, new Date().toISOString());
      if (globalsOf(command).json) return json({ release, removed: true });
      out(`release ${release} is no longer held`);
    });
  hold
    .command('list')
    .description('what is held, by whom and why')
    .addHelpText('after', '\nExamples:\n  dramatis hold list --json')
    .action(async (_: unknown, command: Command) => {
      const options = globalsOf(command);
      const { store, resolved } = await openWorkspace(options);
      const holds = await createHoldStore(store.shelf).list(resolved.config.project, resolved.config.environment);
      if (options.json) return json(holds);
      if (holds.length === 0) return out('nothing is held');
      out(table(['release', 'since', 'by', 'why'], holds.map(({ release, at, actor, reason }) => [String(release), at, actor, reason]), ['release']));
    });
};

async function opened(text: string, command: Command) {
  if (!/^[1-9]\d*$/.test(text)) command.error(`error: "${text}" is no release: give its number`);
  const workspace = await openWorkspace(globalsOf(command));
  const { project, environment } = workspace.resolved.config;
  return { workspace, project, environment, release: Number(text) };
}
