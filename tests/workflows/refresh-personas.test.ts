import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Context } from '@temporalio/activity';
import { WorkflowFailedError } from '@temporalio/client';
import { ActivityFailure, ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import { PipelineError } from '../../src/contracts/errors';
import type { Activities } from '../../src/contracts/activities';
import type { RefreshSummary, RunProgress } from '../../src/contracts/run';
import { STAGES } from '../../src/contracts/stages';
import { MAIN_QUEUE } from '../../src/contracts/task-queues';
import { archiveWorkflowId } from '../../src/contracts/workflow-ids';
import { describeWithTestServer } from '../support/services';
import { sharedService } from '../support/workflow-service';
import { createEnvironment, fakeActivities, request, stageResult, withWorker, workflowBundle } from './support';

describeWithTestServer('refreshPersonas', () => {
  const env = sharedService(createEnvironment, (service) => service.teardown());
  let counter = 0;

  const start = (workflowId = `refresh/test/${++counter}`) => env.current.client.workflow.start('refreshPersonas', { workflowId, taskQueue: MAIN_QUEUE, args: [request] });
  const run = <T>(calls: string[], overrides: Partial<Activities>, test: (handle: Awaited<ReturnType<typeof start>>) => Promise<T>) =>
    withWorker(env.current, fakeActivities(calls, overrides), async () => test(await start()));
  const causeOf = async (result: Promise<unknown>): Promise<unknown> => {
    const error: unknown = await result.catch((e: unknown) => e);
    if (!(error instanceof WorkflowFailedError)) throw error;
    return error.cause instanceof ActivityFailure ? error.cause.cause : error.cause;
  };

  it('runs every stage once, in order, and answers with the summary', async () => {
    const calls: string[] = [];
    const summary = await run(calls, {}, (handle) => handle.result() as Promise<RefreshSummary>);
    const whole = STAGES.flatMap((stage) => (stage === 'clustering' ? ['clustering', 'holdout'] : [stage]));
    expect(calls.filter((call) => !call.startsWith('contend:'))).toEqual(whole);
    // Every algorithm of the project, before the decision.
    expect(calls.slice(5, 7).sort()).toEqual(['contend:kmeans', 'contend:mixture']);
    expect(summary).toMatchObject({ release: 1, outcome: 'published' });
    expect(summary.stages.map(({ stage }) => stage)).toEqual([...STAGES]);
  });

  it('takes up the archive that the server started for a task it then lost, and ends it', async () => {
    const runId = `shop-test-lost-${++counter}`;
    const archived: string[] = [];
    const overrides: Partial<Activities> = {
      openRun: ({ request: asked }) => Promise.resolve({ run: { ...asked, runId, attempt: 1 }, algorithms: ['kmeans'], holdout: false, startedAt: '2026-07-01T00:00:00.000Z' }),
      archiveHistory: (input) => {
        archived.push(input.runId);
        return Promise.resolve({ sha256: 'a'.repeat(64), events: 1 });
      },
    };
    const { workflow } = env.current.client;
    const summary = await withWorker(env.current, fakeActivities([], overrides), async () => {
      const archive = await workflow.start('archiveRun', {
        workflowId: archiveWorkflowId(runId, 1),
        taskQueue: MAIN_QUEUE,
        args: [{ runId, workflowId: 'refresh/test/lost', temporalRunId: 'lost' }],
      });
      const done = (await (await start()).result()) as RefreshSummary;
      await archive.result();
      return done;
    });
    expect(summary.outcome).toBe('published');
    expect(archived).toEqual([runId]);
  });

  it('hands each stage the outputs of the stages before it', async () => {
    const seen: string[] = [];
    await run([], { personas: ({ inputs }) => (seen.push(...Object.keys(inputs)), Promise.resolve(stageResult('personas'))) }, (handle) => handle.result());
    expect(seen).toEqual([
      ...['extract', 'quality', 'clean', 'features', 'prepare'].map((stage) => `${stage}.out`),
      'selection.kmeans',
      'selection.mixture',
      'selection.out',
      'clustering.out',
      'clustering.holdout',
    ]);
  });

  it('joins the hold-out in time to the clustering, with what it warns of, and leaves it out where it is not asked for', async () => {
    const clusteringOf = ({ stages }: RefreshSummary) => stages.find(({ stage }) => stage === 'clustering');
    const joined = await run([], {}, (handle) => handle.result() as Promise<RefreshSummary>);
    expect(Object.keys(clusteringOf(joined)?.outputs ?? {})).toEqual(['clustering.holdout', 'clustering.out']);
    expect(clusteringOf(joined)).toMatchObject({ summary: 'clustering', warnings: ['one persona does not last'], facts: { holdout: {} } });
    const calls: string[] = [];
    const fake = fakeActivities(calls);
    const openRun: Activities['openRun'] = async (input) => ({ ...(await fake.openRun(input)), holdout: false });
    const alone = await run(calls, { openRun }, (handle) => handle.result() as Promise<RefreshSummary>);
    expect(calls).not.toContain('holdout');
    expect(Object.keys(clusteringOf(alone)?.outputs ?? {})).toEqual(['clustering.out']);
  });

  describe('in auto mode', () => {
    const ref = { sha256: 'c'.repeat(64), bytes: 1, rows: null, kind: 'model.champion' };
    const champion = { 'model.champion': ref };
    const drift = { ...stageResult('prepare'), outputs: { 'drift.report': { ...ref, kind: 'drift.report' } }, warnings: ['spend drifted'], facts: { drift: [{ feature: 'spend', psi: 0.3 }], mode: 'refit' } };
    const auto = async (overrides: Partial<Activities>) => {
      const calls: string[] = [];
      const seen: { measured?: string[]; decided?: unknown; personas?: string[] } = {};
      const measuring: Partial<Activities> = {
        openRun: ({ request: asked }) =>
          Promise.resolve({ run: { ...asked, runId: `shop-test-auto-${counter}`, attempt: 1 }, algorithms: ['kmeans'], holdout: true, startedAt: '2026-07-01T00:00:00.000Z' }),
        findChampion: () => Promise.resolve(champion),
        drift: ({ inputs }) => {
          calls.push('drift');
          seen.measured = Object.keys(inputs);
          return Promise.resolve(drift);
        },
        decideMode: ({ drift: measured }) => {
          calls.push('decide');
          seen.decided = measured?.outputs;
          return Promise.resolve({ mode: 'refit', because: 'drift' });
        },
        ...overrides,
      };
      const summary = await withWorker(env.current, fakeActivities(calls, measuring), async () => {
        const handle = await env.current.client.workflow.start('refreshPersonas', { workflowId: `refresh/test/${++counter}`, taskQueue: MAIN_QUEUE, args: [{ ...request, mode: 'auto' }] });
        return (await handle.result()) as RefreshSummary;
      });
      return { calls, seen, prepared: summary.stages.filter(({ stage }) => stage === 'prepare') };
    };

    it('measures drift before anything is fitted, decides on it, and keeps it with the preparation', async () => {
      const { calls, seen, prepared } = await auto({});
      expect(calls.slice(3, 7)).toEqual(['features', 'drift', 'decide', 'prepare']);
      expect(seen.measured).toEqual(expect.arrayContaining(['features.out', 'model.champion']));
      expect(seen.decided).toEqual(drift.outputs);
      expect(prepared).toMatchObject([{ outputs: { 'drift.report': drift.outputs['drift.report'], ...stageResult('prepare').outputs }, warnings: ['spend drifted'], facts: { mode: 'refit' } }]);
    });

    it('keeps it too where the model is applied again', async () => {
      const scoring = { release: 3, fittedAsOf: '2026-06-01', sha256: 'a' };
      const { calls, prepared } = await auto({ decideMode: () => Promise.resolve({ mode: 'score', because: '', scoring, artifacts: {} }) });
      expect(calls).not.toContain('holdout');
      expect(prepared).toMatchObject([{ facts: { drift: drift.facts.drift } }]);
    });

    const rival = { scoring: { release: 3, fittedAsOf: '2026-06-01', sha256: 'a' }, artifacts: { 'model.selection': ref }, parent: { 'parent.memberships': ref } };
    const contest = (winner: string) => {
      const reported: string[] = [];
      const read: string[] = [];
      const challenge: Activities['challenge'] = ({ inputs }) => {
        read.push(...Object.keys(inputs));
        return Promise.resolve({ ...stageResult('clustering'), outputs: { 'challenge.report': ref }, facts: { winner } });
      };
      const scored: Partial<Activities> = {
        decideMode: () => Promise.resolve({ mode: 'refit', because: 'drift', against: rival }),
        challenge,
        scoreClustering: () => Promise.resolve({ ...stageResult('clustering'), outputs: { 'clustering.scored': ref } }),
        report: ({ inputs }) => (reported.push(...Object.keys(inputs)), Promise.resolve(stageResult('report'))),
      };
      return auto(scored).then((ran) => ({ ...ran, reported, read }));
    };

    it('lets a new model that wins take over: what was fitted is published', async () => {
      const { calls, reported, read } = await contest('challenger');
      expect(read).toEqual(expect.arrayContaining(['clustering.out', 'personas.out', 'parent.memberships', 'model.selection']));
      expect(calls.filter((call) => call === 'personas')).toHaveLength(2);
      expect(reported).toEqual(expect.arrayContaining(['clustering.out', 'clustering.holdout', 'challenge.report', 'drift.report']));
      expect(reported).not.toContain('clustering.scored');
    });

    it('applies the current model where the new one loses: nothing of the new one is read any more', async () => {
      const { reported, prepared } = await contest('champion');
      expect(reported).toEqual(expect.arrayContaining(['clustering.scored', 'challenge.report', 'drift.report']));
      for (const gone of ['clustering.out', 'clustering.holdout', 'selection.kmeans']) expect(reported).not.toContain(gone);
      expect(prepared).toHaveLength(1);
    });

    const refused = (code: string): Promise<never> => Promise.reject(ApplicationFailure.nonRetryable('no candidate passes', code));
    const trials: readonly (readonly [string, () => Partial<Activities>])[] = [
      ['no new one passes its gates', () => ({ selection: () => refused('NO_ACCEPTABLE_MODEL') })],
      [
        'the clusters of the new one are not the pinned personas',
        () => {
          let matchings = 0;
          return { personas: () => (matchings++ === 0 ? refused('PERSONAS_PINNED') : Promise.resolve(stageResult('personas'))) };
        },
      ],
    ];
    it.each(trials)('applies the current model where %s, says so, and fails without one', async (_, without) => {
      const warned: string[] = [];
      const publishRelease: Activities['publishRelease'] = (input) => {
        warned.push(...input.stages.flatMap(({ warnings }) => warnings));
        return fakeActivities([]).publishRelease(input);
      };
      await auto({ ...without(), decideMode: () => Promise.resolve({ mode: 'refit', because: 'drift', against: rival }), publishRelease });
      expect(warned).toContain('The current model scores on: no new one passes: no candidate passes');
      const error = await causeOf(auto({ ...without(), decideMode: () => Promise.resolve({ mode: 'refit', because: 'settings' }) }));
      expect(error).toMatchObject({ message: 'no candidate passes' });
    });

    it('measures nothing before the first release', async () => {
      const { calls, seen, prepared } = await auto({ findChampion: () => Promise.resolve(null) });
      expect(calls).not.toContain('drift');
      expect(seen.decided).toBeUndefined();
      expect(prepared).toHaveLength(1);
    });
  });

  it('answers the progress query, done stages with their results', async () => {
    const progress = await run([], {}, async (handle) => {
      await handle.result();
      return handle.query<RunProgress>('progress');
    });
    expect(progress.status).toBe('succeeded');
    expect(progress.runId).toMatch(/^shop-test-2026-06-30-\d+$/);
    expect(progress.stages.map(({ status }) => status)).toEqual(STAGES.map(() => 'done'));
  });

  it('stops at a failed gate without a retry, records the outcome, and says the code', async () => {
    const calls: string[] = [];
    const quality = () => {
      calls.push('quality');
      return Promise.reject(new PipelineError('QUALITY_GATE_FAILED', 'rule age-range: 12 of 100 rows', { rule: 'age-range' }));
    };
    const cause = await run(calls, { quality }, (handle) => causeOf(handle.result()));
    expect(cause).toBeInstanceOf(ApplicationFailure);
    expect(cause).toMatchObject({ type: 'QUALITY_GATE_FAILED', nonRetryable: true, message: 'rule age-range: 12 of 100 rows' });
    expect(calls).toEqual(['extract', 'quality', 'outcome:failed:quality']);
  });

  it('retries a transient error and goes on', async () => {
    const calls: string[] = [];
    let attempts = 0;
    const extract = () => (++attempts < 3 ? Promise.reject(new PipelineError('INPUT_CHANGED', 'a file changed')) : Promise.resolve(stageResult('extract')));
    const summary = await run(calls, { extract }, (handle) => handle.result() as Promise<RefreshSummary>);
    expect(attempts).toBe(3);
    expect(summary.outcome).toBe('published');
  });

  it('matches the personas again when another release became current', async () => {
    const calls: string[] = [];
    let published = 0;
    const fake = fakeActivities(calls);
    const publishRelease: Activities['publishRelease'] = (input) =>
      ++published === 1 ? Promise.reject(new PipelineError('RELEASE_MOVED', 'release 7 became current')) : fake.publishRelease(input);
    const summary = await run(calls, { publishRelease }, (handle) => handle.result() as Promise<RefreshSummary>);
    expect(calls.filter((name) => name === 'personas')).toHaveLength(2);
    expect(calls.filter((name) => name === 'clustering')).toHaveLength(1);
    expect(summary.stages.map(({ stage }) => stage)).toEqual([...STAGES]);
  });

  it('cancels from the first stage on and records it', async () => {
    const calls: string[] = [];
    const extract: Activities['extract'] = async () => {
      calls.push('extract');
      const context = Context.current();
      const beat = setInterval(() => context.heartbeat(), 100);
      try {
        return await context.cancelled;
      } finally {
        clearInterval(beat);
      }
    };
    const cause = await run(calls, { extract }, async (handle) => {
      while (!calls.includes('extract')) await new Promise((again) => setTimeout(again, 50));
      await handle.cancel();
      return causeOf(handle.result());
    });
    expect(cause).toBeInstanceOf(CancelledFailure);
    expect(calls).toEqual(['extract', 'outcome:cancelled:extract']);
  });

  it('finishes a publication that was begun, though the run is cancelled meanwhile', async () => {
    const calls: string[] = [];
    const fake = fakeActivities(calls);
    let cancelled = false;
    const publishRelease: Activities['publishRelease'] = async (input) => {
      calls.push('publishing');
      const context = Context.current();
      while (!cancelled) {
        context.heartbeat();
        await new Promise((again) => setTimeout(again, 20));
      }
      return fake.publishRelease(input);
    };
    const summary = await run(calls, { publishRelease }, async (handle) => {
      while (!calls.includes('publishing')) await new Promise((again) => setTimeout(again, 20));
      await handle.cancel();
      cancelled = true;
      return handle.result() as Promise<RefreshSummary>;
    });
    expect(summary.outcome).toBe('published');
  });

  it('refuses a result that should have been an artifact', async () => {
    const extract = () => Promise.resolve({ ...stageResult('extract'), summary: 'x'.repeat(300 * 1024) });
    const cause = await run([], { extract }, (handle) => causeOf(handle.result()));
    expect(cause).toMatchObject({ type: 'PAYLOAD_TOO_LARGE', nonRetryable: true });
  });

  it('replays the committed histories with the code of today', async () => {
    for (const name of ['refresh-shop', 'refresh-failed-gate', 'refresh-cancelled', 'refresh-scored', 'nightly-shop', 'backfill-shop']) {
      const history: unknown = JSON.parse(readFileSync(resolve('tests/workflows/histories', `${name}.json`), 'utf8'));
      await Worker.runReplayHistory({ workflowBundle: await workflowBundle() }, history, `refresh/replay/${name}`);
    }
  });
});
