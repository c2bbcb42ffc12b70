import { collectFacts } from '../../activities/manifest';
import { STAGE_READS } from '../../activities/stage-reads';
import { depsOfRun, readsOf, type StageDefinition, type WorkerDeps } from '../../activities/stage';
import type { ArtifactRef, ArtifactRefs } from '../../contracts/artifacts';
import type { ManifestFacts } from '../../contracts/manifest';
import type { RunContext, StageResult } from '../../contracts/run';
import type { Stage } from '../../contracts/stages';
import { canonicalJson, digestOf } from '../../core/audit';
import { DENSITY_ROWS } from '../../core/clustering/density/stored';
import { logicalDigest } from './logical-digest';
import type { FinishedRun } from './run-inputs';

/** Parts of an `auto` run that compare it with releases of before: they decide how it goes on, which the manifest says. */
const NOT_AGAIN: ReadonlySet<string> = new Set(['drift.report', 'challenge.report']);

/** `values`: other bytes, the same rows. */
export type Sameness = 'bytes' | 'values' | 'differs';

export interface ReplayedStep {
  readonly stage: Stage;
  readonly part: string | null;
  readonly outputs: readonly { readonly name: string; readonly sameness: Sameness; readonly recorded: string | null; readonly replayed: string | null }[];
  readonly ms: number;
}

export interface Replay {
  readonly runId: string;
  readonly verdict: 'identical bytes' | 'identical values' | 'differs' | 'not-replayable (erased)';
  /** Outputs that were not worked out again: what drift and the contest of an `auto` run were, and what somebody was erased from. */
  readonly left: readonly string[];
  /** The first step with an output that differs, even in its values; null where none does. */
  readonly first: ReplayedStep | null;
  readonly steps: readonly ReplayedStep[];
  /** The digest over decisions and outputs that the manifest says, and that of what was replayed; null where a step differs. */
  readonly resultDigest: { readonly recorded: string; readonly replayed: string | null };
  /** Whether this program and engine are those that made the run. */
  readonly sameCode: boolean;
  readonly sameEngine: boolean;
}

export interface ReplayOptions {
  readonly run: FinishedRun;
  /** Stages and their parts, in order. */
  readonly definitions: readonly StageDefinition[];
  /** Artifacts are read from the run's store and written elsewhere. The index of stages is never asked: every stage works. */
  readonly deps: WorkerDeps;
  readonly signal: AbortSignal;
  progress?(what: string, done: number, total: number): void;
}

/**
 * Work every stage out again, from the stored extract on, and compare each output with the one recorded.
 *
 * A stage is given the recorded outputs of those before it: where all came out the same, that is what the replay itself made; where
 * one did not, what follows is still compared by itself, and only what differs of its own accord is said to.
 */
export async function replayRun({ run, definitions, deps, signal, progress = () => undefined }: ReplayOptions): Promise<Replay> {
  const { facts } = run.manifest;
  const recorded = recordedOutputs(facts);
  const inputs = { ...recorded, ...(await parentOf(facts, deps)), ...modelTables(facts.inputs) };
  const context: RunContext = { ...run.request, runId: run.runId, attempt: run.attempt, ...(facts.scoring && { scoring: facts.scoring }) };
  const asked = definitions.filter(({ stage, isPart }) => stage !== 'extract' && (isPart?.(run.project.config) ?? true));
  const steps: ReplayedStep[] = [];
  const replayed: Record<string, ArtifactRef> = {};
  for (const [i, definition] of asked.entries()) {
    const { stage, part = null } = definition;
    progress(part === null ? stage : `${stage} ${part}`, i, asked.length);
    const started = deps.now();
    const { outputs } = await definition.work({
      run: context,
      project: run.project,
      config: run.project.config,
      inputs: readsOf(definition, inputs),
      signal,
      deps: depsOfRun(deps, run.project.config, context),
      progress: () => undefined,
    });
    signal.throwIfAborted();
    Object.assign(replayed, outputs);
    steps.push({ stage, part, outputs: await compare(outputs, recorded, deps), ms: Math.round(deps.now() - started) });
  }
  const left = Object.keys(recorded).filter((name) => NOT_AGAIN.has(name));
  const forgotten = Object.keys(recorded).filter((name) => !name.startsWith('extract.') && !(name in replayed) && !left.includes(name));
  const all = [...steps, ...forgotten.map((name): ReplayedStep => ({ stage: name.split('.')[0] as Stage, part: null, outputs: [{ name, sameness: 'differs', recorded: recorded[name].sha256, replayed: null }], ms: 0 }))];
  const first = all.find(({ outputs }) => outputs.some(({ sameness }) => sameness === 'differs')) ?? null;
  const exact = all.every(({ outputs }) => outputs.every(({ sameness }) => sameness === 'bytes'));
  return {
    runId: run.runId,
    verdict: first ? 'differs' : exact ? 'identical bytes' : 'identical values',
    left,
    first,
    steps: all,
    resultDigest: { recorded: run.manifest.resultDigest, replayed: first ? null : await resultDigestOf(run, context, { ...recorded, ...replayed }, deps) },
    sameCode: deps.code.digest === facts.code.digest,
    sameEngine: canonicalJson(deps.engine) === canonicalJson(facts.engine),
  };
}

