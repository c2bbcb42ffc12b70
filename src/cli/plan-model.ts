import { createFindChampion } from '../activities/champion';
import { createDecideMode, NO_CONTEST } from '../activities/mode';
import type { ModeDecision } from '../contracts/activities';
import type { ArtifactRefs } from '../contracts/artifacts';
import type { DriftReport, ModeChoice } from '../contracts/drift';
import type { RunContext, RunMode, StageResult } from '../contracts/run';
import { decideMode, type Champion } from '../core/drift';
import type { ArtifactStore, ReleaseStore } from '../core/ports';
import type { ModesConfig } from '../config/modes';

/** How a run would get its model, as far as it can be known before it reads its data. */
export interface PlannedModel {
  readonly asked: RunMode;
  /** Null: only the run's own data will tell. */
  readonly runs: 'refit' | 'score' | null;
  /** The reasons that are known. */
  readonly because: readonly string[];
  /** What the run finds out on its way; empty where all is known. */
  readonly open: readonly string[];
}

export interface ModelAhead {
  readonly model: PlannedModel;
  /** Set where a model of before is applied. */
  readonly decision: Extract<ModeDecision, { mode: 'score' }> | null;
  /** Set in `auto` mode where there is a model to measure drift against: its artifacts, and the result if there is one already. */
  readonly drift: { readonly champion: ArtifactRefs; readonly result: StageResult | undefined } | null;
  /** Whether a new model would have to win against the current one. */
  readonly contest: boolean;
}

export interface ModelDeps {
  readonly artifacts: Pick<ArtifactStore, 'readJson' | 'writeJson'>;
  readonly releases: ReleaseStore;
  /** The drift of the run's features against a champion, if it was measured before; undefined also where the features are not there. */
  findDrift(champion: ArtifactRefs): Promise<StageResult | undefined>;
}

/**
 * Ask what the workflow asks after the features, without them where they are not there: age, settings and order of days are known; drift is
 * only where it was measured before.
 *
 * @throws PipelineError `RELEASE_NOT_FOUND` in `score` mode without a model, as the run would.
 */
export async function modelAhead(deps: ModelDeps, run: RunContext, config: ModesConfig): Promise<ModelAhead> {
  const asked = run.mode ?? 'refit';
  const none = { decision: null, drift: null, contest: false };
  if (asked === 'refit') return { ...none, model: { asked, runs: 'refit', because: ['asked for'], open: [] } };
  if (asked === 'score') {
    const decision = await createDecideMode(deps)({ run, stages: [] });
    if (decision.mode !== 'score') throw new Error('a run that is asked to score scores');
    return { ...none, decision, model: { asked, runs: 'score', because: [`asked for: ${decision.because}`], open: [] } };
  }
  const champion = await createFindChampion(deps)({ run });
  if (champion === null) return { ...none, model: { asked, runs: 'refit', because: ['there is no model yet'], open: [] } };
  const facts = await deps.artifacts.readJson<Champion>(champion['model.champion']);
  const result = await deps.findDrift(champion);
  const drift = { champion, result };
  const choice = result ? (await deps.artifacts.readJson<DriftReport>(result.outputs['drift.report'])).choice : decideMode(run.asOf, facts, null, config);
  if (choice.mode === 'refit') return { ...none, ...refitBy(choice, facts.release), drift };
  if (!result) return { ...none, drift, model: { asked, runs: null, because: evidenceOf(choice), open: [driftDecides(facts.release)] } };
  const decision = await createDecideMode(deps)({ run, stages: [], drift: result });
  if (decision.mode !== 'score') throw new Error('a run without a reason to refit scores');
  return { model: { asked, runs: 'score', because: evidenceOf(choice), open: [] }, decision, drift, contest: false };
}

const evidenceOf = ({ reasons }: ModeChoice): string[] => reasons.map(({ evidence }) => evidence);

const driftDecides = (release: number): string =>
  `the run measures drift when its features are there: with none it scores with the model of release ${release}, else it fits a new one`;

function refitBy(choice: ModeChoice, release: number): { readonly model: PlannedModel; readonly contest: boolean } {
  const contest = !choice.reasons.some(({ rule }) => NO_CONTEST.has(rule));
  const open = contest ? [`the new model has to win against that of release ${release}, which is applied otherwise`] : [];
  return { model: { asked: 'auto', runs: 'refit', because: evidenceOf(choice), open }, contest };
}
