import { Context } from '@temporalio/activity';
import type { ArtifactRefs } from '../contracts/artifacts';
import { PipelineError } from '../contracts/errors';
import type { RunContext, StageInput, StageResult } from '../contracts/run';
import type { Stage } from '../contracts/stages';
import type { ProjectConfig, ResolvedProject } from '../config/project';
import { sha256Hex } from '../core/audit/digest';
import { inputDigests, stageKey } from '../core/audit/stage-key';
import type { ArtifactStore, CodeDigests, Compute, SqlEngine, SqlModels, StageIndex, Vault } from '../core/ports';

/** What stage bodies may use of the outside. `vault` is opened for the run's project on first use. */
export interface StageDeps {
  readonly artifacts: ArtifactStore;
  readonly sql: SqlEngine;
  readonly compute: Compute;
  readonly models: SqlModels;
  readonly vault: Vault;
  /** Version and hashes of the program: the report names the version. */
  readonly code: CodeDigests;
  /** The browser code of the report, as text. */
  reportRuntime(): Promise<string>;
}

/** What a worker builds once and gives to every stage. */
export interface WorkerDeps extends Omit<StageDeps, 'vault'> {
  readonly stages: StageIndex;
  /** Versions that decide the numbers: `{duckdb, v8, kernels}`. */
  readonly engine: Readonly<Record<string, string>>;
  openVault(config: ProjectConfig, projectDir: string): Vault;
  /** Named points at which tests make the process fail; nothing in production. */
  fault(point: string): void;
  /** Wall clock in milliseconds: for observations only. */
  now(): number;
}

export interface StageWork {
  readonly run: RunContext;
  readonly project: ResolvedProject;
  readonly config: ProjectConfig;
  readonly inputs: ArtifactRefs;
  readonly signal: AbortSignal;
  readonly deps: StageDeps;
  progress(fraction: number, note?: string): void;
}

export type StageOutput = Omit<StageResult, 'stage' | 'key' | 'observed'>;

/** One stage of the pipeline: what it reads, what its key depends on, and its work. */
export interface StageDefinition {
  readonly stage: Stage;
  /** Part of the stage's work that is cached and retried on its own; part of the key. */
  readonly part?: string;
  /** Whether a project asks for this part. */
  isPart?(config: ProjectConfig): boolean;
  /** Names of the artifacts it reads, `<stage>.<output>`; a `?` at the end marks an optional one. */
  readonly reads: readonly string[];
  /** The slice of the config it depends on. */
  configOf(config: ProjectConfig): unknown;
  /** Names of the shipped SQL models it runs; the project's own SQL it uses goes into `configOf` by name and is hashed by `projectSqlOf`. */
  sqlOf?(project: ResolvedProject): readonly string[];
  /** Names of the project's own SQL files it runs. */
  projectSqlOf?(config: ProjectConfig): readonly string[];
  /** Hashes of what lies outside of the store: the source files of `extract`. */
  extraKey?(work: StageWork): Promise<readonly string[]>;
  readonly usesProjectKey?: boolean;
  work(work: StageWork): Promise<StageOutput>;
}

export type StageActivity = (input: StageInput) => Promise<StageResult>;

const HEARTBEAT_MS = 1000;

/** The inputs a stage reads, in the order of its definition. */
export function readsOf(definition: StageDefinition, inputs: ArtifactRefs): ArtifactRefs {
  const reads: Record<string, ArtifactRefs[string]> = {};
  for (const entry of definition.reads) {
    const name = entry.replace(/\?$/, '');
    if (inputs[name]) reads[name] = inputs[name];
    else if (!entry.endsWith('?'))
      throw new PipelineError('OBJECT_MISSING', `stage ${definition.stage} needs ${name}, which no earlier stage gave`);
  }
  return reads;
}

