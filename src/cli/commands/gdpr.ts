import { resolve } from 'node:path';
import type { Command } from 'commander';
import { createSqlEngine } from '../../adapters/duckdb';
import { openVault } from '../../adapters/vault';
import { PipelineError } from '../../contracts/errors';
import { permit } from '../../core/actors';
import { processingRecord, recordMarkdown } from '../../core/gdpr';
import { machineOptions } from '../../workers/deps';
import { confirm } from '../confirm';
import { EXIT } from '../exit-codes';
import { accessOf } from '../gdpr/access';
import { eraseCustomer, type Erased } from '../gdpr/erase';
import { defaultActor, globalsOf } from '../options';
import { json, out, percent, table } from '../output';
import { assertFolder } from '../shared-store';
import { openWorkspace } from '../workspace';

interface PersonOptions {
  readonly customer: string;
  readonly reason: string;
  readonly actor?: string;
  readonly key?: string;
  readonly yes?: boolean;
}

export const registerGdpr = (program: Command): void => {
  const gdpr = program
    .command('gdpr')
    .description('access, erasure and the record of processing (GDPR, Art. 15, 17 and 30)')
    .addHelpText(
      'after',
      [
        '\nExamples:',
        'dramatis gdpr access --customer 17850 --reason "request of 3 July"',
        'dramatis gdpr erase --customer 17850 --reason "request of 3 July" --actor ana',
        'dramatis gdpr record > record.md',
      ].join('\n  '),
    );
  const person = (command: Command): Command =>
    command
      .requiredOption('--customer <id>', 'the customer, as the export names it')
      .requiredOption('--reason <text>', 'why, for the ledger; without saying who')
      .option('--actor <name>', 'who acts (default: DRAMATIS_ACTOR, or the operating-system user)');
  person(gdpr.command('access').description('everything the releases say of one customer')).action(access);
  person(gdpr.command('erase').description('take one customer out of every table, release, file and the vault, and leave it out from now on'))
    .option('--key <file>', 'the private key to sign with (default: DRAMATIS_ACTOR_KEY, or where "actor add" put it)')
    .option('--yes', 'erase without asking')
    .action(erase);
  gdpr.command('record').description('the record of processing activities, from the config').action(record);
};

async function access({ customer, reason, actor = defaultActor() }: PersonOptions, command: Command): Promise<void> {
  const options = globalsOf(command);
  const { resolved, directory, store } = await openWorkspace(options);
  const { project, environment, privacy } = resolved.config;
  const at = new Date().toISOString();
  const subject = `${project}/${environment}`;
  await permit(store.ledger, { action: 'access', actor, reason, subject, at });
  const sql = createSqlEngine({ artifacts: store.artifacts, ...machineOptions(), temporary: resolve(store.home, 'tmp', 'duckdb') });
  const pid = openVault({ config: privacy, projectDir: directory, home: store.shelf }).pseudonym(customer);
  const report = await accessOf(store, sql, await store.releases.list(project, environment), pid, privacy.purpose);
  // Who looked, and why; not at whom.
  await store.ledger.append({ type: 'gdpr.access', actor, reason, at, subject, body: { at, releases: report.releases.length } });
  if (options.json) return json({ customer, ...report });
  out(`purpose   ${report.purpose}\npseudonym ${report.pid}\n${report.meaning}\n`);
  for (const { release, asOf, persona, probability, features } of report.releases) {
    out(
      `release ${release}, as of ${asOf}: ${persona ? `"${persona.name}" (${persona.key})` : 'no persona'}${probability === null ? '' : `, probability ${percent(probability)}`}`,
    );
    out(
      `${table(
        ['feature', 'value', 'unit'],
        features.map(({ label, value, unit }) => [label, value ?? 'unknown', unit]),
        ['value'],
      )}\n`,
    );
  }
  for (const { release, asOf } of report.collected) out(`release ${release}, as of ${asOf}: collected, it cannot be looked at any more`);
}

async function erase({ customer, reason, actor = defaultActor(), key, yes }: PersonOptions, command: Command): Promise<void> {
  const options = globalsOf(command);
  const workspace = await openWorkspace(options);
  assertFolder(workspace.store, 'gdpr erase');
  if (customer.trim() === '') throw new PipelineError('CONFIG_INVALID', 'name the customer: --customer ID');
  if (yes !== true) await confirm('Erase this customer from every release of this store? It cannot be undone.');
  const erased = await eraseCustomer(workspace, { customer, reason, actor, ...(key !== undefined && { key }) });
  if (options.json) json(erased);
  else print(erased);
  if (erased.left.length > 0) process.exitCode = EXIT.failed;
}

function print({ objects, releases, removed, vaultFiles, entry, left }: Erased): void {
  out(
    `erased from ${objects} tables${entry === null ? '' : ` (ledger entry ${entry})`}, ${vaultFiles} files of the vault, and the files of ${releases.length === 0 ? 'no release' : `release ${releases.join(', ')}`}`,
  );
  out('The next runs leave the customer out. The exports themselves, backups and copies elsewhere are not in reach.');
  for (const folder of removed) out(`removed: ${folder}, whose release was collected`);
  for (const place of left) out(`left: ${place}`);
}

async function record(_: unknown, command: Command): Promise<void> {
  const options = globalsOf(command);
  const { resolved } = await openWorkspace(options);
  const found = processingRecord(resolved.config);
  if (options.json) json(found);
  else out(recordMarkdown(found));
}
