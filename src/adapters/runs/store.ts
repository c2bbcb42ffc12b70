import { mkdir, readdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isoDate, slug } from '../../config/common';
import type { Envelope } from '../../contracts/envelope';
import { PipelineError } from '../../contracts/errors';
import type { Manifest } from '../../contracts/manifest';
import { canonicalJson, digestOf } from '../../core/audit';
import type { RunRecord, RunStore } from '../../core/ports';
import { createOnce, errnoOf, makeFolder, onDisk, readIfThere, replaceFile, syncFolder } from '../artifacts/files';
import { nearest } from './near';
import { parseRunRecord, RUN_FORMAT, startOfAttempt } from './record';

type Opening = Parameters<RunStore['open']>[0];

const CLAIMS = '.claims';

/**
 * Runs in `<home>/runs/<runId>/run.json`. A Temporal run claims its id in `<home>/runs/.claims`, so an activity that is tried
 * again after a crash gets the same id; a folder whose opener died before its claim stays empty and is listed nowhere.
 * One workflow writes a record at a time; within a process its updates queue.
 */
class FolderRunStore implements RunStore {
  private readonly queues = new Map<string, Promise<unknown>>();

  constructor(
    private readonly home: string,
    private readonly now: () => number,
  ) {}

  async open(
    opening: Opening,
  ): Promise<{ readonly runId: string; readonly attempt: number; readonly startedAt: string }> {
    const runId = opening.retryOf ?? (await this.claim(opening));
    const { temporalRunId, workflowId } = opening;
    const record = await this.queued(runId, async () => {
      if (opening.retryOf === null) await this.create(runId, opening);
      const found = await this.read(runId);
      return found.temporalRunIds.includes(temporalRunId)
        ? found
        : this.write({
            ...found,
            workflowId,
            temporalRunIds: [...found.temporalRunIds, temporalRunId],
            attemptStarts: [...(found.attemptStarts ?? []), this.startOf(temporalRunId)],
            request: opening.request,
            attempts: found.attempts + 1,
            status: 'running',
            finishedAt: null,
            failure: null,
          });
    });
    const attempt = record.temporalRunIds.indexOf(temporalRunId) + 1;
    return { runId, attempt, startedAt: startOfAttempt(record, temporalRunId) };
  }

  update(runId: string, change: Partial<RunRecord>): Promise<RunRecord> {
    return this.queued(runId, async () =>
      this.write({ ...(await this.read(runId)), ...change, format: RUN_FORMAT, runId }),
    );
  }

  async keepManifest(runId: string, manifest: Manifest): Promise<Manifest> {
    await this.read(runId);
    const name = `${manifest.observations.attempt}-${manifest.digest}.json`;
    const place = join(this.folderOf(runId), 'manifests', name);
    await createOnce(this.home, place, canonicalJson(manifest));
    return JSON.parse((await readIfThere(place))!) as Manifest;
  }

  async saveManifest(runId: string, manifest: Manifest, envelope: Envelope): Promise<void> {
    await this.read(runId);
    await replaceFile(this.home, join(this.folderOf(runId), 'manifest.json'), canonicalJson(manifest));
    await replaceFile(this.home, join(this.folderOf(runId), 'manifest.dsse.json'), canonicalJson(envelope));
  }

  async read(runId: string): Promise<RunRecord> {
    const text = /^[a-z0-9][a-z0-9_-]*$/.test(runId)
      ? await readIfThere(join(this.folderOf(runId), 'run.json'))
      : undefined;
    if (text !== undefined) return parseRunRecord(runId, text);
    const near = nearest(runId, await this.ids(), 3);
    const hint = near.length > 0 ? `near it are ${near.join(', ')}` : 'there are no runs yet';
    throw new PipelineError('RUN_NOT_FOUND', `there is no run ${runId}; ${hint}`, { runId, near });
  }

  async list(): Promise<RunRecord[]> {
    const records: RunRecord[] = [];
    for (const runId of await this.ids()) {
      const text = await readIfThere(join(this.folderOf(runId), 'run.json'));
      if (text !== undefined) records.push(parseRunRecord(runId, text));
    }
    return records.sort((a, b) =>
      a.startedAt === b.startedAt ? compare(a.runId, b.runId) : compare(a.startedAt, b.startedAt),
    );
  }

  private folderOf(runId: string): string {
    return join(this.home, 'runs', runId);
  }

  /** Names of the run folders, sorted; some may lack their record yet. */
  private async ids(): Promise<string[]> {
    const names = await readdir(join(this.home, 'runs')).catch((error: unknown) => {
      if (errnoOf(error) === 'ENOENT') return [];
      throw error;
    });
    return names.filter((name) => !name.startsWith('.')).sort();
  }

  private async claim({ project, environment, asOf, scratch, workflowId, temporalRunId }: Opening): Promise<string> {
    for (const name of [project, environment])
      assertFits(slug.safeParse(name).success, `"${name}" is no name for a project or an environment`);
    assertFits(isoDate.safeParse(asOf).success, `"${asOf}" is no as-of date`);
    const claim = join(this.home, 'runs', CLAIMS, `${digestOf({ workflowId, temporalRunId })}.json`);
    const claimed = await readIfThere(claim);
    if (claimed !== undefined) return (JSON.parse(claimed) as { runId: string }).runId;
    const runId = await this.takeOrdinal(`${project}-${environment}-${asOf}-${scratch ? 'scratch-' : ''}`);
    if (await createOnce(this.home, claim, canonicalJson({ format: 1, runId, workflowId, temporalRunId })))
      return runId;
    await rmdir(this.folderOf(runId));
    return (JSON.parse((await readIfThere(claim))!) as { runId: string }).runId;
  }

  /** The next free ordinal: making the folder is what takes it. */
  private takeOrdinal(prefix: string): Promise<string> {
    return onDisk(async () => {
      const runs = join(this.home, 'runs');
      await makeFolder(runs);
      const taken = (await this.ids()).filter((id) => id.startsWith(prefix)).map((id) => id.slice(prefix.length));
      const ordinals = taken.filter((rest) => /^\d+$/.test(rest)).map(Number);
      for (let ordinal = Math.max(0, ...ordinals) + 1; ; ordinal++) {
        try {
          await mkdir(join(runs, `${prefix}${ordinal}`), { mode: 0o700 });
          await syncFolder(runs);
          return `${prefix}${ordinal}`;
        } catch (error) {
          if (errnoOf(error) !== 'EEXIST') throw error;
        }
      }
    });
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
    await createOnce(this.home, join(this.folderOf(runId), 'run.json'), canonicalJson(record));
  }

  private startOf(temporalRunId: string): { readonly temporalRunId: string; readonly startedAt: string } {
    return { temporalRunId, startedAt: new Date(this.now()).toISOString() };
  }

  private async write(record: RunRecord): Promise<RunRecord> {
    await replaceFile(this.home, join(this.folderOf(record.runId), 'run.json'), canonicalJson(record));
    return record;
  }

  private queued<T>(runId: string, action: () => Promise<T>): Promise<T> {
    const result = (this.queues.get(runId) ?? Promise.resolve()).then(action);
    const settled = result
      .catch(() => undefined)
      .then(() => {
        if (this.queues.get(runId) === settled) this.queues.delete(runId);
      });
    this.queues.set(runId, settled);
    return result;
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function assertFits(fits: boolean, message: string): void {
  if (!fits) throw new PipelineError('CONFIG_INVALID', message);
}

/** Run store in a folder. `now` (milliseconds) dates the start of each attempt. */
export const createRunStore = (home: string, now: () => number = Date.now): RunStore => new FolderRunStore(home, now);
