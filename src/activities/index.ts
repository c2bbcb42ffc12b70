import type { Activities } from '../contracts/activities';
import { PipelineError } from '../contracts/errors';
import { createArchiveHistory, type ArchiveDeps } from './archive';
import { createNoteBackfill, createOpenBackfill, type BackfillDeps } from './backfills';
import { beating } from './beating';
import { challenge } from './challenge';
import { createFindChampion, type ChampionDeps } from './champion';
import { clean } from './clean';
import { clustering } from './clustering';
import { drift } from './drift';
import { extract } from './extract';
import { features } from './features';
import { createCheckDecision, createWeighRelease } from './gate';
import { holdout } from './holdout';
import { createDecideMode, type ModeDeps } from './mode';
import { createLookAtRun, planNight, type LookDeps } from './nights';
import { personas } from './personas';
import { prepare } from './prepare';
import { createPublish, type PublishDeps } from './publish';
import { quality } from './quality';
import { report } from './report';
import { createOpenRun, createRecordOutcome, type RunDeps } from './runs';
import { scoreClustering } from './score-clustering';
import { scorePrepare } from './score-prepare';
import { scoreSelection } from './score-selection';
import { contenders, selection } from './selection';
import { createStage, type StageDefinition, type WorkerDeps } from './stage';

/** The cached stages, in order; `publish` is not one: it has effects outside of the store. */
export const STAGE_DEFINITIONS = [
  extract,
  quality,
  clean,
  features,
  prepare,
  selection,
  clustering,
  personas,
  report,
] as const satisfies readonly StageDefinition[];

export type AllDeps = WorkerDeps & RunDeps & ArchiveDeps & PublishDeps & ModeDeps & ChampionDeps & LookDeps & BackfillDeps;

/** Every activity, with its dependencies inside. */
export function createActivities(deps: AllDeps): Activities {
  const { resolveParent, publishRelease } = createPublish(deps);
  const contend = new Map(contenders.map((definition) => [definition.part, createStage(definition, deps)]));
  return {
    openRun: beating(createOpenRun(deps)),
    extract: createStage(extract, deps),
    quality: createStage(quality, deps),
    clean: createStage(clean, deps),
    features: createStage(features, deps),
    prepare: createStage(prepare, deps),
    contend: ({ algorithm, ...input }) => {
      const activity = contend.get(algorithm);
      if (!activity) throw new PipelineError('CONFIG_INVALID', `there is no algorithm "${algorithm}"`);
      return activity(input);
    },
    selection: createStage(selection, deps),
    clustering: createStage(clustering, deps),
    holdout: createStage(holdout, deps),
    findChampion: beating(createFindChampion(deps)),
    drift: createStage(drift, deps),
    challenge: createStage(challenge, deps),
    decideMode: beating(createDecideMode(deps)),
    scorePrepare: createStage(scorePrepare, deps),
    scoreSelection: createStage(scoreSelection, deps),
    scoreClustering: createStage(scoreClustering, deps),
    personas: createStage(personas, deps),
    report: createStage(report, deps),
    resolveParent: beating(resolveParent),
    weighRelease: beating(createWeighRelease(deps)),
    checkDecision: beating(createCheckDecision(deps)),
    publishRelease: beating(publishRelease),
    recordOutcome: beating(createRecordOutcome(deps)),
    planNight: beating(planNight),
    lookAtRun: beating(createLookAtRun(deps)),
    openBackfill: beating(createOpenBackfill(deps)),
    noteBackfill: beating(createNoteBackfill(deps)),
    archiveHistory: beating(createArchiveHistory(deps)),
  };
}
