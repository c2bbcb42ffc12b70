import { ApplicationFailure } from '@temporalio/common';
import type { ActivityInterceptors } from '@temporalio/worker';
import { ERROR_CODES, PipelineError } from '../contracts/errors';

/** Results above this size would travel through Temporal's history: stages exchange references only. */
const PAYLOAD_LIMIT = 256 * 1024;

/** `ERROR_CODES` says of each code whether it is permanent or transient; unknown errors are retried. */
export function toFailure(error: unknown): unknown {
  if (!(error instanceof PipelineError)) return error;
  const { code: type, message, details } = error;
  return ApplicationFailure.create({
    type,
    message,
    nonRetryable: ERROR_CODES[type] === 'permanent',
    details: [details],
    cause: error,
  });
}

function checkSize(result: unknown): void {
  const bytes = result === undefined ? 0 : Buffer.byteLength(JSON.stringify(result));
  if (bytes > PAYLOAD_LIMIT) {
    throw new PipelineError(
      'PAYLOAD_TOO_LARGE',
      `an activity answered ${bytes} bytes; at most ${PAYLOAD_LIMIT} may travel through Temporal: write an artifact and return its reference`,
      { bytes },
    );
  }
}

/** Registered once, where the worker is made; activities throw `PipelineError` and know nothing of retries. */
export const failureInterceptor = (): ActivityInterceptors => ({
  inbound: {
    execute: async (input, next) => {
      try {
        const result = await next(input);
        checkSize(result);
        return result;
      } catch (error) {
        throw toFailure(error);
      }
    },
  },
});
