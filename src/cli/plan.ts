import { keyOf, readsOf, depsOfRun, type StageDefinition, type StageWork, type WorkerDeps } from '../activities/stage';
import { STAGE_DEFINITIONS } from '../activities';
import { holdout } from '../activities/holdout';
import { contenders } from '../activities/selection';
import type { ResolvedParent, ResolveParentInput } from '../contracts/activities';
import type { ArtifactRefs } from '../contracts/artifacts';
import type { RefreshRequest, RunContext, StageResult } from '../contracts/run';
import { joinParts } from '../contracts/stage-parts';
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

  const find = async (definition: StageDefinition): Promise<StageResult | undefined> => {
    const work: StageWork = {
      run,
      project: resolved,
      config: resolved.config,
      inputs: readsOf(definition, inputs),
      signal: new AbortController().signal,
      deps: depsOfRun(worker, resolved.config, run),
      progress: () => undefined,
    };
    return worker.stages.find(await keyOf(definition, work, worker));
  };

  /** Parts of a stage, those that the project asks for; null where one of them has to run, which is written down. */
  async function partsOf(stage: Stage, definitions: readonly StageDefinition[]): Promise<StageResult[] | null> {
    const asked = definitions.filter((definition) => definition.isPart?.(resolved.config));
    const found = await Promise.all(asked.map(find));
    const parts = found.filter((part) => part !== undefined);
    if (parts.length < asked.length) {
      const fate = asked.map(({ part }, i) => `${part} ${found[i] ? 'reused' : 'runs'}`).join(', ');
      changed.add(stage);
      stages.push({ stage, action: 'run', because: `its config, SQL or code is new: ${fate}` });
      return null;
    }
    for (const { outputs } of parts) Object.assign(inputs, outputs);
    return parts;
  }

  for (const definition of STAGE_DEFINITIONS as readonly StageDefinition[]) {
    const { stage } = definition;
    const stale = readsBefore(definition).map((name) => name.replace(/\?$/, '')).filter((name) => changed.has(name.split('.')[0] ?? ''));
    if (stale.length > 0) {
      changed.add(stage);
      stages.push({ stage, action: 'depends', because: `reads ${stale.join(', ')}` });
      continue;
    }
    const before = stage === 'selection' ? await partsOf(stage, contenders) : [];
    if (before === null) continue;
    if (stage === 'personas') Object.assign(inputs, (await resolveParent({ run, stages: results })).artifacts);
    const done = await find(definition);
    if (!done) {
      changed.add(stage);
      stages.push({ stage, action: 'run', because: stage === 'extract' ? 'new source files, config, code or business date' : 'its config, SQL or code is new' });
      continue;
    }
    Object.assign(inputs, done.outputs);
    const after = stage === 'clustering' ? await partsOf(stage, [holdout]) : [];
    if (after === null) continue;
    const parts = [...before, ...after];
    results.push(parts.length > 0 ? joinParts(done, parts) : done);
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

/** What a stage reads from earlier ones: the selection reads what its own parts read. */
const readsBefore = ({ stage, reads }: StageDefinition): readonly string[] => (stage === 'selection' ? contenders[0].reads : reads);
