import { WorkflowFailedError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ActivityFailure } from '@temporalio/common';
import { createCheckDecision } from '../../src/activities/gate';
import { createLedger } from '../../src/adapters/ledger';
import type { Activities, CheckDecisionInput } from '../../src/contracts/activities';
import { PipelineError } from '../../src/contracts/errors';
import type { Approval, Decision, GateVerdict, SignedDecision } from '../../src/contracts/gate';
import type { RefreshSummary, RunProgress, StageResult } from '../../src/contracts/run';
import { MAIN_QUEUE } from '../../src/contracts/task-queues';
import { signStatement } from '../../src/core/actors';
import type { RunStore } from '../../src/core/ports';
import { people, type Person } from '../support/actors';
import { freshHome } from '../support/home';
import { describeWithTestServer } from '../support/services';
import { sharedService } from '../support/workflow-service';
import { createEnvironment, fakeActivities, request, stageResult, withWorker } from './support';

const DIGEST = 'd'.repeat(64);
/** The server's clock runs ahead of this one: keys of the test count from long ago, decisions are looked at with this clock. */
const NOW = Date.UTC(2024, 5, 1);

describeWithTestServer('the gate of a run', () => {
  const env = sharedService(createEnvironment, (service) => service.teardown());
  let counter = 0;

  const start = () =>
    env.current.client.workflow.start('refreshPersonas', { workflowId: `refresh/gate/${++counter}`, taskQueue: MAIN_QUEUE, args: [request] });
  type Handle = Awaited<ReturnType<typeof start>>;

  /** A project with a gate that says `verdicts` in turn, and the decisions checked by the real activity over a real ledger. */
  async function gated(calls: string[], verdicts: readonly GateVerdict['decision'][], more: Partial<Activities> = {}, timeoutHours = 72) {
    const ledger = createLedger(freshHome());
    const who = await people(ledger);
    const runs = { update: () => Promise.resolve({}) } as unknown as RunStore;
    const check = createCheckDecision({ ledger, runs, now: () => NOW });
    const fake = fakeActivities(calls);
    let weighed = 0;
    const activities: Partial<Activities> = {
      openRun: async (input) => ({ ...(await fake.openRun(input)), gate: true }),
      weighRelease: () => {
        const decision = verdicts[weighed++] ?? 'open';
        calls.push(`weigh:${decision}`);
        return Promise.resolve({
          decision,
          rule: decision === 'open' ? 'gate/within-limits' : null,
          reasons: [],
          digest: `${weighed}`.repeat(64),
          timeoutHours,
        });
      },
      // Who started the run is what the caller of the client cannot choose.
      checkDecision: (input: CheckDecisionInput) => check(input),
      publishRelease: (input) => {
        calls.push(`approval:${input.approval?.approver}:${input.approval?.digest.slice(0, 1)}`);
        return fake.publishRelease(input);
      },
      ...more,
    };
    const refusals = async () =>
      (await ledger.read()).filter(({ type }) => type === 'action.refused').map(({ actor, body }) => [actor, (body as { code: string }).code]);
    const run = <T>(test: (handle: Handle) => Promise<T>) => withWorker(env.current, fakeActivities(calls, activities), async () => test(await start()));
    return { ...who, ledger, run, refusals };
  }

  const progress = (handle: Handle) => handle.query<RunProgress>('progress');
  async function whenHeld(handle: Handle): Promise<string> {
    for (;;) {
      const { status, runId } = await progress(handle);
      if (status === 'held') return runId ?? '';
      await new Promise((again) => setTimeout(again, 20));
    }
  }
  const sign = (by: Person, run: string, decision: Decision['decision'] = 'approve', digest = '1'.repeat(64)): SignedDecision => {
    const statement: Decision = {
      purpose: 'dramatis/decision/1',
      run,
      digest,
      decision,
      actor: by.name,
      reason: 'because',
      at: new Date(NOW).toISOString(),
    };
    return { statement, keyId: by.keyId, signature: signStatement(statement, by.key) };
  };
  const update = (handle: Handle, name: 'approve' | 'reject', signed: unknown) =>
    handle.executeUpdate<Approval, [SignedDecision]>(name, { args: [signed as SignedDecision] });
  const codeOf = async (result: Promise<unknown>): Promise<unknown> => {
    const error: unknown = await result.then(
      () => undefined,
      (e: unknown) => e,
    );
    if (!(error instanceof WorkflowFailedError || error instanceof WorkflowUpdateFailedError)) return error;
    const cause = error.cause instanceof ActivityFailure ? error.cause.cause : error.cause;
    return (cause as { type?: unknown }).type;
  };

  it('goes on where the gate is open, with the rule as approver', async () => {
    const calls: string[] = [];
    const { run } = await gated(calls, ['open']);
    await run((handle) => handle.result());
    expect(calls.slice(-4)).toEqual(['report', 'weigh:open', 'approval:gate/within-limits:1', 'publish']);
  });

  it('waits where it holds, publishes nothing meanwhile, and releases what was approved', async () => {
    const calls: string[] = [];
    const { run, abe } = await gated(calls, ['hold']);
    const summary = await run(async (handle) => {
      const id = await whenHeld(handle);
      expect(calls.at(-1)).toBe('weigh:hold');
      await expect(update(handle, 'approve', sign(abe, id))).resolves.toMatchObject({ approver: 'abe', digest: '1'.repeat(64) });
      return handle.result() as Promise<RefreshSummary>;
    });
    expect(summary.outcome).toBe('published');
    expect(calls.slice(-2)).toEqual(['approval:abe:1', 'publish']);
  });

  it('refuses clients that go round the command line, keeps each attempt in the ledger, and still waits', async () => {
    const calls: string[] = [];
    const { run, ada, abe, eve, ledger, refusals } = await gated(calls, ['hold'], {
      openRun: async (input) => {
        const opened = await fakeActivities([]).openRun(input);
        return { ...opened, gate: true, run: { ...opened.run, actor: 'ada' } };
      },
    });
    await run(async (handle) => {
      const id = await whenHeld(handle);
      expect(await codeOf(update(handle, 'approve', sign(ada, id)))).toBe('SELF_APPROVAL');
      expect(await codeOf(update(handle, 'approve', sign(eve, id)))).toBe('ACTOR_FORBIDDEN');
      expect(await codeOf(update(handle, 'approve', sign(abe, id, 'approve', DIGEST)))).toBe('DIGEST_DIFFERS');
      // Form only: this is no decision at all, so the server keeps nothing of it.
      expect(await codeOf(update(handle, 'approve', { approve: true }))).toBe('SIGNATURE_INVALID');
      expect(await codeOf(update(handle, 'reject', sign(abe, id)))).toBe('SIGNATURE_INVALID');
      expect(await progress(handle)).toMatchObject({ status: 'held' });
      await update(handle, 'approve', sign(abe, id));
      return handle.result();
    });
    expect(await refusals()).toEqual([
      ['ada', 'SELF_APPROVAL'],
      ['eve', 'ACTOR_FORBIDDEN'],
      ['abe', 'DIGEST_DIFFERS'],
    ]);
    expect((await ledger.read()).at(-1)).toMatchObject({ type: 'release.approved', actor: 'abe' });
    expect(calls.filter((call) => call === 'publish')).toHaveLength(1);
  });

  it('of two decisions at once the first counts, the other is refused', async () => {
    const { run, ada, abe, refusals } = await gated([], ['hold']);
    await run(async (handle) => {
      const id = await whenHeld(handle);
      const codes = await Promise.all([codeOf(update(handle, 'approve', sign(abe, id))), codeOf(update(handle, 'reject', sign(ada, id, 'reject')))]);
      expect(codes.filter((code) => code === 'NOT_HELD')).toHaveLength(1);
      expect(codes.filter((code) => code === undefined)).toHaveLength(1);
      await handle.result().catch(() => undefined);
    });
    expect(await refusals()).toHaveLength(1);
  });

  it('ends as rejected, with the approver and the reason', async () => {
    const calls: string[] = [];
    const { run, abe } = await gated(calls, ['hold']);
    const code = await run(async (handle) => {
      await update(handle, 'reject', sign(abe, await whenHeld(handle), 'reject'));
      return codeOf(handle.result());
    });
    expect(code).toBe('RELEASE_REJECTED');
    expect(calls.at(-1)).toBe('outcome:rejected:publish');
    expect(calls).not.toContain('publish');
  });

  it('is not released where nobody decides in time', async () => {
    const calls: string[] = [];
    // Two seconds: the test server does not skip time for runs that were asked to update.
    const { run } = await gated(calls, ['hold'], {}, 2 / 3600);
    const code = await run(async (handle) => {
      await whenHeld(handle);
      return codeOf(handle.result());
    });
    expect(code).toBe('APPROVAL_EXPIRED');
    expect(calls.at(-1)).toBe('outcome:expired:publish');
    expect(calls).not.toContain('publish');
  });

  it('asks again where the personas had to be matched again: the old approval is of another digest', async () => {
    const calls: string[] = [];
    let published = 0;
    const fake = fakeActivities(calls);
    const { run, abe } = await gated(calls, ['hold', 'hold'], {
      publishRelease: (input) => {
        calls.push(`approval:${input.approval?.digest.slice(0, 1)}`);
        return ++published === 1 ? Promise.reject(new PipelineError('RELEASE_MOVED', 'release 7 became current')) : fake.publishRelease(input);
      },
    });
    await run(async (handle) => {
      const id = await whenHeld(handle);
      await update(handle, 'approve', sign(abe, id));
      while (published === 0) await new Promise((again) => setTimeout(again, 20));
      await whenHeld(handle);
      expect(await codeOf(update(handle, 'approve', sign(abe, id)))).toBe('DIGEST_DIFFERS');
      await update(handle, 'approve', sign(abe, id, 'approve', '2'.repeat(64)));
      return handle.result();
    });
    expect(calls.filter((call) => call.startsWith('approval:'))).toEqual(['approval:1', 'approval:2']);
  });

  it('can be cancelled while it waits', async () => {
    const calls: string[] = [];
    const { run } = await gated(calls, ['hold']);
    await run(async (handle) => {
      await whenHeld(handle);
      await handle.cancel();
      await expect(handle.result()).rejects.toThrow();
    });
    expect(calls.at(-1)).toBe('outcome:cancelled:publish');
  });

  it('is approved by nobody once it was cancelled', async () => {
    const calls: string[] = [];
    let waiting: Handle | null = null;
    let id = '';
    let answer: unknown = null;
    const { run, abe } = await gated(calls, ['hold'], {
      // While the end of the run is being recorded an approval comes in.
      recordOutcome: async () => {
        answer = await codeOf(update(waiting!, 'approve', sign(abe, id)));
      },
    });
    await run(async (handle) => {
      waiting = handle;
      id = await whenHeld(handle);
      await handle.cancel();
      await expect(handle.result()).rejects.toThrow();
    });
    expect(answer).toBe('NOT_HELD');
  });

  describe('for a new model that an approver has to agree to', () => {
    const ref = { sha256: 'c'.repeat(64), bytes: 1, rows: null, kind: 'x' };
    const scoring = { release: 3, fittedAsOf: '2026-06-01', sha256: 'a'.repeat(64) };
    const rival = { scoring, artifacts: { 'model.selection': ref }, parent: { 'parent.memberships': ref } };
    interface Way {
      readonly verdicts?: readonly GateVerdict['decision'][];
      readonly kind?: 'adhoc' | 'backfill';
      readonly gate?: boolean;
      readonly facts?: Record<string, unknown>;
      readonly timeoutHours?: number;
    }

    /** A run in auto mode whose new model lost, and what was published in the end. */
    async function contested({ verdicts = ['hold'], kind = 'adhoc', gate = true, facts = { winner: 'champion', approvable: true }, timeoutHours = 72 }: Way) {
      const calls: string[] = [];
      const weighed: string[] = [];
      const published: { model: string; scoring: unknown; given: unknown; verdicts: number; approver: unknown; stages: string }[] = [];
      /** Whose clusters are in the results. */
      const modelOf = (stages: readonly StageResult[]) => ('clustering.scored' in stages.find(({ stage }) => stage === 'clustering')!.outputs ? 'current' : 'new');
      const fake = fakeActivities(calls);
      let weighings = 0;
      const gateOf = await gated(
        calls,
        verdicts,
        {
          openRun: async (input) => {
            const opened = await fake.openRun(input);
            return { ...opened, ...(gate && { gate }), run: { ...opened.run, mode: 'auto', kind } };
          },
          decideMode: () => Promise.resolve({ mode: 'refit', because: 'drift', against: rival }),
          challenge: () => Promise.resolve({ ...stageResult('clustering'), outputs: { 'challenge.report': ref }, facts }),
          scoreClustering: () => Promise.resolve({ ...stageResult('clustering'), outputs: { 'clustering.scored': ref } }),
          weighRelease: ({ stages }) => {
            weighed.push(modelOf(stages));
            const decision = verdicts[weighings++] ?? 'open';
            return Promise.resolve({ decision, rule: decision === 'open' ? 'gate/within-limits' : null, reasons: [], digest: `${weighings}`.repeat(64), timeoutHours });
          },
          publishRelease: (input) => {
            const reports = input.stages.filter(({ outputs }) => 'challenge.report' in outputs).length;
            const stages = input.stages.map(({ stage }) => stage).join(' ');
            published.push({ model: modelOf(input.stages), scoring: input.run.scoring, given: input.model, verdicts: reports, approver: input.approval?.approver, stages });
            return fake.publishRelease(input);
          },
        },
        timeoutHours,
      );
      return { ...gateOf, calls, weighed, published };
    }
    const STAGES = 'extract quality clean features prepare selection clustering personas report';
    const CURRENT = { model: 'current', scoring, given: rival.artifacts, verdicts: 1, stages: STAGES };

    it('publishes it where one agrees', async () => {
      const { run, abe, published, weighed } = await contested({});
      await run(async (handle) => {
        await update(handle, 'approve', sign(abe, await whenHeld(handle)));
        return handle.result();
      });
      expect(weighed).toEqual(['new']);
      expect(published).toEqual([{ model: 'new', scoring: undefined, given: undefined, verdicts: 1, approver: 'abe', stages: STAGES }]);
    });

    it('applies the current one where one does not, and ends well', async () => {
      const { run, abe, published, weighed, calls } = await contested({});
      const summary = await run(async (handle) => {
        await update(handle, 'reject', sign(abe, await whenHeld(handle), 'reject'));
        return handle.result() as Promise<RefreshSummary>;
      });
      expect(weighed).toEqual(['new', 'current']);
      expect(published).toEqual([{ ...CURRENT, approver: 'gate/within-limits' }]);
      expect(summary.stages.filter(({ stage }) => stage === 'clustering')).toHaveLength(1);
      expect(calls.filter((call) => call.startsWith('outcome'))).toEqual([]);
    });

    it('applies the current one where nobody answers in time', async () => {
      const { run, published } = await contested({ timeoutHours: 2 / 3600 });
      await run((handle) => handle.result());
      expect(published).toEqual([{ ...CURRENT, approver: 'gate/within-limits' }]);
    });

    it('holds the current one too where its release is held, and a second rejection ends the run', async () => {
      const { run, abe, published, weighed, calls } = await contested({ verdicts: ['hold', 'hold'] });
      const code = await run(async (handle) => {
        const id = await whenHeld(handle);
        await update(handle, 'reject', sign(abe, id, 'reject'));
        while (weighed.length < 2) await new Promise((again) => setTimeout(again, 20));
        await whenHeld(handle);
        await update(handle, 'reject', sign(abe, id, 'reject', '2'.repeat(64)));
        return codeOf(handle.result());
      });
      expect(code).toBe('RELEASE_REJECTED');
      expect([weighed, published]).toEqual([['new', 'current'], []]);
      expect(calls.at(-1)).toBe('outcome:rejected:publish');
    });

    it.each<readonly [string, Way]>([
      ['in a backfill', { kind: 'backfill', verdicts: ['open'] }],
      ['in a project without a gate', { gate: false }],
      ['where more than consent is missing', { facts: { winner: 'champion' }, verdicts: ['open'] }],
    ])('asks nobody %s', async (_, way) => {
      const { run, published, weighed } = await contested(way);
      await run((handle) => handle.result());
      expect(weighed).not.toContain('new');
      expect(published).toMatchObject([CURRENT]);
    });
  });
});
