import type { ArtifactRef } from '../contracts/artifacts';
import type { Envelope } from '../contracts/envelope';
import type { HeldRelease } from '../contracts/gate';
import type { Manifest, ReleaseCommit, SinkReceipt } from '../contracts/manifest';
import type { RunContext, RunStatus, StageResult } from '../contracts/run';
import type { Matrix } from './linalg/matrix';

/** Immutable objects, named by their SHA-256. Every read is verified against the name (`OBJECT_CORRUPT`, `OBJECT_MISSING`). */
export interface ArtifactStore {
  /** A local, verified file for readers that need a path (DuckDB). Never written to. */
  path(ref: ArtifactRef): Promise<string>;
  readBytes(ref: ArtifactRef): Promise<Buffer>;
  readJson<T>(ref: ArtifactRef): Promise<T>;
  /** Canonical JSON (RFC 8785): the same value always has the same name. */
  writeJson(kind: string, value: unknown): Promise<ArtifactRef>;
  writeBytes(kind: string, bytes: Uint8Array, rows?: number | null): Promise<ArtifactRef>;
  /** A fresh path on the store's own file system for a file that `adopt` will take. */
  temporary(extension: string): Promise<string>;
  /** Hash, fsync and rename a temporary file into the store. */
  adopt(kind: string, temporaryPath: string, rows: number | null): Promise<ArtifactRef>;
}

/** Stage key → result of the stage that ran with it. */
export interface StageIndex {
  find(key: string): Promise<StageResult | undefined>;
  record(result: StageResult): Promise<void>;
}

export type SqlValue = string | number | bigint | boolean | null | { readonly date: string } | { readonly list: readonly string[] };
export type SqlParams = Readonly<Record<string, SqlValue>>;

/** One file of a source. */
export interface SourceFile {
  /** Path relative to the source's folder, with `/`: what reports and messages name. */
  readonly name: string;
  /** Absolute, links resolved: what is read. */
  readonly path: string;
}

/** The lines of a record, 1-based: both ends belong to it. */
export interface LineSpan {
  readonly first: number;
  readonly last: number;
}

/** What one pass over the bytes of a text file tells about its lines. Line numbers are 1-based and count physical lines. */
export interface TextShape {
  /** Physical lines, blank ones and the header included. */
  readonly lines: number;
  /** Records that span more than one line, how many, the first and the longest of them; null where there is none. */
  readonly spanning: { readonly records: number; readonly first: LineSpan; readonly longest: LineSpan } | null;
  /** The line where a quote opens a record and is never closed. */
  readonly neverClosed: number | null;
  /** The last line, where it has no line end and fewer cells than the header. */
  readonly cutShort: number | null;
  /** The first line that is not UTF-8. */
  readonly notUtf8: number | null;
}

/** What one pass over the bytes of a file tells. */
export interface FileScan {
  readonly sha256: string;
  readonly bytes: number;
  /** Records of a text file by its own quoting rules, blank ones left out, a header included; null for Parquet. */
  readonly records: number | null;
  /** Null for Parquet. */
  readonly shape: TextShape | null;
}

/** The export files of sources: looked at, never changed. */
export interface SourceFiles {
  /** Files that a file, folder or glob (`*`, `?`, `**`) means, sorted by name. `SOURCE_NOT_FOUND`, `SOURCE_UNREADABLE`. */
  find(path: string, directory: string): Promise<readonly SourceFile[]>;
  /** Hash the bytes as they lie there; for text also count the records, unpacked where gzipped. O(bytes). */
  scan(file: SourceFile, options: { readonly format: 'parquet' | 'csv' | 'ndjson'; readonly delimiter?: string; readonly quote?: string; readonly signal?: AbortSignal }): Promise<FileScan>;
  /** The first record of a delimited text file as its cells (without a byte order mark), and whether the file is gzipped. `SOURCE_UNREADABLE`, `SOURCE_EMPTY`. */
  header(file: SourceFile, options: { readonly delimiter: string; readonly quote: string }): Promise<{ readonly cells: readonly string[]; readonly gzip: boolean }>;
  /** What the first bytes say the file is. */
  kind(file: SourceFile): Promise<'empty' | 'parquet' | 'gzip' | 'zip' | 'utf-16' | 'other'>;
}

export interface SqlEngine {
  /** Version of the engine: part of every digest. */
  readonly version: string;
  /** The export files the engine can be asked to read. */
  readonly sources: SourceFiles;
  /** A private in-memory database, hardened: external access off except for the paths listed and the store. Always close it. */
  session(options?: { readonly reads?: readonly string[]; readonly signal?: AbortSignal; readonly timeZone?: string }): Promise<SqlSession>;
}

