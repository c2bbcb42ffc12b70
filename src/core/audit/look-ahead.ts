import type { RunContext } from '../../contracts/run';

/** Whether a run applies a model that was fitted on a later day than its own: it knows what that day could not. */
export const looksAhead = ({ asOf, scoring }: Pick<RunContext, 'asOf' | 'scoring'>): boolean => scoring !== undefined && scoring.fittedAsOf > asOf;
