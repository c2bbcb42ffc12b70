import { STAGE_DEFINITIONS } from '../../activities';
import { holdout } from '../../activities/holdout';
import { scoreClustering } from '../../activities/score-clustering';
import { scorePrepare } from '../../activities/score-prepare';
import { scoreSelection } from '../../activities/score-selection';
import { contenders } from '../../activities/selection';
import type { StageDefinition } from '../../activities/stage';
import type { Store } from '../../adapters/store';
import type { ResolvedProject } from '../../config/project';
import { PipelineError } from '../../contracts/errors';
import type { Manifest } from '../../contracts/manifest';
import type { RefreshRequest } from '../../contracts/run';
import type { Stage } from '../../contracts/stages';
import { digestOf, sha256Hex } from '../../core/audit';

/** Every definition, parts included, in the order in which they work. */
export const ALL_DEFINITIONS: readonly StageDefinition[] = (STAGE_DEFINITIONS as readonly StageDefinition[]).flatMap((definition) =>
  definition.stage === 'selection' ? [...contenders, definition] : definition.stage === 'clustering' ? [definition, holdout] : [definition],
);

const SCORING = { prepare: scorePrepare, selection: scoreSelection, clustering: scoreClustering } as const;

/** The definitions that worked in a run: of one that applied a model of before those that apply it. */
export const definitionsOf = ({ scoring }: Manifest['facts']): readonly StageDefinition[] =>
  scoring === undefined
    ? ALL_DEFINITIONS
    : (STAGE_DEFINITIONS as readonly StageDefinition[]).map((definition) => SCORING[definition.stage as keyof typeof SCORING] ?? definition);

/** A finished run: what it was asked for, the project it worked on, and its manifest. */
export interface FinishedRun {
  readonly runId: string;
  readonly attempt: number;
  readonly request: RefreshRequest;
  readonly project: ResolvedProject;
  readonly manifest: Manifest;
}

/** @throws PipelineError `RUN_NOT_FOUND`; `NOT_RETRYABLE` for a run that did not finish: it has no manifest. */
export async function finishedRun({ runs, artifacts }: Store, runId: string): Promise<FinishedRun> {
  const { manifest, request, status } = await runs.read(runId);
  if (manifest === null) throw new PipelineError('NOT_RETRYABLE', `${runId} is ${status}: only a run that finished has a manifest`, { runId, status });
  const asked = request as RefreshRequest;
  const read = await artifacts.readJson<Manifest>(manifest);
  return { runId, attempt: read.observations.attempt, request: asked, project: await artifacts.readJson<ResolvedProject>(asked.resolved), manifest: read };
}

/** By stage: a hash over the parts of config and own SQL it depends on. */
export function slicesOf({ config, sql }: ResolvedProject): Partial<Record<Stage, string>> {
  const slices: Partial<Record<Stage, unknown[]>> = {};
  for (const definition of ALL_DEFINITIONS) {
    const own = (definition.projectSqlOf?.(config) ?? []).map((name) => [name, sha256Hex(sql[name] ?? '')]);
    (slices[definition.stage] ??= []).push([definition.part ?? null, definition.configOf(config) ?? null, own]);
  }
  return Object.fromEntries(Object.entries(slices).map(([stage, parts]) => [stage, digestOf(JSON.parse(JSON.stringify(parts)))]));
}
