import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactRef } from '../../contracts/artifacts';
import { PipelineError } from '../../contracts/errors';
import type { ReleaseCommit, SinkReceipt } from '../../contracts/manifest';
import type { PersonaNotes } from '../../contracts/notes';
import type { PersonasReport } from '../../contracts/personas';
import { canonicalJson, sha256Hex } from '../../core/audit';
import { publishedPersonas, type PublishedPersonas } from '../../core/personas';
import type { ArtifactStore, Sink, Vault } from '../../core/ports';
import { makeFolder, onDisk, writeSynced } from '../artifacts/files';
import type { InstanceOptions } from '../duckdb/instance';
import { exportTables, type ExportedFile, type Format } from './export';
import { currentName, partialName, pointCurrent, settle, sweepPartials } from './folders';
import { isFree, occupied, ownerOf, readReceipt, RECEIPT, sameLine, sameRelease, type StoredReceipt } from './receipt';
import { CUSTOMER_TABLES } from './tables';

export interface FilesSinkOptions {
  /** Name of the target in `publish.targets`. */
  readonly name: string;
  /** Absolute folder that gets one folder per release: `<home>/published/<project>/<env>`, or the target's own path. */
  readonly root: string;
  readonly formats: readonly Format[];
  /** Published counts of fewer customers are left out. */
  readonly kMin: number;
  readonly artifacts: ArtifactStore;
  readonly engine: InstanceOptions;
  /** Given only where the target restores customer ids. */
  readonly vault: Vault | null;
}

/** Documents of a release by file name; those the release does not have are left out. */
const DOCUMENTS: Readonly<Record<string, string>> = {
  'report.html': 'report.html',
  'model-card.md': 'report.model_card',
};

/**
 * Files in one folder per release, `<root>/<n>/`, which appears whole or not at all; `<root>/current` links to the newest
 * promoted one. A release whose folder is there is not written again: its receipt is read. A folder that is not this very release's
 * is left alone (`SINK_OCCUPIED`).
 */
class FilesSink implements Sink {
  constructor(private readonly options: FilesSinkOptions) {}

  get name(): string {
    return this.options.name;
  }

  deliver(commit: ReleaseCommit): Promise<SinkReceipt> {
    const { root } = this.options;
    return onDisk(async () => {
      await makeFolder(root);
      await sweepPartials(root);
      await this.assertOwnLine(commit);
      // Another delivery of the release may come first: what counts is the folder that is there in the end.
      const stored = (await this.delivered(commit)) ?? (await this.write(commit).then(() => this.delivered(commit)));
      if (stored === undefined) throw occupied(this.folderOf(commit.n), this.name, undefined);
      await this.promote(commit);
      return stored.receipt;
    });
  }

  private folderOf(release: number | string): string {
    return join(this.options.root, String(release));
  }

  /** The receipt of the release, undefined where its folder is still to be written. @throws PipelineError `SINK_OCCUPIED` */
  private async delivered(commit: ReleaseCommit): Promise<StoredReceipt | undefined> {
    const folder = this.folderOf(commit.n);
    if (await isFree(folder)) return undefined;
    const stored = await readReceipt(folder);
    if (stored === undefined || !sameRelease(stored.owner, ownerOf(commit, this.name)))
      throw occupied(folder, this.name, stored);
    return stored;
  }

  /** Releases of two projects in one folder would take `current` from each other. */
  private async assertOwnLine(commit: ReleaseCommit): Promise<void> {
    const current = await currentName(this.options.root);
    const stored = current === undefined ? undefined : await readReceipt(this.folderOf(current));
    if (stored !== undefined && !sameLine(stored.owner, ownerOf(commit, this.name)))
      throw occupied(this.options.root, this.name, stored);
  }

  private async write(commit: ReleaseCommit): Promise<void> {
    const { root } = this.options;
    const partial = partialName(commit.n);
    const folder = join(root, partial);
    try {
      await mkdir(folder, { mode: 0o700 });
      const personas = await this.personasOf(commit);
      const files = [
        ...(await this.tables(commit, personas, folder)),
        ...(await this.documents(commit, personas, folder)),
      ];
      files.sort((a, b) => (a.name < b.name ? -1 : 1));
      const stored: StoredReceipt = {
        format: 1,
        promoted: commit.promoted,
        owner: ownerOf(commit, this.name),
        receipt: { sink: this.name, release: commit.n, files },
      };
      await writeSynced(join(folder, RECEIPT), canonicalJson(stored));
      await settle(root, partial, String(commit.n));
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  private async personasOf(commit: ReleaseCommit): Promise<PublishedPersonas> {
    const report = await this.options.artifacts.readJson<PersonasReport>(artifactOf(commit, 'personas.personas'));
    const notes = commit.artifacts['personas.notes'];
    return publishedPersonas(report, this.options.kMin, notes ? await this.options.artifacts.readJson<PersonaNotes>(notes) : null);
  }

  private async tables(commit: ReleaseCommit, personas: PublishedPersonas, folder: string): Promise<ExportedFile[]> {
    const { artifacts, formats, engine, vault } = this.options;
    const tables = CUSTOMER_TABLES.filter(
      ({ artifact, optional }) => !optional || commit.artifacts[artifact] !== undefined,
    );
    return exportTables({
      folder,
      formats,
      engine,
      personas,
      tables: await Promise.all(
        tables.map(async (table) => ({ ...table, path: await artifacts.path(artifactOf(commit, table.artifact)) })),
      ),
      ids: vault === null ? null : await vault.recall(),
    });
  }

  private async documents(commit: ReleaseCommit, personas: PublishedPersonas, folder: string): Promise<ExportedFile[]> {
    const { artifacts, formats } = this.options;
    const files: ExportedFile[] = [];
    const add = async (name: string, bytes: Buffer, logicalDigest: string): Promise<void> => {
      await writeSynced(join(folder, name), bytes);
      files.push({ name, rows: null, bytes: bytes.length, logicalDigest, defused: null });
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

  /** Point `current` at the newest promoted folder; look again afterwards, because another delivery may have ended meanwhile. */
  private async promote(commit: ReleaseCommit): Promise<void> {
    for (let pointed: number | undefined; ;) {
      const newest = await this.newestPromoted(commit);
      if (newest === pointed) return;
      if (newest !== undefined) await pointCurrent(this.options.root, String(newest));
      pointed = newest;
    }
  }

  private async newestPromoted(commit: ReleaseCommit): Promise<number | undefined> {
    const own = ownerOf(commit, this.name);
    const releases = (await readdir(this.options.root)).filter((name) => /^[1-9]\d*$/.test(name)).map(Number);
    for (const release of releases.sort((a, b) => b - a)) {
      const stored = await readReceipt(this.folderOf(release));
      if (stored?.promoted && sameLine(stored.owner, own)) return release;
    }
    return undefined;
  }
}

function artifactOf({ n, artifacts }: ReleaseCommit, name: string): ArtifactRef {
  const ref = artifacts[name];
  if (ref === undefined)
    throw new PipelineError('OBJECT_MISSING', `release ${n} has no ${name}, which its tables are made of`, {
      release: n,
      name,
    });
  return ref;
}

/** Sink of type `files`. */
export const createFilesSink = (options: FilesSinkOptions): Sink => new FilesSink(options);