/** What a replay of a run answers that somebody was erased from since: the rows it would need are gone. */
export const notReplayable = ({ runId, manifest }: FinishedRun, left: readonly string[]): Replay => ({
  runId,
  verdict: 'not-replayable (erased)',
  left,
  first: null,
  steps: [],
  resultDigest: { recorded: manifest.resultDigest, replayed: null },
  sameCode: true,
  sameEngine: true,
});

/** Every output by name; the report of what was read stands among the inputs of the manifest. */
export function recordedOutputs({ inputs, results }: ManifestFacts): Record<string, ArtifactRef> {
  const read = inputs.filter(({ role }) => role === 'extract').map(({ name, sha256, bytes }) => [name, { sha256, bytes, rows: null, kind: name }] as const);
  return Object.fromEntries([...read, ...results.outputs.map(({ name, ref }) => [name, ref] as const)]);
}

/** Tables of the parent release, as the run was given them. */
async function parentOf({ inputs, parentRelease }: ManifestFacts, { artifacts }: WorkerDeps): Promise<ArtifactRefs> {
  if (parentRelease === null) return {};
  const tables = parentTables(inputs);
  return { ...tables, 'parent.release': await artifacts.writeJson('parent.release', { release: parentRelease }) };
}

const parentTables = (inputs: ManifestFacts['inputs']): ArtifactRefs =>
  Object.fromEntries(inputs.filter(({ role }) => role === 'parent').map(({ name, sha256, bytes, rows }) => [name, { sha256, bytes, rows, kind: name.replace(/^parent/, 'personas') }]));

const modelTables = (inputs: ManifestFacts['inputs']): ArtifactRefs =>
  Object.fromEntries(inputs.filter(({ role }) => role === 'model').map(({ name, sha256, bytes, rows }) => [name, { sha256, bytes, rows, kind: name }]));

async function compare(outputs: ArtifactRefs, recorded: ArtifactRefs, deps: WorkerDeps): Promise<ReplayedStep['outputs']> {
  const compared: { name: string; sameness: Sameness; recorded: string | null; replayed: string }[] = [];
  for (const [name, ref] of Object.entries(outputs)) {
    const before = recorded[name];
    // Kept apart from what a manifest lists; the model that names it is compared.
    if (name === DENSITY_ROWS) continue;
    compared.push({ name, sameness: before ? await samenessOf(before, ref, deps) : 'differs', recorded: before?.sha256 ?? null, replayed: ref.sha256 });
  }
  return compared;
}

async function samenessOf(before: ArtifactRef, after: ArtifactRef, { sql }: WorkerDeps): Promise<Sameness> {
  if (before.sha256 === after.sha256) return 'bytes';
  // Documents are written canonically: other bytes are other values.
  if (before.rows === null || before.rows !== after.rows) return 'differs';
  return (await logicalDigest(sql, before)) === (await logicalDigest(sql, after)) ? 'values' : 'differs';
}

async function resultDigestOf({ manifest }: FinishedRun, run: RunContext, outputs: ArtifactRefs, deps: WorkerDeps): Promise<string> {
  const { facts, observations } = manifest;
  const stages = observations.stages.map((stage): StageResult => ({
    ...stage,
    outputs: Object.fromEntries(Object.keys(stage.outputs).flatMap((name) => (outputs[name] ? [[name, outputs[name]]] : []))),
  }));
  const { results } = await collectFacts(deps, { run, stages, parentRelease: facts.parentRelease, model: modelTables(facts.inputs) }, parentTables(facts.inputs), STAGE_READS);
  return digestOf(results);
}
