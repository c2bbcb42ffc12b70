import type { TargetOf } from '../../../config/publish';
import type { ArtifactRefs } from '../../../contracts/artifacts';
import { PipelineError } from '../../../contracts/errors';
import type { ReleaseCommit, SinkDelta, SinkReceipt } from '../../../contracts/manifest';
import { digestOf } from '../../../core/audit';
import type { Sink } from '../../../core/ports';
import { quoteIdent } from '../../../core/sql/identifiers';
import { columnsOf, compareTables, type Column } from '../delta';
import { withTables, type HeldRelease, type ReleaseSource, type ReleaseTables } from '../load';
import { notPromoted, refused } from '../receipt';
import { heldBy } from '../release-files';
import { connect, type Connection } from './connection';
import { fillVersion, versionedName } from './tables';
import { leadView, structure, withLock } from './views';

export interface PostgresSinkOptions extends ReleaseSource {
  readonly target: TargetOf<'postgres'>;
  /** Connection URL; read when a delivery begins. */
  url(): string;
  /** Milliseconds to wait for readers that hold a view. */
  readonly patience?: number;
  /** Fault points of tests. */
  fault?(point: string): void;
}

interface Head {
  readonly project: string;
  readonly environment: string;
  readonly target: string;
  readonly release: string;
  readonly commit_sha256: string;
}

/** Of deliveries to one schema only one is in progress at a time; the number is the lock's class. */
const ADVISORY_CLASS = 0x6472_616d;
const PATIENCE_MS = 60_000;

/**
 * Sink of type `postgres`: a table per release in `<schema>_versions`, and views in `<schema>` that lead to those of the release that the
 * one row of `head` names. The tables come in one transaction, then each view learns of them, then head and receipt change in one
 * transaction, which is when readers see the release: all of it, by their snapshot. A killed delivery leaves nothing that a reader sees,
 * and the next one removes its tables; a delivery whose answer was lost is found by its receipt.
 */
class PostgresSink implements Sink {
  private readonly versions: string;

  constructor(private readonly options: PostgresSinkOptions) {
    this.versions = `${options.target.schema}_versions`;
  }

  get name(): string {
    return this.options.target.name;
  }

  async deliver(commit: ReleaseCommit): Promise<SinkReceipt> {
    if (!commit.promoted) return notPromoted(this.name, commit);
    const { target, url } = this.options;
    const connection = await connect(this.name, url(), target.statementTimeout);
    try {
      // Ends with the connection, however that ends.
      await connection.run('SELECT pg_advisory_lock($1, hashtext($2))', [ADVISORY_CLASS, target.schema]);
      return await this.locked(connection, commit);
    } finally {
      await connection.close();
    }
  }

  private async locked(connection: Connection, commit: ReleaseCommit): Promise<SinkReceipt> {
    await this.prepare(connection);
    const [head] = await connection.rows<Head>(`SELECT * FROM ${this.own('head')}`);
    const there = await this.delivered(connection, commit, head);
    if (there !== undefined) return there;
    await this.removeUnfinished(connection, head === undefined ? 0 : Number(head.release));
    const held = head === undefined ? null : await this.heldOf(connection, Number(head.release));
    const receipt = await withTables(this.options, heldBy(commit), held, null, (tables) => this.fill(connection, commit, tables));
    await this.leadViews(connection, commit.n);
    this.options.fault?.('postgres:views');
    await this.moveHead(connection, commit, receipt);
    this.options.fault?.('postgres:moved');
    await this.dropOld(connection);
    return receipt;
  }

  private own(table: string): string {
    return `${quoteIdent(this.versions)}.${table}`;
  }

  private async prepare(connection: Connection): Promise<void> {
    const [{ made }] = await connection.rows<{ made: boolean }>('SELECT to_regclass($1) IS NOT NULL AS made', [this.own('head')]);
    if (made) return;
    await connection.run('BEGIN');
    for (const statement of structure(this.options.target.schema, this.versions)) await connection.run(statement);
    await connection.run('COMMIT');
  }

  /** The receipt of a release that was delivered, or a refusal. @throws PipelineError `SINK_OCCUPIED` */
  private async delivered(connection: Connection, commit: ReleaseCommit, head: Head | undefined): Promise<SinkReceipt | undefined> {
    if (head === undefined) return undefined;
    const { project, environment, n } = commit;
    const foreign = head.project !== project || head.environment !== environment || head.target !== this.name;
    const [stored] = await connection.rows<{ commit_sha256: string; receipt: SinkReceipt }>(
      `SELECT commit_sha256, receipt FROM ${this.own('receipts')} WHERE release = $1`,
      [n],
    );
    if (foreign || (stored !== undefined && stored.commit_sha256 !== digestOf(commit))) throw this.occupied(head);
    if (stored !== undefined) return stored.receipt;
    return Number(head.release) > n ? refused(this.name, commit, Number(head.release)) : undefined;
  }

  private occupied({ project, environment, target, release }: Head): PipelineError {
    const { schema } = this.options.target;
    return new PipelineError(
      'SINK_OCCUPIED',
      `target ${this.name} cannot deliver to schema ${schema}: it holds release ${release} of ${project} (${environment}, target ${target}), which is another one. Give the target a schema of its own under publish.targets; then retry`,
      { target: this.name, schema },
    );
  }

  private async heldOf(connection: Connection, release: number): Promise<HeldRelease | null> {
    const [stored] = await connection.rows<{ artifacts: ArtifactRefs }>(`SELECT artifacts FROM ${this.own('receipts')} WHERE release = $1`, [release]);
    return stored === undefined ? null : { release, artifacts: stored.artifacts };
  }

