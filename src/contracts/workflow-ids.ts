import type { RefreshRequest } from './run';

/** The one workflow id of (project, environment, as-of): while it is open, a second start meets it. */
export const refreshWorkflowId = (project: string, environment: string, asOf: string): string =>
  `refresh/${project}/${environment}/${asOf}`;

/** Scratch runs have ids of their own and never promote. */
export const scratchWorkflowId = (project: string, environment: string, asOf: string, unique: string): string =>
  `scratch/${project}/${environment}/${asOf}/${unique}`;

export const archiveWorkflowId = (runId: string, attempt: number): string => `archive/${runId}/${attempt}`;

/** The schedule of (project, environment), and the prefix of the workflows it starts. */
export const scheduleIdOf = (project: string, environment: string): string => `nightly/${project}/${environment}`;

/** While it is open, a second start of the same range meets it. */
export const backfillWorkflowId = (project: string, environment: string, from: string, to: string): string =>
  `backfill/${project}/${environment}/${from}..${to}`;

/** What a start puts into the memo, so that another start can tell whether it asks for the same. */
export interface RefreshMemo {
  readonly configDigest: string;
  readonly knownAt: string;
  /** `refit`, `auto`, `score` (by the current model) or `score:<release>`. */
  readonly mode: string;
  readonly reprocess: number;
}

/** The mode a request asks for, with the release whose model it names. */
export const modeAsked = ({ mode = 'refit', modelRelease = null }: Pick<RefreshRequest, 'mode' | 'modelRelease'>): string =>
  modelRelease === null ? mode : `${mode}:${modelRelease}`;

export const memoOf = (request: RefreshRequest): RefreshMemo => ({
  configDigest: request.configDigest,
  knownAt: request.knownAt ?? '',
  mode: modeAsked(request),
  reprocess: request.reprocess,
});

/** Names of what an open run asks for otherwise than a second start of it does; empty where both ask for the same. */
export function differences(open: Readonly<Record<string, unknown>> | undefined, request: RefreshRequest): string[] {
  const wanted: Readonly<Record<string, unknown>> = { ...memoOf(request) };
  return Object.keys(wanted).filter((key) => (open ?? {})[key] !== wanted[key]);
}
