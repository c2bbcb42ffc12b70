import { ERROR_CODES, PipelineError, type ErrorCode } from '../../contracts/errors';
import type { ThreadError } from './protocol';

const isCode = (code: string | undefined): code is ErrorCode => code !== undefined && code in ERROR_CODES;

/** An error made ready to leave its thread. */
export function toThreadError(error: unknown): ThreadError {
  if (error instanceof PipelineError)
    return { code: error.code, name: error.name, message: error.message, details: error.details };
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
  return { name, message, details: {} };
}

/** A kernel's own PipelineError as it was thrown; anything else is a failure of the machinery. */
export function fromThreadError(task: string, { code, name, message, details }: ThreadError): PipelineError {
  if (isCode(code)) return new PipelineError(code, message, details);
  return new PipelineError('COMPUTE_FAILED', `the task ${task} failed in a compute thread: ${name}: ${message}`, {
    task,
  });
}

export const cancelled = (task: string, reason: unknown): PipelineError =>
  new PipelineError('CANCELLED', `the task ${task} was cancelled`, { task }, { cause: reason });

export const unknownTask = (task: string): PipelineError =>
  new PipelineError('COMPUTE_FAILED', `there is no task ${task}`, { task });
