import { resolve } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { createSqlEngine, createSqlModels } from '../../adapters/duckdb';
import { machineOptions } from '../../workers/deps';
import { writeHistory } from '../membership-history';
import { globalsOf } from '../options';
import { count, json, note, out } from '../output';
import { openWorkspace } from '../workspace';

const parquet = (path: string): string => {
  if (!/\.parquet$/i.test(path)) throw new InvalidArgumentError('Give a file that ends in .parquet.');
  return resolve(path);
};

export const registerPersonasHistory = (personas: Command): Command =>
  personas
    .command('history')
    .description('who had which persona when: a row per customer and spell, with valid_from and valid_to')
    .requiredOption('--out <file>', 'the Parquet file to write', parquet)
    .option('--persona <key>', 'spells of one persona only')
    .addHelpText('after', '\nExamples:\n  dramatis personas history --out history.parquet\n  dramatis personas history --persona psn_k7m2x4qa --out regulars.parquet')
    .action(async ({ out: file, persona }: { out: string; persona?: string }, command: Command) => {
      const options = globalsOf(command);
      const { resolved, store } = await openWorkspace(options);
      const { project, environment } = resolved.config;
      const releases = await store.releases.list(project, environment);
      const engine = (artifacts: typeof store.artifacts) => createSqlEngine({ artifacts, ...machineOptions(), temporary: resolve(store.home, 'tmp', 'duckdb') });
      const written = await writeHistory({ store, models: createSqlModels(), engine }, { releases, out: file, persona: persona ?? null });
      if (options.json) return json(written);
      const [first, last] = [written.releases[0], written.releases[written.releases.length - 1]];
      note(`${written.releases.length} as-of dates, ${first?.asOf ?? ''} to ${last?.asOf ?? ''}; customers are pseudonyms`);
      if (written.collected.length > 0)
        note(`collected, and left out: ${written.collected.map(({ release, asOf }) => `release ${release} (${asOf})`).join(', ')}; spells go on over their days`);
      out(`${count(written.rows)} spells in ${file}`);
    });
