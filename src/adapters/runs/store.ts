import { isoDate, slug } from '../../config/common';
import type { Envelope } from '../../contracts/envelope';
import { PipelineError } from '../../contracts/errors';
import type { Manifest } from '../../contracts/manifest';
import { canonicalJson, digestOf } from '../../core/audit';
import type { RunRecord, RunStore } from '../../core/ports';
import { atOnce } from '../at-once';
import { Queues, shelfAt, type Place, type Shelf } from '../shelf';
import { nearest } from './near';
import { parseRunRecord, RUN_FORMAT, startOfAttempt } from './record';

type Opening = Parameters<RunStore['open']>[0];

const CLAIMS = '.claims';

/**
 * Runs in `runs/<runId>/run.json`. A Temporal run claims its id in `runs/.claims`, so an activity that is tried
 * again after a crash gets the same id; a folder whose opener died before its claim stays empty and is listed nowhere.
 * One workflow writes a record at a time; within a process its updates queue.
 */
class Runs implements RunStore {
  private readonly queues = new Queues();

  constructor(
    private readonly shelf: Shelf,
    private readonly now: () => number,
  ) {}

  async open(
    opening: Opening,
  ): Promise<{ readonly runId: string; readonly attempt: number; readonly startedAt: string }> {
    const runId = opening.retryOf ?? (await this.claim(opening));
    const { temporalRunId, workflowId } = opening;
    const record = await this.queues.run(runId, async () => {
      if (opening.retryOf === null) await this.create(runId, opening);
      return this.change(runId, (found) =>
        found.temporalRunIds.includes(temporalRunId)
          ? undefined
          : {
              ...found,
              workflowId,
              temporalRunIds: [...found.temporalRunIds, temporalRunId],
              attemptStarts: [...(found.attemptStarts ?? []), this.startOf(temporalRunId)],
              request: opening.request,
              attempts: found.attempts + 1,
              status: 'running',
              finishedAt: null,
              failure: null,
            },
      );
    });
    const attempt = record.temporalRunIds.indexOf(temporalRunId) + 1;
    return { runId, attempt, startedAt: startOfAttempt(record, temporalRunId) };
  }

  update(runId: string, change: Partial<RunRecord>): Promise<RunRecord> {
    return this.queues.run(runId, () => this.change(runId, (found) => ({ ...found, ...change, format: RUN_FORMAT, runId })));
  }

  async keepManifest(runId: string, manifest: Manifest): Promise<Manifest> {
    await this.read(runId);
    const name = `${manifest.observations.attempt}-${manifest.digest}.json`;
    const key = `${folderOf(runId)}/manifests/${name}`;
    await this.shelf.create(key, canonicalJson(manifest));
    return JSON.parse((await this.shelf.read(key))!) as Manifest;
  }

  async saveManifest(runId: string, manifest: Manifest, envelope: Envelope): Promise<void> {
    await this.read(runId);
    await this.shelf.replace(`${folderOf(runId)}/manifest.json`, canonicalJson(manifest));
    await this.shelf.replace(`${folderOf(runId)}/manifest.dsse.json`, canonicalJson(envelope));
  }

  async read(runId: string): Promise<RunRecord> {
    const text = isRunId(runId) ? await this.shelf.read(recordOf(runId)) : undefined;
    return text === undefined ? this.notFound(runId) : parseRunRecord(runId, text);
  }

  private async notFound(runId: string): Promise<never> {
    const near = nearest(runId, await this.ids(), 3);
    const hint = near.length > 0 ? `near it are ${near.join(', ')}` : 'there are no runs yet';
    throw new PipelineError('RUN_NOT_FOUND', `there is no run ${runId}; ${hint}`, { runId, near });
  }

