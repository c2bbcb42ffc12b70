import type { FindChampionInput } from '../contracts/activities';
import type { ArtifactRefs } from '../contracts/artifacts';
import type { Manifest, ReleaseCommit } from '../contracts/manifest';
import type { RunContext } from '../contracts/run';
import type { ResolvedProject } from '../config/project';
import { digestOf } from '../core/audit';
import { isFitOf, type Champion } from '../core/drift';
import type { ArtifactStore, ReleaseStore } from '../core/ports';

export interface ChampionDeps {
  readonly artifacts: Pick<ArtifactStore, 'readJson' | 'writeJson'>;
  readonly releases: ReleaseStore;
}

/** What a model depends on besides the data: a model of other settings is not the one that was asked for. */
const settingsOf = ({ config, sql }: ResolvedProject): string =>
  digestOf({ features: config.features, prepare: config.prepare, modeling: config.modeling, granularity: config.objective.granularity, sql });

/**
 * The model a run in `auto` mode could score with, and what it was fitted to: that of the newest promoted release of an earlier day. Of
 * an earlier day, so that a run of a day that was released already finds what the first one found.
 *
 * @returns `model.champion`, `model.model`, `model.personas` and `model.features`; null where there is no such release.
 */
export const createFindChampion = (deps: ChampionDeps) =>
  async function findChampion({ run }: FindChampionInput): Promise<ArtifactRefs | null> {
    const earlier = (await deps.releases.list(run.project, run.environment)).filter(({ promoted, asOf }) => promoted && asOf < run.asOf);
    const newest = earlier.reduce<ReleaseCommit | null>((latest, each) => (latest === null || each.n > latest.n ? each : latest), null);
    if (newest === null) return null;
    const { release: fit, fittedAsOf } = await fitOf(deps, newest, earlier);
    const champion: Champion = { release: newest.n, fittedAsOf, sameSettings: await sameSettings(deps, run, fit) };
    const { 'clustering.model': model, 'personas.personas': personas } = newest.artifacts;
    const features = fit.artifacts['features.features'] ?? newest.artifacts['features.features'];
    if (!model || !personas || !features) return null;
    return { 'model.champion': await deps.artifacts.writeJson('model.champion', champion), 'model.model': model, 'model.personas': personas, 'model.features': features };
  };

/** The release whose run fitted the model of this one; itself where it was fitted then, or where that release is not to be found. */
async function fitOf({ artifacts }: ChampionDeps, newest: ReleaseCommit, earlier: readonly ReleaseCommit[]): Promise<{ release: ReleaseCommit; fittedAsOf: string }> {
  const { facts } = await artifacts.readJson<Manifest>(newest.manifest);
  if (!facts.scoring) return { release: newest, fittedAsOf: facts.asOf };
  const { scoring } = facts;
  return { release: earlier.find((each) => isFitOf(scoring, each)) ?? newest, fittedAsOf: scoring.fittedAsOf };
}

async function sameSettings({ artifacts }: ChampionDeps, { resolved }: RunContext, fit: ReleaseCommit): Promise<boolean> {
  const { facts } = await artifacts.readJson<Manifest>(fit.manifest);
  if (facts.config.resolved.sha256 === resolved.sha256) return true;
  const [then, now] = await Promise.all([facts.config.resolved, resolved].map((ref) => artifacts.readJson<ResolvedProject>(ref)));
  return settingsOf(then) === settingsOf(now);
}
