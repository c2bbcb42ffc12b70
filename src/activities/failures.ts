import { CompleteAsyncError } from '@temporalio/activity';
import { ApplicationFailure, TemporalFailure } from '@temporalio/common';
import type { ActivityInterceptors } from '@temporalio/worker';
import { ERROR_CODES, PipelineError } from '../contracts/errors';
import { describeForeign, titleOf } from './foreign-errors';

/** Where the place of an unexpected error is written. */
export type Log = (text: string) => void;

const toStderr: Log = (text) => void process.stderr.write(`${text}\n`);

/** Results above this size would travel through Temporal's history: stages exchange references only. */
const PAYLOAD_LIMIT = 256 * 1024;

/** Classes that the SDK itself gives a meaning to. */
const isOfTemporal = (error: unknown): boolean =>
  error instanceof TemporalFailure || error instanceof CompleteAsyncError;

/** A cancelled request under its own name, which is how the worker knows it; the reason it was given is left out. */
const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';

/** `ERROR_CODES` says of each code whether it is permanent or transient. Of a cause only name and errno go along. */
function ofPipeline({ code: type, message, details, stack, cause }: PipelineError): ApplicationFailure {
  const failure = ApplicationFailure.create({
    type,
    message,
    nonRetryable: ERROR_CODES[type] === 'permanent',
    details: [details],
    ...(cause !== undefined && { cause: new Error(titleOf(describeForeign(cause))) }),
  });
  if (stack !== undefined) failure.stack = stack;
  return failure;
}

/** Rights and places: trying again changes nothing. */
const UNUSABLE = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EISDIR']);

function ofForeign(error: unknown, log: Log): ApplicationFailure {
  const foreign = describeForeign(error);
  if (foreign.code !== null && UNUSABLE.has(foreign.code)) {
    const message = `a folder or file of the store or of a target cannot be used (${foreign.code}): check its rights; the log of the worker says where`;
    log([message, ...foreign.frames].join('\n'));
    return ApplicationFailure.create({ type: 'STORE_UNUSABLE', message, nonRetryable: true, details: [{ errno: foreign.code }] });
  }
  log([`an activity failed with ${titleOf(foreign)}`, ...foreign.frames].join('\n'));
  return ApplicationFailure.create({
    type: 'ENGINE_FAILED',
    message: `an activity failed with ${titleOf(foreign)}; its message may hold data and is not kept, the log of the worker says where it was thrown`,
    nonRetryable: false,
    details: [{ error: foreign.name, errno: foreign.code }],
  });
}

/**
 * What an activity threw, as it may stand in a history: `PipelineError` with its code, the SDK's own classes as they are, anything else as a
 * transient `ENGINE_FAILED` without message and stack, which may quote data.
 */
export function toFailure(error: unknown, log: Log = toStderr): unknown {
  if (isOfTemporal(error)) return error;
  if (isAbort(error)) return Object.assign(new Error('the activity was cancelled'), { name: 'AbortError' });
  return error instanceof PipelineError ? ofPipeline(error) : ofForeign(error, log);
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
