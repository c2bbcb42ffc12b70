import { join } from 'node:path';
import { STAGES } from '../../contracts/stages';
import type { Lineage } from '../../core/ports';
import { readIfThere, replaceFile } from '../artifacts/files';
import { completedEvents, endedEvents, runIdsOf } from './events';
import { runEvent, type RunEvent } from './schema';

/** OpenLineage 2-0-2 events in `<home>/lineage/<runId>.ndjson`, one per line; each event is checked before it is written. */
class LineageFiles implements Lineage {
  constructor(
    private readonly home: string,
    private readonly version: string,
  ) {}

  completed(...[manifest, schemas]: Parameters<Lineage['completed']>): Promise<void> {
    return this.put(manifest.observations, completedEvents(manifest, schemas, this.version));
  }

  ended(args: Parameters<Lineage['ended']>[0]): Promise<void> {
    return this.put(args.run, endedEvents(args, this.version));
  }

  /** Replace the events of this attempt, keep those of others. */
  private async put(
    run: { readonly runId: string; readonly attempt: number },
    events: readonly RunEvent[],
  ): Promise<void> {
    const path = join(this.home, 'lineage', `${run.runId}.ndjson`);
    const own = new Set(runIdsOf(run, STAGES));
    const lines = ((await readIfThere(path)) ?? '').split('\n').filter((line) => line !== '');
    const kept = lines.filter((line) => !own.has(runEvent.parse(JSON.parse(line)).run.runId));
    const added = events.map((event) => JSON.stringify(runEvent.parse(event)));
    await replaceFile(this.home, path, [...kept, ...added, ''].join('\n'));
  }
}

/** @param version Version of Dramatis, named as the producer of every event. */
export const createLineage = (home: string, version: string): Lineage => new LineageFiles(home, version);
