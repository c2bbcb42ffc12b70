import { realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReleaseCommit, SinkDelta } from '../../contracts/manifest';
import { canonicalJson, sha256Hex } from '../../core/audit';
import { writeSynced } from '../artifacts/files';
import { compareTables } from './delta';
import { exportTables, type ExportedFile, type Format } from './export';
import { withTables, type HeldRelease, type LoadedTable, type ReleaseSource, type ReleaseTables } from './load';
import type { PublishedPersonas } from '../../core/personas';

/** Documents of a release by file name; those the release does not have are left out. */
const DOCUMENTS: Readonly<Record<string, string>> = {
  'report.html': 'report.html',
  'model-card.md': 'report.model_card',
};

export interface WrittenRelease {
  readonly files: ExportedFile[];
  readonly delta: SinkDelta;
}

export const heldBy = ({ n, artifacts }: ReleaseCommit): HeldRelease => ({ release: n, artifacts });

/** Write tables and documents of a release into an empty folder; where the target held one before, also `changes`. */
export async function writeReleaseFiles(
  source: ReleaseSource,
  formats: readonly Format[],
  commit: ReleaseCommit,
  held: HeldRelease | null,
  folder: string,
): Promise<WrittenRelease> {
  const out = await realpath(folder);
  const { files, personas, delta } = await withTables(source, heldBy(commit), held, out, async (tables) => {
    const { delta: counts, changes } = await changesOf(tables, source.vault !== null);
    const all = changes === null ? tables.tables : [...tables.tables, changes];
    return { files: await exportTables(tables.connection, out, formats, all), personas: tables.personas, delta: counts };
  });
  files.push(...(await writeDocuments(source, formats, commit, personas, folder)));
  return { files: files.sort((a, b) => (a.name < b.name ? -1 : 1)), delta };
}

/** Who came, went, or is in another persona now: the table `changes`, where there is something to compare with. */
async function changesOf(
  { connection, base, describe }: ReleaseTables,
  restored: boolean,
): Promise<{ readonly delta: SinkDelta; readonly changes: LoadedTable | null }> {
  const counts = await compareTables(connection, 'main.differing', {
    now: 'main.customer_personas',
    before: base === null ? null : 'base.customer_personas',
    key: ['pid'],
    compared: ['persona_key'],
  });
  const delta = { base, ...counts };
  if (base === null) return { delta, changes: null };
  await connection.run(
    `CREATE TABLE main.changes AS
     SELECT d.pid, ${restored ? 'coalesce(n.customer_id, b.customer_id) AS customer_id, ' : ''}d.change,
       n.persona_key, n.persona_name, b.persona_key AS previous_persona_key
     FROM main.differing AS d
     LEFT JOIN main.customer_personas AS n ON n.pid = d.pid
     LEFT JOIN base.customer_personas AS b ON b.pid = d.pid
     ORDER BY d.pid`,
  );
  return { delta, changes: await describe('changes', ['pid']) };
}

async function writeDocuments(
  { artifacts }: ReleaseSource,
  formats: readonly Format[],
  commit: ReleaseCommit,
  personas: PublishedPersonas,
  folder: string,
): Promise<ExportedFile[]> {
  const files: ExportedFile[] = [];
  const add = async (name: string, bytes: Buffer, logicalDigest: string): Promise<void> => {
    await writeSynced(join(folder, name), bytes);
    files.push({ name, rows: null, bytes: (await stat(join(folder, name))).size, logicalDigest, defused: null });
  };
  await add('manifest.json', await artifacts.readBytes(commit.manifest), commit.digest);
  if (formats.includes('json')) {
    const text = canonicalJson(personas);
    await add('personas.json', Buffer.from(text), sha256Hex(text));
  }
  for (const [name, artifact] of Object.entries(DOCUMENTS)) {
    const ref = commit.artifacts[artifact];
    if (ref !== undefined) await add(name, await artifacts.readBytes(ref), ref.sha256);
  }
  return files;
}
