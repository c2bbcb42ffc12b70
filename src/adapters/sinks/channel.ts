import { realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { TargetOf } from '../../config/publish';
import { PipelineError } from '../../contracts/errors';
import type { SinkDelta } from '../../contracts/manifest';
import { quoteIdent, quoteTable, quoteText } from '../../core/sql/identifiers';
import { writeCsv } from './csv';
import { columnsOf, compareTables } from './delta';
import type { ExportedFile } from './export';
import { createFolderSink, type FolderSink } from './folder-sink';
import { withTables, type ReleaseSource, type ReleaseTables } from './load';
import { heldBy } from './release-files';

export interface ChannelSinkOptions extends ReleaseSource {
  readonly root: string;
  readonly target: TargetOf<'channel'>;
}

const DELIMITERS = { comma: ',', semicolon: ';', tab: '\t' } as const;
/** Columns of the working tables that no header can be called, since a header holds no NUL and no line feed. */
const PID = 'pid\n';
const PERSONA = 'persona\n';

/**
 * Sink of type `channel`: `members.csv` with the columns and headers the tool wants, and `added.csv`, `changed.csv`, `removed.csv` against
 * the release the folder `current` held. With `split: persona` each persona has files of its own: who moves is removed from the one
 * and added to the other.
 */
export function createChannelSink({ root, target, ...source }: ChannelSinkOptions): FolderSink {
  return createFolderSink({
    name: target.name,
    root,
    keeps: 'current',
    fill: async (commit, held, folder) => {
      const out = await realpath(folder);
      return withTables(source, heldBy(commit), held, out, (tables) => write(tables, target, out));
    },
  });
}

async function write(
  tables: ReleaseTables,
  target: TargetOf<'channel'>,
  folder: string,
): Promise<{ files: ExportedFile[]; delta: SinkDelta }> {
  const { connection } = tables;
  await mapColumns(tables, target, 'main');
  // A column that the release before did not have yet: everything is sent again.
  const base = tables.base !== null && (await mapColumns(tables, target, 'base').then(() => true, ifUnknownColumn)) ? tables.base : null;
  const headers = target.columns.map(({ header }) => header);
  const key = target.split === 'persona' ? [PERSONA, PID] : [PID];
  const comparison = { now: 'main.channel', before: base === null ? null : 'base.channel', key, compared: headers };
  const counts = await compareTables(connection, 'main.differing', comparison);
  const select = headers.map((header) => `m.${quoteIdent(header)}`).join(', ');
  const join = key.map((column) => `m.${quoteIdent(column)} = d.${quoteIdent(column)}`).join(' AND ');
  const parts: [file: string, from: string][] = [['members', 'main.channel AS m']];
  for (const change of ['added', 'changed', 'removed'] as const) {
    if (base === null) break;
    const side = change === 'removed' ? 'base' : 'main';
    parts.push([change, `(SELECT m.* FROM ${side}.channel AS m JOIN main.differing AS d ON ${join} WHERE d.change = '${change}') AS m`]);
  }
  const groups = target.split === 'persona' ? await personaKeys(tables, base !== null) : [null];
  const files: ExportedFile[] = [];
  for (const group of groups) {
    for (const [part, from] of parts) {
      const name = group === null ? part : `${group}.${part}`;
      const where = group === null ? '' : ` WHERE m.${quoteIdent(PERSONA)} = ${quoteText(group)}`;
      // The members' order is that of their pseudonyms, which are no column of the file unless asked for.
      await connection.run(
        `CREATE OR REPLACE TABLE main.file AS SELECT row_number() OVER (ORDER BY m.${quoteIdent(PID)})::INTEGER AS ${quoteIdent(PID)}, ${select} FROM ${from}${where}`,
      );
      files.push(await writeFile(tables, folder, `${name}.csv`, DELIMITERS[target.delimiter]));
    }
  }
  return { files: files.sort((a, b) => (a.name < b.name ? -1 : 1)), delta: { base, ...counts } };
}

async function writeFile({ connection, describe }: ReleaseTables, folder: string, name: string, delimiter: string): Promise<ExportedFile> {
  await connection.run(`CREATE OR REPLACE TABLE main.content AS SELECT * EXCLUDE (${quoteIdent(PID)}) FROM main.file ORDER BY ${quoteIdent(PID)}`);
  const path = join(folder, name);
  const defused = await writeCsv(connection, path, 'main.content', { order: 'rowid', delimiter });
  const { rows, logicalDigest } = await describe('content', ['rowid']);
  return { name, rows, bytes: (await stat(path)).size, logicalDigest, defused };
}

/** `<schema>.channel`: the mapped columns under their headers, with pseudonym and persona beside them. */
async function mapColumns({ connection }: ReleaseTables, { name, columns }: TargetOf<'channel'>, schema: 'main' | 'base'): Promise<void> {
  const members = await columnsOf(connection, `${schema}.customer_personas`);
  const features = await columnsOf(connection, `${schema}.customer_features`);
  const placed = columns.map(({ header, column }, i) => {
    const from = [
      ['m', members],
      ['f', features],
    ] as const;
    const found = from.find(([, all]) => all.some((candidate) => candidate.name === column));
    if (found) return `${found[0]}.${quoteIdent(column)} AS ${quoteIdent(header)}`;
    const there = [...new Set([...members, ...features].map((candidate) => candidate.name))];
    throw new PipelineError(
      'CONFIG_INVALID',
      `target ${name}: publish.targets[].columns[${i}] wants the column "${column}"; there are ${there.join(', ')}`,
      { target: name, column },
    );
  });
  await connection.run(
    `CREATE TABLE ${schema}.channel AS
     SELECT ${placed.join(', ')}, m.pid AS ${quoteIdent(PID)}, m.persona_key AS ${quoteIdent(PERSONA)}
     FROM ${quoteTable(`${schema}.customer_personas`)} AS m LEFT JOIN ${quoteTable(`${schema}.customer_features`)} AS f ON f.pid = m.pid
     WHERE m.persona_key IS NOT NULL
     ORDER BY m.pid`,
  );
}

function ifUnknownColumn(error: unknown): false {
  if (error instanceof PipelineError && error.code === 'CONFIG_INVALID') return false;
  throw error;
}

/** Personas of the release, and of the one before where its members must be removed. */
async function personaKeys({ connection }: ReleaseTables, withBase: boolean): Promise<string[]> {
  const before = withBase ? ' UNION SELECT persona_key FROM base.personas' : '';
  const result = await connection.runAndReadAll(`SELECT persona_key FROM main.personas${before} ORDER BY persona_key`);
  return result.getRowObjects().map((row) => String(row.persona_key));
}
