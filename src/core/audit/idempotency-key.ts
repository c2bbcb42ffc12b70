import { digestOf } from './digest';

export interface IdempotencyParts {
  readonly project: string;
  readonly environment: string;
  readonly asOf: string;
  readonly knownAt: string | null;
  /** `refit`, or `score`. */
  readonly mode: string;
  /** SHA-256 of the model that is applied; left out where one is fitted. */
  readonly model?: string;
  readonly configDigest: string;
  readonly codeDigest: string;
  readonly engine: Readonly<Record<string, string>>;
  /** The config digest leaves out where the key is found, so which key it is must be said here. */
  readonly projectKeyId: string;
  /** Digest of the list of erased customers, who are left out of the inputs; left out itself where there are none. */
  readonly erased?: string;
  /** Source files; their names and order do not matter. */
  readonly inputs: readonly { readonly role: string; readonly sha256: string }[];
  /** 0 unless asked to reprocess. */
  readonly reprocess: number;
}

/**
 * What makes two releases the same release: committed once per key. Neither the attempt nor the parent is part of it, so a run
 * started again finds its own commit even after others followed.
 */
export function idempotencyKey({ inputs, ...parts }: IdempotencyParts): string {
  return digestOf({
    format: 'dramatis/idempotency-key/1',
    ...parts,
    inputs: inputs.map(({ role, sha256 }) => `${role}:${sha256}`).sort(),
  });
}
