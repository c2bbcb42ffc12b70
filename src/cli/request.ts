import { configDigest } from '../core/audit';
import { PipelineError } from '../contracts/errors';
import type { RefreshRequest, RunKind, RunMode } from '../contracts/run';
import type { Workspace } from './workspace';
import { defaultActor } from './options';

export interface StartOptions {
  readonly asOf?: string;
  readonly knownAt?: string;
  readonly scratch?: boolean;
  readonly reprocess?: number;
  readonly actor?: string;
  readonly reason?: string;
  readonly kind?: RunKind;
  readonly retryOf?: string;
  readonly mode?: RunMode;
  readonly modelRelease?: number | null;
}

/** The request of a run: the resolved project goes into the store, its reference into the request. */
export async function requestOf(workspace: Workspace, options: StartOptions): Promise<RefreshRequest> {
  const asOf = options.asOf ?? workspace.resolved.config.asOf;
  if (asOf === undefined) {
    throw new PipelineError('CONFIG_INVALID', 'no business date: give --as-of YYYY-MM-DD, or set asOf in dramatis.yaml');
  }
  assertBusinessDate(asOf);
  return { ...(await requestWithoutDay(workspace, options)), asOf };
}

/** All of a request but the day, for those that start many runs. */
export async function requestWithoutDay({ resolved, directory, store }: Workspace, options: Omit<StartOptions, 'asOf'>): Promise<Omit<RefreshRequest, 'asOf'>> {
  const { config } = resolved;
  const { mode = 'refit', modelRelease = null } = options;
  if (modelRelease !== null && mode !== 'score') throw new PipelineError('CONFIG_INVALID', '--model-release names the model to score with: give --mode score too');
  return {
    project: config.project,
    environment: config.environment,
    knownAt: options.knownAt === undefined ? null : timestampOf(options.knownAt),
    kind: options.kind ?? 'adhoc',
    scratch: options.scratch ?? false,
    reprocess: options.reprocess ?? 0,
    resolved: await store.artifacts.writeJson('project.resolved', resolved),
    configDigest: configDigest(resolved),
    projectDir: directory,
    actor: options.actor ?? defaultActor(),
    reason: options.reason ?? 'started from the command line',
    retryOf: options.retryOf ?? null,
    mode,
    modelRelease,
  };
}

function timestampOf(text: string): string {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new PipelineError('CONFIG_INVALID', `--known-at ${text}: write an ISO timestamp such as 2026-06-30T04:00:00Z`);
  return new Date(time).toISOString();
}

const DAY_MS = 86_400_000;

/** A complete day that has come: somewhere on Earth it is up to 14 hours later than UTC. */
export function assertBusinessDate(asOf: string): void {
  const time = Date.parse(`${asOf}T00:00:00Z`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(asOf) || Number.isNaN(time) || !new Date(time).toISOString().startsWith(asOf)) {
    throw new PipelineError('CONFIG_INVALID', `the as-of date ${asOf} is no day: write YYYY-MM-DD`);
  }
  if (time > Date.now() + DAY_MS / 2) {
    throw new PipelineError('CONFIG_INVALID', `the as-of date ${asOf} lies in the future: it must be a complete day, so that a later run of the real day is not taken for an older one`);
  }
}
