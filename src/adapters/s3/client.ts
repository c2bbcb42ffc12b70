import type { S3Client } from '@aws-sdk/client-s3';

export interface ClientOptions {
  /** Of another store than Amazon's. */
  readonly endpoint: string | undefined;
  /** By default as the SDK finds it. */
  readonly region: string | undefined;
  /** By default as the SDK finds them: environment, profile, role of the machine. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly maxAttempts?: number;
}

interface Failure {
  readonly name?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** What the SDK has to say is in the errors; on the console it would stand between the lines of a command. */
const nothing = () => undefined;
const SILENT = { debug: nothing, info: nothing, warn: nothing, error: nothing };

export const statusOf = (error: unknown): number | undefined => (error as Failure).$metadata?.httpStatusCode;

/** The error's kind in the words of the store: it has no secret. */
export const kindOf = (error: unknown): string => (error as Failure).name ?? 'Error';

/** An answer that will be the same the next time. */
export function isRefusal(error: unknown): boolean {
  const status = statusOf(error);
  return status !== undefined && status >= 400 && status < 500 && status !== 429 && status !== 408;
}

/** What a missing object answers; a missing bucket is something else. */
export const isAbsent = (error: unknown): boolean => statusOf(error) === 404 && kindOf(error) !== 'NoSuchBucket';

/**
 * Requests whose errors are told in the caller's words.
 *
 * @returns `sent`: the answer; `orNothing`: undefined where there is no such object.
 */
export const requestsWith = (failed: (error: unknown) => Error) => ({
  async sent<T>(send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      throw failed(error);
    }
  },
  async orNothing<T>(send: () => Promise<T>): Promise<T | undefined> {
    try {
      return await send();
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw failed(error);
    }
  },
});

/** The SDK is loaded by those who need it only: it takes its time. */
export async function openClient({ endpoint, region, credentials, maxAttempts = 3 }: ClientOptions) {
  // The version of the SDK is pinned: what its next one needs is no news to who runs a command.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const sdk = await import('@aws-sdk/client-s3');
  const client: S3Client = new sdk.S3Client({
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
    ...(credentials && { credentials }),
    maxAttempts,
    logger: SILENT,
    // Other stores know no trailing checksums; the SHA-256 of a file is sent along instead.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  return { sdk, client };
}
