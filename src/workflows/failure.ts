import { ActivityFailure, ApplicationFailure, ChildWorkflowFailure } from '@temporalio/workflow';
import type { OutcomeInput } from '../contracts/activities';

/** What stopped an activity or a run, in the words of the pipeline. */
export function failureOf(error: unknown): NonNullable<OutcomeInput['failure']> {
  if (error instanceof ChildWorkflowFailure || error instanceof ActivityFailure) return failureOf(error.cause);
  if (error instanceof ApplicationFailure) {
    const details = (error.details?.[0] ?? {}) as Record<string, unknown>;
    return { code: error.type ?? 'ENGINE_FAILED', message: error.message, details };
  }
  return { code: 'ENGINE_FAILED', message: error instanceof Error ? error.message : 'unknown failure', details: {} };
}

/** Whether a child was not started because one of its id is open. The class is of another realm, so its name tells. */
export const isStarted = (error: unknown): boolean => (error as Error).name === 'WorkflowExecutionAlreadyStartedError';
