import type { Command } from 'commander';
import { PipelineError } from '../../contracts/errors';
import { filterLog, type LogFilter } from '../../core/audit/who';
import { globalsOf, integer } from '../options';
import { json, note, out, table } from '../output';
import { storeToAudit } from './open-store';

interface LogOptions extends LogFilter {
  readonly limit: number;
}

export const registerLog = (audit: Command): void => {
  audit
    .command('log')
    .description('what happened, newest first: who did what to what, when and why')
    .option('--actor <name>', 'only what this actor did')
    .option('--type <type>', 'only this type of entry, or all below it: release finds release.published')
    .option('--subject <subject>', 'only about this run or release, or all below it: shop/demo finds shop/demo/3')
    .option('--since <date>', 'only since this day or time (ISO)')
    .option('--limit <n>', 'at most this many', integer(1), 50)
    .addHelpText('after', '\nExamples:\n  dramatis audit log --actor ana --since 2026-06-01\n  dramatis audit log --type release --subject shop/demo --json')
    .action(async ({ limit, since, ...filter }: LogOptions, command: Command) => {
      const options = globalsOf(command);
      const { ledger } = storeToAudit(options);
      const entries = await ledger.read();
      const found = filterLog(entries, { ...filter, ...(since !== undefined && { since: instant(since) }) }).reverse();
      const shown = found.slice(0, limit);
      if (options.json) return json(shown);
      if (shown.length === 0) return out(entries.length === 0 ? 'the ledger is empty' : 'no entry fits');
      out(table(['entry', 'at', 'type', 'subject', 'actor', 'reason'], shown.map(({ seq, at, type, subject, actor, reason }) => [String(seq), at, type, subject, actor, reason]), ['entry']));
      if (found.length > shown.length) note(`${found.length - shown.length} older entries: --limit ${found.length} shows all`);
    });
};

/** A day begins at midnight UTC, as every time in the ledger is UTC. */
function instant(text: string): string {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new PipelineError('CONFIG_INVALID', `--since ${text}: write a day such as 2026-06-30, or an ISO time`);
  return new Date(time).toISOString();
}
