import type { RefreshRequest } from './run';

/**
 * The attributes runs are found by in Temporal; all are set at the start. A later upsert would hang the run for ever where one is not
 * registered, so how a run ended is Temporal's own `ExecutionStatus`, and everything else its manifest. Never a customer-level value.
 */
export const SEARCH_ATTRIBUTES = {
  project: { name: 'PersonaProject', type: 'KEYWORD' },
  environment: { name: 'PersonaEnvironment', type: 'KEYWORD' },
  asOf: { name: 'PersonaAsOf', type: 'DATETIME' },
} as const;

/** The attributes of a run that starts. */
export function searchAttributesOf({ project, environment, asOf }: Pick<RefreshRequest, 'project' | 'environment' | 'asOf'>) {
  return [
    { key: SEARCH_ATTRIBUTES.project, value: project },
    { key: SEARCH_ATTRIBUTES.environment, value: environment },
    { key: SEARCH_ATTRIBUTES.asOf, value: new Date(`${asOf}T00:00:00Z`) },
  ];
}