  async list(): Promise<RunRecord[]> {
    const records = await atOnce(await this.ids(), async (runId) => {
      const text = await this.shelf.read(recordOf(runId));
      return text === undefined ? [] : [parseRunRecord(runId, text)];
    });
    return records.flat().sort((a, b) =>
      a.startedAt === b.startedAt ? compare(a.runId, b.runId) : compare(a.startedAt, b.startedAt),
    );
  }

  /** Names of the run folders, sorted; some may lack their record yet. */
  private async ids(): Promise<string[]> {
    return (await this.shelf.list('runs')).filter((name) => !name.startsWith('.'));
  }

  private async claim({ project, environment, asOf, scratch, workflowId, temporalRunId }: Opening): Promise<string> {
    for (const name of [project, environment])
      assertFits(slug.safeParse(name).success, `"${name}" is no name for a project or an environment`);
    assertFits(isoDate.safeParse(asOf).success, `"${asOf}" is no as-of date`);
    const claim = `runs/${CLAIMS}/${digestOf({ workflowId, temporalRunId })}.json`;
    const claimed = await this.shelf.read(claim);
    if (claimed !== undefined) return (JSON.parse(claimed) as { runId: string }).runId;
    const runId = await this.takeOrdinal(`${project}-${environment}-${asOf}-${scratch ? 'scratch-' : ''}`);
    if (await this.shelf.create(claim, canonicalJson({ format: 1, runId, workflowId, temporalRunId }))) return runId;
    await this.shelf.giveBack(folderOf(runId));
    return (JSON.parse((await this.shelf.read(claim))!) as { runId: string }).runId;
  }

  /** The next free ordinal. */
  private async takeOrdinal(prefix: string): Promise<string> {
    const taken = (await this.ids()).filter((id) => id.startsWith(prefix)).map((id) => id.slice(prefix.length));
    const ordinals = taken.filter((rest) => /^\d+$/.test(rest)).map(Number);
    for (let ordinal = Math.max(0, ...ordinals) + 1; ; ordinal++) {
      const runId = `${prefix}${ordinal}`;
      if (await this.shelf.take(folderOf(runId))) return runId;
    }
  }

  private async create(runId: string, { workflowId, temporalRunId, request }: Opening): Promise<void> {
    const start = this.startOf(temporalRunId);
    const record: RunRecord = {
      format: RUN_FORMAT,
      runId,
      workflowId,
      temporalRunIds: [temporalRunId],
      request,
      attempts: 1,
      attemptStarts: [start],
      status: 'running',
      startedAt: start.startedAt,
      finishedAt: null,
      stages: [],
      failure: null,
      manifest: null,
      release: null,
      outcome: null,
    };
    await this.shelf.create(recordOf(runId), canonicalJson(record));
  }

  private startOf(temporalRunId: string): { readonly temporalRunId: string; readonly startedAt: string } {
    return { temporalRunId, startedAt: new Date(this.now()).toISOString() };
  }

  /** @param next The new record, or undefined to leave it as it is. */
  private async change(runId: string, next: (found: RunRecord) => RunRecord | undefined): Promise<RunRecord> {
    if (!isRunId(runId)) return this.notFound(runId);
    const text = await this.shelf.change(recordOf(runId), (there) => {
      const record = there === undefined ? undefined : next(parseRunRecord(runId, there));
      return record === undefined ? undefined : canonicalJson(record);
    });
    return text === undefined ? this.notFound(runId) : parseRunRecord(runId, text);
  }
}

const folderOf = (runId: string): string => `runs/${runId}`;
const recordOf = (runId: string): string => `${folderOf(runId)}/run.json`;
const isRunId = (text: string): boolean => /^[a-z0-9][a-z0-9_-]*$/.test(text);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function assertFits(fits: boolean, message: string): void {
  if (!fits) throw new PipelineError('CONFIG_INVALID', message);
}

/** `now` (milliseconds) dates the start of each attempt. */
export const createRunStore = (place: Place, now: () => number = Date.now): RunStore => new Runs(shelfAt(place), now);
