import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { PipelineError } from '../../../contracts/errors';
import { isRefusal, kindOf, openClient, requestsWith, statusOf } from '../../s3/client';

export interface BucketOptions {
  /** Name of the target, for messages. */
  readonly target: string;
  readonly bucket: string;
  readonly endpoint: string | undefined;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** An object as it was read; the tag is what a conditional write must name. */
export interface StoredText {
  readonly text: string;
  readonly tag: string;
}

/** The few operations on a bucket that publishing needs. All throw `SINK_UNREACHABLE` or `SINK_REFUSED`, without secrets. */
export interface Bucket {
  read(key: string): Promise<StoredText | undefined>;
  /** SHA-256 of an object that `createFile` made; undefined where it says none. */
  hashOf(key: string): Promise<string | undefined>;
  /** Create, or leave what is there (`If-None-Match: *`). Returns whether this call created it. */
  create(key: string, text: string): Promise<boolean>;
  createFile(key: string, path: string): Promise<boolean>;
  /** Replace what has this tag (`If-Match`). Returns false where it has another one by now. */
  replace(key: string, text: string, tag: string): Promise<boolean>;
  remove(key: string): Promise<void>;
  close(): void;
}

export async function openBucket({ target, bucket: Bucket, endpoint, region, accessKeyId, secretAccessKey }: BucketOptions): Promise<Bucket> {
  const { sdk, client } = await openClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey } });
  const failed = (error: unknown): PipelineError => {
    const status = statusOf(error);
    const name = kindOf(error);
    const details = { target, bucket: Bucket, error: name, ...(status !== undefined && { status }) };
    if (isRefusal(error))
      return new PipelineError('SINK_REFUSED', `target ${target}: bucket ${Bucket} refused the release (${name}, HTTP ${status}): check its name, the credentials and their rights`, details);
    return new PipelineError('SINK_UNREACHABLE', `target ${target}: bucket ${Bucket} cannot be reached (${name}${status === undefined ? '' : `, HTTP ${status}`})`, details);
  };
  const { sent, orNothing } = requestsWith(failed);
  /** 412: the condition does not hold; 409: another conditional write is in progress. */
  const conditional = async (send: () => Promise<unknown>): Promise<boolean> => {
    try {
      await send();
      return true;
    } catch (error) {
      if (statusOf(error) === 412 || statusOf(error) === 409) return false;
      throw failed(error);
    }
  };
  return {
    read: (Key) =>
      orNothing(async () => {
        const { Body, ETag } = await client.send(new sdk.GetObjectCommand({ Bucket, Key }));
        return { text: (await Body?.transformToString()) ?? '', tag: ETag ?? '' };
      }),
    hashOf: async (Key) => (await orNothing(() => client.send(new sdk.HeadObjectCommand({ Bucket, Key }))))?.Metadata?.sha256,
    create: (Key, Body) => conditional(() => client.send(new sdk.PutObjectCommand({ Bucket, Key, Body, IfNoneMatch: '*' }))),
    createFile: async (Key, path) => {
      const { hex, base64 } = await fileHash(path);
      const { size: ContentLength } = await stat(path);
      const put = { Bucket, Key, ContentLength, IfNoneMatch: '*', ChecksumSHA256: base64, Metadata: { sha256: hex } };
      return conditional(() => client.send(new sdk.PutObjectCommand({ ...put, Body: createReadStream(path) })));
    },
    replace: (Key, Body, IfMatch) => conditional(() => client.send(new sdk.PutObjectCommand({ Bucket, Key, Body, IfMatch }))),
    remove: async (Key) => void (await sent(() => client.send(new sdk.DeleteObjectCommand({ Bucket, Key })))),
    close: () => client.destroy(),
  };
}

export async function fileHash(path: string): Promise<{ readonly hex: string; readonly base64: string }> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  const digest = hash.digest();
  return { hex: digest.toString('hex'), base64: digest.toString('base64') };
}
