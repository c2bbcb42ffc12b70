/** The one workflow id of (project, environment, as-of): while it is open, a second start meets it. */
export const refreshWorkflowId = (project: string, environment: string, asOf: string): string =>
  `refresh/${project}/${environment}/${asOf}`;

/** Scratch runs have ids of their own and never promote. */
export const scratchWorkflowId = (project: string, environment: string, asOf: string, unique: string): string =>
  `scratch/${project}/${environment}/${asOf}/${unique}`;

export const archiveWorkflowId = (runId: string, attempt: number): string => `archive/${runId}/${attempt}`;

/** What a start puts into the memo, so that another start can tell whether it asks for the same. */
export interface RefreshMemo {
  readonly configDigest: string;
  readonly knownAt: string;
  readonly mode: string;
  readonly reprocess: number;
}
