import { setTimeout as sleep } from 'node:timers/promises';
import type { TargetOf } from '../../../config/publish';
import { PipelineError } from '../../../contracts/errors';
import type { ReleaseCommit, SinkDelta, SinkReceipt } from '../../../contracts/manifest';
import { canonicalJson, digestOf, sha256Hex } from '../../../core/audit';
import type { PublishedPersonas } from '../../../core/personas';
import type { Sink } from '../../../core/ports';
import { shownOrNull, suppressTogether } from '../../../core/privacy/suppress';
import { errnoOf } from '../../artifacts/files';
import { shelfAt, type Place, type Shelf } from '../../shelf';
import { compareTables } from '../delta';
import { withTables, type HeldRelease, type ReleaseSource } from '../load';
import { notPromoted, occupied, ownerOf, parseReceipt, refused, sameRelease, type StoredReceipt } from '../receipt';
import { heldBy } from '../release-files';
import { assertPublicHost, publicLookup } from './address';
import { post, signatureOf } from './post';

export interface WebhookSinkOptions extends Omit<ReleaseSource, 'vault'> {
  readonly target: TargetOf<'webhook'>;
  /** Where the store is. */
  readonly home: Place;
  /** Folder of the receipts in it: a receiver keeps none for us. */
  readonly receipts: string;
  secret(): string;
  readonly now?: () => number;
  /** Milliseconds before the second try; doubled for each further one. */
  readonly pause?: number;
}

const PAUSE_MS = 500;
const SHORTEST_SECRET = 16;

/**
 * Sink of type `webhook`: one signed POST per release with its personas and how many members changed, never a customer. The header
 * `Idempotency-Key` is the SHA-256 of the commit: a receiver that knows it has had the release, which can come twice where our process died
 * before it noted the answer.
 */
class WebhookSink implements Sink {
  private readonly shelf: Shelf;

  constructor(private readonly options: WebhookSinkOptions) {
    this.shelf = shelfAt(options.home);
  }

  get name(): string {
    return this.options.target.name;
  }

  async deliver(commit: ReleaseCommit): Promise<SinkReceipt> {
    if (!commit.promoted) return notPromoted(this.name, commit);
    const there = await this.read(commit.n);
    if (there !== undefined) {
      if (!sameRelease(there.owner, ownerOf(commit, this.name))) throw occupied(this.shelf.locate(this.keyOf(commit.n)), this.name, there);
      return there.receipt;
    }
    const held = await this.held();
    if (held !== undefined && held.release > commit.n) return refused(this.name, commit, held.release);
    const { body, delta } = await this.bodyOf(commit, held ?? null);
    await this.send(commit, body);
    const file = { name: 'summary', rows: null, bytes: Buffer.byteLength(body), logicalDigest: sha256Hex(body), defused: null };
    const stored: StoredReceipt = {
      format: 1,
      promoted: true,
      owner: ownerOf(commit, this.name),
      artifacts: commit.artifacts,
      receipt: { sink: this.name, release: commit.n, status: 'delivered', delta, files: [file] },
    };
    await this.shelf.create(this.keyOf(commit.n), canonicalJson(stored));
    return (await this.read(commit.n))!.receipt;
  }

  private keyOf(release: number): string {
    return `${this.options.receipts}/${release}.json`;
  }

  private async read(release: number): Promise<StoredReceipt | undefined> {
    const text = await this.shelf.read(this.keyOf(release));
    return text === undefined ? undefined : parseReceipt(text);
  }

  private async held(): Promise<HeldRelease | undefined> {
    const names = await this.shelf.list(this.options.receipts);
    const newest = Math.max(0, ...names.map((name) => Number(/^([1-9]\d*)\.json$/.exec(name)?.[1] ?? 0)));
    const stored = newest === 0 ? undefined : await this.read(newest);
    return newest === 0 ? undefined : { release: newest, artifacts: stored?.artifacts ?? {} };
  }

  private bodyOf(commit: ReleaseCommit, held: HeldRelease | null): Promise<{ readonly body: string; readonly delta: SinkDelta }> {
    const source = { ...this.options, vault: null };
    return withTables(source, heldBy(commit), held, null, async ({ connection, base, personas }) => {
      const before = base === null ? null : 'base.customer_personas';
      const counts = await compareTables(connection, 'main.differing', { now: 'main.customer_personas', before, key: ['pid'], compared: ['persona_key'] });
      const delta = { base, ...counts };
      return { body: canonicalJson(summaryOf(commit, personas, delta, this.options.kMin)), delta };
    });
  }

  private async send(commit: ReleaseCommit, body: string): Promise<void> {
    const { target, now = Date.now, pause = PAUSE_MS } = this.options;
    const url = new URL(target.url);
    const secret = this.options.secret();
    if (secret.length < SHORTEST_SECRET)
      throw new PipelineError('SECRET_MISSING', `target ${this.name}: the secret in ${target.secret.env} is shorter than ${SHORTEST_SECRET} characters`, { target: this.name, variable: target.secret.env });
    if (!target.allowPrivate) assertPublicHost(this.name, url);
    const lookup = target.allowPrivate ? undefined : publicLookup(this.name);
    let last = '';
    for (let attempt = 0; attempt < target.attempts; attempt++) {
      if (attempt > 0) await sleep(pause * 2 ** (attempt - 1));
      const timestamp = Math.floor(now() / 1000);
      const headers = {
        'content-type': 'application/json',
        'user-agent': 'dramatis',
        'idempotency-key': digestOf(commit),
        'dramatis-timestamp': String(timestamp),
        'dramatis-signature': `sha256=${signatureOf(secret, timestamp, body)}`,
      };
      const status = await post({ url, body, headers, timeoutMs: target.timeout * 1000, lookup }).catch((error: unknown) => {
        if (error instanceof PipelineError) throw error;
        last = errnoOf(error) ?? (error as Error).name;
        return undefined;
      });
      if (status === undefined) continue;
      if (status >= 200 && status < 300) return;
      last = `HTTP ${status}`;
      if (status < 500 && status !== 408 && status !== 429)
        throw new PipelineError(
          'SINK_REFUSED',
          `target ${this.name}: the receiver answered ${last}${status >= 300 && status < 400 ? '; redirects are not followed, name the address itself' : ''}`,
          { target: this.name, status },
        );
    }
    throw new PipelineError('SINK_UNREACHABLE', `target ${this.name}: the receiver took nothing in ${target.attempts} tries (${last})`, { target: this.name, last });
  }
}

/** What a receiver learns: personas as all targets get them, and counts of members, those of fewer than `kMin` left out. */
function summaryOf(commit: ReleaseCommit, { personas }: PublishedPersonas, delta: SinkDelta, kMin: number): object {
  const { project, environment, n, asOf, digest, resultDigest, rollbackOf = null } = commit;
  const [added, changed, removed, unchanged] = suppressTogether([delta.added, delta.changed, delta.removed, delta.unchanged], kMin).map(shownOrNull);
  return {
    format: 1,
    event: 'release',
    project,
    environment,
    release: n,
    rollbackOf,
    asOf,
    digest,
    resultDigest,
    commitSha256: digestOf(commit),
    members: { base: delta.base, added, changed, removed, unchanged },
    personas: personas.map(({ key, name, change, customers, share, revenueShare }) => ({ key, name, change, customers, share, revenueShare })),
  };
}

export const createWebhookSink = (options: WebhookSinkOptions): Sink => new WebhookSink(options);
