import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReleaseCommit, SinkReceipt } from '../../contracts/manifest';
import type { Sink } from '../../core/ports';
import { canonicalJson } from '../../core/audit';
import { makeFolder, onDisk, writeSynced } from '../artifacts/files';
import { currentName, partialName, pointCurrent, settle, sweepPartials } from './folders';
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

/**
 * Files in one folder per release, `<root>/<n>/`, which appears whole or not at all; `<root>/current` links to the newest
 * promoted one. A release whose folder is there is not written again: its receipt is read. A folder that is not this very release's
 * is left alone (`SINK_OCCUPIED`).
 */
class FolderSink implements Sink {
  constructor(private readonly options: FolderSinkOptions) {}

  get name(): string {
    return this.options.name;
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
      const stored = there ?? (await this.write(commit, held).then(() => this.delivered(commit)));
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

  private async write(commit: ReleaseCommit, held: StoredReceipt | undefined): Promise<void> {
    const { root, fill } = this.options;
    const partial = partialName(commit.n);
    const folder = join(root, partial);
    try {
      await mkdir(folder, { mode: 0o700 });
      const earlier = held?.artifacts && held.receipt.release < commit.n ? held : undefined;
      const base = earlier ? { release: earlier.receipt.release, artifacts: earlier.artifacts! } : null;
      const { files, delta } = await fill(commit, base, folder);
      const stored: StoredReceipt = {
        format: 1,
        promoted: commit.promoted,
        owner: ownerOf(commit, this.name),
        artifacts: commit.artifacts,
        receipt: { sink: this.name, release: commit.n, status: 'delivered', delta, files },
      };
      await writeSynced(join(folder, RECEIPT), canonicalJson(stored));
      await settle(root, partial, String(commit.n));
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
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

export const createFolderSink = (options: FolderSinkOptions): Sink => new FolderSink(options);
