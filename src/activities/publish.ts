import { Context } from '@temporalio/activity';
import type { PublishInput, ResolvedParent, ResolveParentInput } from '../contracts/activities';
import type { ArtifactRef, ArtifactRefs } from '../contracts/artifacts';
import { MANIFEST_PAYLOAD } from '../contracts/envelope';
import type { Manifest, ReleaseCommit, SinkReceipt } from '../contracts/manifest';
import type { RefreshSummary, RunContext, StageResult } from '../contracts/run';
import type { PersonasReport } from '../contracts/personas';
import type { ProjectConfig, ResolvedProject } from '../config/project';
import type { Approval } from '../contracts/gate';
import { PipelineError } from '../contracts/errors';
import { buildManifest, canonicalJson, looksAhead } from '../core/audit';
import { gateOf } from '../core/gate';
import type { Ledger, Lineage, ReleaseStore, RunStore, Sink, SqlEngine, TableSchema } from '../core/ports';
import { collectFacts, idempotencyKeyOf, outputsOf, releasedOutputs, type ManifestDeps } from './manifest';
import { enterCommit, enterOutcome } from './release-entries';
import { STAGE_READS } from './stage-reads';

export interface PublishDeps extends ManifestDeps {
  readonly sql: SqlEngine;
  readonly runs: RunStore;
  readonly releases: ReleaseStore;
  readonly ledger: Ledger;
  readonly lineage: Lineage;
  /** The targets a release of this project is delivered to. */
  sinksOf(config: ProjectConfig, run: RunContext): readonly Sink[];
  /** What the run ran on: an observation. */
  host(): Readonly<Record<string, unknown>>;
  fault(point: string): void;
  now(): number;
}

type Outcome = RefreshSummary['outcome'];

/** What the personas of a later release are matched to. */
const PARENT_ARTIFACTS = ['personas.memberships', 'personas.personas'] as const;

/** Activities that give a run its parent and publish it; both safe to run again after a crash at any point. */
export function createPublish(deps: PublishDeps): {
  resolveParent(input: ResolveParentInput): Promise<ResolvedParent>;
  publishRelease(input: PublishInput): Promise<RefreshSummary>;
} {
  return {
    resolveParent: (input) => resolveParent(deps, input),
    publishRelease: (input) => publishRelease(deps, input),
  };
}

/**
 * The release the personas are matched to: normally the current one, or the one that whoever granted the run its turn names. A run of something that was released before is matched to
 * that release's own parent, so it gives the same personas and the same digest again.
 */
async function resolveParent(deps: PublishDeps, { run, stages }: ResolveParentInput): Promise<ResolvedParent> {
  const { project, environment } = run;
  const key = await idempotencyKeyOf(deps, run, stages);
  const same = await deps.releases.findByIdempotencyKey(project, environment, key);
  const parentRelease = same ? same.parent : run.turn ? run.turn.parentRelease : ((await deps.releases.current(project, environment))?.n ?? null);
  const artifacts = await parentTables(deps, run, parentRelease);
  if (parentRelease === null) return { parentRelease, artifacts };
  const release = await deps.artifacts.writeJson('parent.release', { release: parentRelease });
  return { parentRelease, artifacts: { ...artifacts, 'parent.release': release } };
}

async function parentTables(
  { releases }: PublishDeps,
  { project, environment }: RunContext,
  parentRelease: number | null,
): Promise<ArtifactRefs> {
  if (parentRelease === null) return {};
  const { artifacts } = await releases.read(project, environment, parentRelease);
  return Object.fromEntries(
    PARENT_ARTIFACTS.flatMap((name) =>
      artifacts[name] ? [[name.replace(/^personas/, 'parent'), artifacts[name]]] : [],
    ),
  );
}

/**
 * Manifest → commit → ledger → sinks → ledger → lineage → run record. Every step is idempotent: after a crash the activity starts over and
 * finds what is done. The manifest is kept before all else, so every try writes the same bytes and the same ledger entries.
 *
 * @throws PipelineError `RELEASE_MOVED` if another release became current since the matching: the personas must be matched again.
 */
