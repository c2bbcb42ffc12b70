import { STAGES } from '../../contracts/stages';
import type { Lineage } from '../../core/ports';
import { shelfAt, type Place, type Shelf } from '../shelf';
import { completedEvents, endedEvents, runIdsOf } from './events';
import { runEvent, type RunEvent } from './schema';

/** OpenLineage 2-0-2 events in `lineage/<runId>.ndjson`, one per line; each event is checked before it is written. */
class LineageFiles implements Lineage {
  constructor(
    private readonly shelf: Shelf,
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
    const own = new Set(runIdsOf(run, STAGES));
    const added = events.map((event) => JSON.stringify(runEvent.parse(event)));
    await this.shelf.change(`lineage/${run.runId}.ndjson`, (text = '') => {
      const lines = text.split('\n').filter((line) => line !== '');
      const kept = lines.filter((line) => !own.has(runEvent.parse(JSON.parse(line)).run.runId));
      return [...kept, ...added, ''].join('\n');
    });
  }
}

/** @param version Version of Dramatis, named as the producer of every event. */
export const createLineage = (place: Place, version: string): Lineage => new LineageFiles(shelfAt(place), version);
