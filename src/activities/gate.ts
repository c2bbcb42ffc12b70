import type { CheckDecisionInput, PublishInput } from '../contracts/activities';
import type { ChallengeReport } from '../contracts/drift';
import type { Approval, GateVerdict, HeldRelease } from '../contracts/gate';
import type { PersonasReport } from '../contracts/personas';
import type { QualityReport } from '../contracts/reports';
import type { ProjectConfig, ResolvedProject } from '../config/project';
import { refused, registryOf } from '../core/actors';
import { decideGate, driftOf, gateOf, objectionTo, type GateDecision, type GateFacts } from '../core/gate';
import type { Ledger, RunStore } from '../core/ports';
import { outputsOf } from './manifest';
import { manifestFor, type PublishDeps } from './publish';

const HOUR_MS = 3_600_000;

/** A model that lost its contest for want of an approver, and would be released all the same. */
async function contestOf(
  { artifacts }: PublishDeps,
  { run, stages }: PublishInput,
  { modes }: ProjectConfig,
): Promise<GateFacts['contest']> {
  const ref = outputsOf(stages)['challenge.report'];
  if (run.scoring !== undefined || ref === undefined) return null;
  const { verdict, customers, kept } = await artifacts.readJson<ChallengeReport>(ref);
  const finding = verdict.findings.find(({ rule }) => rule === 'kept');
  if (verdict.winner === 'challenger' || finding === undefined) return null;
  return { evidence: finding.evidence, kept: customers === 0 ? 1 : kept / customers, limit: modes.challenger.minKept };
}

async function factsOf(
  deps: PublishDeps,
  input: PublishInput,
  key: string,
  config: ProjectConfig,
): Promise<GateFacts> {
  const { artifacts, releases } = deps;
  const { run, stages, parentRelease } = input;
  const { project, environment } = run;
  const outputs = outputsOf(stages);
  const parent = parentRelease === null ? null : await releases.read(project, environment, parentRelease);
  const quality = await artifacts.readJson<QualityReport>(outputs['quality.report']);
  return {
    now: await artifacts.readJson<PersonasReport>(outputs['personas.personas']),
    before: parent && (await artifacts.readJson<PersonasReport>(parent.artifacts['personas.personas'])),
    checks: quality.checks,
    drift: driftOf(stages),
    released: (await releases.findByIdempotencyKey(project, environment, key)) !== undefined,
    backfill: run.kind === 'backfill',
    contest: await contestOf(deps, input, config),
    kMin: config.privacy.kMin,
  };
}

/**
 * Build and keep the manifest of a run whose report is there, and say whether its release may go on by itself. What holds it stands in
 * the ledger and in the run's record from then on, with the digest that an approval must name. Safe to run twice.
 */
export const createWeighRelease = (deps: PublishDeps) =>
  async function weighRelease(input: PublishInput): Promise<GateVerdict> {
    const { run, stages } = input;
    const { config } = await deps.artifacts.readJson<ResolvedProject>(run.resolved);
    const gate = gateOf(config);
    const { manifest, stored } = await manifestFor(deps, input);
    const decided = decideGate(gate, await factsOf(deps, input, manifest.idempotencyKey, config));
    const { digest } = manifest;
    const since = new Date(deps.now()).toISOString();
    await deps.ledger.append({
      type: decided.decision === 'hold' ? 'run.held' : 'gate.opened',
      actor: run.actor,
      reason: run.reason,
      at: since,
      subject: run.runId,
      body: { attempt: run.attempt, digest, manifest: stored.sha256, rule: decided.rule, reasons: decided.reasons, gate },
    });
    if (decided.decision === 'hold') {
      const until = new Date(Date.parse(since) + gate.timeoutHours * HOUR_MS).toISOString();
      const hold: HeldRelease = {
        digest,
        manifest: stored,
        report: outputsOf(stages)['report.html'] ?? null,
        reasons: decided.reasons,
        since,
        until,
      };
      await deps.runs.update(run.runId, { status: 'held', stages, hold });
    } else if ((await deps.runs.read(run.runId)).status === 'held') {
      // A new model was not agreed to: what is weighed now is the one of before.
      await deps.runs.update(run.runId, { status: 'running' });
    }
    return verdictOf(decided, digest, gate.timeoutHours);
  };

const verdictOf = ({ decision, rule, reasons }: GateDecision, digest: string, timeoutHours: number): GateVerdict => ({
  decision,
  rule,
  reasons,
  digest,
  timeoutHours,
});

export interface DecisionDeps {
  readonly ledger: Ledger;
  readonly runs: RunStore;
  now(): number;
}

/**
 * Look whether a signed decision counts. Both answers stand in the ledger, a refusal before it is thrown: so a client that goes round the
 * command line is seen as well.
 *
 * @throws PipelineError see `objectionTo`.
 */
export const createCheckDecision = ({ ledger, runs, now }: DecisionDeps) =>
  async function checkDecision({ run, heldDigest, asked, signed }: CheckDecisionInput): Promise<Approval> {
    const { statement, keyId } = signed;
    const { actor, reason, digest } = statement;
    const at = new Date(now()).toISOString();
    const registry = registryOf(await ledger.read());
    const objection = objectionTo(signed, { registry, runId: run.runId, starter: run.actor, heldDigest, asked, now: at });
    if (objection) throw await refused(ledger, { action: asked, actor, reason, subject: run.runId, at, evidence: { keyId, digest } }, objection);
    await ledger.append({
      type: asked === 'approve' ? 'release.approved' : 'release.rejected',
      actor,
      reason,
      at,
      subject: run.runId,
      body: { attempt: run.attempt, digest, signed },
    });
    if (asked === 'approve') await runs.update(run.runId, { status: 'running' });
    return { approver: actor, digest, signed };
  };
