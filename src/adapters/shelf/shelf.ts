/** SHA-256 (hex) and length of stored bytes. */
export interface StoredHash {
  readonly sha256: string;
  readonly bytes: number;
}

/**
 * Where a store lies: small records by key (`releases/shop/demo/1.json`), and big objects that never change. Keys are relative, with `/`;
 * what stands before the last `/` is called their folder. Every write is durable when it returns, and no reader ever sees half of one.
 */
export interface Shelf {
  /** A folder of this host alone: temporary files, its keys, logs; where the store is a folder, the store itself. */
  readonly home: string;
  /** Whether several hosts work on it. */
  readonly shared: boolean;
  /** Where a key lies, for people: a path, or `s3://…`. */
  locate(key: string): string;
  /** Undefined where there is none. */
  read(key: string): Promise<string | undefined>;
  readBytes(key: string): Promise<Buffer | undefined>;
  has(key: string): Promise<boolean>;
  /** Create, or leave what is there: of several writers exactly one is told that it created it. */
  create(key: string, data: string | Uint8Array): Promise<boolean>;
  /** Create or replace, whoever wrote before. */
  replace(key: string, data: string | Uint8Array): Promise<void>;
  /**
   * Read, change, write back. Where somebody else wrote in between, `next` is asked again with what is there then; in a folder this holds
   * among the users of one shelf only.
   *
   * @param next The new text, or undefined to leave what is there.
   * @returns What is there now.
   */
  change(key: string, next: (text: string | undefined) => string | undefined): Promise<string | undefined>;
  /** Take a folder's name for oneself; false where somebody has it. */
  take(folder: string): Promise<boolean>;
  /** Give an empty folder's name back. */
  giveBack(folder: string): Promise<void>;
  /** Names of what lies directly in a folder, sorted; none where there is no such folder. `after`: only names behind this one are needed. */
  list(folder: string, after?: string): Promise<string[]>;
  /** Does nothing where there is none. */
  remove(key: string): Promise<void>;
  /** Keep a file from `<home>/tmp` under a key made from its content. It is moved, and replaces what is there. */
  place(temporary: string, key: string): Promise<void>;
  /** A local path of an object; nothing lies there where the store has none. The bytes are not checked. */
  file(key: string): Promise<string>;
  /** The local copy is damaged: fetch it anew. False where it is the only one. */
  again(key: string): Promise<boolean>;
  /** Hash the bytes that lie in the store itself, not a copy. Undefined where there are none. */
  hash(key: string): Promise<StoredHash | undefined>;
  /** Prove that writes are safe. @throws PipelineError `STORE_UNUSABLE`, `STORE_UNREACHABLE`. */
  assertSafe(): Promise<void>;
}

/** A shelf, or the path of the folder it is. */
export type Place = Shelf | string;