export interface SqlSession {
  /** Make an artifact readable under `<schema>.<name>`, e.g. `clean.lines`. */
  view(name: string, ref: ArtifactRef): Promise<void>;
  /** CREATE TABLE `<schema>.<name>` AS one SELECT; values only as bound parameters. Returns the number of rows. */
  table(name: string, select: string, params?: SqlParams): Promise<number>;
  /** Fill a table from columns: for typed arrays and small lookups. */
  insert(name: string, columns: readonly { readonly name: string; readonly type: 'VARCHAR' | 'DOUBLE' | 'INTEGER' | 'BIGINT' | 'BOOLEAN'; readonly values: ArrayLike<string | number | boolean | null> }[]): Promise<number>;
  /** Small results only. BIGINT and HUGEINT come as number where safe, DECIMAL, DATE and TIMESTAMP as text. */
  rows<T extends Record<string, unknown> = Record<string, unknown>>(select: string, params?: SqlParams): Promise<T[]>;
  /**
   * Write one ordered SELECT as a Parquet artifact (the SELECT must end in ORDER BY a unique key, or all columns).
   * @param number A column that is put in front: 1..n in that order.
   */
  save(kind: string, select: string, params?: SqlParams, options?: { readonly number?: string }): Promise<ArtifactRef>;
  /** First column text ids, all others numbers; NULL becomes NaN (the only place where NaN is allowed: `prepare` imputes it). */
  matrix(select: string, params?: SqlParams): Promise<{ readonly ids: string[]; readonly matrix: Matrix }>;
  close(): Promise<void>;
}

/** Heavy kernels in worker threads, in any number: results never depend on it. */
export interface Compute {
  readonly threads: number;
  /** Run one task per payload, results in payload order. Stops on `signal`, calls `onProgress` with finished/total. */
  map<I, O>(task: string, payloads: readonly I[], options: { readonly signal?: AbortSignal; readonly onProgress?: (done: number, total: number) => void; /** sent to each thread once */ readonly shared?: unknown }): Promise<O[]>;
}

/** Customers whose data was erased and must not come back. */
export interface ErasedSet {
  /** SHA-256 over the keyed digests of all; null where nobody was erased. */
  readonly digest: string | null;
  has(pid: string): boolean;
}

/** Keyed pseudonyms and the way back. The only place that sees customer ids. */
export interface Vault {
  readonly keyId: string;
  /** HMAC-SHA-256(project key, id), as a 26-character base32 text with prefix `c_`: deterministic, so joins work. */
  pseudonym(customerId: string): string;
  /** Remember pid → id, encrypted (AES-256-GCM). Idempotent. */
  remember(entries: ReadonlyMap<string, string>): Promise<void>;
  /** pid → id for sinks that ask for it, and `explain`. */
  recall(): Promise<ReadonlyMap<string, string>>;
  /** Rejected raw lines are kept only here, encrypted. */
  seal(name: string, text: string): Promise<void>;
  /** Who was erased; extract leaves them out. */
  erased(): Promise<ErasedSet>;
}

export interface RunRecord {
  readonly format: 1;
  readonly runId: string;
  readonly workflowId: string;
  readonly temporalRunIds: readonly string[];
  readonly request: unknown;
  readonly attempts: number;
  /** When each attempt began, in order; records of earlier versions lack it, and `startedAt` is when the first began. */
  readonly attemptStarts?: readonly { readonly temporalRunId: string; readonly startedAt: string }[];
  readonly status: RunStatus;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly stages: readonly StageResult[];
  readonly failure: { readonly code: string; readonly stage: string | null; readonly message: string; readonly details?: Readonly<Record<string, unknown>> } | null;
  readonly manifest: ArtifactRef | null;
  readonly release: number | null;
  readonly outcome: string | null;
  /** The release that waits, or waited last, for an approval. */
  readonly hold?: HeldRelease;
}

export interface RunStore {
  /**
   * The next free ordinal of (project, environment, as-of), taken by create-only folder; the same Temporal run gets the same id again.
   * `startedAt` is when this attempt began.
   */
  open(args: { readonly project: string; readonly environment: string; readonly asOf: string; readonly scratch: boolean; readonly workflowId: string; readonly temporalRunId: string; readonly request: unknown; readonly retryOf: string | null }): Promise<{ readonly runId: string; readonly attempt: number; readonly startedAt: string }>;
  update(runId: string, change: Partial<RunRecord>): Promise<RunRecord>;
  /**
   * Keep the manifest of an attempt, once per digest, and answer the one that is kept: an activity that is tried again goes on with the
   * observations of its first try.
   */
  keepManifest(runId: string, manifest: Manifest): Promise<Manifest>;
  /** Keep the manifest beside the run, as `runs/<id>/manifest.json`, and its signed envelope as `manifest.dsse.json`. */
  saveManifest(runId: string, manifest: Manifest, envelope: Envelope): Promise<void>;
  read(runId: string): Promise<RunRecord>;
  list(): Promise<RunRecord[]>;
}

