import { createHash, randomUUID } from 'node:crypto';
import { rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PipelineError } from '../../contracts/errors';
import { errnoOf, makeFolder, onDisk, temporaryPath } from '../artifacts/files';
import { Queues } from './queues';
import { connect, type BucketPlace, type Requests } from './requests';
import type { Shelf, StoredHash } from './shelf';

/** How often a record that others change meanwhile is looked at again. */
const ROUNDS = 50;

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    (error: unknown) => {
      if (errnoOf(error) === 'ENOENT') return false;
      throw error;
    },
  );

/**
 * A store in an S3-compatible bucket, laid out like one in a folder. Records are created with `If-None-Match: *` and changed with `If-Match`:
 * a server that ignores these is refused before anything is written. Objects that never change are fetched once and kept in
 * `<home>/shared/<id of the bucket>/`, which may be removed at any time while nothing runs here.
 */
class BucketShelf implements Shelf {
  readonly shared = true;
  private readonly cache: string;
  private readonly queues = new Queues();
  private requests: Promise<Requests> | undefined;
  private safe: Promise<void> | undefined;

  constructor(
    readonly home: string,
    private readonly bucket: BucketPlace,
    private readonly open: (place: BucketPlace) => Promise<Requests>,
  ) {
    const { endpoint = '', bucket: name, prefix } = bucket;
    const id = createHash('sha256').update(JSON.stringify([endpoint, name, prefix])).digest('hex').slice(0, 16);
    this.cache = join(home, 'shared', id);
  }

  locate(key: string): string {
    const { bucket, prefix } = this.bucket;
    return `s3://${bucket}/${prefix}${key}`;
  }

  async read(key: string): Promise<string | undefined> {
    return (await this.readBytes(key))?.toString('utf8');
  }

  async readBytes(key: string): Promise<Buffer | undefined> {
    return (await (await this.reading()).get(key))?.bytes;
  }

  async has(key: string): Promise<boolean> {
    return (await (await this.reading()).head(key)) !== undefined;
  }

  async create(key: string, data: string | Uint8Array): Promise<boolean> {
    return (await this.writing()).putIf(key, data, { absent: true }, randomUUID());
  }

  async replace(key: string, data: string | Uint8Array): Promise<void> {
    await (await this.writing()).put(key, data);
  }

  change(key: string, next: (text: string | undefined) => string | undefined): Promise<string | undefined> {
    // Hosts are kept apart by the tag; within this one it saves rounds to stand in line.
    return this.queues.run(key, async () => {
      const requests = await this.writing();
      for (let round = 0; round < ROUNDS; round++) {
        const stored = await requests.get(key);
        const there = stored?.bytes.toString('utf8');
        const text = next(there);
        if (text === undefined || text === there) return there;
        if (await requests.putIf(key, text, stored ? { tag: stored.tag } : { absent: true }, randomUUID())) return text;
      }
      throw new PipelineError('STORE_UNREACHABLE', `${this.locate(key)} is changed by others all the time`, { key });
    });
  }

  take(folder: string): Promise<boolean> {
    return this.create(`${folder}/.taken`, '');
  }

  giveBack(folder: string): Promise<void> {
    return this.remove(`${folder}/.taken`);
  }

  async list(folder: string, after?: string): Promise<string[]> {
    return (await this.reading()).list(folder, after);
  }

  async remove(key: string): Promise<void> {
    await (await this.writing()).remove(key);
  }

  /** First to the bucket: what lies in the cache is there, too. */
  async place(temporary: string, key: string): Promise<void> {
    await (await this.writing()).upload(temporary, key);
    await this.keep(temporary, key);
  }

  async file(key: string): Promise<string> {
    const path = join(this.cache, key);
    if (!(await isThere(path))) {
      await this.queues.run(`file ${key}`, async () => {
        if (!(await isThere(path))) await this.fetch(key);
      });
    }
    return path;
  }

  again(key: string): Promise<boolean> {
    return this.queues.run(`file ${key}`, () => this.fetch(key));
  }

  async hash(key: string): Promise<StoredHash | undefined> {
    return (await this.reading()).hash(key);
  }

  assertSafe(): Promise<void> {
    this.safe ??= this.probe().catch((error: unknown) => {
      this.safe = undefined;
      throw error;
    });
    return this.safe;
  }

  private fetch(key: string): Promise<boolean> {
    return onDisk(async () => {
      const temporary = await temporaryPath(this.home);
      try {
        const found = await (await this.reading()).download(key, temporary);
        if (found) await this.keep(temporary, key);
        return found;
      } finally {
        await rm(temporary, { force: true });
      }
    });
  }

  private async keep(temporary: string, key: string): Promise<void> {
    const path = join(this.cache, key);
    await makeFolder(dirname(path));
    await rename(temporary, path);
  }

  private reading(): Promise<Requests> {
    this.requests ??= this.open(this.bucket);
    return this.requests;
  }

  private async writing(): Promise<Requests> {
    await this.assertSafe();
    return this.reading();
  }

  /** Some servers take the headers of conditional writes and ignore them. */
  private async probe(): Promise<void> {
    const requests = await this.reading();
    const [key, writer] = [`.probe/${randomUUID()}`, randomUUID()];
    const unsafe = (header: string): PipelineError => {
      const message = `the object store ignores ${header}, so two hosts could overwrite each other's work in ${this.locate('')}: use a store with conditional writes, or unset DRAMATIS_STORE`;
      return new PipelineError('STORE_UNUSABLE', message, { header });
    };
    try {
      const first = await requests.putIf(key, '1', { absent: true }, writer);
      if (!first || (await requests.putIf(key, '2', { absent: true }, randomUUID()))) throw unsafe('If-None-Match');
      if (await requests.putIf(key, '3', { tag: '"00000000000000000000000000000000"' }, randomUUID())) throw unsafe('If-Match');
      // By it a write is known again whose answer was lost.
      if ((await requests.head(key))?.writer !== writer) throw unsafe('x-amz-meta-writer');
    } finally {
      await requests.remove(key);
    }
  }
}

/** @param home Absolute path of a folder of this host. @param open For tests. */
export const createBucketShelf = (home: string, place: BucketPlace, open: (place: BucketPlace) => Promise<Requests> = connect): Shelf => new BucketShelf(home, place, open);