async function publishRelease(deps: PublishDeps, input: PublishInput): Promise<RefreshSummary> {
  const started = deps.now();
  const { run, stages } = input;
  deps.fault('publish:start');
  const { manifest, stored } = await manifestFor(deps, input);
  const key = manifest.idempotencyKey;
  const approval = await approvalOf(deps, input, manifest.digest);
  deps.fault('publish:written');
  const { commit, created } = run.scratch
    ? { commit: null, created: false }
    : await commitRelease(deps, input, manifest, stored, approval);
  deps.fault('publish:committed');
  // Where an earlier attempt of the run has committed, the manifest that the commit names is the run's, not that of this attempt.
  const own = commit?.manifest.sha256 !== stored.sha256 && commit?.runId === run.runId ? commit.manifest : stored;
  const record = own === stored ? manifest : await deps.artifacts.readJson<Manifest>(own);
  // A release that was never to be current is for those who ask for it by its number.
  const receipts = commit?.promoted || commit?.superseded ? await deliver(deps, run, commit) : [];
  deps.fault('publish:delivered');
  const outcome = outcomeOf(run, commit, created);
  const envelope = await deps.ledger.seal(MANIFEST_PAYLOAD, canonicalJson(record));
  const at = new Date(deps.now()).toISOString();
  await enterOutcome(deps.ledger, { run, manifest: record, stored: own, envelope, commit, outcome, receipts, at });
  deps.fault('publish:recorded');
  await deps.lineage.completed(record, await schemasOf(deps, stages));
  const published = publishStage(deps, started, key, own, commit, outcome, receipts);
  const all = [...stages, published];
  await deps.runs.saveManifest(run.runId, record, envelope);
  const finished = {
    status: 'succeeded',
    finishedAt: new Date(deps.now()).toISOString(),
    stages: all,
    failure: null,
  } as const;
  await deps.runs.update(run.runId, { ...finished, manifest: own, release: commit?.n ?? null, outcome });
  deps.fault('publish:done');
  const { digest, resultDigest } = record;
  const { personas } = await deps.artifacts.readJson<PersonasReport>(outputsOf(stages)['personas.personas']);
  return {
    runId: run.runId,
    digest,
    resultDigest,
    manifest: own,
    release: commit?.n ?? null,
    personas: personas.length,
    outcome,
    stages: all,
  };
}

/** The manifest of a run whose report is there, kept before all else: whoever asks again gets the same bytes. */
export async function manifestFor(
  deps: PublishDeps,
  input: PublishInput,
): Promise<{ readonly manifest: Manifest; readonly stored: ArtifactRef }> {
  const { run, stages, parentRelease } = input;
  const facts = await collectFacts(deps, input, await parentTables(deps, run, parentRelease), STAGE_READS);
  const key = await idempotencyKeyOf(deps, run, stages);
  const manifest = await deps.runs.keepManifest(run.runId, buildManifest(facts, observationsOf(deps, input), key));
  return { manifest, stored: await deps.artifacts.writeJson('run.manifest', manifest) };
}

/**
 * Who let the release through. Asked for again here, where it is committed: nothing goes round the gate.
 *
 * @throws PipelineError `APPROVAL_MISSING` where the project has a gate and nobody let exactly this manifest through.
 */
async function approvalOf({ artifacts }: PublishDeps, { run, approval }: PublishInput, digest: string): Promise<Approval> {
  const { config } = await artifacts.readJson<ResolvedProject>(run.resolved);
  if (!gateOf(config).enabled || run.scratch) return { approver: 'gate/off', digest, signed: null };
  if (run.turn?.promote === false) return { approver: 'gate/not-current', digest, signed: null };
  if (approval?.digest === digest) return approval;
  throw new PipelineError(
    'APPROVAL_MISSING',
    `${run.runId} has no approval of its manifest ${digest}: nothing is published`,
    { run: run.runId, digest, approved: approval?.digest ?? null },
  );
}

function observationsOf(
  { host, now }: PublishDeps,
  { run, stages, temporal, startedAt }: PublishInput,
): Manifest['observations'] {
  const { runId, kind, attempt, actor, reason } = run;
  return {
    runId,
    kind,
    attempt,
    actor,
    reason,
    startedAt,
    finishedAt: new Date(now()).toISOString(),
    stages,
    host: host(),
    temporal,
  };
}