/** Where a new release stands. */
export interface Placing {
  /** False: committed, and not made current whatever is. Default true. */
  readonly promote?: boolean;
  /** Its parent was chosen, so it need not be the current release. Default false. */
  readonly chosenParent?: boolean;
}

export interface ReleaseStore {
  /** The newest promoted commit: the truth behind the pointer `current`. */
  current(project: string, environment: string): Promise<ReleaseCommit | undefined>;
  read(project: string, environment: string, n: number): Promise<ReleaseCommit>;
  list(project: string, environment: string): Promise<ReleaseCommit[]>;
  findByIdempotencyKey(project: string, environment: string, key: string): Promise<ReleaseCommit | undefined>;
  /**
   * Commit `n + 1` by create-only link, once per idempotency key. `expectedCurrent` is the release the personas were matched to
   * (`RELEASE_MOVED` if another one became current meanwhile, unless a newer as-of did: then committed, not promoted, superseded).
   * One that was committed without promotion is committed a second time when it may be promoted: commits never change.
   */
  commit(draft: Omit<ReleaseCommit, 'format' | 'n' | 'previous' | 'previousSha256' | 'promoted' | 'superseded'>, expectedCurrent: number | null, placing?: Placing): Promise<{ readonly commit: ReleaseCommit; readonly created: boolean }>;
}

/** Append-only, hash-chained, signed. Never a customer-level value. */
export interface Ledger {
  append(entry: { readonly type: string; readonly actor: string; readonly reason: string; readonly at: string; readonly subject: string; readonly body: Readonly<Record<string, unknown>> }): Promise<{ readonly seq: number }>;
  read(): Promise<readonly Record<string, unknown>[]>;
  /** Put a text into a DSSE envelope signed with the ledger's key; the same text gives the same envelope. */
  seal(payloadType: string, payload: string): Promise<Envelope>;
}

/** A place releases are delivered to. Idempotent: delivering the same release again changes nothing. */
export interface Sink {
  readonly name: string;
  deliver(commit: ReleaseCommit): Promise<SinkReceipt>;
}

/** The columns of one table, in order. */
export interface TableSchema {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

/** OpenLineage events, one START and one end per attempt of a run; writing an attempt again changes nothing. */
export interface Lineage {
  /** @param schemas Columns of the tables among the manifest's outputs, by `<stage>.<output>`. */
  completed(manifest: Manifest, schemas: Readonly<Record<string, TableSchema>>): Promise<void>;
  ended(args: { readonly run: RunContext; readonly status: 'failed' | 'cancelled'; readonly startedAt: string; readonly at: string; readonly code: string | null }): Promise<void>;
}

/** Reads the histories of closed workflows. */
export interface HistoryReader {
  /**
   * @param patience Milliseconds to wait for the workflow to close.
   * @returns Temporal's JSON of the history, the number of events and when the workflow closed; null if it is still open.
   */
  closedHistory(
    workflowId: string,
    temporalRunId: string,
    patience: number,
    signal: AbortSignal,
  ): Promise<{ readonly json: unknown; readonly events: number; readonly closedAt: string } | null>;
}

/** What is known of a workflow from outside. */
export interface WatchedRun {
  readonly temporalRunId: string;
  readonly open: boolean;
  /** Workflow id of who started it as a child; null where it is nobody's. */
  readonly parentId: string | null;
  readonly memo: Readonly<Record<string, unknown>>;
  /** What it answered, where it ended well. */
  readonly result: unknown;
}

/** Looks at runs that somebody else started. */
export interface RunWatcher {
  /** @param temporalRunId Null: the newest run of that workflow. Null where there is none. */
  look(workflowId: string, temporalRunId: string | null): Promise<WatchedRun | null>;
}

/** The SQL texts that ship with Dramatis, by `<stage>/<name>`. */
export interface SqlModels {
  get(name: string): { readonly name: string; readonly text: string; readonly sha256: string };
}

/** Hashes of the compiled code, made by the build: what a stage's key says about the program. */
export interface CodeDigests {
  readonly version: string;
  readonly digest: string;
  readonly stages: Readonly<Record<string, string>>;
}
