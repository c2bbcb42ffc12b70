import { PipelineError } from '../../contracts/errors';
import { createBucketShelf } from './bucket';
import { createFolderShelf } from './folder';
import type { BucketPlace } from './requests';
import type { Shelf } from './shelf';

type Environment = Readonly<Record<string, string | undefined>>;

const URL = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])((?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._=-]+)*)\/?$/;

/**
 * The bucket that `DRAMATIS_STORE` names, `s3://bucket/prefix`; endpoint, region and credentials by the variables of the AWS SDK.
 *
 * @returns Undefined where the variable is not set: the store is a folder.
 * @throws PipelineError `CONFIG_INVALID` where it is set and names no bucket.
 */
export function bucketOf(env: Environment): BucketPlace | undefined {
  const { DRAMATIS_STORE: text } = env;
  if (!text) return undefined;
  const [, bucket, path] = URL.exec(text) ?? [];
  if (bucket === undefined || path === undefined) {
    throw new PipelineError('CONFIG_INVALID', `DRAMATIS_STORE is "${text}": write s3://bucket/prefix, or name a folder with DRAMATIS_HOME instead`, { store: text });
  }
  const endpoint = env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL || undefined;
  const region = env.AWS_REGION || env.AWS_DEFAULT_REGION || (endpoint === undefined ? undefined : 'us-east-1');
  return { bucket, prefix: path === '' ? '' : `${path.slice(1)}/`, endpoint, region };
}

/** The shelf of a store: the bucket that the environment names, else the folder `home`. */
export function openShelf(home: string, env: Environment = process.env): Shelf {
  const bucket = bucketOf(env);
  return bucket === undefined ? createFolderShelf(home) : createBucketShelf(home, bucket);
}
