import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PipelineError } from '../../../contracts/errors';
import type { ReleaseCommit, SinkReceipt } from '../../../contracts/manifest';
import { canonicalJson } from '../../../core/audit';
import type { Sink } from '../../../core/ports';
import { ownedName } from '../../artifacts/temporary';
import type { Format } from '../export';
import type { HeldRelease, ReleaseSource } from '../load';
import { notPromoted, occupied, ownerOf, parseReceipt, refused, sameLine, sameRelease, type Owner, type StoredReceipt } from '../receipt';
import { writeReleaseFiles } from '../release-files';
import { fileHash, type Bucket } from './bucket';

export interface S3SinkOptions extends ReleaseSource {
  readonly name: string;
  readonly prefix: string;
  readonly formats: readonly Exclude<Format, 'duckdb'>[];
  /** Called once a delivery. */
  open(): Promise<Bucket>;
}

interface Pointer {
  readonly release: number;
  readonly owner: Owner;
  readonly tag: string;
}

/** How often a pointer that moved meanwhile is looked at again. */
const ROUNDS = 5;

/**
 * Sink of type `s3`: `<prefix>/releases/<n>/…`, each object created once, the receipt last; then `<prefix>/current.json` is moved on by a
 * conditional write. A reader takes the release that `current.json` names: its objects never change.
 */
class S3Sink implements Sink {
  private probed = false;

  constructor(private readonly options: S3SinkOptions) {}

  get name(): string {
    return this.options.name;
  }

  async deliver(commit: ReleaseCommit): Promise<SinkReceipt> {
    if (!commit.promoted) return notPromoted(this.name, commit);
    const bucket = await this.options.open();
    try {
      if (!this.probed) await this.probe(bucket);
      this.probed = true;
      return await this.publish(bucket, commit);
    } finally {
      bucket.close();
    }
  }

  private key(...parts: readonly (string | number)[]): string {
    return [this.options.prefix, ...parts].join('/');
  }

  /** Some stores take the headers of conditional writes and ignore them. @throws PipelineError `SINK_UNSAFE` */
  private async probe(bucket: Bucket): Promise<void> {
    const key = this.key('.probe', randomUUID());
    const unsafe = (header: string) =>
      new PipelineError(
        'SINK_UNSAFE',
        `target ${this.name}: the object store ignores ${header}, so two deliveries could overwrite each other; use a store with conditional writes`,
        { target: this.name, header },
      );
    try {
      if (!(await bucket.create(key, '1'))) throw unsafe('If-None-Match');
      if (await bucket.create(key, '2')) throw unsafe('If-None-Match');
      if (await bucket.replace(key, '3', '"00000000000000000000000000000000"')) throw unsafe('If-Match');
    } finally {
      await bucket.remove(key);
    }
  }

  private async publish(bucket: Bucket, commit: ReleaseCommit): Promise<SinkReceipt> {
    const pointer = await this.pointer(bucket, commit);
    const there = await this.receipt(bucket, commit);
    if (there === undefined && pointer !== undefined && pointer.release > commit.n) return refused(this.name, commit, pointer.release);
    const { receipt } = there ?? (await this.upload(bucket, commit, pointer));
    await this.move(bucket, commit, pointer);
    return receipt;
  }

  /** What `current.json` says. @throws PipelineError `SINK_OCCUPIED` where the prefix is another project's. */
  private async pointer(bucket: Bucket, commit: ReleaseCommit): Promise<Pointer | undefined> {
    const stored = await bucket.read(this.key('current.json'));
    if (stored === undefined) return undefined;
    const pointer = parsePointer(stored.text);
    if (pointer === undefined || !sameLine(pointer.owner, ownerOf(commit, this.name)) || pointer.owner.target !== this.name)
      throw occupied(this.key('current.json'), this.name, undefined);
    return { ...pointer, tag: stored.tag };
  }

  private async receipt(bucket: Bucket, commit: ReleaseCommit): Promise<StoredReceipt | undefined> {
    const key = this.key('releases', commit.n, 'receipt.json');
    const stored = await bucket.read(key);
    if (stored === undefined) return undefined;
    const receipt = parseReceipt(stored.text);
    if (receipt === undefined || !sameRelease(receipt.owner, ownerOf(commit, this.name))) throw occupied(key, this.name, receipt);
    return receipt;
  }

  private async upload(bucket: Bucket, commit: ReleaseCommit, pointer: Pointer | undefined): Promise<StoredReceipt> {
    const { formats, engine } = this.options;
    await mkdir(engine.temporary, { recursive: true });
    const folder = join(engine.temporary, ownedName());
    await mkdir(folder, { mode: 0o700 });
    try {
      const { files, delta } = await writeReleaseFiles(this.options, formats, commit, await this.held(bucket, pointer), folder);
      for (const { name } of files) await this.create(bucket, this.key('releases', commit.n, name), join(folder, name));
      const stored: StoredReceipt = {
        format: 1,
        promoted: true,
        owner: ownerOf(commit, this.name),
        artifacts: commit.artifacts,
        receipt: { sink: this.name, release: commit.n, status: 'delivered', delta, files },
      };
      await bucket.create(this.key('releases', commit.n, 'receipt.json'), canonicalJson(stored));
      // Another delivery of the release may have been first: its receipt counts.
      return (await this.receipt(bucket, commit)) ?? stored;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  private async held(bucket: Bucket, pointer: Pointer | undefined): Promise<HeldRelease | null> {
    if (pointer === undefined) return null;
    const stored = await bucket.read(this.key('releases', pointer.release, 'receipt.json'));
    const receipt = stored === undefined ? undefined : parseReceipt(stored.text);
    return receipt?.artifacts ? { release: pointer.release, artifacts: receipt.artifacts } : null;
  }

  /** What an earlier try has created is not sent again. @throws PipelineError `SINK_OCCUPIED` where it is something else. */
  private async create(bucket: Bucket, key: string, path: string): Promise<void> {
    if (await bucket.createFile(key, path)) return;
    if ((await bucket.hashOf(key)) !== (await fileHash(path)).hex) throw occupied(key, this.name, undefined);
  }

  private async move(bucket: Bucket, commit: ReleaseCommit, first: Pointer | undefined): Promise<void> {
    const key = this.key('current.json');
    const text = canonicalJson({ format: 1, release: commit.n, owner: ownerOf(commit, this.name), receipt: this.key('releases', commit.n, 'receipt.json') });
    let pointer = first;
    for (let round = 0; round < ROUNDS; round++) {
      if (pointer !== undefined && pointer.release >= commit.n) return;
      const moved = pointer === undefined ? await bucket.create(key, text) : await bucket.replace(key, text, pointer.tag);
      if (moved) return;
      pointer = await this.pointer(bucket, commit);
    }
    throw new PipelineError('SINK_UNREACHABLE', `target ${this.name}: ${key} is moved by others all the time`, { target: this.name });
  }
}

function parsePointer(text: string): Omit<Pointer, 'tag'> | undefined {
  try {
    const { release, owner } = JSON.parse(text) as { release?: unknown; owner?: Owner };
    return Number.isSafeInteger(release) && typeof owner?.project === 'string' ? { release: release as number, owner } : undefined;
  } catch {
    return undefined;
  }
}

export const createS3Sink = (options: S3SinkOptions): Sink => new S3Sink(options);