  /** The tables of the release, whole or not at all; no view leads to them yet. */
  private async fill(connection: Connection, commit: ReleaseCommit, tables: ReleaseTables): Promise<SinkReceipt> {
    const { target, fault } = this.options;
    const wanted = tables.tables.filter(({ name }) => (target.tables as readonly string[]).includes(name));
    const files: SinkReceipt['files'][number][] = [];
    await connection.run('BEGIN');
    for (const table of wanted) {
      const bytes = await fillVersion(connection, tables, table, { versions: this.versions, release: commit.n });
      const { name, rows, logicalDigest } = table;
      files.push({ name: `${target.schema}.${name}`, rows, bytes, logicalDigest, defused: null });
      fault?.(`postgres:${name}`);
    }
    await connection.run('COMMIT');
    fault?.('postgres:filled');
    return { sink: this.name, release: commit.n, status: 'delivered', delta: await deltaOf(tables), files };
  }

  /** @param newest The release that is about to become the head; those before it stay as far as they are kept. */
  private async leadViews(connection: Connection, newest: number): Promise<void> {
    const { schema, keep } = this.options.target;
    const stored = await connection.rows<{ release: string; name: string; columns: Column[] }>(
      `SELECT release, name, columns FROM ${this.own('tables')} WHERE release <= $1 ORDER BY release DESC, name`,
      [newest],
    );
    const releases = [...new Set(stored.map(({ release }) => Number(release)))].slice(0, keep);
    const names = [...new Set(stored.map(({ name }) => name))];
    const patience = this.options.patience ?? PATIENCE_MS;
    for (const name of names) {
      const versions = stored.filter((table) => table.name === name).map(({ release, columns }) => ({ release: Number(release), columns }));
      const kept = versions.filter(({ release }) => releases.includes(release));
      // A table that no kept release has: the view stays, with the columns it had, and is empty.
      await leadView(connection, { schema, versions: this.versions, name, patience }, kept.length > 0 ? kept : versions.slice(0, 1), releases);
    }
  }

  private async moveHead(connection: Connection, commit: ReleaseCommit, receipt: SinkReceipt): Promise<void> {
    const { project, environment, n, asOf, digest, artifacts } = commit;
    const sha256 = digestOf(commit);
    await connection.run('BEGIN');
    const moved = await connection.run(
      `INSERT INTO ${this.own('head')} AS h (project, environment, target, release, commit_sha256, as_of, digest) VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (only_row) DO UPDATE SET release = $4, commit_sha256 = $5, as_of = $6, digest = $7 WHERE h.release < $4`,
      [project, environment, this.name, n, sha256, asOf, digest],
    );
    if (moved !== 1) throw new PipelineError('SINK_UNREACHABLE', `target ${this.name}: another delivery came first`, { target: this.name });
    await connection.run(
      `INSERT INTO ${this.own('receipts')} (release, commit_sha256, artifacts, receipt) VALUES ($1, $2, $3, $4)`,
      [n, sha256, JSON.stringify(artifacts), JSON.stringify(receipt)],
    );
    await connection.run('COMMIT');
  }

  /** What a killed delivery left: views are led back first, since they may know its tables already. */
  private async removeUnfinished(connection: Connection, head: number): Promise<void> {
    const unfinished = await connection.rows<{ release: string; name: string }>(
      `SELECT release, name FROM ${this.own('tables')} WHERE release > $1`,
      [head],
    );
    if (unfinished.length === 0) return;
    if (head > 0) await this.leadViews(connection, head);
    for (const table of unfinished) await this.drop(connection, table, head === 0 ? ' CASCADE' : '');
  }

  /** Drop the tables of releases that no view leads to any more. One that a reader still uses is dropped by a later delivery. */
  private async dropOld(connection: Connection): Promise<void> {
    const tables = this.own('tables');
    const old = await connection.rows<{ release: string; name: string }>(
      `SELECT release, name FROM ${tables} AS t
       WHERE release NOT IN (SELECT DISTINCT release FROM ${tables} ORDER BY release DESC LIMIT $1)
         AND NOT EXISTS (SELECT FROM pg_depend WHERE refobjid = to_regclass($2 || '.' || quote_ident(t.name || '_' || t.release)) AND classid = 'pg_rewrite'::regclass)
       ORDER BY release, name`,
      [this.options.target.keep, quoteIdent(this.versions)],
    );
    for (const table of old) {
      await this.drop(connection, table).catch(async (error: unknown) => {
        if (!(error instanceof PipelineError)) throw error;
        await connection.run('ROLLBACK').catch(() => undefined);
      });
    }
  }

  private drop(connection: Connection, { release, name }: { readonly release: string; readonly name: string }, cascade = ''): Promise<void> {
    return withLock(connection, 0, async () => {
      await connection.run(`DROP TABLE IF EXISTS ${versionedName(this.versions, name, Number(release))}${cascade}`);
      await connection.run(`DELETE FROM ${this.own('tables')} WHERE release = $1 AND name = $2`, [release, name]);
    });
  }
}

async function deltaOf({ connection, base }: ReleaseTables): Promise<SinkDelta> {
  const compared = (await columnsOf(connection, 'main.customer_personas')).map(({ name }) => name).filter((name) => name !== 'pid');
  const before = (await columnsOf(connection, 'base.customer_personas')).map(({ name }) => name);
  const comparable = base !== null && compared.every((name) => before.includes(name));
  const counts = await compareTables(connection, 'main.members_differing', {
    now: 'main.customer_personas',
    before: comparable ? 'base.customer_personas' : null,
    key: ['pid'],
    compared,
  });
  return { base: comparable ? base : null, ...counts };
}

export const createPostgresSink = (options: PostgresSinkOptions): Sink => new PostgresSink(options);
