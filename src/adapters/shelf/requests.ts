import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, readFile, stat, type FileHandle } from 'node:fs/promises';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { PipelineError } from '../../contracts/errors';
import { isAbsent, isRefusal, kindOf, openClient, requestsWith, statusOf } from '../s3/client';
import type { StoredHash } from './shelf';

export interface BucketPlace {
  readonly bucket: string;
  /** Before every key, with a `/` at its end; empty where there is none. */
  readonly prefix: string;
  readonly endpoint: string | undefined;
  readonly region: string | undefined;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export interface Stored {
  readonly bytes: Buffer;
  /** What a conditional write must name. */
  readonly tag: string;
  /** Who wrote it: the id that the write came with. */
  readonly writer: string | undefined;
}

/** What must hold for a write: nothing is there, or what has this tag. */
export type Condition = { readonly absent: true } | { readonly tag: string };

/** The few requests that a store makes of a bucket. All throw `STORE_UNUSABLE` or `STORE_UNREACHABLE`, without secrets. */
export interface Requests {
  get(key: string): Promise<Stored | undefined>;
  head(key: string): Promise<Pick<Stored, 'writer'> | undefined>;
  put(key: string, body: string | Uint8Array): Promise<void>;
  /** Returns whether this call wrote it, also where the answer was lost. @param writer An id of this call alone. */
  putIf(key: string, body: string | Uint8Array, condition: Condition, writer: string): Promise<boolean>;
  /** Names directly behind a folder, sorted. */
  list(folder: string, after: string | undefined): Promise<string[]>;
  remove(key: string): Promise<void>;
  /** Returns false where there is nothing. */
  download(key: string, path: string): Promise<boolean>;
  upload(path: string, key: string): Promise<void>;
  hash(key: string): Promise<StoredHash | undefined>;
}

interface Sizes {
  /** Files above this go in parts of it. */
  readonly partBytes?: number;
  /** Names that are listed with one request. */
  readonly pageKeys?: number;
}

const PART_BYTES = 16 * 2 ** 20;
const PAGE_KEYS = 1000;
const ROUNDS = 6;
const pauseOf = (round: number): number => 20 * 2 ** round;

export async function connect({ bucket: Bucket, prefix, ...options }: BucketPlace, { partBytes = PART_BYTES, pageKeys = PAGE_KEYS }: Sizes = {}): Promise<Requests> {
  const { sdk, client } = await openClient({ ...options, maxAttempts: 4 });
  const at = (key: string) => ({ Bucket, Key: `${prefix}${key}` });

  const failed = (error: unknown): PipelineError => {
    if (error instanceof PipelineError) return error;
    const status = statusOf(error);
    const kind = kindOf(error);
    const what = `${kind}${status === undefined ? '' : `, HTTP ${status}`}`;
    const details = { bucket: Bucket, error: kind, ...(status !== undefined && { status }) };
    if ((isRefusal(error) && status !== 409) || /^Credentials/.test(kind)) {
      const message = `the store's bucket ${Bucket} refuses (${what}): check its name in DRAMATIS_STORE, the credentials and their rights`;
      return new PipelineError('STORE_UNUSABLE', message, details);
    }
    return new PipelineError('STORE_UNREACHABLE', `the store's bucket ${Bucket} cannot be reached (${what}): check the network and AWS_ENDPOINT_URL_S3`, details);
  };
  const { sent, orNothing } = requestsWith(failed);

  /** Read a body to its end; what breaks on the way begins anew. */
  async function streamed<T>(key: string, take: (body: Readable) => Promise<T>): Promise<T | undefined> {
    for (let round = 0; ; round++) {
      try {
        const { Body } = await client.send(new sdk.GetObjectCommand(at(key)));
        return await take(Body as Readable);
      } catch (error) {
        if (isAbsent(error)) return undefined;
        if (isRefusal(error) || round >= 2 || isLocal(error)) throw isLocal(error) ? error : failed(error);
        await sleep(pauseOf(round));
      }
    }
  }

  const head: Requests['head'] = async (key) => {
    const found = await orNothing(() => client.send(new sdk.HeadObjectCommand(at(key))));
    return found && { writer: found.Metadata?.writer };
  };

  async function uploadParts(file: FileHandle, bytes: number, key: string): Promise<void> {
    const { UploadId } = await client.send(new sdk.CreateMultipartUploadCommand(at(key)));
    try {
      const Parts: { ETag: string | undefined; PartNumber: number }[] = [];
      for (let from = 0; from < bytes; from += partBytes) {
        const PartNumber = Parts.length + 1;
        const Body = Buffer.alloc(Math.min(partBytes, bytes - from));
        await file.read(Body, 0, Body.byteLength, from);
        const { ETag } = await client.send(new sdk.UploadPartCommand({ ...at(key), UploadId, PartNumber, Body }));
        Parts.push({ ETag, PartNumber });
      }
      await client.send(new sdk.CompleteMultipartUploadCommand({ ...at(key), UploadId, MultipartUpload: { Parts } }));
    } catch (error) {
      // Parts of an upload that is neither completed nor aborted cost money and are seen by nobody.
      await client.send(new sdk.AbortMultipartUploadCommand({ ...at(key), UploadId })).catch(() => undefined);
      throw error;
    }
  }

  return {
    head,
    get: (key) =>
      orNothing(async () => {
        const { Body, ETag = '', Metadata } = await client.send(new sdk.GetObjectCommand(at(key)));
        return { bytes: Buffer.from((await Body?.transformToByteArray()) ?? []), tag: ETag, writer: Metadata?.writer };
      }),
    put: async (key, Body) => void (await sent(() => client.send(new sdk.PutObjectCommand({ ...at(key), Body })))),
    async putIf(key, Body, condition, writer) {
      const when = 'absent' in condition ? { IfNoneMatch: '*' } : { IfMatch: condition.tag };
      for (let round = 0; ; round++) {
        try {
          await client.send(new sdk.PutObjectCommand({ ...at(key), Body, ...when, Metadata: { writer } }));
          return true;
        } catch (error) {
          const status = statusOf(error);
          // 409: another conditional write was in progress, and nothing is decided yet.
          if (status === 409 && round < ROUNDS) {
            await sleep(pauseOf(round));
            continue;
          }
          const refused = status === 412 || isAbsent(error);
          if (isRefusal(error) && !refused && status !== 409) throw failed(error);
          // The answer to a write that was done may have been lost: what lies there says whose it is.
          if ((await head(key))?.writer === writer) return true;
          if (refused) return false;
          throw failed(error);
        }
      }
    },
    async list(folder, after) {
      const Prefix = `${prefix}${folder}/`;
      const names: string[] = [];
      let ContinuationToken: string | undefined;
      do {
        const page = { Bucket, Prefix, Delimiter: '/', MaxKeys: pageKeys, ContinuationToken, ...(after !== undefined && { StartAfter: `${Prefix}${after}` }) };
        const { Contents = [], CommonPrefixes = [], NextContinuationToken } = await sent(() => client.send(new sdk.ListObjectsV2Command(page)));
        names.push(...Contents.map(({ Key = '' }) => Key.slice(Prefix.length)), ...CommonPrefixes.map(({ Prefix: name = '' }) => name.slice(Prefix.length, -1)));
        ContinuationToken = NextContinuationToken;
      } while (ContinuationToken !== undefined);
      return names.filter((name) => name !== '').sort();
    },
    remove: async (key) => void (await sent(() => client.send(new sdk.DeleteObjectCommand(at(key))))),
    download: async (key, path) => (await streamed(key, (body) => pipeline(body, createWriteStream(path, { mode: 0o600 })).then(() => true))) ?? false,
    async upload(path, key) {
      const { size } = await stat(path);
      if (size <= partBytes) {
        const Body = await readFile(path);
        const ChecksumSHA256 = createHash('sha256').update(Body).digest('base64');
        return void (await sent(() => client.send(new sdk.PutObjectCommand({ ...at(key), Body, ChecksumSHA256 }))));
      }
      const file = await open(path, 'r');
      try {
        await sent(() => uploadParts(file, size, key));
      } finally {
        await file.close();
      }
    },
    hash: (key) =>
      streamed(key, async (body) => {
        const hash = createHash('sha256');
        let bytes = 0;
        body.on('data', (chunk: Buffer) => (bytes += chunk.byteLength));
        await pipeline(body, hash as Writable);
        return { sha256: hash.digest('hex'), bytes };
      }),
  };
}

/** An error of this host's disk: no other request mends it. */
const isLocal = (error: unknown): boolean => typeof (error as NodeJS.ErrnoException).path === 'string';