function commitRelease(
  { releases, now }: PublishDeps,
  { run, stages, parentRelease: parent }: PublishInput,
  manifest: Manifest,
  stored: ArtifactRef,
  approval: Approval,
) {
  const { project, environment, asOf, runId, actor, reason, turn } = run;
  const { digest, resultDigest, idempotencyKey } = manifest;
  const artifacts = releasedOutputs(stages);
  const at = new Date(now()).toISOString();
  return releases.commit(
    {
      project,
      environment,
      parent,
      asOf,
      runId,
      idempotencyKey,
      digest,
      resultDigest,
      manifest: stored,
      artifacts,
      at,
      actor,
      reason,
      ...(looksAhead(run) && { lookAhead: true as const }),
      approval,
    },
    parent,
    turn && { promote: turn.promote, chosenParent: true },
  );
}

/** `unchanged` says that another run had released the same thing; a retry of the run that did still calls it published. */
function outcomeOf(run: RunContext, commit: ReleaseCommit | null, created: boolean): Outcome {
  if (commit === null) return 'scratch';
  if (!created && commit.runId !== run.runId) return 'unchanged';
  return commit.superseded ? 'superseded' : commit.promoted ? 'published' : 'committed';
}

/** A target may be down for days: that the release was made stands in the ledger before the first is asked. */
async function deliver(deps: PublishDeps, run: RunContext, commit: ReleaseCommit): Promise<SinkReceipt[]> {
  await enterCommit(deps.ledger, commit);
  deps.fault('publish:entered');
  const { config } = await deps.artifacts.readJson<ResolvedProject>(run.resolved);
  return deliverTo(deps.sinksOf(config, run), commit);
}

/** Deliver a release to every target. One that fails does not keep the others from theirs: the first failure is thrown at the end. */
export async function deliverTo(sinks: readonly Sink[], commit: ReleaseCommit): Promise<SinkReceipt[]> {
  const receipts: SinkReceipt[] = [];
  const failures: unknown[] = [];
  for (const sink of sinks) {
    try {
      receipts.push(await sink.deliver(commit));
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return receipts;
}

/** Columns of every table among the outputs, as the engine reads them. */
async function schemasOf({ sql }: PublishDeps, stages: readonly StageResult[]): Promise<Record<string, TableSchema>> {
  const tables = Object.entries(outputsOf(stages)).filter(([, { rows }]) => rows !== null);
  const session = await sql.session();
  try {
    const schemas: Record<string, TableSchema> = {};
    for (const [name, ref] of tables) {
      await session.view(name, ref);
      const columns = await session.rows<{ name: string; type: string }>(
        `SELECT column_name AS name, column_type AS type FROM (DESCRIBE SELECT * FROM ${name})`,
      );
      schemas[name] = { columns };
    }
    return schemas;
  } finally {
    await session.close();
  }
}

function publishStage(
  { now }: PublishDeps,
  started: number,
  key: string,
  manifest: ArtifactRef,
  commit: ReleaseCommit | null,
  outcome: Outcome,
  receipts: readonly SinkReceipt[],
): StageResult {
  const files = receipts.reduce((sum, receipt) => sum + receipt.files.length, 0);
  const defused = receipts.flatMap((receipt) => receipt.files).reduce((sum, file) => sum + (file.defused ?? 0), 0);
  return {
    stage: 'publish',
    key,
    outputs: { 'publish.manifest': manifest },
    rowsIn: null,
    rowsOut: null,
    summary: commit
      ? `release ${commit.n} ${outcome}, ${files} files in ${receipts.length} targets`
      : 'scratch run: nothing released',
    warnings: [
      ...(defused > 0 ? [`${defused} text cells of CSV files began like a formula and got a leading apostrophe`] : []),
      ...receipts
        .filter(({ status }) => status === 'refused')
        .map(({ sink, held }) => `target ${sink} holds the later release ${held} and took nothing`),
    ],
    facts: { release: commit?.n ?? null, outcome },
    observed: {
      reused: outcome === 'unchanged',
      ms: Math.round(now() - started),
      attempt: Context.current().info.attempt,
      startedAt: new Date(started).toISOString(),
    },
  };
}
