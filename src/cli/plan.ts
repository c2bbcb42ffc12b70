import { keyOf, readsOf, depsOfRun, type StageDefinition, type StageWork, type WorkerDeps } from '../activities/stage';
import { STAGE_DEFINITIONS } from '../activities';
import type { ResolvedParent, ResolveParentInput } from '../contracts/activities';
import type { ArtifactRefs } from '../contracts/artifacts';
import type { RefreshRequest, RunContext, StageResult } from '../contracts/run';
import type { Stage } from '../contracts/stages';
import type { ResolvedProject } from '../config/project';

export interface PlannedStage {
  readonly stage: Stage;
  /** `depends`: behind a stage that runs; it runs too, unless what it reads comes out the same. */
  readonly action: 'reuse' | 'run' | 'depends';
  /** Why it runs, or what it reuses. */
  readonly because: string;
}

export interface Plan {
  readonly asOf: string;
  readonly stages: readonly PlannedStage[];
  /** The release that is there already, when nothing would change. */
  readonly unchangedRelease: number | null;
}

export interface PlanDeps {
  readonly worker: WorkerDeps;
  readonly request: RefreshRequest;
  readonly resolved: ResolvedProject;
  resolveParent(input: ResolveParentInput): Promise<ResolvedParent>;
  /** The release that this very work already made, if any. */
  releaseOf(stages: readonly StageResult[]): Promise<number | null>;
}

/**
 * What a run would do now: stage by stage its key is computed as the run would, and looked up. From the first stage without a
 * result on, later stages depend on what comes out.
 *
 * Cost: one hash over the source files.
 */
export async function planRun({ worker, request, resolved, resolveParent, releaseOf }: PlanDeps): Promise<Plan> {
  const run: RunContext = { ...request, runId: 'plan', attempt: 1 };
  const inputs: Record<string, ArtifactRefs[string]> = {};
  const results: StageResult[] = [];
  const stages: PlannedStage[] = [];
  const changed = new Set<string>();

  for (const definition of STAGE_DEFINITIONS as readonly StageDefinition[]) {
    const { stage } = definition;
    const stale = definition.reads.map((name) => name.replace(/\?$/, '')).filter((name) => changed.has(name.split('.')[0] ?? ''));
    if (stale.length > 0) {
      changed.add(stage);
      stages.push({ stage, action: 'depends', because: `reads ${stale.join(', ')}` });
      continue;
    }
    if (stage === 'personas') Object.assign(inputs, (await resolveParent({ run, stages: results })).artifacts);
    const work: StageWork = {
      run,
      project: resolved,
      config: resolved.config,
      inputs: readsOf(definition, inputs),
      signal: new AbortController().signal,
      deps: depsOfRun(worker, resolved.config, run),
      progress: () => undefined,
    };
    const done = await worker.stages.find(await keyOf(definition, work, worker));
    if (!done) {
      changed.add(stage);
      stages.push({ stage, action: 'run', because: stage === 'extract' ? 'new source files, config, code or business date' : 'its config, SQL or code is new' });
      continue;
    }
    results.push(done);
    Object.assign(inputs, done.outputs);
    stages.push({ stage, action: 'reuse', because: done.summary });
  }
  const unchangedRelease = changed.size === 0 ? await releaseOf(results) : null;
  stages.push(
    unchangedRelease === null
      ? { stage: 'publish', action: 'run', because: request.scratch ? 'a scratch run keeps its manifest and publishes nothing' : 'a new release' }
      : { stage: 'publish', action: 'reuse', because: `release ${unchangedRelease} holds exactly this` },
  );
  return { asOf: request.asOf, stages, unchangedRelease };
}
