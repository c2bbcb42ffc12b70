import type { StageDefinition, StageDeps, StageWork } from '../../src/activities/stage';
import type { ProjectConfig } from '../../src/config/project';
import type { ArtifactRefs } from '../../src/contracts/artifacts';
import type { RunContext } from '../../src/contracts/run';

export interface StagesOf {
  readonly directory: string;
  readonly config: ProjectConfig;
  readonly sql: Readonly<Record<string, string>>;
  readonly deps: Pick<StageDeps, 'artifacts' | 'sql' | 'compute' | 'models' | 'vault'>;
}

/** Run stages one after the other as a run goes through them, without Temporal and without a cache: all outputs, the inputs among them. */
export async function throughStages(
  { directory, config, sql, deps }: StagesOf,
  asOf: string,
  inputs: ArtifactRefs,
  definitions: readonly StageDefinition[],
): Promise<ArtifactRefs> {
  const run: RunContext = {
    project: config.project,
    environment: 'prod',
    asOf,
    knownAt: null,
    kind: 'adhoc',
    scratch: true,
    reprocess: 0,
    configDigest: '',
    projectDir: directory,
    actor: 'test',
    reason: 'test',
    retryOf: null,
    resolved: { sha256: '', bytes: 0, rows: null, kind: 'project.resolved' },
    runId: `shop-prod-${asOf}-1`,
    attempt: 1,
  };
  const reportRuntime = (): never => {
    throw new Error('no part of these stages');
  };
  let all = inputs;
  for (const definition of definitions) {
    const work: StageWork = {
      run,
      config,
      project: { format: 1, config, sql },
      inputs: all,
      signal: new AbortController().signal,
      progress: () => undefined,
      deps: { ...deps, reportRuntime, code: { version: 'test', digest: 'test', stages: {} } },
    };
    await definition.extraKey?.(work);
    all = { ...all, ...(await definition.work(work)).outputs };
  }
  return all;
}
