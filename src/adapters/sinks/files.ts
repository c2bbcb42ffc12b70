import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactRef } from '../../contracts/artifacts';
import { PipelineError } from '../../contracts/errors';
import type { ReleaseCommit, SinkReceipt } from '../../contracts/manifest';
import type { PersonasReport } from '../../contracts/personas';
import { canonicalJson } from '../../core/audit';
import type { ArtifactStore, Sink, Vault } from '../../core/ports';
import { makeFolder, onDisk, readIfThere, writeSynced } from '../artifacts/files';
import type { InstanceOptions } from '../duckdb/instance';
import { exportTables, type ExportedFile, type Format } from './export';
import { partialName, pointCurrent, settle, sweepPartials } from './folders';
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
  'personas.json': 'personas.personas',
  'report.html': 'report.html',
  'model-card.md': 'report.model_card',
};

interface StoredReceipt {
  readonly format: 1;
  readonly promoted: boolean;
  readonly receipt: SinkReceipt;
}

const RECEIPT = 'receipt.json';

/**
 * Files in one folder per release, `<root>/<n>/`, which appears whole or not at all; `<root>/current` links to the newest
 * promoted one. A release whose folder is there is not written again: its receipt is read.
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
      if ((await this.delivered(commit.n)) === undefined) await this.write(commit);
      await this.promote();
      const stored = await this.delivered(commit.n);
      if (stored === undefined)
        throw new PipelineError(
          'OBJECT_MISSING',
          `the folder of release ${commit.n} in target ${this.name} has no ${RECEIPT}: remove the folder and deliver again`,
        );
      return stored.receipt;
    });
  }

  private async delivered(release: number): Promise<StoredReceipt | undefined> {
    const text = await readIfThere(join(this.options.root, String(release), RECEIPT));
    return text === undefined ? undefined : (JSON.parse(text) as StoredReceipt);
  }

  private async write(commit: ReleaseCommit): Promise<void> {
    const { root } = this.options;
    const partial = partialName(commit.n);
    const folder = join(root, partial);
    try {
      await mkdir(folder, { mode: 0o700 });
      const files = [...(await this.tables(commit, folder)), ...(await this.documents(commit, folder))];
      files.sort((a, b) => (a.name < b.name ? -1 : 1));
      const stored: StoredReceipt = {
        format: 1,
        promoted: commit.promoted,
        receipt: { sink: this.name, release: commit.n, files },
      };
      await writeSynced(join(folder, RECEIPT), canonicalJson(stored));
      await settle(root, partial, String(commit.n));
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  private async tables(commit: ReleaseCommit, folder: string): Promise<ExportedFile[]> {
    const { artifacts, formats, kMin, engine, vault } = this.options;
    const tables = CUSTOMER_TABLES.filter(
      ({ artifact, optional }) => !optional || commit.artifacts[artifact] !== undefined,
    );
    return exportTables({
      folder,
      formats,
      kMin,
      engine,
      personas: await artifacts.readJson<PersonasReport>(artifactOf(commit, 'personas.personas')),
      tables: await Promise.all(
        tables.map(async (table) => ({ ...table, path: await artifacts.path(artifactOf(commit, table.artifact)) })),
      ),
      ids: vault === null ? null : await vault.recall(),
    });
  }

  private async documents(commit: ReleaseCommit, folder: string): Promise<ExportedFile[]> {
    const files: ExportedFile[] = [];
    const add = async (name: string, ref: ArtifactRef, logicalDigest: string): Promise<void> => {
      await writeSynced(join(folder, name), await this.options.artifacts.readBytes(ref));
      files.push({ name, rows: null, bytes: ref.bytes, logicalDigest, defused: null });
    };
    await add('manifest.json', commit.manifest, commit.digest);
    for (const [name, artifact] of Object.entries(DOCUMENTS)) {
      const ref = commit.artifacts[artifact];
      if (ref !== undefined && (name !== 'personas.json' || this.options.formats.includes('json')))
        await add(name, ref, ref.sha256);
    }
    return files;
  }

  /** Point `current` at the newest promoted folder; look again afterwards, because another delivery may have ended meanwhile. */
  private async promote(): Promise<void> {
    for (let pointed: number | undefined; ;) {
      const newest = await this.newestPromoted();
      if (newest === pointed) return;
      if (newest !== undefined) await pointCurrent(this.options.root, String(newest));
      pointed = newest;
    }
  }

  private async newestPromoted(): Promise<number | undefined> {
    const releases = (await readdir(this.options.root)).filter((name) => /^[1-9]\d*$/.test(name)).map(Number);
    for (const release of releases.sort((a, b) => b - a)) if ((await this.delivered(release))?.promoted) return release;
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
