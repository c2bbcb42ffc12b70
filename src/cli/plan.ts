import { keyOf, readsOf, depsOfRun, type StageDefinition, type StageWork, type WorkerDeps } from '../activities/stage';
import { clean } from '../activities/clean';
import { clustering } from '../activities/clustering';
import { drift } from '../activities/drift';
import { extract } from '../activities/extract';
import { features } from '../activities/features';
import { holdout } from '../activities/holdout';
import { personas } from '../activities/personas';
import { prepare } from '../activities/prepare';
import { quality } from '../activities/quality';
import { report } from '../activities/report';
import { scoreClustering } from '../activities/score-clustering';
import { scorePrepare } from '../activities/score-prepare';
import { scoreSelection } from '../activities/score-selection';
import { contenders, selection } from '../activities/selection';
import type { ResolvedParent, ResolveParentInput } from '../contracts/activities';
import type { ArtifactRefs } from '../contracts/artifacts';
import type { RefreshRequest, RunContext, StageResult } from '../contracts/run';
import { joinParts } from '../contracts/stage-parts';
import type { Stage } from '../contracts/stages';
import type { ResolvedProject } from '../config/project';
import type { ReleaseStore } from '../core/ports';
import { modelAhead, type PlannedModel } from './plan-model';

export interface PlannedStage {
  readonly stage: Stage;
  /** `depends`: behind a stage that runs; it runs too, unless what it reads comes out the same. */
  readonly action: 'reuse' | 'run' | 'depends';
  /** Why it runs, or what it reuses. */
  readonly because: string;
}

export interface Plan {
  readonly asOf: string;
  readonly model: PlannedModel;
  readonly stages: readonly PlannedStage[];
  /** The release that is there already, when nothing would change. */
  readonly unchangedRelease: number | null;
}

export interface PlanDeps {
  readonly worker: WorkerDeps;
  readonly releases: ReleaseStore;
  readonly request: RefreshRequest;
  readonly resolved: ResolvedProject;
  resolveParent(input: ResolveParentInput): Promise<ResolvedParent>;
  /** The release that this very work already made, if any. */
  releaseOf(run: RunContext, stages: readonly StageResult[]): Promise<number | null>;
}

/** What a stage of the plan reads is looked for in what was found so far. */
interface Found {
  readonly inputs: Record<string, ArtifactRefs[string]>;
  readonly results: StageResult[];
  readonly stages: PlannedStage[];
  /** Stages, and parts by their own name, that run: what they give is not known. */
  readonly changed: Set<string>;
}

/**
 * What a run would do now: stage by stage its key is computed as the run would, and looked up. From the first stage without a
 * result on, later stages depend on what comes out; so does what kind of model they are for, where the mode leaves that open.
 *
 * Cost: one hash over the source files.
 */
export async function planRun({ worker, releases, request, resolved, resolveParent, releaseOf }: PlanDeps): Promise<Plan> {
  let run: RunContext = { ...request, runId: 'plan', attempt: 1 };
  const found: Found = { inputs: {}, results: [], stages: [], changed: new Set() };
  const { inputs, results, stages, changed } = found;
  const find = (definition: StageDefinition, more: ArtifactRefs = {}) => lookUp(worker, run, resolved, definition, { ...inputs, ...more });

  /** Parts of a stage; null where one of them has to run, which is written down. */
  async function partsOf(stage: Stage, parts: readonly StageDefinition[]): Promise<StageResult[] | null> {
    const there = await Promise.all(parts.map((part) => find(part)));
    const done = there.filter((part) => part !== undefined);
    if (done.length < parts.length) {
      const fate = parts.map(({ part }, i) => `${part} ${there[i] ? 'reused' : 'runs'}`).join(', ');
      changed.add(stage);
      for (const [i, { part }] of parts.entries()) if (!there[i]) changed.add(part!);
      stages.push({ stage, action: 'run', because: `its config, SQL or code is new: ${fate}` });
      return null;
    }
    for (const { outputs } of done) Object.assign(inputs, outputs);
    return done;
  }

  /** @param before Parts that come before the stage. @param after Parts that come after it. */
  async function look(definition: StageDefinition, before: readonly StageDefinition[] = [], after: readonly StageDefinition[] = []): Promise<void> {
    const { stage } = definition;
    const reads = [...(before[0]?.reads ?? definition.reads)].map((name) => name.replace(/\?$/, ''));
    const stale = reads.filter((name) => changed.has(name.split('.')[0] ?? ''));
    if (stale.length > 0) {
      changed.add(stage);
      for (const { part } of [...before, ...after]) changed.add(part!);
      stages.push({ stage, action: 'depends', because: `reads ${stale.join(', ')}` });
      return;
    }
    const first = await partsOf(stage, before);
    if (first === null) return;
    if (stage === 'personas') Object.assign(inputs, (await resolveParent({ run, stages: results })).artifacts);
    const done = await find(definition);
    if (!done) {
      changed.add(stage);
      for (const { part } of after) changed.add(part!);
      stages.push({ stage, action: 'run', because: stage === 'extract' ? 'new source files, config, code or business date' : 'its config, SQL or code is new' });
      return;
    }
    Object.assign(inputs, done.outputs);
    const last = await partsOf(stage, after);
    if (last === null) return;
    const parts = [...first, ...last];
    results.push(parts.length > 0 ? joinParts(done, parts) : done);
    stages.push({ stage, action: 'reuse', because: done.summary });
  }

  const { config } = resolved;
  for (const definition of [extract, quality, clean, features]) await look(definition);
  const findDrift = (champion: ArtifactRefs) => (changed.has('features') ? Promise.resolve(undefined) : find(drift, champion));
  const ahead = await modelAhead({ artifacts: worker.artifacts, releases, findDrift }, run, config.modes);
  const { model, decision } = ahead;
  const measured = ahead.drift ? [drift] : [];
  Object.assign(inputs, ahead.drift?.champion);
  if (decision) {
    run = { ...run, scoring: decision.scoring };
    Object.assign(inputs, decision.artifacts);
    await look(scorePrepare, [], measured);
    await look(scoreSelection);
    await look(scoreClustering);
  } else if (model.runs === 'refit') {
    await look(prepare, [], measured);
    await look(selection, contenders.filter((contender) => contender.isPart?.(config)));
    await look(clustering, [], [holdout].filter((part) => part.isPart?.(config)));
  } else for (const stage of ['prepare', 'selection', 'clustering'] as const) dependsOn(found, stage, 'drift decides which model it is for');
  if (ahead.contest || model.runs === null) {
    const because = ahead.contest ? 'reads the model that wins' : 'reads the model';
    for (const stage of ['personas', 'report'] as const) dependsOn(found, stage, because);
  } else for (const definition of [personas, report]) await look(definition);

  const unchangedRelease = changed.size === 0 ? await releaseOf(run, results) : null;
  stages.push(
    unchangedRelease === null
      ? { stage: 'publish', action: 'run', because: request.scratch ? 'a scratch run keeps its manifest and publishes nothing' : 'a new release' }
      : { stage: 'publish', action: 'reuse', because: `release ${unchangedRelease} holds exactly this` },
  );
  return { asOf: request.asOf, model, stages, unchangedRelease };
}

function dependsOn({ changed, stages }: Found, stage: Stage, because: string): void {
  changed.add(stage);
  stages.push({ stage, action: 'depends', because });
}

/** The result a stage would be reused from, if there is one. */
async function lookUp(
  worker: WorkerDeps,
  run: RunContext,
  resolved: ResolvedProject,
  definition: StageDefinition,
  inputs: ArtifactRefs,
): Promise<StageResult | undefined> {
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
}
