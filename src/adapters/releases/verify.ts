import { PipelineError } from '../../contracts/errors';
import type { Manifest, ReleaseCommit } from '../../contracts/manifest';
import { verifyManifest } from '../../core/audit';
import { asCurrentModel, type StoredModel } from '../../core/clustering/current-model';
import type { ArtifactStore } from '../../core/ports';

/** The rows that its model scores by, which a release does not list. */
async function findRows({ artifacts: { 'clustering.model': model } }: ReleaseCommit, artifacts: ArtifactStore): Promise<void> {
  if (model === undefined) return;
  const { solution } = asCurrentModel(await artifacts.readJson<StoredModel>(model));
  if (solution.kind === 'density' && 'rowsAt' in solution.density && solution.density.rowsAt !== null) await artifacts.path(solution.density.rowsAt);
}

/**
 * Check one release against the store: its manifest's digests, the commit's word for them, and the bytes of every artifact and of the rows its model names.
 *
 * @returns Sentences that each name the object at fault; empty where all is well. Reads every artifact once.
 */
export async function verifyRelease(commit: ReleaseCommit, artifacts: ArtifactStore): Promise<string[]> {
  const where = `release ${commit.n} of ${commit.project}/${commit.environment}`;
  const problems: string[] = [];
  const attempt = async (what: string, check: () => Promise<unknown>): Promise<void> => {
    try {
      await check();
    } catch (error) {
      if (!(error instanceof PipelineError)) throw error;
      problems.push(`${where}, ${what}: ${error.message}`);
    }
  };
  await attempt('manifest', async () => {
    const manifest = await artifacts.readJson<Manifest>(commit.manifest);
    verifyManifest(manifest);
    // A rollback has the manifest of the release it brings back, and a key of its own.
    const keys = commit.rollbackOf === undefined ? (['idempotencyKey'] as const) : [];
    for (const name of ['digest', 'resultDigest', ...keys] as const) {
      if (manifest[name] !== commit[name]) problems.push(`${where}: its ${name} is not that of its manifest`);
    }
    const { inputs, results } = manifest.facts;
    const known = new Map([
      ...inputs.map(({ name, sha256 }) => [name, sha256] as const),
      ...results.outputs.map(({ name, ref }) => [name, ref.sha256] as const),
    ]);
    for (const [name, { sha256 }] of Object.entries(commit.artifacts)) {
      if (known.get(name) !== sha256)
        problems.push(`${where}: its manifest knows no ${name} with the SHA-256 ${sha256}`);
    }
  });
  for (const [name, ref] of Object.entries(commit.artifacts)) await attempt(name, () => artifacts.path(ref));
  await attempt('rows of its density', () => findRows(commit, artifacts));
  return problems;
}
