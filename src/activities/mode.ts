import type { DecideModeInput, ModeDecision } from '../contracts/activities';
import type { ArtifactRefs } from '../contracts/artifacts';
import type { DriftReport, ModeRule } from '../contracts/drift';
import { PipelineError } from '../contracts/errors';
import type { Manifest, ReleaseCommit } from '../contracts/manifest';
import type { RunContext, StageResult } from '../contracts/run';
import type { ArtifactStore, ReleaseStore } from '../core/ports';

export interface ModeDeps {
  readonly artifacts: Pick<ArtifactStore, 'readJson' | 'writeJson'>;
  readonly releases: ReleaseStore;
}

/** What belongs to a model, by the name that the stages which apply it know it by; `?` marks what a release may lack. */
const MODEL_ARTIFACTS: Readonly<Record<string, string>> = {
  'model.model': 'clustering.model',
  'model.preprocessing': 'prepare.preprocessing',
  'model.selection': 'selection.report',
  'model.check': 'clustering.check',
  'model.second': 'clustering.second',
  'model.holdout': 'clustering.holdout?',
  'model.personas': 'personas.personas',
};

/** Reasons to refit after which the current model is no rival: it cannot be applied, or is not what was asked for. */
export const NO_CONTEST: ReadonlySet<ModeRule> = new Set(['first', 'settings', 'ahead', 'unplaceable']);

/**
 * How a run gets its model: as asked for, or in `auto` mode decided on what is known of the day so far. This is the one place of that
 * decision; the workflow only does what it says.
 *
 * @throws PipelineError `RELEASE_NOT_FOUND` where there is no model to score with.
 */
export const createDecideMode = (deps: ModeDeps) =>
  async function decideMode({ run, drift }: DecideModeInput): Promise<ModeDecision> {
    switch (run.mode ?? 'refit') {
      case 'refit':
        return { mode: 'refit', because: 'asked for' };
      case 'auto':
        return decideByDrift(deps, run, drift ?? null);
      case 'score':
        return scoreWith(deps, await pinnedRelease(deps, run));
    }
  };

async function decideByDrift(deps: ModeDeps, run: RunContext, measured: StageResult | null): Promise<ModeDecision> {
  if (measured === null) return { mode: 'refit', because: 'auto: there is no model yet' };
  const { choice, model } = await deps.artifacts.readJson<DriftReport>(measured.outputs['drift.report']);
  const because = `auto: ${choice.reasons.map(({ evidence }) => evidence).join('; ')}`;
  const release = await deps.releases.read(run.project, run.environment, model.release);
  if (choice.mode === 'score') return { ...(await scoreWith(deps, release)), because };
  if (choice.reasons.some(({ rule }) => NO_CONTEST.has(rule))) return { mode: 'refit', because };
  const { scoring, artifacts } = await scoreWith(deps, release);
  return { mode: 'refit', because, against: { scoring, artifacts, parent: await parentOf(deps, release) } };
}

/** As a run's parent is handed to the personas: matched to the same release later on, they are not made twice. */
async function parentOf({ artifacts }: ModeDeps, { n, artifacts: refs }: ReleaseCommit): Promise<ArtifactRefs> {
  const release = await artifacts.writeJson('parent.release', { release: n });
  return { 'parent.memberships': refs['personas.memberships'], 'parent.personas': refs['personas.personas'], 'parent.release': release };
}

async function pinnedRelease({ releases }: ModeDeps, { project, environment, modelRelease = null }: RunContext): Promise<ReleaseCommit> {
  if (modelRelease !== null) return releases.read(project, environment, modelRelease);
  const current = await releases.current(project, environment);
  if (current) return current;
  throw new PipelineError(
    'RELEASE_NOT_FOUND',
    `nothing has been published for ${project} (${environment}) yet, so there is no model to score with: run once with --mode refit`,
    { project, environment },
  );
}

async function scoreWith({ artifacts }: ModeDeps, release: ReleaseCommit): Promise<Extract<ModeDecision, { mode: 'score' }>> {
  const { facts } = await artifacts.readJson<Manifest>(release.manifest);
  const refs: Record<string, ArtifactRefs[string]> = {};
  for (const [name, entry] of Object.entries(MODEL_ARTIFACTS)) {
    const ref = release.artifacts[entry.replace(/\?$/, '')];
    if (ref) refs[name] = ref;
    else if (!entry.endsWith('?'))
      throw new PipelineError('OBJECT_MISSING', `release ${release.n} has no ${entry}, which scoring with its model needs: refit`, {
        release: release.n,
        name: entry,
      });
  }
  return {
    mode: 'score',
    because: `the model of release ${release.n}`,
    scoring: { release: release.n, fittedAsOf: facts.scoring?.fittedAsOf ?? facts.asOf, sha256: refs['model.model'].sha256 },
    artifacts: refs,
  };
}
