import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createPublish } from '../../src/activities/publish';
import { publishDeps, runUpToReport } from './publish-run';

/** A store with `runs` published runs of successive days, as the activities write it; each archived. */
export async function publishedStore(home: string, runs: number): Promise<string[]> {
  const deps = publishDeps(home);
  const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
  const ids: string[] = [];
  for (let i = 0; i < runs; i++) {
    const asOf = new Date(Date.UTC(2024, 0, 31 + i)).toISOString().slice(0, 10);
    const { run, inputOf } = await runUpToReport(deps, { asOf, attemptId: `t${i}` });
    const { actor, reason, runId, attempt } = run;
    await deps.runs.update(runId, { request: run });
    await deps.ledger.append({ type: 'run.started', actor, reason, at: '2024-02-01T00:00:00.000Z', subject: runId, body: { attempt } });
    await environment.run(() => createPublish(deps).publishRelease(inputOf(i === 0 ? null : i)));
    const { sha256 } = await deps.artifacts.writeJson('run.history', { events: [{ run: i }] });
    await deps.ledger.append({ type: 'run.archived', actor: 'dramatis', reason: 'kept', at: '2024-02-01T01:00:00.000Z', subject: runId, body: { temporalRunId: `t${i}`, sha256, events: 1 } });
    ids.push(runId);
  }
  return ids;
}
