import type { Command } from 'commander';
import { commitRollback, deliverRollback, type RollbackDeps } from '../../activities/rollback';
import { verifyRelease } from '../../adapters/releases';
import type { SinkReceipt } from '../../contracts/manifest';
import { machineOptions } from '../../workers/deps';
import { sinksOfStore } from '../../workers/publishing';
import { permit, signStatement } from '../../core/actors';
import { defaultActor, globalsOf } from '../options';
import { count, json, note, out, table } from '../output';
import { liveSigner } from '../signer';
import { openWorkspace } from '../workspace';

interface Options {
  readonly reason: string;
  readonly actor?: string;
  readonly key?: string;
}

export const registerRollback = (program: Command): void => {
  program
    .command('rollback [release]')
    .description('bring an earlier release back, as a new one (default: the one before the current)')
    .requiredOption('--reason <text>', 'why, for the ledger')
    .option('--actor <name>', 'who acts (default: DRAMATIS_ACTOR, or the operating-system user)')
    .option('--key <file>', 'the private key to sign with (default: DRAMATIS_ACTOR_KEY, or where "actor add" put it)')
    .addHelpText('after', '\nExamples:\n  dramatis rollback --reason "half of the orders were missing"\n  dramatis rollback 12 --reason "campaign is built on it" --json')
    .action(async (release: string | undefined, { reason, actor = defaultActor(), key }: Options, command: Command) => {
      const options = globalsOf(command);
      const { store, resolved, directory } = await openWorkspace(options);
      const { project, environment } = resolved.config;
      const act = { action: 'rollback', actor, reason, subject: `${project}/${environment}`, at: new Date().toISOString() } as const;
      const registry = await permit(store.ledger, act);
      const deps: RollbackDeps = {
        releases: store.releases,
        ledger: store.ledger,
        sinks: sinksOfStore(store, machineOptions())(resolved.config, { projectDir: directory }),
        check: (commit) => verifyRelease(commit, store.artifacts),
        sign: async (statement) => {
          const signer = await liveSigner(store.ledger, registry, { ...act, at: statement.at }, key);
          return signer && { statement, keyId: signer.keyId, signature: signStatement(statement, signer.key) };
        },
        now: () => Date.now(),
      };
      const rollback = await commitRollback(deps, { project, environment, release: release === undefined ? null : releaseNumber(release, command), actor, reason });
      const { n, rollbackOf, asOf, digest } = rollback.commit;
      const receipts = await deliverRollback(deps, rollback).catch((error: unknown) => {
        note(`release ${n} is committed and current; "dramatis rollback ${rollbackOf} --reason …" delivers it to the targets that lack it`);
        throw error;
      });
      if (options.json) return json({ release: n, rollbackOf, asOf, digest, created: rollback.created, receipts });
      out(`release ${n} brings back release ${rollbackOf}, as of ${asOf}`);
      out(receiptsTable(receipts));
    });
};

function releaseNumber(text: string, command: Command): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  return command.error(`error: "${text}" is no release: give its number`);
}

/** What each target took. */
const receiptsTable = (receipts: readonly SinkReceipt[]): string =>
  table(
    ['target', 'status', 'added', 'changed', 'removed'],
    receipts.map(({ sink, status = 'delivered', delta }) => [sink, status, ...(delta ? [delta.added, delta.changed, delta.removed].map(count) : ['', '', ''])]),
    ['added', 'changed', 'removed'],
  );
