import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReleaseCommit, SinkReceipt } from '../../contracts/manifest';
import type { Sink } from '../../core/ports';
import { canonicalJson } from '../../core/audit';
import { makeFolder, onDisk, writeSynced } from '../artifacts/files';
import { asideName, currentName, partialName, pointCurrent, releaseOfName, settle, sweepPartials, unpointCurrent } from './folders';
import type { HeldRelease } from './load';
import { isFree, occupied, ownerOf, readReceipt, RECEIPT, refused, notPromoted, sameLine, sameRelease, type StoredReceipt } from './receipt';
import type { WrittenRelease } from './release-files';

export interface FolderSinkOptions {
  /** Name of the target in `publish.targets`. */
  readonly name: string;
  /** Absolute folder that gets one folder per release: `<home>/published/<project>/<env>`, or the target's own path. */
  readonly root: string;
  /** Whether the target is a record of all releases, or of the current one only: such a target refuses older ones. */
  readonly keeps: 'all' | 'current';
  /** Write the files of a release into an empty folder; `held` is the release that `current` points at. */
  fill(commit: ReleaseCommit, held: HeldRelease | null, folder: string): Promise<WrittenRelease>;
}

/** A folder that a target delivered, with its receipt. */
export interface DeliveredFolder {
  readonly release: number;
  /** Its name below the root: the release's number, or what a rewriting that was killed put it aside under. */
  readonly name: string;
  readonly stored: StoredReceipt;
}

/** A sink whose folders can be written again, or taken away, after a customer was erased. */
export interface FolderSink extends Sink {
  readonly root: string;
  /** Folders of releases with a receipt that can be read, by release. What killed deliveries left is removed before. */
  folders(): Promise<DeliveredFolder[]>;
  /**
   * Write the folder of a release again from what the store has now, against the base it was compared with; it takes the place of the old one,
   * which is put aside for a moment under a name that a later try finds.
   *
   * @throws PipelineError `SINK_OCCUPIED`, `OBJECT_MISSING`, `ENGINE_FAILED`, …; the old folder is then where it was.
   */
  rewrite(commit: ReleaseCommit, base: HeldRelease | null): Promise<void>;
  /** Take the folder of a release away; `current` then points at the newest promoted one that is left. */
  remove(commit: ReleaseCommit): Promise<void>;
}

/**
 * Files in one folder per release, `<root>/<n>/`, which appears whole or not at all; `<root>/current` links to the newest
 * promoted one. A release whose folder is there is not written again: its receipt is read. A folder that is not this very release's
 * is left alone (`SINK_OCCUPIED`).
 */
class FolderTarget implements FolderSink {
  constructor(private readonly options: FolderSinkOptions) {}

  get name(): string {
    return this.options.name;
  }

  get root(): string {
    return this.options.root;
  }

  deliver(commit: ReleaseCommit): Promise<SinkReceipt> {
    const { root, keeps } = this.options;
    return onDisk(async () => {
      if (keeps === 'current' && !commit.promoted) return notPromoted(this.name, commit);
      await makeFolder(root);
      await sweepPartials(root);
      const held = await this.held(commit);
      const there = await this.delivered(commit);
      if (!there && keeps === 'current' && held && held.receipt.release > commit.n)
        return refused(this.name, commit, held.receipt.release);
      // Another delivery of the release may come first: what counts is the folder that is there in the end.
      const stored = there ?? (await this.write(commit, earlierOf(held, commit)).then(() => this.delivered(commit)));
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

  /** What `current` points at. Releases of two projects in one folder would take it from each other (`SINK_OCCUPIED`). */
  private async held(commit: ReleaseCommit): Promise<StoredReceipt | undefined> {
    const current = await currentName(this.options.root);
    const stored = current === undefined ? undefined : await readReceipt(this.folderOf(current));
    if (stored !== undefined && !sameLine(stored.owner, ownerOf(commit, this.name)))
      throw occupied(this.options.root, this.name, stored);
    return stored;
  }

  private async write(commit: ReleaseCommit, base: HeldRelease | null): Promise<void> {
    await this.settle(await this.make(commit, base), commit);
  }

  private async settle(partial: string, { n }: ReleaseCommit): Promise<void> {
    try {
      await settle(this.root, partial, String(n));
    } catch (error) {
      await rm(this.folderOf(partial), { recursive: true, force: true });
      throw error;
    }
  }

  /** Write the files of a release into a folder in the making; answers its name. */
  private async make(commit: ReleaseCommit, base: HeldRelease | null): Promise<string> {
    const partial = partialName(commit.n);
    const folder = this.folderOf(partial);
    try {
      await mkdir(folder, { mode: 0o700 });
      const { files, delta } = await this.options.fill(commit, base, folder);
      const stored: StoredReceipt = {
        format: 1,
        promoted: commit.promoted,
        owner: ownerOf(commit, this.name),
        artifacts: commit.artifacts,
        receipt: { sink: this.name, release: commit.n, status: 'delivered', delta, files },
      };
      await writeSynced(join(folder, RECEIPT), canonicalJson(stored));
      return partial;
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  async folders(): Promise<DeliveredFolder[]> {
    const found = new Map<number, DeliveredFolder>();
    if (await isFree(this.root)) return [];
    await sweepPartials(this.root);
    // Sorted, a folder put aside (".erasing-3") comes before the one in its place ("3"), which counts.
    for (const name of (await readdir(this.root)).sort()) {
      const release = releaseOfName(name);
      const stored = release === undefined ? undefined : await readReceipt(this.folderOf(name));
      if (release !== undefined && stored?.receipt.release === release) found.set(release, { release, name, stored });
    }
    return [...found.values()].sort((a, b) => a.release - b.release);
  }

  rewrite(commit: ReleaseCommit, base: HeldRelease | null): Promise<void> {
    return onDisk(async () => {
      await sweepPartials(this.root);
      const there = await this.delivered(commit);
      const partial = await this.make(commit, base);
      const aside = this.folderOf(asideName(commit.n));
      if (there !== undefined) {
        await rm(aside, { recursive: true, force: true });
        await rename(this.folderOf(commit.n), aside);
      }
      await this.settle(partial, commit).catch(async (error: unknown) => {
        if (there !== undefined) await rename(aside, this.folderOf(commit.n));
        throw error;
      });
      await rm(aside, { recursive: true, force: true });
      await this.promote(commit);
    });
  }

  remove(commit: ReleaseCommit): Promise<void> {
    return onDisk(async () => {
      // Whose it is is looked at first: another's is never taken away.
      const there = await this.delivered(commit);
      if ((await currentName(this.root)) === String(commit.n)) await unpointCurrent(this.root);
      // Under a name that the next delivery sweeps, should this be killed half-way.
      const partial = this.folderOf(partialName(commit.n));
      if (there !== undefined) await rename(this.folderOf(commit.n), partial);
      for (const folder of [partial, this.folderOf(asideName(commit.n))]) await rm(folder, { recursive: true, force: true });
      await this.promote(commit);
    });
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

/** What a delivery is compared with: what `current` holds, where that is an earlier release. */
const earlierOf = (held: StoredReceipt | undefined, { n }: ReleaseCommit): HeldRelease | null =>
  held?.artifacts && held.receipt.release < n ? { release: held.receipt.release, artifacts: held.artifacts } : null;

export const createFolderSink = (options: FolderSinkOptions): FolderSink => new FolderTarget(options);
