import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createCheckDecision, createWeighRelease } from '../../src/activities/gate';
import { createPublish, type PublishDeps } from '../../src/activities/publish';
import type { PublishInput } from '../../src/contracts/activities';
import type { Decision, SignedDecision } from '../../src/contracts/gate';
import type { RunContext } from '../../src/contracts/run';
import { signStatement } from '../../src/core/actors';
import { added, changeEntry, people, person, spanOf, type Person } from '../support/actors';
import { freshHome } from '../support/home';
import { publishDeps, runUpToReport } from '../support/publish-run';

const GATED = { gate: { enabled: true } };
const publish = (deps: PublishDeps, input: PublishInput) =>
  new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') }).run(() => createPublish(deps).publishRelease(input));

describe('the gate', () => {
  let deps: PublishDeps;
  let who: Awaited<ReturnType<typeof people>>;
  beforeEach(async () => {
    deps = publishDeps(freshHome());
    who = await people(deps.ledger);
  });
  const entries = async () => (await deps.ledger.read()) as unknown as readonly { type: string; actor: string; body: Record<string, unknown> }[];

  /** A first release, then a run of the next day. */
  async function secondRun() {
    const first = await runUpToReport(deps, { project: GATED });
    const opened = await createWeighRelease(deps)(first.inputOf(null));
    const approval = { approver: opened.rule!, digest: opened.digest, signed: null };
    await publish(deps, { ...first.inputOf(null), approval });
    const next = await runUpToReport(deps, { asOf: '2024-02-01', attemptId: 't2', source: '8', project: GATED });
    const parent = await createPublish(deps).resolveParent(next);
    expect(parent.parentRelease).toBe(1);
    return { ...next, input: next.inputOf(1), opened };
  }

  const sign = (by: Person, run: string, digest: string, more: Partial<Decision> = {}): SignedDecision => {
    const statement: Decision = {
      purpose: 'dramatis/decision/1',
      run,
      digest,
      decision: 'approve',
      actor: by.name,
      reason: 'looks right',
      at: '2024-02-01T02:00:00.000Z',
      ...more,
    };
    return { statement, keyId: by.keyId, signature: signStatement(statement, by.key) };
  };

  it('opens for the first release and writes the rule down as its approver', async () => {
    const { opened } = await secondRun();
    expect(opened).toMatchObject({ decision: 'open', rule: 'gate/first-release' });
    const commit = await deps.releases.read('shop', 'prod', 1);
    expect(commit.approval).toEqual({ approver: 'gate/first-release', digest: commit.digest, signed: null });
    expect((await entries()).filter(({ type }) => type === 'gate.opened')).toHaveLength(1);
  });

  it('says that there is no gate where there is none', async () => {
    const { inputOf } = await runUpToReport(deps);
    await publish(deps, inputOf(null));
    expect((await deps.releases.read('shop', 'prod', 1)).approval).toMatchObject({ approver: 'gate/off', signed: null });
  });

  it('keeps manifest, reasons and digest of a held release once, in record and ledger', async () => {
    const strict = await held();
    expect(strict.verdict.decision).toBe('hold');
    const record = await deps.runs.read(strict.run.runId);
    expect(record).toMatchObject({ status: 'held', hold: { digest: strict.verdict.digest, reasons: strict.verdict.reasons } });
    expect(await deps.artifacts.readJson(record.hold!.manifest)).toMatchObject({ digest: strict.verdict.digest });
    expect((await entries()).filter(({ type }) => type === 'run.held')).toHaveLength(1);
  });

  /** A run that is held for drift, which a stage says it measured. */
  async function held() {
    const { run, input } = await secondRun();
    const drifted: PublishInput = {
      ...input,
      stages: input.stages.map((stage) =>
        stage.stage === 'features' ? { ...stage, facts: { drift: [{ feature: 'frequency', psi: 0.9 }] } } : stage,
      ),
    };
    await createWeighRelease(deps)(drifted);
    return { run, input: drifted, verdict: await createWeighRelease(deps)(drifted) };
  }

  /** The second run, with a contest in its clustering; `scoring`: the current model is applied. */
  async function contested(winner: 'challenger' | 'champion', scoring?: RunContext['scoring']) {
    const { run, input } = await secondRun();
    const findings = [
      { rule: 'gates', passed: true, evidence: 'passes all 2 gates' },
      { rule: 'kept', passed: winner === 'challenger', evidence: '75.0% of the customers keep their persona, 80.0% asked' },
    ];
    const report = { format: 1, challenger: 'c', champion: 'm', customers: 20, kept: 15, verdict: { winner, approvable: winner === 'champion', findings }, text: 'text' };
    const ref = await deps.artifacts.writeJson('challenge.report', report);
    const stages = input.stages.map((stage) => (stage.stage === 'clustering' ? { ...stage, outputs: { ...stage.outputs, 'challenge.report': ref } } : stage));
    return { runId: run.runId, input: { ...input, run: { ...run, ...(scoring && { scoring }) }, stages } };
  }

  it('holds a new model that lost for want of an approver only, and lets the current one through where it is applied instead', async () => {
    const { runId, input } = await contested('champion');
    const verdict = await createWeighRelease(deps)(input);
    const reason = { rule: 'gate/challenger', message: expect.stringContaining('75.0% of the customers keep their persona') as string, evidence: { kept: 0.75, limit: 0.8 } };
    expect(verdict).toMatchObject({ decision: 'hold', reasons: [reason] });
    expect(await deps.runs.read(runId)).toMatchObject({ status: 'held', hold: { digest: verdict.digest, reasons: [reason] } });
    await expect(publish(deps, input)).rejects.toMatchObject({ code: 'APPROVAL_MISSING' });
    // Rejected: the same run goes on with the model of release 1.
    const scoring = { release: 1, fittedAsOf: '2024-01-31', sha256: 'a'.repeat(64) };
    const current = await createWeighRelease(deps)({ ...input, run: { ...input.run, scoring } });
    expect(current).toMatchObject({ decision: 'open', rule: 'gate/within-limits', reasons: [] });
    expect(current.digest).not.toBe(verdict.digest);
    expect((await deps.runs.read(runId)).status).toBe('running');
  });

  it('does not hold a new model that won', async () => {
    const { input } = await contested('challenger');
    expect(await createWeighRelease(deps)(input)).toMatchObject({ decision: 'open', rule: 'gate/within-limits' });
  });

  it('publishes nothing that nobody let through, nor what was let through as something else', async () => {
    const { input, verdict } = await held();
    await expect(publish(deps, input)).rejects.toMatchObject({ code: 'APPROVAL_MISSING' });
    await expect(publish(deps, { ...input, approval: { approver: 'abe', digest: '0'.repeat(64), signed: null } })).rejects.toMatchObject({
      code: 'APPROVAL_MISSING',
    });
    expect(await deps.releases.list('shop', 'prod')).toHaveLength(1);
    expect(verdict.reasons.map(({ rule }) => rule)).toEqual(['gate/drift']);
  });

  it('releases exactly what was approved, with the signature in commit and ledger', async () => {
    const { run, input, verdict } = await held();
    const signed = sign(who.abe, run.runId, verdict.digest);
    const approval = await createCheckDecision(deps)({ run, heldDigest: verdict.digest, asked: 'approve', signed });
    const summary = await publish(deps, { ...input, approval });
    expect(summary).toMatchObject({ release: 2, outcome: 'published', digest: verdict.digest });
    expect((await deps.releases.read('shop', 'prod', 2)).approval).toEqual({ approver: 'abe', digest: verdict.digest, signed });
    const approved = (await entries()).filter(({ type }) => type === 'release.approved' || type === 'release.published').slice(1);
    expect(approved).toMatchObject([{ actor: 'abe', body: { digest: verdict.digest, signed } }, { body: { approval: { approver: 'abe', signed } } }]);
  });

  const DIGEST = 'd'.repeat(64);
  type Attempt = (run: string) => {
    readonly signed: SignedDecision;
    readonly starter?: string;
    readonly heldDigest?: string | null;
    readonly now?: string;
  };
  const attempts: readonly (readonly [string, string, Attempt])[] = [
    ['who is no actor', 'ACTOR_UNKNOWN', (run) => ({ signed: sign(person('mal'), run, DIGEST) })],
    ['who started the run', 'SELF_APPROVAL', (run) => ({ signed: sign(who.abe, run, DIGEST), starter: 'abe' })],
    ['an engineer', 'ACTOR_FORBIDDEN', (run) => ({ signed: sign(who.eve, run, DIGEST) })],
    ['an analyst', 'ACTOR_FORBIDDEN', (run) => ({ signed: sign(who.ann, run, DIGEST) })],
    ['an auditor', 'ACTOR_FORBIDDEN', (run) => ({ signed: sign(who.aud, run, DIGEST) })],
    ['who signed another digest', 'DIGEST_DIFFERS', (run) => ({ signed: sign(who.abe, run, 'e'.repeat(64)) })],
    ['who signed another run', 'SIGNATURE_INVALID', () => ({ signed: sign(who.abe, 'shop-prod-2024-01-31-9', DIGEST) })],
    ['who signed a rejection', 'SIGNATURE_INVALID', (run) => ({ signed: sign(who.abe, run, DIGEST, { decision: 'reject' }) })],
    ['who signed for tomorrow', 'SIGNATURE_INVALID', (run) => ({ signed: sign(who.abe, run, DIGEST, { at: '2024-02-03T00:00:00.000Z' }) })],
    ['another key under the name', 'ACTOR_KEY_INVALID', (run) => ({ signed: sign({ ...person('abe'), name: 'abe' }, run, DIGEST) })],
    ['another key under name and key id', 'SIGNATURE_INVALID', (run) => ({ signed: sign({ ...person('abe'), keyId: who.abe.keyId }, run, DIGEST) })],
    [
      'who signed another reason',
      'SIGNATURE_INVALID',
      (run) => {
        const signed = sign(who.abe, run, DIGEST);
        return { signed: { ...signed, statement: { ...signed.statement, reason: 'something else' } } };
      },
    ],
    ['who is late', 'NOT_HELD', (run) => ({ signed: sign(who.abe, run, DIGEST), heldDigest: null })],
  ];
  it.each(attempts)('refuses %s (%s), and keeps the attempt in the ledger', async (_, code, attempt) => {
    const { run } = await runUpToReport(deps, { project: GATED });
    const { signed, starter = run.actor, heldDigest = DIGEST } = attempt(run.runId);
    const before = (await entries()).length;
    await expect(createCheckDecision(deps)({ run: { ...run, actor: starter }, heldDigest, asked: 'approve', signed })).rejects.toMatchObject({
      code,
    });
    const after = await entries();
    expect(after).toHaveLength(before + 1);
    expect(after.at(-1)).toMatchObject({
      type: 'action.refused',
      actor: signed.statement.actor,
      body: { action: 'approve', code, keyId: signed.keyId, digest: signed.statement.digest },
    });
  });

  it('refuses what was signed before the key counted', async () => {
    const early = person('lou');
    await deps.ledger.append(changeEntry(added(early, 'approver', '2024-02-01T01:00:00.000Z'), who.ada));
    const { run } = await runUpToReport(deps, { project: GATED });
    const decide = (at: string) =>
      createCheckDecision(deps)({ run, heldDigest: DIGEST, asked: 'approve', signed: sign(early, run.runId, DIGEST, { at }) });
    await expect(decide('2024-02-01T00:59:59.999Z')).rejects.toMatchObject({ code: 'ACTOR_KEY_INVALID' });
    await expect(decide('2024-02-01T01:00:00.000Z')).resolves.toMatchObject({ approver: 'lou' });
  });

  it.each([
    [
      'has expired',
      async (late: Person) =>
        deps.ledger.append(changeEntry(added(late, 'approver', '2024-01-02T00:00:00.000Z', '2024-02-01T01:00:00.000Z'), who.ada)),
    ],
    [
      'was revoked',
      async (late: Person) => {
        await deps.ledger.append(changeEntry(added(late, 'approver', '2024-01-02T00:00:00.000Z'), who.ada));
        await deps.ledger.append(
          changeEntry({ purpose: 'dramatis/actor/1', change: 'revoked', name: late.name, at: '2024-02-01T01:00:00.000Z', reason: 'left' }, who.ada),
        );
      },
    ],
    [
      'was rotated',
      async (late: Person) => {
        await deps.ledger.append(changeEntry(added(late, 'approver', '2024-01-02T00:00:00.000Z'), who.ada));
        const at = '2024-02-01T01:00:00.000Z';
        await deps.ledger.append(
          changeEntry(
            { purpose: 'dramatis/actor/1', change: 'rotated', name: late.name, key: spanOf(person(late.name), at), at, reason: 'lost' },
            late,
          ),
        );
      },
    ],
  ])('refuses a key that %s, though what is signed is dated back', async (_, prepare) => {
    const late = person('lou');
    await prepare(late);
    const { run } = await runUpToReport(deps, { project: GATED });
    for (const at of ['2024-02-01T02:00:00.000Z', '2024-01-31T00:00:00.000Z']) {
      const signed = sign(late, run.runId, DIGEST, { at });
      await expect(createCheckDecision(deps)({ run, heldDigest: DIGEST, asked: 'approve', signed })).rejects.toMatchObject({
        code: 'ACTOR_KEY_INVALID',
      });
    }
    expect((await entries()).filter(({ type }) => type === 'action.refused')).toHaveLength(2);
  });
});