/** `KERNELS_MIXED` unless this worker has the kernels that the run was opened with. */
function requireKernels({ runId, kernels }: RunContext, engine: WorkerDeps['engine']): void {
  if (kernels === undefined || kernels === engine.kernels) return;
  const message = `${runId} was opened with the kernels ${kernels}, this worker has ${engine.kernels}: give all workers of the store one version and one DRAMATIS_KERNELS`;
  throw new PipelineError('KERNELS_MIXED', message, { kernels, worker: engine.kernels });
}

/** The key of a stage in a run: everything its outputs depend on, and nothing else. */
export async function keyOf(definition: StageDefinition, work: StageWork, deps: WorkerDeps): Promise<string> {
  const { config, project, run } = work;
  const shipped = (definition.sqlOf?.(project) ?? []).map((name) => [name, deps.models.get(name).sha256]);
  const own = (definition.projectSqlOf?.(config) ?? []).map((name) => [
    `project:${name}`,
    sha256Hex(project.sql[name] ?? ''),
  ]);
  return stageKey({
    stage: definition.stage,
    codeDigest: deps.code.stages[definition.stage] ?? deps.code.digest,
    engine: deps.engine,
    config: definition.configOf(config),
    sqlDigests: Object.fromEntries([...shipped, ...own]) as Record<string, string>,
    seed: config.modeling.seed,
    asOf: run.asOf,
    knownAt: run.knownAt,
    projectKeyId: definition.usesProjectKey ? work.deps.vault.keyId : 'none',
    inputs: inputDigests(work.inputs),
    extra: { hashes: (await definition.extraKey?.(work)) ?? [], ...(definition.part !== undefined && { part: definition.part }) },
  });
}

/** Stage dependencies of one run: the vault belongs to its project. */
export function depsOfRun(deps: WorkerDeps, config: ProjectConfig, run: RunContext): StageDeps {
  let vault: Vault | undefined;
  return {
    artifacts: deps.artifacts,
    sql: deps.sql,
    compute: deps.compute,
    models: deps.models,
    code: deps.code,
    reportRuntime: () => deps.reportRuntime(),
    get vault() {
      return (vault ??= deps.openVault(config, run.projectDir));
    },
  };
}

/**
 * Turn a stage definition into an activity that is safe to run twice: look up by key, work, write, record.
 * Heartbeats carry `{fraction, note}` while it works; cancellation aborts `signal`.
 */
export const createStage = (definition: StageDefinition, deps: WorkerDeps): StageActivity =>
  async function stageActivity({ run, inputs }) {
    const context = Context.current();
    const started = deps.now();
    const observed = (reused: boolean): StageResult['observed'] => ({
      reused,
      ms: Math.round(deps.now() - started),
      attempt: context.info.attempt,
      startedAt: new Date(started).toISOString(),
    });
    let latest: { fraction: number; note?: string } = { fraction: 0 };
    const beat = setInterval(() => context.heartbeat(latest), HEARTBEAT_MS);
    try {
      requireKernels(run, deps.engine);
      const project = await deps.artifacts.readJson<ResolvedProject>(run.resolved);
      const { config } = project;
      const work: StageWork = {
        run,
        project,
        config,
        inputs: readsOf(definition, inputs),
        signal: context.cancellationSignal,
        deps: depsOfRun(deps, config, run),
        progress: (fraction, note) => {
          latest = note === undefined ? { fraction } : { fraction, note };
        },
      };
      deps.fault(`${definition.stage}:start`);
      const key = await keyOf(definition, work, deps);
      const done = await deps.stages.find(key);
      if (done) return { ...done, observed: observed(true) };
      deps.fault(`${definition.stage}:work`);
      const output = await definition.work(work);
      deps.fault(`${definition.stage}:written`);
      const result: StageResult = { stage: definition.stage, key, ...output, observed: observed(false) };
      await deps.stages.record(result);
      deps.fault(`${definition.stage}:recorded`);
      return result;
    } catch (error) {
      // A kernel or a query that was stopped reports its own error: what happened is the cancellation.
      if (context.cancellationSignal.aborted) return await context.cancelled;
      throw error;
    } finally {
      clearInterval(beat);
    }
  };
